import fc from "fast-check";
import { expect, test } from "vitest";
import { packetOf } from "../../test/support/packets.ts";
import { FlowTable, NOT_FOUND } from "../../test/support/parts.ts";

test("both directions of a flow find it, and tell which they are", () => {
  const table = new FlowTable({ maximum: 10 });
  const packet = packetOf({ from: "[2001:db8::1]:1000", to: "[2001:db8::2]:53", protocol: "udp" });
  const answer = packetOf({ from: "[2001:db8::2]:53", to: "[2001:db8::1]:1000", protocol: "udp" });
  expect(table.find(packet)).toBe(NOT_FOUND);
  const flow = table.insert(false);
  expect(table.find(packet)).toBe(flow);
  expect(table.matchesStoredDirection).toBe(true);
  expect(table.find(answer)).toBe(flow);
  expect(table.matchesStoredDirection).toBe(false);
});

test("echo requests and replies share a flow; other identifiers do not", () => {
  const table = new FlowTable({ maximum: 10 });
  const icmp = (from: string, to: string, type: number, identifier: number) =>
    packetOf({ from: `${from}:0`, to: `${to}:0`, protocol: "icmp", icmp: { type, code: 0, identifier } });
  table.find(icmp("10.0.0.1", "10.0.0.2", 8, 7));
  const flow = table.insert(false);
  expect(table.find(icmp("10.0.0.2", "10.0.0.1", 0, 7))).toBe(flow);
  expect(table.find(icmp("10.0.0.2", "10.0.0.1", 0, 8))).toBe(NOT_FOUND);
});

test("errors of two hosts about each other are two flows, as in Community ID", () => {
  const table = new FlowTable({ maximum: 10 });
  const unreachable = (from: string, to: string) =>
    packetOf({
      from: `${from}:0`,
      to: `${to}:0`,
      protocol: "icmp",
      icmp: { type: 3, code: 1, identifier: 0 },
    });
  const [there, back] = [unreachable("10.0.0.1", "200.0.0.2"), unreachable("200.0.0.2", "10.0.0.1")];
  table.find(there);
  const flow = table.insert(false);
  expect(table.find(back)).toBe(NOT_FOUND);
  const other = table.insert(true); // found again whichever side is stored first
  expect([table.find(there), table.find(back)]).toEqual([flow, other]);
  expect(table.matchesStoredDirection).toBe(false);
});

test("behaves as a map under any sequence of insertions and removals, whatever the hash seed", () => {
  const operation = fc.record({ host: fc.integer({ min: 0, max: 60 }), remove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), fc.integer(), (operations, hashSeed) => {
      const table = new FlowTable({ maximum: 64, hashSeed });
      const model = new Map<number, number>();
      for (const { host, remove } of operations) {
        const flow = table.find(packetOf({ from: `10.0.0.${host}:5`, to: "10.1.0.1:80" }));
        expect(flow).toBe(model.get(host) ?? NOT_FOUND);
        if (flow === NOT_FOUND) model.set(host, table.insert(false));
        else if (remove) {
          table.remove(flow);
          model.delete(host);
        }
        expect(table.size).toBe(model.size);
      }
      expect(new Set(model.values()).size).toBe(model.size);
    }),
  );
});
