import fc from "fast-check";
import picocolors from "picocolors";
import { expect, test } from "vitest";
import type { FlowVerdict } from "../app/detect.ts";
import { flowText, plainLine, VerdictTable } from "./verdict-table.ts";

const plain = picocolors.createColors(false);

function verdict(changes: Partial<FlowVerdict> = {}): FlowVerdict {
  return {
    className: "scan",
    attack: true,
    probability: 0.99812,
    margin: 0.9,
    attackProbability: 0.999,
    early: false,
    startUs: 0,
    endUs: 1_709_542_801_500_000,
    transport: "tcp",
    service: "ssh",
    packets: 12,
    wireBytes: 1234,
    source: "10.0.0.66",
    destination: "10.0.3.17",
    destinationPort: 22,
    identity: () => {
      throw new Error("nobody asked");
    },
    reasons: () => [
      {
        feature: "connection_state",
        value: "S0",
        unit: "",
        amount: -4,
        text: "connection_state = S0 (-4.0)",
      },
      {
        feature: "source_destinations_short",
        value: 812,
        unit: "connections",
        amount: 3.1,
        text: "source_destinations_short = 812 connections (+3.1)",
      },
    ],
    ...changes,
  };
}

test("at 80 columns an attack has its main reason on a second line; a benign flow has one line", () => {
  const table = new VerdictTable(80, ["benign", "brute-force"], plain);
  expect(table.header()).toBe(
    "TIME UTC  VERDICT       PROB  SOURCE -> DESTINATION                      PACKETS",
  );
  expect(table.lines(verdict())).toEqual([
    "2024-03-04 UTC",
    "09:00:01  scan         0.998  10.0.0.66 -> 10.0.3.17:22                       12",
    "          source_destinations_short = 812 connections (+3.1)",
  ]);
  expect(table.lines(verdict({ className: "benign", attack: false }))).toHaveLength(1);
});

test("where there is room the reason stands beside the flow, without its unit if need be", () => {
  const table = new VerdictTable(140, ["benign", "brute-force"], plain);
  const [, line, ...more] = table.lines(verdict());
  expect(more).toEqual([]);
  expect(line).toContain("1.23 kB");
  expect(line.endsWith("source_destinations_short = 812 (+3.1)")).toBe(true);
});

test("no line is wider than the terminal, whatever the addresses", () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(
      fc.integer({ min: 60, max: 220 }),
      address,
      address,
      fc.nat(65535),
      fc.nat(1e9),
      (width, a, b, port, n) => {
        const table = new VerdictTable(width, ["benign", "a-class-with-a-rather-long-name"], plain);
        const shown = verdict({
          source: a,
          destination: b,
          destinationPort: port,
          packets: n,
          wireBytes: n * 1000,
        });
        for (const line of [table.header(), ...table.lines(shown), table.foldedLine([["scan", n]])]) {
          expect(line.length).toBeLessThanOrEqual(width);
        }
      },
    ),
  );
});

test("long addresses are cut in their middle", () => {
  const long = verdict({ source: "2001:db8:85a3:1234:5678:8a2e:370:7334", destination: "10.0.0.1" });
  expect(flowText(long, 41)).toBe("2001:db8:85a3…a2e:370:7334 -> 10.0.0.1:22");
  expect(flowText(verdict({ destination: "2001:db8::1" }))).toBe("10.0.0.66 -> [2001:db8::1]:22");
  expect(flowText(verdict({ destinationPort: -1 }))).toBe("10.0.0.66 -> 10.0.3.17");
});

test("what was folded away is counted by class", () => {
  const table = new VerdictTable(80, ["benign"], plain);
  expect(
    table.foldedLine([
      ["scan", 1200],
      ["benign", 40],
    ]),
  ).toBe("          … 1,200 more scan, 40 more benign");
});

test("elsewhere a verdict is one line with tabs, and nothing is cut", () => {
  expect(plainLine(verdict()).split("\t")).toEqual([
    "2024-03-04T09:00:01.500000Z", "attack", "scan", "0.9981", "10.0.0.66 -> 10.0.3.17:22", "tcp/ssh", "12 packets",
    "1234 bytes", "connection_state = S0 (-4.0)",
  ]); // biome-ignore format: a list
  expect(plainLine(verdict({ early: true }))).toContain("10.0.3.17:22 early\t");
});
