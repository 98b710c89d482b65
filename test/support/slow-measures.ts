// The columns of a flow computed the slow way, from the list of its packets as tshark tells them. Shares no code with
// src/feature: sums over lists, deviations in two passes, the shares of bytes counted one by one.

import type { ToldPacket } from "./told-packets.ts";

/** One packet of a flow, as tshark tells it. */
interface Told {
  timeUs: number;
  forward: boolean;
  wire: number;
  payload: number;
  header: number;
  flags: number;
  /** Missing where the header is cut before it. */
  window: number;
  ttl: number;
  /** First captured bytes of the payload. */
  bytes: Uint8Array;
}

const FLAGS = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;
const SILENCE_US = 5_000_000;
const ENTROPY_BYTES = 64;

/** Columns of `flow` for a TCP or UDP flow that holds exactly these packets, in the order of the capture. */
export function slowMeasures(packets: readonly ToldPacket[], opener: string): Record<string, number> {
  const told = packets.map((packet) => toldOf(packet, opener));
  const [forward, backward] = [true, false].map((way) => told.filter((packet) => packet.forward === way));
  const durationUs = largest(times(told)) - smallest(times(told));
  return {
    duration: durationUs,
    ...volumes("", told, durationUs),
    ...volumes("forward_", forward, durationUs),
    ...volumes("backward_", backward, durationUs),
    wire_rate: (sum(told.map((packet) => packet.wire)) * 1e6) / (durationUs || Number.NaN),
    packet_ratio: backward.length / (forward.length || Number.NaN),
    payload_ratio:
      sum(backward.map((packet) => packet.payload)) / (sum(forward.map((p) => p.payload)) || Number.NaN),
    ...gaps("", told),
    ...gaps("forward_", forward),
    ...gaps("backward_", backward),
    ...periods(told),
    ...early(told),
    ...(packets[0].transport === "tcp" ? { ...tcp("forward_", forward), ...tcp("backward_", backward) } : {}),
    ...edges("forward_", forward),
    ...edges("backward_", backward),
    response_time: response(told),
  };
}

/** The side that opened a flow with this first packet. */
export function openerOf(first: ToldPacket): string {
  const flags = Number(first.row["tcp.flags"] || 0) & (FLAGS.syn | FLAGS.ack);
  if (first.transport === "tcp" && flags === FLAGS.syn) return first.source;
  if (first.transport === "tcp" && flags === (FLAGS.syn | FLAGS.ack)) return first.destination;
  const [from, to] = [first.source, first.destination].map((text) => Number(text.split(":").at(-1)));
  return from > 0 && from < 1024 && to >= 1024 ? first.destination : first.source;
}

function toldOf({ row, timeUs, wireLength, source, transport }: ToldPacket, opener: string): Told {
  const transportHeader = transport === "tcp" ? Number(row["tcp.hdr_len"]) : 8;
  const payload = transport === "tcp" ? Number(row["tcp.len"]) : Number(row["udp.length"]) - 8;
  const extended = Number(row["ipv6.plen"]) + 40 - transportHeader - payload;
  return {
    timeUs,
    forward: source === opener,
    wire: wireLength,
    payload,
    header: (row["ip.hdr_len"] === "" ? extended : Number(row["ip.hdr_len"])) + transportHeader,
    flags: Number(row["tcp.flags"] || 0),
    window: Number(row["tcp.window_size_value"] || Number.NaN),
    ttl: Number(row["ip.ttl"] || row["ipv6.hlim"]),
    bytes: Uint8Array.from(Buffer.from(row[`${transport}.payload`].slice(0, 2 * ENTROPY_BYTES), "hex")),
  };
}

function volumes(prefix: string, packets: Told[], durationUs: number): Record<string, number> {
  const payloads = packets.map((packet) => packet.payload);
  const whole = {
    [`${prefix}packets`]: packets.length,
    [`${prefix}wire_bytes`]: sum(packets.map((packet) => packet.wire)),
    [`${prefix}payload_bytes`]: sum(payloads),
    [`${prefix}payload_mean`]: mean(payloads),
    [`${prefix}payload_std`]: deviation(payloads),
    [`${prefix}payload_max`]: largest(payloads),
    [`${prefix}packet_rate`]: (packets.length * 1e6) / (durationUs || Number.NaN),
  };
  if (prefix === "") return whole;
  return {
    ...whole,
    [`${prefix}payload_min`]: smallest(payloads),
    [`${prefix}payload_packets`]: payloads.filter((payload) => payload > 0).length,
    [`${prefix}header_mean`]: mean(packets.map((packet) => packet.header)),
  };
}

