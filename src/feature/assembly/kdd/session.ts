// The text of one session: what was typed and what was answered, as the features 10 to 22 count it. Which line counts as
// what is told in dialogue.ts and in docs/reference/kdd.md.
//
// Segments of both directions come in as they were captured; what is read depends on them alone. Bounds: stream.ts.

import { clear } from "../../../flow/assembly/arena";
import { PROTOCOL_TCP, Packet, TCP_SYN } from "../../../packet/assembly/packet";
import { clientLine, serverLine, serverPause } from "./dialogue";
import {
  addByte,
  begin,
  firstHeld,
  heldBytes,
  heldLength,
  heldSequence,
  hold,
  isOpen,
  letGo,
  lineOf,
  lose,
  openStream,
  overlap,
  Stream,
  STREAM_BYTES,
} from "./stream";
import { Dialogue, KIND_TELNET } from "./dialogue-state";

const DIALOGUE_BYTES: usize = (offsetof<Dialogue>() + 15) & ~15;
export const SESSION_BYTES: usize = DIALOGUE_BYTES + 2 * STREAM_BYTES;

const LINE_FEED: i32 = 10;
const CARRIAGE_RETURN: i32 = 13;
const BACKSPACE: i32 = 8;
const DELETE: i32 = 127;

// Telnet commands (RFC 854): 255, then one byte, or two for negotiations (251 to 254), or 250 … 255 240.
const TELNET_COMMAND: i32 = 255;
const TELNET_SUBNEGOTIATION: i32 = 250;
const TELNET_SUBNEGOTIATION_END: i32 = 240;
const TELNET_WILL: i32 = 251;
const AT_TEXT: u8 = 0;
const AT_COMMAND: u8 = 1;
const AT_OPTION: u8 = 2;
const AT_SUBNEGOTIATION: u8 = 3;
const AT_SUBNEGOTIATION_COMMAND: u8 = 4;

@inline
function streamOf(session: usize, forward: bool): Stream {
  return changetype<Stream>(session + DIALOGUE_BYTES + (forward ? 0 : STREAM_BYTES));
}

export function openSession(session: usize, kind: i32): void {
  clear(session, DIALOGUE_BYTES);
  changetype<Dialogue>(session).kind = kind;
  openStream(streamOf(session, true));
  openStream(streamOf(session, false));
}

/** Reads a packet of the session. */
export function readSegment(session: usize, packet: Packet, forward: bool): void {
  if (packet.protocol != PROTOCOL_TCP || packet.fragmentOffset != 0) return;
  const stream = streamOf(session, forward);
  const syn = (packet.tcpFlags & TCP_SYN) != 0;
  const sequence = <u32>packet.sequence + (syn ? 1 : 0);
  if (syn) begin(stream, sequence);
  const length = <u32>packet.payloadLength;
  const dialogue = changetype<Dialogue>(session);
  if (length == 0 || !isOpen(stream) || dialogue.encrypted) return;
  begin(stream, sequence);
  const captured = min(<u32>packet.payloadCaptured, length);
  dialogue.captured += captured;
  if (overlap(stream, sequence, length) < 0) {
    if (captured == length && hold(stream, sequence, <usize>packet.payloadOffset, length)) return;
    giveUpHoles(session, stream, forward);
    if (overlap(stream, sequence, length) < 0) {
      lose(stream);
      stream.expected = sequence;
    }
  }
  take(session, stream, sequence, <usize>packet.payloadOffset, captured, length, forward);
  drain(session, stream, forward);
  if (!forward && dialogue.kind == KIND_TELNET) pause(session, stream);
}

/** The session is over: what still waits is read, without what is missing before it. */
export function closeSession(session: usize): void {
  giveUpHoles(session, streamOf(session, true), true);
  giveUpHoles(session, streamOf(session, false), false);
}

/** Reads what is new of a segment, of which `captured` bytes are to be had. */
function take(
  session: usize,
  stream: Stream,
  sequence: u32,
  from: usize,
  captured: u32,
  length: u32,
  forward: bool,
): void {
  const known = <u32>overlap(stream, sequence, length);
  if (known >= length) return;
  stream.expected = sequence + length;
  if (captured > known) read(session, stream, from + <usize>known, captured - known, forward);
  if (captured < length) lose(stream);
}

/** Reads the held segments that have become due. */
function drain(session: usize, stream: Stream, forward: bool): void {
  while (stream.held != 0) {
    const place = firstHeld(stream);
    const sequence = heldSequence(stream, place);
    const length = heldLength(stream, place);
    if (overlap(stream, sequence, length) < 0) return;
    take(session, stream, sequence, heldBytes(stream, place), length, length, forward);
    letGo(stream, place);
  }
}

/** Reads all held segments, whatever is missing before them. */
function giveUpHoles(session: usize, stream: Stream, forward: bool): void {
  while (stream.held != 0) {
    const sequence = heldSequence(stream, firstHeld(stream));
    if (<i32>(sequence - stream.expected) > 0) {
      lose(stream);
      stream.expected = sequence;
    }
    drain(session, stream, forward);
  }
}

function read(session: usize, stream: Stream, from: usize, length: u32, forward: bool): void {
  const telnet = changetype<Dialogue>(session).kind == KIND_TELNET;
  const end = from + <usize>length;
  for (let at = from; at < end && isOpen(stream); at++) {
    stream.taken++;
    const byte = <i32>load<u8>(at);
    if (telnet && isCommand(stream, byte)) continue;
    if (byte == LINE_FEED || byte == CARRIAGE_RETURN) endLine(session, stream, forward);
    else if (telnet && forward && (byte == BACKSPACE || byte == DELETE)) {
      if (stream.length != 0) stream.length--;
    } else if (byte != 0 && stream.torn == 0) addByte(stream, byte);
  }
}

/** A line ends with either character; both of them make an empty line more, which says nothing. */
function endLine(session: usize, stream: Stream, forward: bool): void {
  const length = <i32>stream.length;
  stream.length = 0;
  stream.torn = 0;
  if (length == 0) return;
  const dialogue = changetype<Dialogue>(session);
  if (!forward) serverLine(dialogue, lineOf(stream), length);
  else {
    clientLine(dialogue, lineOf(stream), length);
    // What the server asked is answered; what it shows now is no longer part of that question.
    if (dialogue.kind == KIND_TELNET) streamOf(session, false).length = 0;
  }
}

/** The server stopped without ending its line: it may be asking. It is not while its other side is typing. */
function pause(session: usize, stream: Stream): void {
  if (stream.length == 0 || streamOf(session, true).length != 0) return;
  serverPause(changetype<Dialogue>(session), lineOf(stream), <i32>stream.length);
}

/** Whether the byte is part of a Telnet command. */
function isCommand(stream: Stream, byte: i32): bool {
  const before = stream.command;
  if (before == AT_TEXT) {
    if (byte != TELNET_COMMAND) return false;
    stream.command = AT_COMMAND;
  } else if (before == AT_COMMAND) {
    if (byte == TELNET_SUBNEGOTIATION) stream.command = AT_SUBNEGOTIATION;
    else stream.command = byte >= TELNET_WILL && byte != TELNET_COMMAND ? AT_OPTION : AT_TEXT;
  } else if (before == AT_OPTION) stream.command = AT_TEXT;
  else if (before == AT_SUBNEGOTIATION) {
    if (byte == TELNET_COMMAND) stream.command = AT_SUBNEGOTIATION_COMMAND;
  } else stream.command = byte == TELNET_SUBNEGOTIATION_END ? AT_TEXT : AT_SUBNEGOTIATION;
  return true;
}
