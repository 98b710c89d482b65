// The KDD service of a connection, by tables that ../../measures/kdd.ts writes: a code for each port of TCP and UDP, and
// for each type and code of ICMP and ICMPv6.

import { reserve } from "../../../flow/assembly/arena";
import { Packet, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from "../../../packet/assembly/packet";

const ENTRIES: usize = 65536;
let tables: usize = 0;
const PORT_FTP_DATA: i32 = 20;

/** Where the tables are to be written: TCP, UDP, ICMP, ICMPv6, one behind the other; 0 when memory is refused. */
export function kddServiceTable(): usize {
  if (tables == 0) tables = reserve(4 * ENTRIES);
  return tables;
}

/** Of the connection whose first packet this is. */
export function kddService(packet: Packet): i32 {
  const protocol = packet.protocol;
  if (protocol == PROTOCOL_TCP) {
    // A server that sends files opens the connection itself, from this port.
    const port = packet.sourcePort == PORT_FTP_DATA ? PORT_FTP_DATA : packet.destinationPort;
    return <i32>load<u8>(tables + <usize>port);
  }
  if (protocol == PROTOCOL_UDP) return <i32>load<u8>(tables + ENTRIES + <usize>packet.destinationPort);
  const table = tables + (protocol == PROTOCOL_ICMP ? 2 * ENTRIES : 3 * ENTRIES);
  return <i32>load<u8>(table + <usize>(((packet.icmpType & 0xff) << 8) | (packet.icmpCode & 0xff)));
}
