// Builds frames by hand, layer by layer, from the inside out: `ethernet(0x0800, ipv4({ protocol: 6 }, tcp({})))`.
//
// Every field has a sound default, and lengths are filled in, so that a test names only what it is about. `raw` fields
// overwrite what was computed, to build frames that lie. Checksums are left 0.

export type Bytes = Uint8Array | readonly number[];

/** Joins parts to one array. */
export function join(...parts: Bytes[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

export function be16(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

export function be32(value: number): number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** Bytes of hexadecimal text; blanks are skipped. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, "");
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
  );
}

/** Bytes of ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const HARDWARE_A = [0x02, 0, 0, 0, 0, 0x0a];
const HARDWARE_B = [0x02, 0, 0, 0, 0, 0x0b];

export function ethernet(type: number, payload: Bytes): Uint8Array {
  return join(HARDWARE_B, HARDWARE_A, be16(type), payload);
}

/** A VLAN tag and what is behind it, for a payload of type 0x8100, 0x88a8 or 0x9100. */
export function vlan(identifier: number, type: number, payload: Bytes): Uint8Array {
  return join(be16(identifier), be16(type), payload);
}

/** LLC with SNAP. */
export function snap(type: number, payload: Bytes, organisation = 0): Uint8Array {
  return join(
    [0xaa, 0xaa, 0x03, (organisation >> 16) & 0xff, (organisation >> 8) & 0xff, organisation & 0xff],
    be16(type),
    payload,
  );
}

/** A stack of MPLS labels; the last one ends the stack. */
export function mpls(labels: readonly number[], payload: Bytes): Uint8Array {
  const stack = labels.map((label, index) =>
    be32((label << 12) | (index === labels.length - 1 ? 0x100 : 0) | 64),
  );
  return join(...stack, payload);
}

/** A PPPoE session header and PPP protocol. */
export function pppoe(protocol: number, payload: Bytes, length = payload.length + 2): Uint8Array {
  return join([0x11, 0, 0, 1], be16(length), be16(protocol), payload);
}

export function arp(operation: number, sender = [10, 0, 0, 1], target = [10, 0, 0, 2]): Uint8Array {
  return join([0, 1, 8, 0, 6, 4], be16(operation), HARDWARE_A, sender, [0, 0, 0, 0, 0, 0], target);
}

export interface Ipv4Fields {
  protocol: number;
  source?: readonly number[];
  destination?: readonly number[];
  ttl?: number;
  trafficClass?: number;
  identification?: number;
  dontFragment?: boolean;
  moreFragments?: boolean;
  /** In bytes; a multiple of 8. */
  fragmentOffset?: number;
  options?: Bytes;
  version?: number;
  headerWords?: number;
  totalLength?: number;
}

export function ipv4(fields: Ipv4Fields, payload: Bytes): Uint8Array {
  const options = fields.options ?? [];
  const words = fields.headerWords ?? 5 + options.length / 4;
  const flags = (fields.dontFragment ? 0x4000 : 0) | (fields.moreFragments ? 0x2000 : 0);
  return join(
    [((fields.version ?? 4) << 4) | words, fields.trafficClass ?? 0],
    be16(fields.totalLength ?? 20 + options.length + payload.length),
    be16(fields.identification ?? 0),
    be16(flags | ((fields.fragmentOffset ?? 0) >> 3)),
    [fields.ttl ?? 64, fields.protocol, 0, 0],
    fields.source ?? [10, 0, 0, 1],
    fields.destination ?? [10, 0, 0, 2],
    options,
    payload,
  );
}

export interface Ipv6Fields {
  next: number;
  source?: Bytes;
  destination?: Bytes;
  hopLimit?: number;
  trafficClass?: number;
  version?: number;
  payloadLength?: number;
}

const ADDRESS_A = fromHex("20010db8000000000000000000000001");
const ADDRESS_B = fromHex("20010db8000000000000000000000002");

export function ipv6(fields: Ipv6Fields, payload: Bytes): Uint8Array {
  return join(
    be32(((fields.version ?? 6) << 28) | ((fields.trafficClass ?? 0) << 20)),
    be16(fields.payloadLength ?? payload.length),
    [fields.next, fields.hopLimit ?? 64],
    fields.source ?? ADDRESS_A,
    fields.destination ?? ADDRESS_B,
    payload,
  );
}

/** An IPv6 extension header of 8 × (1 + units) bytes. */
export function extension(next: number, units: number, payload: Bytes): Uint8Array {
  return join([next, units], new Uint8Array(6 + 8 * units), payload);
}

