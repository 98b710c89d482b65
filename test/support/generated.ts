// Takes generated captures apart, independently of how they were put together: checksums by adding up, labels by
// searching all records, TCP by comparing what was said twice.

import { createHash } from "node:crypto";
import { addressText } from "../../src/flow/address.ts";
import {
  type GenerateOptions,
  type GenerateSummary,
  type LabelRecord,
  labelLine,
} from "../../src/generate/contract.ts";
import { generate } from "../../src/generate/generate.ts";
import { Decoder } from "../../src/packet/decode.ts";
import { LINK_ETHERNET } from "../../src/packet/link.ts";
import type { Packet } from "../../src/packet/packet.ts";

/** One frame as the decoder saw it, in text and numbers. */
export interface SeenFrame {
  timestampUs: number;
  bytes: Uint8Array;
  protocol: string;
  /** "address/port" of both sides; ICMP: type and code. */
  source: string;
  destination: string;
  fragmentOffset: number;
  fragmentKey: string;
  flags: number;
  sequence: number;
  acknowledgment: number;
  payload: Uint8Array;
}

export interface Generated {
  summary: GenerateSummary;
  frames: SeenFrame[];
  labels: LabelRecord[];
  /** Digest of all frames, their times and all labels. */
  digest: string;
}

const PROTOCOLS = new Map([
  [1, "icmp"],
  [6, "tcp"],
  [17, "udp"],
  [58, "icmpv6"],
]);

/** Generates a capture and keeps all of it. */
export function generated(options: GenerateOptions): Generated {
  const decoder = new Decoder();
  const frames: SeenFrame[] = [];
  const labels: LabelRecord[] = [];
  const hash = createHash("sha256");
  const summary = generate(options, {
    frame: (timestampUs, buffer, length) => {
      const bytes = buffer.slice(0, length);
      hash.update(`${timestampUs} ${length}\n`).update(bytes);
      frames.push(seen(decoder.decode(bytes, 0, length, length, timestampUs, LINK_ETHERNET)));
    },
    label: (record) => {
      hash.update(labelLine(record));
      labels.push({ ...record });
    },
  });
  return { summary, frames, labels, digest: hash.digest("hex") };
}

function seen(packet: Packet): SeenFrame {
  const protocol = PROTOCOLS.get(packet.protocol) ?? String(packet.protocol);
  const icmp = protocol.startsWith("icmp");
  const source = addressText(packet.source0, packet.source1, packet.source2, packet.source3);
  const { destination0, destination1, destination2, destination3 } = packet;
  const destination = addressText(destination0, destination1, destination2, destination3);
  return {
    timestampUs: packet.timestampUs,
    bytes: packet.bytes,
    protocol,
    source: `${source}/${icmp ? packet.icmpType : packet.sourcePort}`,
    destination: `${destination}/${icmp ? packet.icmpCode : packet.destinationPort}`,
    fragmentOffset: packet.fragmentOffset,
    fragmentKey: `${source} ${destination} ${packet.protocol} ${packet.fragmentIdentification}`,
    flags: packet.tcpFlags,
    sequence: packet.sequence >>> 0,
    acknowledgment: packet.acknowledgment >>> 0,
    payload: packet.bytes.subarray(packet.payloadOffset, packet.payloadOffset + packet.payloadLength),
  };
}

// --- labels -----------------------------------------------------------------------------------------------

/** What is wrong with the labels: frames without one record or with several, classes too close, wrong times. */
export function labelProblems(capture: Generated): string[] {
  const problems: string[] = [];
  const records = new Map<string, { record: LabelRecord; first: number; last: number }[]>();
  for (const record of capture.labels) {
    const source = `${record.sourceAddress}/${record.sourcePort}`;
    const destination = `${record.destinationAddress}/${record.destinationPort}`;
    const key = pairKey(record.protocol, source, destination);
    const same = records.get(key) ?? [];
    records.set(key, same);
    for (const { record: other } of same) {
      const gapUs = Math.max(record.startUs - other.endUs, other.startUs - record.endUs);
      if (other.label !== record.label && gapUs < 60_000_000)
        problems.push(`${key}: ${record.label} and ${other.label} are ${gapUs} µs apart`);
    }
    same.push({ record, first: Infinity, last: -Infinity });
  }
  const datagrams = new Map<string, string>();
  for (const frame of capture.frames) {
    let key = pairKey(frame.protocol, frame.source, frame.destination);
    if (frame.fragmentOffset > 0) key = datagrams.get(frame.fragmentKey) ?? key;
    else datagrams.set(frame.fragmentKey, key);
    const { timestampUs } = frame;
    const found = (records.get(key) ?? []).filter(
      ({ record }) => record.startUs <= timestampUs && timestampUs <= record.endUs,
    );
    if (found.length !== 1) problems.push(`${key} at ${timestampUs}: ${found.length} records`);
    for (const entry of found) {
      entry.first = Math.min(entry.first, timestampUs);
      entry.last = Math.max(entry.last, timestampUs);
    }
  }
  for (const [key, same] of records) {
    for (const { record, first, last } of same) {
      if (first !== record.startUs || last !== record.endUs)
        problems.push(`${key}: record is not as long as its flow`);
    }
  }
  return problems;
}

