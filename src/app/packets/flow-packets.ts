// The packets of one flow of a capture: which they are, what is in them, and as a capture of their own.
//
// What it guarantees: at most the first PACKETS_MAX packets are looked for, which is told; reading ends early where enough was
// found, where the capture is far behind the flow's end, and where the client has gone. Prints nothing.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { OrbweaverError } from "../../base/errors.ts";
import type { FrameHandler } from "../../capture/contract.ts";
import { readCapture } from "../../capture/read.ts";
import { CaptureWriter } from "../../capture/write.ts";
import { Decoder } from "../../packet/decode.ts";
import type { Packet } from "../../packet/packet.ts";
import { fromTemporary } from "../temporary-download.ts";
import { type Direction, FlowMatch, type FlowWanted } from "./flow-match.ts";
import { layersOf, type PacketLayer } from "./layers.ts";

export type { Direction, FlowWanted } from "./flow-match.ts";
export type { LayerField, PacketLayer } from "./layers.ts";

/** Packets of a flow that are looked for. */
export const PACKETS_MAX = 10_000;
/** Bytes of a frame that are told. */
export const FRAME_BYTES_MAX = 2_048;
/** Frames of several interfaces may stand in a capture out of their order; none later than this behind the flow's end is looked at. */
const LATER_US = 60_000_000;

export interface FlowPacket {
  /** Number of the frame in its capture, from 1. */
  frame: number;
  timestamp_us: number;
  direction: Direction;
  wire_length: number;
  captured_length: number;
  payload_length: number;
  layers: PacketLayer[];
  /** The frame's first bytes in hexadecimal. */
  hex: string;
}

/** Every packet in short, for a drawing. */
export interface TimelinePoint {
  timestamp_us: number;
  direction: Direction;
  wire_length: number;
}

export interface FlowPackets {
  /** Packets found. */
  total: number;
  /** True where more than PACKETS_MAX would be found. */
  more: boolean;
  offset: number;
  packets: FlowPacket[];
  timeline: TimelinePoint[];
}

export interface FlowPage {
  offset: number;
  limit: number;
  tunnels?: boolean;
}

type Take = (packet: Packet, direction: Direction, linkType: number) => void;

/** Throws `request-invalid`, `cancelled`, and what reading a capture throws. */
export async function flowPackets(
  path: string,
  wanted: FlowWanted,
  page: FlowPage,
  signal: AbortSignal,
): Promise<FlowPackets> {
  const { offset, limit } = page;
  const packets: FlowPacket[] = [];
  const timeline: TimelinePoint[] = [];
  const more = await eachPacket(
    path,
    { wanted, tunnels: page.tunnels, signal },
    (packet, direction, link) => {
      const index = timeline.length;
      const { timestampUs, wireLength } = packet;
      timeline.push({ timestamp_us: timestampUs, direction, wire_length: wireLength });
      if (index >= offset && index < offset + limit) packets.push(toldPacket(packet, direction, link));
    },
  );
  return { total: timeline.length, more, offset, packets, timeline };
}

/** The packets as a pcap file. Frames of another link type than the first are left out, since a pcap file has one. */
export function flowCapture(
  path: string,
  wanted: FlowWanted,
  page: { tunnels?: boolean },
  signal: AbortSignal,
) {
  return fromTemporary("flow.pcap", signal, async (out) => {
    let file: { writer: CaptureWriter; linkType: number } | undefined;
    try {
      await eachPacket(path, { wanted, tunnels: page.tunnels, signal }, (packet, _, linkType) => {
        file ??= { writer: CaptureWriter.open(out, { linkType }), linkType };
        const { bytes, start, capturedLength, wireLength, timestampUs } = packet;
        if (linkType !== file.linkType || timestampUs < 0) return;
        file.writer.frame(bytes, start, capturedLength, wireLength, timestampUs, linkType);
      });
      await (file?.writer ?? CaptureWriter.open(out)).close();
    } catch (failure) {
      file?.writer.discard();
      throw failure;
    }
    return {
      type: "application/vnd.tcpdump.pcap",
      bytes: (await stat(out)).size,
      content: createReadStream(out) as AsyncIterable<Uint8Array>,
    };
  });
}

/** Hands over the packets of a flow in their order; true where there are more than are looked for. */
async function eachPacket(
  path: string,
  { wanted, tunnels, signal }: { wanted: FlowWanted; tunnels?: boolean; signal: AbortSignal },
  take: Take,
): Promise<boolean> {
  const match = new FlowMatch(wanted);
  const decoder = new Decoder({ tunnels });
  const enough = new AbortController();
  let found = 0;
  let frames = 0;
  const onFrame: FrameHandler = {
    frame(bytes, start, captured, wire, timeUs, linkType) {
      frames++;
      if (enough.signal.aborted) return;
      if (timeUs > wanted.toUs + LATER_US) return enough.abort();
      const packet = decoder.decode(bytes, start, captured, wire, timeUs, linkType);
      const direction = match.directionOf(packet);
      if (direction === undefined) return;
      found++;
      if (found > PACKETS_MAX) return enough.abort();
      packet.ordinal = frames;
      take(packet, direction, linkType);
    },
  };
  await readCapture(path, { onFrame, signal: AbortSignal.any([signal, enough.signal]) });
  if (signal.aborted) throw new OrbweaverError("cancelled", "looking for packets was stopped");
  return found > PACKETS_MAX;
}

function toldPacket(packet: Packet, direction: Direction, linkType: number): FlowPacket {
  const { bytes, start, capturedLength, wireLength, timestampUs, payloadLength } = packet;
  const shown = bytes.subarray(start, start + Math.min(capturedLength, FRAME_BYTES_MAX));
  return {
    frame: packet.ordinal,
    timestamp_us: timestampUs,
    direction,
    wire_length: wireLength,
    captured_length: capturedLength,
    payload_length: payloadLength,
    layers: layersOf(packet, linkType),
    hex: Buffer.from(shown).toString("hex"),
  };
}