/** An authentication header of 4 × (2 + units) bytes. */
export function authentication(next: number, units: number, payload: Bytes): Uint8Array {
  return join([next, units], new Uint8Array(4 * units + 6), payload);
}

export function fragmentHeader(
  fields: { next: number; offset: number; more: boolean; identification?: number },
  payload: Bytes,
): Uint8Array {
  return join(
    [fields.next, 0],
    be16(fields.offset | (fields.more ? 1 : 0)),
    be32(fields.identification ?? 0),
    payload,
  );
}

export interface TcpFields {
  sourcePort?: number;
  destinationPort?: number;
  sequence?: number;
  acknowledgment?: number;
  flags?: number;
  window?: number;
  urgentPointer?: number;
  /** A multiple of 4 bytes. */
  options?: Bytes;
  headerWords?: number;
}

export function tcp(fields: TcpFields, payload: Bytes = []): Uint8Array {
  const options = fields.options ?? [];
  return join(
    be16(fields.sourcePort ?? 49152),
    be16(fields.destinationPort ?? 80),
    be32(fields.sequence ?? 1),
    be32(fields.acknowledgment ?? 0),
    [(fields.headerWords ?? 5 + options.length / 4) << 4, fields.flags ?? 0x10],
    be16(fields.window ?? 65535),
    [0, 0],
    be16(fields.urgentPointer ?? 0),
    options,
    payload,
  );
}

export function udp(
  fields: { sourcePort?: number; destinationPort?: number; length?: number },
  payload: Bytes = [],
): Uint8Array {
  const length = fields.length ?? 8 + payload.length;
  return join(
    be16(fields.sourcePort ?? 49152),
    be16(fields.destinationPort ?? 9),
    be16(length),
    [0, 0],
    payload,
  );
}

export function sctp(sourcePort: number, destinationPort: number, payload: Bytes = []): Uint8Array {
  return join(be16(sourcePort), be16(destinationPort), be32(0x01020304), be32(0), payload);
}

/** ICMP or ICMPv6: type, code, and the 4 bytes that depend on them. */
export function icmp(
  type: number,
  code: number,
  rest: Bytes = [0, 0, 0, 0],
  payload: Bytes = [],
): Uint8Array {
  return join([type, code, 0, 0], rest, payload);
}

/** A name in wire form. */
export function dnsLabels(...labels: string[]): Uint8Array {
  return join(...labels.map((label) => join([label.length], ascii(label))), [0]);
}

export interface DnsFields {
  identification?: number;
  flags?: number;
  questions?: number;
  answers?: number;
}

/** A DNS message; `question` is its question section. */
export function dns(fields: DnsFields, question: Bytes): Uint8Array {
  const counts = [fields.questions ?? 1, fields.answers ?? 0, 0, 0].flatMap(be16);
  return join(be16(fields.identification ?? 0), be16(fields.flags ?? 0x0100), counts, question);
}

export function gre(type: number, payload: Bytes, flags = 0): Uint8Array {
  const optional = [0x8000, 0x2000, 0x1000].filter((flag) => (flags & flag) !== 0).length;
  return join(be16(flags), be16(type), new Uint8Array(4 * optional), payload);
}

/** UDP with a VXLAN header. */
export function vxlan(identifier: number, frame: Bytes): Uint8Array {
  return udp({ destinationPort: 4789 }, join([0x08, 0, 0, 0], be32(identifier << 8), frame));
}

const COOKED_ADDRESS = [...HARDWARE_A, 0, 0];

/** Linux cooked, version 1. */
export function cooked(protocol: number, payload: Bytes, hardware = 1): Uint8Array {
  return join(be16(0), be16(hardware), be16(6), COOKED_ADDRESS, be16(protocol), payload);
}

/** Linux cooked, version 2. */
export function cooked2(protocol: number, payload: Bytes, hardware = 1): Uint8Array {
  return join(be16(protocol), [0, 0], be32(3), be16(hardware), [0, 6], COOKED_ADDRESS, payload);
}

/** NFLOG with attributes, each a type and a value, in either byte order. */
export function nflog(
  family: number,
  littleEndian: boolean,
  attributes: readonly (readonly [type: number, value: Bytes])[],
): Uint8Array {
  const number = (value: number): number[] => (littleEndian ? be16(value).reverse() : be16(value));
  const parts = attributes.map(([type, value]) =>
    join(number(4 + value.length), number(type), value, new Uint8Array(-value.length & 3)),
  );
  return join([family, 0, 0, 5], ...parts);
}
