// The schema `antinex-legacy` beside the public AntiNex recordings.
//
// No capture of them is published. But a recorded row of TCP over loopback tells nearly all of its packet: ports, the
// sender's timestamp, options, payload, and two checksums. Of what it does not tell, only the IP identification enters a
// recorded value, and the IP checksum gives it away. So packets are built from rows, and metered; the rows must come back.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { RowMeter, schemaById } from "../../src/feature/row-meter.ts";
import { dataTest, sharedData } from "../support/data.ts";

const LOOPBACK = "127.0.0.1";

type Recorded = Readonly<Record<string, string>>;

function recordings(path: string): Recorded[] {
  const bytes = readFileSync(sharedData(path));
  const [header, ...lines] = gunzipSync(bytes).toString("utf8").trimEnd().split(/\r?\n/);
  const names = header.split(",");
  const rows = lines.map((line) => {
    const fields = line.split(",");
    return Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ""]));
  });
  return rows.filter((row) => row["ip_src"] === LOOPBACK && row["ip_dst"] === LOOPBACK);
}

const numberOf = (row: Recorded, name: string): number =>
  row[name] === undefined || row[name] === "" ? Number.NaN : Number(row[name]);

function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at] << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** The TCP options of the row's packet: those of Linux's SYN where it has a segment size, else a timestamp alone. */
function optionsOf(row: Recorded): Uint8Array {
  const timestamp = new DataView(new ArrayBuffer(10));
  timestamp.setUint16(0, 0x080a);
  timestamp.setUint32(2, numberOf(row, "tcp_fields_options.Timestamp"));
  const clock = [...new Uint8Array(timestamp.buffer)];
  const segment = numberOf(row, "tcp_fields_options.MSS");
  if (Number.isNaN(segment)) return Uint8Array.from([1, 1, ...clock]);
  const scale = numberOf(row, "tcp_fields_options.WScale");
  return Uint8Array.from([2, 4, segment >> 8, segment & 0xff, 4, 2, ...clock, 1, 3, 3, scale]);
}

/** On loopback the card's part of the checksum is not done: it is the sum of addresses, protocol and length, in ones' complement. */
function segmentLengthOf(row: Recorded): number {
  const length = numberOf(row, "tcp_seq") - 0xfe08;
  return length < 0 ? length + 0xffff : length;
}

/** The frame that the row tells of; undefined when its two checksums cannot both belong to one. */
function frameOf(row: Recorded): Uint8Array | undefined {
  const options = optionsOf(row);
  const segmentLength = segmentLengthOf(row);
  const headerLength = 20 + options.length;
  if (segmentLength < headerLength) return undefined;
  const frame = new Uint8Array(14 + 20 + segmentLength);
  const view = new DataView(frame.buffer);
  view.setUint16(12, 0x0800);
  view.setUint8(14, 0x45);
  view.setUint16(16, 20 + segmentLength);
  view.setUint16(20, 0x4000);
  view.setUint8(22, 64);
  view.setUint8(23, 6);
  view.setUint32(26, 0x7f000001);
  view.setUint32(30, 0x7f000001);
  const wanted = numberOf(row, "ip_len");
  const without = checksum(frame.subarray(14, 34));
  // Ones' complement: what the identification must add to the sum.
  const identification = (without - wanted + 0xffff) % 0xffff;
  view.setUint16(18, identification);
  view.setUint16(24, checksum(frame.subarray(14, 34)));
  view.setUint16(34, numberOf(row, "tcp_sport"));
  view.setUint16(36, numberOf(row, "tcp_dport"));
  view.setUint32(38, 1);
  view.setUint16(46, ((headerLength / 4) << 12) | 0x10);
  view.setUint16(48, 342);
  view.setUint16(50, numberOf(row, "tcp_seq"));
  frame.set(options, 54);
  return frame;
}

function metered(frames: readonly Uint8Array[]): Record<string, number>[] {
  const schema = schemaById("antinex-legacy");
  const rows: Record<string, number>[] = [];
  const meter = new RowMeter({
    schema,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        const at = row * batch.columnCount;
        rows.push(
          Object.fromEntries(schema.columns.map(({ name }, column) => [name, batch.values[at + column]])),
        );
      }
    },
  });
  for (const [index, frame] of frames.entries()) meter.frame(frame, 0, frame.length, frame.length, index, 1);
  meter.end();
  return rows;
}

const RECORDINGS = [
  "antinex/django-netdata-2018-01-28-23-06-05.csv.gz",
  "antinex/django-netdata-2018-01-28-23-12-13.csv.gz",
  "antinex/flask-restplus-netdata-2018-01-29-11-30-02.csv.gz",
  "antinex/react-redux-netdata-2018-01-29-13-36-35.csv.gz",
];

/** The recorder read no more of a frame. */
const FRAME_MAXIMUM = 1600;

/** Kept in rows of schema `antinex-legacy`, and not to be learnt from there. */
const RECORDED_ELSEWHERE = new Set(["idx"]);

for (const path of RECORDINGS) {
  dataTest(`rows of ${path} come back from packets built from them`, () => {
    const all = recordings(path);
    const rows = all.filter((row) => numberOf(row, "tcp_fields_options.Timestamp") >= 0);
    const frames = rows.map(frameOf);
    expect(frames.filter((frame) => frame === undefined).length).toBe(0);
    expect(rows.length).toBeGreaterThan(0.9 * all.length);
    const columns = schemaById("antinex-legacy").columns.map(({ name }) => name);
    const wrong: string[] = [];
    for (const [index, values] of metered(frames as Uint8Array[]).entries()) {
      for (const name of columns) {
        if (RECORDED_ELSEWHERE.has(name)) continue;
        const expected = numberOf(rows[index], name);
        if (Object.is(values[name], expected)) continue;
        wrong.push(`row ${rows[index]["idx"]}: ${name} is ${values[name]}, recorded ${expected}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  dataTest(`the payload in ${path} is as long as the checksums say`, () => {
    for (const row of recordings(path)) {
      const payload = row["raw_load"] || row["raw_hex_field_load"] || "";
      if (payload === "" || !/^[0-9a-f]+$/i.test(payload)) continue;
      const header = 20 + optionsOf(row).length;
      const captured = FRAME_MAXIMUM - 34 - header;
      expect(payload.length / 2).toBe(Math.min(captured, segmentLengthOf(row) - header));
    }
  });
}

dataTest("the columns are the features of the public models", () => {
  const metadata = JSON.parse(readFileSync(sharedData("antinex/fulldata_v1_django_metadata.json"), "utf8"));
  const labels = new Set(["label_value", "label_name"]);
  const features = (metadata.features_to_process as string[]).filter((name) => !labels.has(name));
  expect(schemaById("antinex-legacy").columns.map(({ name }) => name)).toEqual([...features].sort());
});
