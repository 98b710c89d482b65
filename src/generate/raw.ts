// Packets made by tools instead of by a TCP stack: any header, any address, nothing remembered. Knows no scenario.

import type { Random } from "../base/random.ts";
import type { Address } from "./address.ts";
import type { Host } from "./host.ts";
import type { FlowRecord } from "./ledger.ts";
import { writeSynOptions, writeWord } from "./tcp.ts";
import type { World } from "./world.ts";

/** One packet. Everything that is left out is as the sending host does it. */
export interface RawPacket {
  from: Host;
  to: Host;
  /** Written instead of the hosts' own addresses. */
  source?: Address | undefined;
  destination?: Address | undefined;
  version: 4 | 6;
  sourcePort: number;
  destinationPort: number;
  ttl?: number | undefined;
  identification?: number | undefined;
  dontFragment?: boolean | undefined;
  /** Body in the pools and its length. */
  base: number;
  length: number;
  /** Bytes in front of the body. */
  head?: Uint8Array | undefined;
}

/** What a segment adds to a packet. */
export interface RawSegment {
  sequence: number;
  acknowledgment: number;
  flags: number;
  window: number;
  options: RawOptions;
}

/** TCP options: none, what the host's own SYN has, MSS only, or timestamps as in mid-connection. */
export type RawOptions = "none" | "syn" | "mss" | "timestamp";

export function emitTcp(
  world: World,
  record: FlowRecord,
  packet: RawPacket,
  segment: RawSegment,
  fromSource: boolean,
): void {
  const { builder } = world;
  prepare(world, packet);
  builder.optionsLength = writeOptions(world, packet.from, segment);
  builder.startPayload(20 + builder.optionsLength);
  appendPayload(world, packet);
  world.emit(record, builder.finishTcp(packet.sourcePort, packet.destinationPort, segment), fromSource);
}

export function emitUdp(world: World, record: FlowRecord, packet: RawPacket, fromSource: boolean): void {
  const { builder } = world;
  prepare(world, packet);
  builder.startPayload(8);
  appendPayload(world, packet);
  world.emit(record, builder.finishUdp(packet.sourcePort, packet.destinationPort), fromSource);
}

function prepare(world: World, packet: RawPacket): void {
  const route = world.builder.route(packet.from, packet.to, packet.version);
  if (packet.source !== undefined) route.source = packet.source;
  if (packet.destination !== undefined) route.destination = packet.destination;
  if (packet.ttl !== undefined) route.ttl = packet.ttl;
  if (packet.identification !== undefined && packet.version === 4)
    route.identification = packet.identification;
  if (packet.dontFragment !== undefined) route.dontFragment = packet.dontFragment;
}

function appendPayload(world: World, packet: RawPacket): void {
  if (packet.head !== undefined) world.builder.append(packet.head);
  if (packet.length > 0) world.builder.appendBody(packet.base, 0, packet.length);
}

const TIMESTAMP_HEAD = [1, 1, 8, 10];

function writeOptions(world: World, from: Host, segment: RawSegment): number {
  const { options } = world.builder;
  switch (segment.options) {
    case "none":
      return 0;
    case "syn":
      return writeSynOptions(options, from, undefined, from.timestamp(world.nowUs), 0);
    case "mss":
      options.set([2, 4, 5, 0xb4]);
      return 4;
    case "timestamp": {
      options.set(TIMESTAMP_HEAD);
      writeWord(options, writeWord(options, 4, from.timestamp(world.nowUs)), segment.sequence);
      return 12;
    }
  }
}

/** Gaps between the packets of a tool, µs, for a mean rate. */
export type Pace = "steady" | "random" | "bursts";

export function paced(random: Random, pace: Pace, perSecond: number): () => number {
  const meanUs = 1_000_000 / perSecond;
  // Whole µs leave the scheduler, so the fraction is carried over.
  let carry = 0;
  const whole = (gapUs: number): number => {
    const total = gapUs + carry;
    const floor = Math.floor(total);
    carry = total - floor;
    return floor;
  };
  switch (pace) {
    case "steady":
      return () => whole(meanUs * (0.95 + 0.1 * random.uniform()));
    case "random":
      return () => whole(random.exponential(meanUs));
    case "bursts": {
      const size = random.integer(4, 128);
      let sent = 0;
      return () => whole(++sent % size === 0 ? meanUs * size * (0.5 + random.uniform()) * 0.9 : meanUs * 0.1);
    }
  }
}
