import { expect, test } from "vitest";
import { ipv4 } from "./address.ts";
import type { LabelRecord } from "./contract.ts";
import { Ledger, type Tag } from "./ledger.ts";

const BENIGN: Tag = { label: "benign", scenario: "a" };
const FLOOD: Tag = { label: "flood", scenario: "b" };
const ends = {
  protocol: "udp" as const,
  source: ipv4(1),
  sourcePort: 68,
  destination: ipv4(2),
  destinationPort: 67,
};
const back = { ...ends, source: ipv4(2), sourcePort: 67, destination: ipv4(1), destinationPort: 68 };

function ledger(): { ledger: Ledger; records: LabelRecord[] } {
  const records: LabelRecord[] = [];
  return { ledger: new Ledger({ frame: () => {}, label: (record) => records.push(record) }), records };
}

test("a record without frames never comes out; one with frames comes out once", () => {
  const { ledger: book, records } = ledger();
  const silent = book.open(BENIGN, ends);
  const spoken = book.open(BENIGN, ends);
  book.charge(spoken, 10);
  book.charge(spoken, 30);
  book.close(spoken);
  book.close(spoken);
  book.close(silent);
  book.finish();
  expect(records).toEqual([
    {
      startUs: 10,
      endUs: 30,
      protocol: "udp",
      sourceAddress: "0.0.0.1",
      sourcePort: 68,
      destinationAddress: "0.0.0.2",
      destinationPort: 67,
      label: "benign",
      scenario: "a",
    },
  ]);
  expect(book.classes).toEqual({ benign: { flows: 1, packets: 2 } });
  expect(() => book.charge(spoken, 40)).toThrow(/after its record/);
});

test("shared records serve both directions, keep other classes off, and end after a minute of silence", () => {
  const { ledger: book, records } = ledger();
  const first = book.shared(BENIGN, ends, 0)!;
  book.charge(first, 0);
  expect(book.shared(BENIGN, back, 1)).toBe(first);
  expect(book.shared(FLOOD, ends, 60_000_000)).toBeUndefined();
  const second = book.shared(FLOOD, back, 60_000_001)!;
  book.charge(second, 60_000_001);
  expect(records.map((record) => record.label)).toEqual(["benign"]);
  book.finish();
  expect(records.map((record) => record.label)).toEqual(["benign", "flood"]);
});

test("all that is open is handed out at the end, oldest first", () => {
  const { ledger: book, records } = ledger();
  const opened = [3, 4, 5, 6].map((port) => book.open(BENIGN, { ...ends, sourcePort: port }));
  for (const record of opened) book.charge(record, 1);
  book.close(opened[1]);
  book.finish();
  expect(records.map((record) => record.sourcePort)).toEqual([4, 3, 5, 6]);
});
