// The features 10 to 22 of connections: sessions read those of services that speak text; what is encrypted is missing.
//
// A connection is hidden when either side's first payload is a TLS record or the greeting of SSH, when both agree on TLS
// later, or when its service speaks text and none of it was captured. Everything else that says nothing has zeros, as in
// the records of KDD. Bound: SESSIONS sessions at a time; those of connections that begin when all are in use are hidden,
// and counted.

import { reserve } from "../../../flow/assembly/arena";
import { Packet, PROTOCOL_TCP } from "../../../packet/assembly/packet";
import { Dialogue, KIND_NONE } from "./dialogue-state";
import { KddFlow } from "./kdd-flow";
import { closeSession, openSession, readSegment, SESSION_BYTES } from "./session";

const SESSIONS: u32 = 16_384;
const kinds = memory.data(256);

export const CONTENT_MEASURES: i32 = 13;

/** Where the kind of text that each service speaks is to be written, by the service's code. */
export function kddKindTable(): usize {
  return kinds;
}

@unmanaged
@final
export class KddContent {
  sessions: usize;
  /** Sessions that were ever in use, and those that are free again, a stack of addresses. */
  fresh: u32;
  free: u32;
  freed: usize;
  /** Connections whose text was not read because all sessions were in use. */
  refused: f64;

  setup(): bool {
    this.sessions = reserve(<usize>SESSIONS * SESSION_BYTES);
    this.freed = reserve(<usize>SESSIONS << 2);
    return this.sessions != 0 && this.freed != 0;
  }

  /** Sees every packet of the connection, the first one too. */
  see(flow: KddFlow, packet: Packet, forward: bool): void {
    if (packet.protocol != PROTOCOL_TCP) return;
    if (flow.session == 0 && flow.packets == 1) this.begin(flow);
    if (packet.payloadCaptured > 0) look(flow, packet, forward);
    if (flow.session != 0 && flow.hidden == 0) readSegment(<usize>flow.session, packet, forward);
  }

  /** Writes the measures of a connection that is over. */
  end(flow: KddFlow, out: usize): void {
    const session = <usize>flow.session;
    if (session == 0) return writeNothing(flow.hidden == 0 ? 0 : NaN, out);
    const dialogue = changetype<Dialogue>(session);
    if (flow.hidden == 0) closeSession(session);
    const payload = flow.sourceBytes + flow.destinationBytes;
    if (flow.hidden != 0 || dialogue.encrypted || (payload > 0 && dialogue.captured == 0)) writeNothing(NaN, out);
    else write(dialogue, out);
    store<u32>(this.freed + (<usize>this.free << 2), flow.session);
    this.free++;
  }

  private begin(flow: KddFlow): void {
    const kind = <i32>load<u8>(kinds + <usize>flow.service);
    if (kind == KIND_NONE) return;
    if (this.free > 0) {
      this.free--;
      flow.session = load<u32>(this.freed + (<usize>this.free << 2));
    } else if (this.fresh < SESSIONS) {
      flow.session = <u32>(this.sessions + <usize>this.fresh * SESSION_BYTES);
      this.fresh++;
    } else {
      this.refused += 1;
      flow.hidden = 1;
      return;
    }
    openSession(<usize>flow.session, kind);
  }
}

/** Looks at the first payload of each side. */
function look(flow: KddFlow, packet: Packet, forward: bool): void {
  const side: u8 = forward ? 1 : 2;
  if ((flow.looked & side) != 0 || packet.fragmentOffset != 0) return;
  flow.looked |= side;
  const length = packet.payloadCaptured;
  const at = <usize>packet.payloadOffset;
  if (length >= 3 && isTlsRecord(at)) flow.hidden = 1;
  if (length >= 4 && load<u32>(at) == 0x2d485353) flow.hidden = 1; // "SSH-"
}

/** Content type 20 to 23, version 3.0 to 3.4 (RFC 8446, section 5.1). */
function isTlsRecord(at: usize): bool {
  const type = load<u8>(at);
  return type >= 20 && type <= 23 && load<u8>(at, 1) == 3 && load<u8>(at, 2) <= 4;
}

function writeNothing(value: f64, out: usize): void {
  for (let measure = 0; measure < CONTENT_MEASURES; measure++) store<f64>(out + (<usize>measure << 3), value);
}

function write(dialogue: Dialogue, out: usize): void {
  store<f64>(out, <f64>dialogue.hot);
  store<f64>(out, <f64>dialogue.failedLogins, 8);
  store<f64>(out, dialogue.loggedIn ? 1 : 0, 16);
  store<f64>(out, <f64>dialogue.compromised, 24);
  store<f64>(out, dialogue.rootShell ? 1 : 0, 32);
  store<f64>(out, dialogue.suAttempted ? 1 : 0, 40);
  store<f64>(out, <f64>dialogue.rootAccesses, 48);
  store<f64>(out, <f64>dialogue.fileCreations, 56);
  store<f64>(out, <f64>dialogue.shells, 64);
  store<f64>(out, <f64>dialogue.accessFiles, 72);
  store<f64>(out, 0, 80); // outbound commands: never seen, in KDD neither
  store<f64>(out, dialogue.hostLogin ? 1 : 0, 88);
  store<f64>(out, dialogue.guestLogin ? 1 : 0, 96);
}
