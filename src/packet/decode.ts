// The decoder: one frame in, one reused Packet out. The hot path of the house.
//
// Guarantees: never throws, whatever the bytes; allocates nothing per frame; every field of the packet is set; every offset
// lies inside the captured frame. What is wrong with a frame is noted in the packet and counted. Must not know flows,
// files or clocks. The way of a frame:
//
//   link header -> EtherType (tags, labels, sessions peeled off) -> IP or ARP -> [tunnel: back to EtherType] -> transport

import { Cursor, note } from "./cursor.ts";
import { unwrap } from "./ethertype.ts";
import { linkReader } from "./link.ts";
import { readNetwork } from "./network.ts";
import { LAYER_ARP, Packet } from "./packet.ts";
import { PROBLEM_LINK_TYPE, PROBLEM_TUNNEL_CONTENT } from "./problems.ts";
import { DecodeStatistics } from "./statistics.ts";
import { readTransport } from "./transport.ts";
import { enterTunnel, TUNNEL_DEPTH_MAX } from "./tunnel.ts";

export interface DecoderOptions {
  /** Look into IP-in-IP, 6in4, GRE and VXLAN: the packet then describes the innermost one that could be read. */
  tunnels?: boolean;
}

/** Longer frames are taken for this long: a frame header that claims more lies. */
const WIRE_LENGTH_MAX = 0x3fffffff;

export class Decoder {
  /** The packet of the last `decode`; the same object every time. */
  readonly packet = new Packet();
  readonly statistics = new DecodeStatistics();
  readonly #cursor = new Cursor();
  readonly #depthMax: number;

  constructor(options: DecoderOptions = {}) {
    this.#depthMax = options.tunnels === true ? TUNNEL_DEPTH_MAX : 0;
  }

  /**
   * Decodes the frame of `capturedLength` bytes at `start` of `bytes`, which was `wireLength` bytes long on the wire, and
   * counts it. `timestampUs` is microseconds since 1970-01-01 UTC; `linkType` a LINKTYPE number. Returns `packet`.
   */
  decode(
    bytes: Uint8Array,
    start: number,
    capturedLength: number,
    wireLength: number,
    timestampUs: number,
    linkType: number,
  ): Packet {
    const { packet } = this;
    const cursor = this.#cursor;
    const captured = Math.max(0, Math.min(capturedLength, bytes.length - start)) | 0;
    packet.bytes = bytes;
    packet.start = start;
    packet.capturedLength = captured;
    packet.wireLength = wireLength;
    packet.timestampUs = timestampUs;
    packet.ordinal++;
    cursor.bytes = bytes;
    cursor.outerLayers = 0;
    const wireEnd = start + Math.max(captured, Math.min(wireLength, WIRE_LENGTH_MAX));
    if (!read(cursor, packet, start, wireEnd, linkType, this.#depthMax)) {
      const depth = packet.tunnelDepth - 1;
      read(cursor, packet, start, wireEnd, linkType, depth);
      note(packet, PROBLEM_TUNNEL_CONTENT);
    }
    this.statistics.count(packet, cursor.outerLayers);
    return packet;
  }
}

/** Reads the frame, entering at most `depthMax` tunnels. False when the innermost one entered held nothing readable. */
function read(
  cursor: Cursor,
  packet: Packet,
  start: number,
  wireEnd: number,
  linkType: number,
  depthMax: number,
): boolean {
  packet.reset();
  cursor.offset = start;
  cursor.end = start + packet.capturedLength;
  cursor.wireEnd = wireEnd;
  const reader = linkReader(linkType);
  if (reader === undefined) {
    note(packet, PROBLEM_LINK_TYPE);
    return true;
  }
  let etherType = unwrap(cursor, packet, reader(cursor, packet));
  for (;;) {
    const protocol = etherType === 0 ? -1 : readNetwork(cursor, packet, etherType);
    packet.transportOffset = cursor.offset;
    if (protocol < 0) break;
    if (depthMax > 0) {
      etherType =
        packet.tunnelDepth === depthMax && depthMax < TUNNEL_DEPTH_MAX
          ? -1
          : enterTunnel(cursor, packet, protocol);
      if (etherType >= 0) continue;
    }
    readTransport(cursor, packet, protocol);
    break;
  }
  if (packet.ipVersion === 0) {
    packet.transportOffset = 0;
    return packet.tunnelDepth === 0 || (packet.layers & LAYER_ARP) !== 0;
  }
  packet.payloadOffset = cursor.offset;
  packet.payloadLength = cursor.wireEnd - cursor.offset;
  packet.payloadCaptured = cursor.end - cursor.offset;
  return true;
}

export { DecodeStatistics } from "./statistics.ts";