function pairKey(protocol: string, source: string, destination: string): string {
  // ICMP is told apart by direction: its "ports" are the sender's.
  if (protocol.startsWith("icmp")) return `${protocol} ${source} ${destination}`;
  return source < destination
    ? `${protocol} ${source} ${destination}`
    : `${protocol} ${destination} ${source}`;
}

// --- checksums --------------------------------------------------------------------------------------------

/** What is wrong with the lengths and checksums of a frame, or undefined. */
export function checksumProblem(bytes: Uint8Array): string | undefined {
  const at = bytes[12] === 0x81 ? 18 : 14;
  const four = bytes[at] >>> 4 === 4;
  const network = four ? bytes.subarray(at, at + 20) : bytes.subarray(at, at + 40);
  const total = four ? (bytes[at + 2] << 8) | bytes[at + 3] : 40 + ((bytes[at + 4] << 8) | bytes[at + 5]);
  if (at + total > bytes.length) return "the IP length is longer than the frame";
  if (at + total < bytes.length && bytes.length > 60) return "the IP length is shorter than the frame";
  if (four && onesSum(network) !== 0xffff) return "IPv4 header checksum";
  if (four && ((bytes[at + 6] & 0x3f) | bytes[at + 7]) !== 0) return undefined;
  const transport = bytes.subarray(at + network.length, at + total);
  const protocol = four ? bytes[at + 9] : bytes[at + 6];
  if (protocol === 1) return onesSum(transport) === 0xffff ? undefined : "ICMP checksum";
  const addresses = four ? network.subarray(12, 20) : network.subarray(8, 40);
  const pseudo = [0, 0, transport.length >>> 8, transport.length & 0xff, 0, protocol];
  const sum = onesSum(Uint8Array.from([...addresses, ...pseudo, ...transport]));
  return sum === 0xffff ? undefined : `checksum of protocol ${protocol}`;
}

function onesSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2) sum += (bytes[index] << 8) | (bytes[index + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65536);
  return sum;
}

// --- TCP --------------------------------------------------------------------------------------------------

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

interface Direction {
  /** Sequence number of the SYN. */
  initial: number;
  /** What was said, by position behind the SYN. */
  said: Map<number, number>;
  /** End of what was sent, behind the SYN. */
  highest: number;
}

/**
 * What is wrong with the connections whose SYN and SYN-ACK were seen: other bytes when something is said again,
 * acknowledgments of what was never sent, sequence numbers out of any window. Counts what was said twice.
 */
export function tcpProblems(frames: readonly SeenFrame[]): {
  problems: string[];
  connections: number;
  repeated: number;
} {
  const directions = new Map<string, Direction>();
  const problems: string[] = [];
  let connections = 0;
  let repeated = 0;
  for (const frame of frames) {
    if (frame.protocol !== "tcp") continue;
    const key = `${frame.source} ${frame.destination}`;
    const back = `${frame.destination} ${frame.source}`;
    const at = `${key} at ${frame.timestampUs}`;
    if (frame.flags & SYN) {
      const known = directions.get(key);
      if (known !== undefined && known.initial === frame.sequence) continue;
      if (known !== undefined) directions.delete(back);
      directions.set(key, { initial: frame.sequence, said: new Map(), highest: 1 });
      if (frame.flags & ACK) connections++;
      continue;
    }
    const mine = directions.get(key);
    const theirs = directions.get(back);
    if (mine === undefined || theirs === undefined || frame.flags & RST) continue;
    const start = (frame.sequence - mine.initial) | 0;
    if (start < 0 || start > mine.highest + 8_000_000) problems.push(`${at}: sequence number ${start}`);
    const acknowledged = (frame.acknowledgment - theirs.initial) | 0;
    if (acknowledged < 1 || acknowledged > theirs.highest)
      problems.push(`${at}: acknowledges ${acknowledged} of ${theirs.highest}`);
    for (let index = 0; index < frame.payload.length; index++) {
      const before = mine.said.get(start + index);
      if (before !== undefined) repeated++;
      if (before !== undefined && before !== frame.payload[index])
        problems.push(`${at}: other bytes at ${start + index}`);
      mine.said.set(start + index, frame.payload[index]);
    }
    mine.highest = Math.max(mine.highest, start + frame.payload.length + (frame.flags & FIN ? 1 : 0));
  }
  return { problems, connections, repeated };
}
