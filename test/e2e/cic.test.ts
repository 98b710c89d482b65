// Names and time zones of CSV in the way of the public data sets, by the command line.

import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { buildCommand, orbweaver, ROOT } from "../support/command.ts";

const CAPTURE = join(ROOT, "assets/demo.pcap.gz");

beforeAll(buildCommand);

function table(...args: string[]): string[][] {
  const { status, out, err } = orbweaver(["meter", CAPTURE, ...args]);
  expect(status, err).toBe(0);
  return out
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
}

test("a schema of a data set is written in its way, under other names when asked for", () => {
  const own = table("--schema", "cic-v3");
  expect(own[0].slice(0, 9)).toEqual([
    "Flow ID",
    "Src IP",
    "Src Port",
    "Dst IP",
    "Dst Port",
    "Protocol",
    "Timestamp",
    "Flow Duration",
    "Tot Fwd Pkts",
  ]);
  const renamed = table("--schema", "cic-v3", "--names", "2017");
  expect(renamed[0].slice(0, 9)).toEqual([
    "Flow ID",
    "Source IP",
    "Source Port",
    "Destination IP",
    "Destination Port",
    "Protocol",
    "Timestamp",
    "Flow Duration",
    "Total Fwd Packets",
  ]);
  expect(renamed.slice(1)).toEqual(own.slice(1));
  expect(own.length).toBeGreaterThan(100);
});

test("times are told in the zone that is asked for, and nothing else changes", () => {
  const here = table("--schema", "cic-fixed");
  const there = table("--schema", "cic-fixed", "--timezone", "Asia/Kolkata");
  const moment = (text: string): number => Date.parse(`${text.slice(0, 19).replace(" ", "T")}Z`);
  for (const [index, row] of there.entries()) {
    expect(row.toSpliced(6, 1)).toEqual(here[index].toSpliced(6, 1));
    if (index > 0) expect(moment(row[6]) - moment(here[index][6])).toBe(5.5 * 3_600_000);
  }
});

test("what cannot be chosen is refused", () => {
  const zone = orbweaver(["meter", CAPTURE, "--schema", "cic", "--timezone", "Mars/Olympus"]);
  expect(zone.status).not.toBe(0);
  expect(zone.err).toMatch(/no time zone 'Mars\/Olympus'/);
  const names = orbweaver(["meter", CAPTURE, "--names", "v3"]);
  expect(names.status).not.toBe(0);
  expect(names.err).toMatch(/schemas that follow a public data set/);
  expect(orbweaver(["meter", CAPTURE, "--schema", "cic", "--names", "v9"]).status).not.toBe(0);
  const silence = orbweaver(["meter", CAPTURE, "--schema", "cic-v4", "--idle-timeout", "30"]);
  expect(silence.status).not.toBe(0);
  expect(silence.err).toMatch(/silence, which ends no flow of schema cic-v4/);
  expect(orbweaver(["meter", CAPTURE, "--schema", "cic", "--idle-timeout", "30"]).status).toBe(0);
});
