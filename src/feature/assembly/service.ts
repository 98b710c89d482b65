// Service: the responder's port as one of a few named services, by the table of ../measures/service.ts.

import { reserve } from "../../flow/assembly/arena";
import { Packet, PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from "../../packet/assembly/packet";

export const SERVICE_MEASURES: i32 = 1;
export const SERVICE_BYTES: usize = 8;

/** Code by port, written from outside. */
let codes: usize = 0;

export function serviceTable(): usize {
  if (codes == 0) codes = reserve(65536);
  return codes;
}

export function serviceOpen(at: usize, packet: Packet, forward: bool): void {
  const portless =
    packet.protocol == PROTOCOL_ICMP ||
    packet.protocol == PROTOCOL_ICMPV6 ||
    (packet.sourcePort | packet.destinationPort) == 0;
  const port = forward ? packet.destinationPort : packet.sourcePort;
  store<u8>(at, portless ? 0 : load<u8>(codes + <usize>port));
}

/** Writes SERVICE_MEASURES numbers. */
export function serviceWrite(at: usize, out: usize): void {
  store<f64>(out, <f64>load<u8>(at));
}
