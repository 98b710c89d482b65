// tshark reads what the generator makes: every checksum right, nothing malformed but what is meant to be noise.

import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { generate } from "../../src/generate/generate.ts";
import { SCENARIOS } from "../../src/generate/scenarios/_index.ts";
import { hasTshark } from "../support/tshark.ts";

/** Their payloads are random bytes on ports of protocols that tshark looks into, or protocols that nobody knows. */
const NOISE = new Set([
  "udp-flood",
  "ack-flood",
  "psh-ack-flood",
  "udp-applications",
  "voice",
  "failures",
  "gateway",
  "mixed-office",
  "iot-telemetry",
  "http-flood",
]);
const CHECKSUMS = ["ip", "tcp", "udp", "icmp", "icmpv6"]
  .map((protocol) => `${protocol}.checksum.status == 0`)
  .join(" || ");
/** What tshark says where a capture misses segments or a repetition is cut otherwise than the first time. */
const TOLERATED = /Reassembly error|not captured/;

const folder = mkdtempSync(join(tmpdir(), "orbweaver-generate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a classic pcap file with µs times. */
function write(path: string, name: string, seed: number): void {
  const file = openSync(path, "w");
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(262_144, 16);
  head.writeUInt32LE(1, 20);
  writeSync(file, head);
  generate(
    { scenarios: [{ name }], seed, durationUs: 30_000_000, packets: 2500 },
    {
      label: () => {},
      frame: (timestampUs, bytes, length) => {
        const record = Buffer.alloc(16 + length);
        record.writeUInt32LE(Math.floor(timestampUs / 1_000_000), 0);
        record.writeUInt32LE(timestampUs % 1_000_000, 4);
        record.writeUInt32LE(length, 8);
        record.writeUInt32LE(length, 12);
        record.set(bytes.subarray(0, length), 16);
        writeSync(file, record);
      },
    },
  );
  closeSync(file);
}

function complaints(path: string, filter: string): string[] {
  const checks = ["ip", "tcp", "udp"].flatMap((protocol) => ["-o", `${protocol}.check_checksum:TRUE`]);
  const fields = ["-T", "fields", "-e", "frame.number", "-e", "_ws.col.Protocol", "-e", "_ws.col.Info"];
  const run = spawnSync("tshark", ["-n", "-r", path, ...checks, "-Y", filter, ...fields], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  expect(run.status).toBe(0);
  return run.stdout.split("\n").filter((line) => line !== "" && !TOLERATED.test(line));
}

describe.skipIf(!hasTshark() && process.env["CI"] !== "true")(
  "tshark (skipped where it is not installed)",
  () => {
    test.each(SCENARIOS.map((scenario) => scenario.name))("%s", (name) => {
      const path = join(folder, `${name}.pcap`);
      write(path, name, 6);
      expect(complaints(path, CHECKSUMS)).toEqual([]);
      if (!NOISE.has(name)) expect(complaints(path, "_ws.malformed")).toEqual([]);
    });
  },
);
