// Orbweaver's decoder against Debian's tshark, frame by frame: packets, bytes, layers and fields of every shared capture,
// and of a catalogue of frames for what no capture has.
//
// Every difference is listed and explained in tshark-differences.ts; one that is not listed fails, and so does a listed
// one that is not there any more. tshark runs once per capture.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { readCapture } from "../../src/capture/read.ts";
import { Decoder } from "../../src/packet/decode.ts";
import { linkTypeName } from "../../src/packet/link.ts";
import type { Packet } from "../../src/packet/packet.ts";
import { LAYERS } from "../../src/packet/statistics.ts";
import { CATALOGUE, pcapOf } from "../support/catalogue.ts";
import { sharedData, sharedFiles } from "../support/data.ts";
import { type TsharkRow, tsharkAloneTest, tsharkRows, tsharkTest } from "../support/tshark.ts";
import { TSHARK_DIFFERENCES } from "../support/tshark-differences.ts";
import { agrees, TSHARK_FIELDS, TSHARK_LAYERS, tsharkLayers } from "../support/tshark-fields.ts";

const COMPARED = Object.values(TSHARK_LAYERS).reduce((bits, layer) => bits | layer, 0);
const FIELD_NAMES = ["frame.len", "frame.cap_len", ...TSHARK_FIELDS.map((field) => field.name)];

/** What differs → file → in how many frames. */
type Differences = Record<string, Record<string, number>>;

class Comparison {
  readonly differences: Differences = {};
  /** Field → how often it was compared. */
  readonly compared = new Map<string, number>();
  frames = 0;

  async run(file: string, path: string): Promise<void> {
    const rows = await tsharkRows(path, FIELD_NAMES);
    const closed = new Decoder();
    const open = new Decoder({ tunnels: true });
    let count = 0;
    const frame = (...given: Parameters<Decoder["decode"]>): void => {
      const row = rows[count++];
      if (row === undefined) return;
      this.#layers(file, tsharkLayers(row["frame.protocols"], true), open, given, " (tunnels)");
      this.#layers(file, tsharkLayers(row["frame.protocols"], false), closed, given, "");
      this.#fields(file, row, closed.packet);
    };
    await readCapture(path, { onFrame: { frame } });
    this.frames += count;
    if (count !== rows.length) this.#differ(file, "frames");
    const bytes = rows.reduce((sum, row) => sum + Number(row["frame.len"]), 0);
    if (closed.statistics.bytes !== bytes || closed.statistics.packets !== count) this.#differ(file, "bytes");
  }

  /** Decodes a frame and compares its layers, by what the statistics counted. */
  #layers(
    file: string,
    told: number,
    decoder: Decoder,
    frame: Parameters<Decoder["decode"]>,
    note: string,
  ): void {
    const before = LAYERS.map(({ layer }) => decoder.statistics.layer(layer));
    decoder.decode(...frame);
    LAYERS.forEach(({ layer, name }, index) => {
      if ((layer & COMPARED) === 0) return;
      const counted = decoder.statistics.layer(layer) > before[index];
      const expected = (told & layer) !== 0;
      if (counted !== expected)
        this.#differ(file, `${name}${note}: ${expected ? "tshark" : "Orbweaver"} only`);
    });
  }

  #fields(file: string, row: TsharkRow, packet: Packet): void {
    const layers = packet.layers & tsharkLayers(row["frame.protocols"], false);
    if (Number(row["frame.len"]) !== packet.wireLength) this.#differ(file, "frame.len");
    if (Number(row["frame.cap_len"]) !== packet.capturedLength) this.#differ(file, "frame.cap_len");
    for (const field of TSHARK_FIELDS) {
      const told = row[field.name];
      const expected = (layers & field.layer) === 0 || told === "" ? undefined : field.expected(packet);
      if (expected === undefined) continue;
      this.compared.set(field.name, (this.compared.get(field.name) ?? 0) + 1);
      if (!agrees(field, told, expected)) this.#differ(file, field.name);
    }
  }

  #differ(file: string, what: string): void {
    this.differences[what] ??= {};
    this.differences[what][file] = (this.differences[what][file] ?? 0) + 1;
  }
}

function listed(): Differences {
  return Object.fromEntries(TSHARK_DIFFERENCES.map(({ what, files }) => [what, { ...files }]));
}

tsharkTest(
  "packets, bytes, layers and fields of every shared capture equal tshark's, but for listed differences",
  async () => {
    const comparison = new Comparison();
    const files = [...sharedFiles("pcap"), ...sharedFiles("oracle/captures")].filter(
      (file) => !file.endsWith(".csv"),
    );
    for (const file of files) await comparison.run(file, sharedData(file));
    expect(files.length).toBeGreaterThan(100);
    expect(comparison.frames).toBeGreaterThan(50_000);
    expect(comparison.differences).toEqual(listed());
  },
);

tsharkAloneTest(
  "a catalogue of frames of every kind is read as tshark reads it, every field compared",
  async () => {
    const comparison = new Comparison();
    const folder = mkdtempSync(join(tmpdir(), "orbweaver-tshark-"));
    try {
      for (const linkType of new Set(CATALOGUE.map((frame) => frame.linkType))) {
        const path = join(folder, `${linkType}.pcap`);
        const frames = CATALOGUE.filter((frame) => frame.linkType === linkType).map(({ bytes }) => bytes);
        writeFileSync(path, pcapOf(linkType, frames));
        await comparison.run(linkTypeName(linkType), path);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(comparison.frames).toBe(CATALOGUE.length);
    const unread = { NFLOG: 1 }; // tshark reads NFLOG in the byte order of its own machine; one frame is in the other
    expect(comparison.differences).toEqual(
      Object.fromEntries(
        ["ipv6", "ipv6 (tunnels)", "udp", "udp (tunnels)"].map((layer) => [
          `${layer}: Orbweaver only`,
          unread,
        ]),
      ),
    );
    const never = TSHARK_FIELDS.map((field) => field.name).filter((name) => !comparison.compared.has(name));
    expect(never).toEqual([]);
  },
);
