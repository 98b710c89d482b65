// The decoder: one frame in, one reused Packet out. The hot path of the house.
//
// Guarantees: never throws, whatever the bytes; allocates nothing per frame; every field of the packet is set; every offset
// lies inside the captured frame, and nothing outside of it is read. What is wrong with a frame is noted in the packet and
// counted. Must not know flows, files or clocks. The way of a frame:
//
//   link header -> EtherType (tags, labels, sessions peeled off) -> IP or ARP -> [tunnel: back to EtherType] -> transport

import { Cursor, note } from "./cursor";
import { unwrap } from "./ethertype";
import { readLink } from "./link";
import { readNetwork } from "./network";
import { LAYER_ARP, Packet } from "./packet";
import { PROBLEM_LINK_TYPE, PROBLEM_TUNNEL_CONTENT } from "./problems";
import { DecodeStatistics, STATISTICS_COUNT } from "./statistics";
import { readTransport } from "./transport";
import { enterTunnel, TUNNEL_DEPTH_MAX } from "./tunnel";

/** Longer frames are taken for this long: a frame header that claims more lies. */
const WIRE_LENGTH_MAX: u32 = 0x3fffffff;

// Offsets of a decoder's parts; each begins at a multiple of 16.
const CURSOR_AT: usize = 16;
const PACKET_AT: usize = 32;
const STATISTICS_AT: usize = PACKET_AT + ((offsetof<Packet>() + 15) & ~15);
const DECODER_BYTES: usize = (STATISTICS_AT + STATISTICS_COUNT * 8 + 15) & ~15;

/** Never made with `new`: laid over `bytes()` bytes of memory, at a multiple of 16, then `setup`. */
@unmanaged
export class Decoder {
  /** How many tunnels to enter: 0, or TUNNEL_DEPTH_MAX. */
  depthMax: i32;

  /** Bytes of a decoder in memory. */
  static bytes(): usize {
    return DECODER_BYTES;
  }

  /** The packet of the last `decode`; the same place every time. */
  @inline get packet(): Packet {
    return changetype<Packet>(changetype<usize>(this) + PACKET_AT);
  }

  @inline get statistics(): DecodeStatistics {
    return changetype<DecodeStatistics>(changetype<usize>(this) + STATISTICS_AT);
  }

  @inline private get cursor(): Cursor {
    return changetype<Cursor>(changetype<usize>(this) + CURSOR_AT);
  }

  /** Begins anew: no packet read, nothing counted. */
  setup(depthMax: i32): void {
    memory.fill(changetype<usize>(this), 0, DECODER_BYTES);
    this.depthMax = depthMax;
    this.packet.reset();
  }

  /**
   * Decodes the frame of `captured` bytes at the address `start`, which was `wireLength` bytes long on the wire, and counts
   * it. `captured` is not negative. `timestampUs` is microseconds since 1970-01-01 UTC; `linkType` a LINKTYPE number.
   * Returns `packet`.
   */
  decode(start: usize, captured: i32, wireLength: u32, timestampUs: f64, linkType: i32): Packet {
    const packet = this.packet;
    const cursor = this.cursor;
    packet.start = <i32>start;
    packet.capturedLength = captured;
    packet.wireLength = wireLength;
    packet.timestampUs = timestampUs;
    packet.ordinal += 1;
    cursor.outerLayers = 0;
    const wireEnd = start + max(<u32>captured, min(wireLength, WIRE_LENGTH_MAX));
    if (!read(cursor, packet, start, wireEnd, linkType, this.depthMax)) {
      read(cursor, packet, start, wireEnd, linkType, packet.tunnelDepth - 1);
      note(packet, PROBLEM_TUNNEL_CONTENT);
    }
    this.statistics.count(packet, cursor.outerLayers);
    return packet;
  }
}

/**
 * Reads the frame, entering at most `depthMax` tunnels. False when the innermost one entered held nothing readable.
 * The readers of Ethernet, IPv4, TCP and UDP are compiled into this one function: calls would cost a quarter of the time.
 */
function read(cursor: Cursor, packet: Packet, start: usize, wireEnd: usize, linkType: i32, depthMax: i32): bool {
  packet.reset();
  cursor.offset = start;
  cursor.end = start + packet.capturedLength;
  cursor.wireEnd = wireEnd;
  const announced = readLink(cursor, packet, linkType);
  if (announced < 0) {
    note(packet, PROBLEM_LINK_TYPE);
    return true;
  }
  let etherType = unwrap(cursor, packet, announced);
  while (true) {
    const protocol = etherType == 0 ? -1 : readNetwork(cursor, packet, etherType);
    packet.transportOffset = <i32>cursor.offset;
    if (protocol < 0) break;
    if (depthMax > 0) {
      etherType =
        packet.tunnelDepth == depthMax && depthMax < TUNNEL_DEPTH_MAX
          ? -1
          : enterTunnel(cursor, packet, protocol);
      if (etherType >= 0) continue;
    }
    readTransport(cursor, packet, protocol);
    break;
  }
  if (packet.ipVersion == 0) {
    packet.transportOffset = 0;
    return packet.tunnelDepth == 0 || (packet.layers & LAYER_ARP) != 0;
  }
  packet.payloadOffset = <i32>cursor.offset;
  packet.payloadLength = cursor.remaining;
  packet.payloadCaptured = cursor.available;
  return true;
}
