// A TCP session between two hosts as frames, for tests: opening, pieces of text either way, orderly end.

import { ascii, ethernet, ipv4, join, tcp } from "./frames.ts";

export interface Piece {
  fromClient: boolean;
  bytes: Uint8Array;
}

export interface Segment extends Piece {
  sequence: number;
  acknowledgment: number;
  flags: number;
}

const CLIENT = [10, 0, 0, 1];
const SERVER = [10, 0, 0, 2];
const CLIENT_START = 4_294_967_000; // wraps around soon
const SERVER_START = 7_000;
const SYN = 0x02;
const ACK = 0x10;
const PUSH_ACK = 0x18;
const FIN_ACK = 0x11;

/** "> text" from the client, "< text" from the server; \r\n is added unless the text ends in "_", which is taken off. */
export function dialogue(...lines: readonly string[]): Piece[] {
  return lines.map((line) => {
    const text = line.slice(2);
    const ended = text.endsWith("_") ? text.slice(0, -1) : `${text}\r\n`;
    return { fromClient: line.startsWith("> "), bytes: ascii(ended) };
  });
}

/** Every byte in a piece of its own. */
export function byteByByte(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap(({ fromClient, bytes }) =>
    [...bytes].map((byte) => ({ fromClient, bytes: Uint8Array.of(byte) })),
  );
}

/** The segments that carry the pieces, in their order, with opening and end. */
export function segmentsOf(pieces: readonly Piece[]): Segment[] {
  const next = { client: CLIENT_START, server: SERVER_START };
  const nothing = new Uint8Array(0);
  const made: Segment[] = [];
  const send = (fromClient: boolean, flags: number, bytes: Uint8Array): void => {
    const side = fromClient ? "client" : "server";
    const acknowledgment = fromClient ? next.server : next.client;
    made.push({ fromClient, flags, bytes, sequence: next[side], acknowledgment });
    next[side] = (next[side] + bytes.length + ((flags & 0x03) === 0 ? 0 : 1)) % 2 ** 32;
  };
  send(true, SYN, nothing);
  send(false, SYN | ACK, nothing);
  send(true, ACK, nothing);
  for (const { fromClient, bytes } of pieces) send(fromClient, PUSH_ACK, bytes);
  send(true, FIN_ACK, nothing);
  send(false, FIN_ACK, nothing);
  send(true, ACK, nothing);
  return made;
}

export function frameOf(segment: Segment, serverPort: number, clientPort = 40_000): Uint8Array {
  const { fromClient, sequence, acknowledgment, flags, bytes } = segment;
  const ports = fromClient ? [clientPort, serverPort] : [serverPort, clientPort];
  const fields = { sourcePort: ports[0], destinationPort: ports[1], sequence, acknowledgment, flags };
  const [source, destination] = fromClient ? [CLIENT, SERVER] : [SERVER, CLIENT];
  return join(ethernet(0x0800, ipv4({ protocol: 6, source, destination }, tcp(fields, bytes))));
}
