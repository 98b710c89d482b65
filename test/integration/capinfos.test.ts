// Orbweaver's capture reader against Debian's capinfos and tshark: packets, bytes, first and last time and time order
// of every shared capture; and, of hand-built files in every variant of the formats, every packet's lengths and time.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "vitest";
import { readCapture } from "../../src/capture/read.ts";
import {
  block,
  Collector,
  concatenate,
  enhancedPacket,
  interfaceBlock,
  obsoletePacket,
  option,
  pcapHeader,
  pcapRecord,
  sampleFrame,
  section,
  simplePacket,
} from "../support/capture-files.ts";
import { sharedData, sharedFiles } from "../support/data.ts";
import { tsharkAloneTest, tsharkRows, tsharkTest } from "../support/tshark.ts";

interface Info {
  frames: number;
  wireBytes: number;
  first: string;
  last: string;
  ordered: boolean;
}

/** What capinfos says of captures: path → facts. Times are decimal seconds, cut to microseconds. */
function capinfos(paths: readonly string[]): Map<string, Info> {
  const options = ["-T", "-c", "-d", "-a", "-e", "-S", "-o"];
  const output = execFileSync("capinfos", [...options, ...paths], { encoding: "utf8", maxBuffer: 1 << 26 });
  const [header, ...rows] = output.split("\n").filter((line) => line !== "");
  const names = header.split("\t");
  const infos = rows.map((row): [string, Info] => {
    const cells = row.split("\t");
    const cell = (name: string) => cells[names.indexOf(name)];
    const facts = {
      frames: Number(cell("Number of packets")),
      wireBytes: Number(cell("Data size (bytes)")),
      first: cutTime(cell("Start time")),
      last: cutTime(cell("End time")),
      ordered: cell("Strict time order") === "True",
    };
    return [cell("File name"), facts];
  });
  return new Map(infos);
}

/** "12.3456789" → "12.345678". */
function cutTime(text: string): string {
  const [seconds, fraction = ""] = text.split(".");
  return `${seconds}.${fraction.slice(0, 6).padEnd(6, "0")}`;
}

function timeText(timestampUs: number): string {
  const digits = String(timestampUs).padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

async function ours(path: string): Promise<Info> {
  const summary = await readCapture(path, { onFrame: { frame() {} } });
  expect(summary.problems, path).toEqual([]);
  return {
    frames: summary.frames,
    wireBytes: summary.wireBytes,
    first: timeText(summary.firstUs),
    last: timeText(summary.lastUs),
    ordered: summary.timesBackward === 0,
  };
}

const FRAMES = [60, 61, 0, 1514, 63].map((length, index) => sampleFrame(length, index));
const VARIANTS: Record<string, Uint8Array> = {};
for (const little of [true, false]) {
  const order = little ? "little" : "big";
  const pcap = (magic: number, extra: number) =>
    concatenate(
      pcapHeader({ little, magic }),
      ...FRAMES.map((frame, index) =>
        pcapRecord(frame, {
          little,
          seconds: 1_700_000_000 + index,
          fraction: 999_999 - index,
          wire: frame.length + index,
          extra: new Uint8Array(extra).fill(0x55),
        }),
      ),
    );
  VARIANTS[`${order}-us.pcap`] = pcap(0xa1b2c3d4, 0);
  VARIANTS[`${order}-ns.pcap`] = pcap(0xa1b23c4d, 0);
  VARIANTS[`${order}-kuznetzov.pcap`] = pcap(0xa1b2cd34, 8);
  VARIANTS[`${order}-nokia.pcap`] = pcap(0xa1b2c3d4, 4);
  for (const [resolution, ticks] of [
    [3, 1_700_000_000_123n],
    [6, 1_700_000_000_123_456n],
    [7, 17_000_000_001_234_567n],
    [9, 1_700_000_000_123_456_789n],
    [0x8a, 1_700_000_000n * 1024n + 1023n],
    [0x94, 1_700_000_000n * 1_048_576n + 1_048_575n],
  ] as const) {
    VARIANTS[`${order}-${resolution}.pcapng`] = concatenate(
      section(little),
      // Not a custom block: tshark lists those among the packets.
      block(little, 0x7777, sampleFrame(33)),
      interfaceBlock({ little, resolution, name: "first" }),
      interfaceBlock({ little, linkType: 101, offsetSeconds: -1000n, resolution }),
      ...FRAMES.map((frame, index) =>
        enhancedPacket(frame, {
          little,
          number: index % 2,
          ticks: ticks + BigInt(index),
          wire: frame.length + index,
          options: concatenate(option(little, 1, sampleFrame(7)), option(little, 0, new Uint8Array(0))),
        }),
      ),
      obsoletePacket(FRAMES[1], { little, ticks }),
      section(!little),
      interfaceBlock({ little: !little, linkType: 1 }),
      block(!little, 4, new Uint8Array(4)),
      enhancedPacket(FRAMES[0], { little: !little, ticks: 1_600_000_000_000_000n }),
    );
  }
}
VARIANTS["gzip"] = gzipSync(VARIANTS["big-us.pcap"]);

tsharkTest("packets, bytes, times and order of every shared capture equal those of capinfos", async () => {
  const files = [...sharedFiles("pcap"), ...sharedFiles("oracle/captures")].filter(
    (file) => !file.endsWith(".csv"),
  );
  const paths = files.map(sharedData);
  expect(paths.length).toBeGreaterThan(100);
  const told = capinfos(paths);
  for (const path of paths) expect(await ours(path), path).toEqual(told.get(path));
});

tsharkAloneTest(
  "every packet of every format variant has the lengths and the time that tshark says",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "orbweaver-capinfos-"));
    try {
      for (const [name, bytes] of Object.entries(VARIANTS)) {
        const path = join(folder, name);
        writeFileSync(path, bytes);
        const collector = new Collector();
        await readCapture(path, { onFrame: collector });
        const rows = await tsharkRows(path, ["frame.len", "frame.cap_len", "frame.time_epoch"]);
        const told = rows.map((row) => [
          row["frame.len"],
          row["frame.cap_len"],
          cutTime(row["frame.time_epoch"]),
        ]);
        const found = collector.frames.map(({ wireLength, bytes: { length }, timestampUs }) => [
          String(wireLength),
          String(length),
          timeText(timestampUs),
        ]);
        expect(found, name).toEqual(told);
        expect(found.length).toBeGreaterThan(4);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

tsharkAloneTest("simple packets are as many and as long as tshark says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-capinfos-"));
  try {
    const path = join(folder, "simple.pcapng");
    const packets = FRAMES.map((frame) => simplePacket(frame.subarray(0, 96), { wire: frame.length }));
    writeFileSync(path, concatenate(section(), interfaceBlock({ snapLength: 96 }), ...packets));
    const collector = new Collector();
    await readCapture(path, { onFrame: collector });
    const rows = await tsharkRows(path, ["frame.len", "frame.cap_len"]);
    expect(
      collector.frames.map(({ wireLength, bytes }) => [String(wireLength), String(bytes.length)]),
    ).toEqual(rows.map((row) => [row["frame.len"], row["frame.cap_len"]]));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