/** Gaps to the latest packet so far; a packet from before that comes at no distance. */
function gapsOf(packets: Told[]): number[] {
  const latest: number[] = [];
  for (const timeUs of times(packets)) latest.push(Math.max(timeUs, latest.at(-1) ?? timeUs));
  return latest.slice(1).map((timeUs, index) => timeUs - latest[index]);
}

function gaps(prefix: string, packets: Told[]): Record<string, number> {
  const found = gapsOf(packets);
  return {
    [`${prefix}iat_mean`]: mean(found),
    [`${prefix}iat_std`]: deviation(found),
    [`${prefix}iat_min`]: smallest(found),
    [`${prefix}iat_max`]: largest(found),
  };
}

function periods(packets: Told[]): Record<string, number> {
  const found = gapsOf(packets);
  const active = [0];
  for (const gap of found) {
    if (gap > SILENCE_US) active.push(0);
    else active[active.length - 1] += gap;
  }
  const idle = found.filter((gap) => gap > SILENCE_US);
  return {
    active_mean: mean(active),
    active_max: largest(active),
    idle_count: idle.length,
    idle_mean: mean(idle),
    idle_max: largest(idle),
  };
}

function early(packets: Told[]): Record<string, number> {
  const first = packets.filter((packet) => packet.payload > 0).slice(0, 6);
  const found: Record<string, number> = {};
  for (let index = 0; index < 6; index++) {
    const packet = first.at(index);
    const before = index === 0 ? undefined : first.at(index - 1);
    found[`early_size_${index + 1}`] =
      packet === undefined ? Number.NaN : packet.forward ? packet.payload : -packet.payload;
    if (index === 0) continue;
    found[`early_gap_${index + 1}`] =
      packet === undefined || before === undefined ? Number.NaN : Math.max(0, packet.timeUs - before.timeUs);
  }
  return found;
}

function tcp(prefix: string, packets: Told[]): Record<string, number> {
  const windows = packets.map((packet) => packet.window).filter((window) => !Number.isNaN(window));
  const flags = Object.entries(FLAGS).map(([name, bit]) => [
    prefix + name,
    packets.filter((packet) => (packet.flags & bit) !== 0).length,
  ]);
  return {
    ...Object.fromEntries(flags),
    [`${prefix}window_first`]: windows.at(0) ?? Number.NaN,
    [`${prefix}window_min`]: smallest(windows),
  };
}

/** Time to live, and what the first payload bytes look like. */
function edges(prefix: string, packets: Told[]): Record<string, number> {
  const ttls = packets.map((packet) => packet.ttl);
  const bytes = [...(packets.find((packet) => packet.bytes.length > 0)?.bytes ?? [])];
  const shares = [...new Set(bytes)].map(
    (byte) => bytes.filter((other) => other === byte).length / bytes.length,
  );
  const printable = bytes.filter((byte) => /^[\x20-\x7e\t-\r]$/.test(String.fromCharCode(byte)));
  return {
    [`${prefix}ttl_min`]: smallest(ttls),
    [`${prefix}ttl_max`]: largest(ttls),
    [`${prefix}entropy`]:
      bytes.length === 0 ? Number.NaN : sum(shares.map((share) => share * Math.log2(1 / share))),
    [`${prefix}printable`]: printable.length / (bytes.length || Number.NaN),
  };
}

function response(packets: Told[]): number {
  const asked = packets.findIndex((packet) => packet.forward && packet.payload > 0);
  if (asked < 0) return Number.NaN;
  const answer = packets.slice(asked).find((packet) => !packet.forward && packet.payload > 0);
  const waitedUs = answer === undefined ? -1 : answer.timeUs - packets[asked].timeUs;
  return waitedUs < 0 ? Number.NaN : waitedUs;
}

function times(packets: readonly Told[]): number[] {
  return packets.map((packet) => packet.timeUs);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? Number.NaN : sum(numbers) / numbers.length;
}

function deviation(numbers: readonly number[]): number {
  const centre = mean(numbers);
  return Math.sqrt(mean(numbers.map((number) => (number - centre) ** 2)));
}

function smallest(numbers: readonly number[]): number {
  return numbers.length === 0 ? Number.NaN : numbers.reduce((least, number) => Math.min(least, number));
}

function largest(numbers: readonly number[]): number {
  return numbers.length === 0 ? Number.NaN : numbers.reduce((most, number) => Math.max(most, number));
}
