// Context: what else the two hosts of a flow were doing around it. Scans, floods and brute force show here, not in
// any single flow.
//
// The surroundings are looked at when the flow has been open for the settling time (the short window then spans the
// flow's opening) and again when its row is read; each measure is the larger of both. All of it follows packet time,
// so it is the same offline and live. Memory is bounded by three tables of host windows.
//
// The measures, their order and the version are told in ../measures/context.ts.

import { reserve } from "../../flow/assembly/arena";
import { MAPPED } from "../../packet/assembly/network";
import { Packet, PROTOCOL_TCP, TCP_RST } from "../../packet/assembly/packet";
import { HostWindows, WINDOW_LONG, WINDOW_SHORT } from "./windows";

export const CONTEXT_MEASURES: i32 = 20;

const WINDOW_READINGS: usize = 10;

@unmanaged
@final
class State {
  sourceKey: u64;
  destinationKey: u64;
  pairKey: u64;
  sourceEntry: u32;
  destinationEntry: u32;
  pairEntry: u32;
  answered: u32;
  // Behind it: the readings (i32 each) of the short window, then those of the long one.
}

const READINGS: usize = offsetof<State>();
export const CONTEXT_BYTES: usize = READINGS + 2 * WINDOW_READINGS * 4;

@unmanaged
@final
export class Context {
  sources: HostWindows;
  destinations: HostWindows;
  pairs: HostWindows;
  /** The state of a flow while an early row of it is written. */
  kept: usize;

  /** Takes memory for so many hosts and pairs of hosts and service; false when it is refused. */
  setup(hosts: u32, pairs: u32): bool {
    const windows = reserve(3 * offsetof<HostWindows>());
    this.kept = reserve(CONTEXT_BYTES);
    if (windows == 0 || this.kept == 0) return false;
    this.sources = changetype<HostWindows>(windows);
    this.destinations = changetype<HostWindows>(windows + offsetof<HostWindows>());
    this.pairs = changetype<HostWindows>(windows + 2 * offsetof<HostWindows>());
    return this.sources.setup(hosts, 2) && this.destinations.setup(hosts, 2) && this.pairs.setup(pairs, 0);
  }

  open(at: usize, packet: Packet, forward: bool, continued: bool): void {
    const sender = senderHash(packet);
    const receiver = receiverHash(packet);
    const source = forward ? sender : receiver;
    const destination = forward ? receiver : sender;
    this.begin(at, source, destination, serviceHash(packet, forward), packet.timestampUs, continued);
    this.add(at, packet, forward);
  }

  /** A flow from a host to another one's service begins; all three by their hashes. */
  begin(at: usize, source: u32, destination: u32, service: u32, timeUs: f64, continued: bool): void {
    const state = changetype<State>(at);
    state.sourceKey = hostKey(source);
    state.destinationKey = hostKey(destination);
    state.pairKey = pairKey(source, destination, service);
    this.sources.touchSet(state.sourceKey);
    this.destinations.touchSet(state.destinationKey);
    this.pairs.touchSet(state.pairKey);
    state.sourceEntry = this.sources.entryFor(state.sourceKey, timeUs);
    state.destinationEntry = this.destinations.entryFor(state.destinationKey, timeUs);
    state.pairEntry = this.pairs.entryFor(state.pairKey, timeUs);
    if (!continued) {
      this.touchEntries(state);
      this.sources.connect(state.sourceEntry, timeUs, destination, service);
      this.destinations.connect(state.destinationEntry, timeUs, source, service);
      this.pairs.connect(state.pairEntry, timeUs, 0, 0);
    }
    state.answered = continued ? 1 : 0;
  }

  /** Has fetched where `begin` will look for the hosts of a flow. */
  touchSets(source: u32, destination: u32, service: u32): void {
    this.sources.touchSet(hostKey(source));
    this.destinations.touchSet(hostKey(destination));
    this.pairs.touchSet(pairKey(source, destination, service));
  }

  @inline
  add(at: usize, packet: Packet, forward: bool): void {
    if (!forward && changetype<State>(at).answered == 0 && isAnswer(packet)) this.answer(at, packet.timestampUs);
  }

  /** The flow is answered for the first time. */
  answer(at: usize, timeUs: f64): void {
    const state = changetype<State>(at);
    state.answered = 1;
    if (this.sources.holds(state.sourceEntry, state.sourceKey)) this.sources.answer(state.sourceEntry, timeUs);
    if (this.destinations.holds(state.destinationEntry, state.destinationKey)) {
      this.destinations.answer(state.destinationEntry, timeUs);
    }
    if (this.pairs.holds(state.pairEntry, state.pairKey)) this.pairs.answer(state.pairEntry, timeUs);
  }

  /** Has fetched what `settle` will look at for a flow. */
  @inline
  touchSurroundings(at: usize): void {
    this.touchEntries(changetype<State>(at));
  }

  /** Has what is known of all three fetched at once. */
  @inline
  private touchEntries(state: State): void {
    this.sources.touchEntry(state.sourceEntry);
    this.destinations.touchEntry(state.destinationEntry);
    this.pairs.touchEntry(state.pairEntry);
  }

  /** Looks at the surroundings as of `atUs`. */
  settle(at: usize, atUs: f64): void {
    const state = changetype<State>(at);
    this.touchEntries(state);
    const source = this.sources.holds(state.sourceEntry, state.sourceKey);
    const destination = this.destinations.holds(state.destinationEntry, state.destinationKey);
    const pair = this.pairs.holds(state.pairEntry, state.pairKey);
    for (let window = WINDOW_SHORT; window <= WINDOW_LONG; window++) {
      const readings = at + READINGS + (<usize>window * WINDOW_READINGS << 2);
      if (source) settleHost(this.sources, state.sourceEntry, readings, window, atUs);
      if (destination) settleHost(this.destinations, state.destinationEntry, readings + 4 * 4, window, atUs);
      if (!pair) continue;
      raise(readings + 8 * 4, this.pairs.connections(state.pairEntry, window, atUs));
      raise(readings + 9 * 4, this.pairs.unanswered(state.pairEntry, window, atUs));
    }
  }

  /** What is settled until `endEarly` shall not be remembered. */
  beginEarly(at: usize): void {
    memory.copy(this.kept, at, CONTEXT_BYTES);
  }

  endEarly(at: usize): void {
    memory.copy(at, this.kept, CONTEXT_BYTES);
  }

  forget(): void {
    this.sources.forget();
    this.destinations.forget();
    this.pairs.forget();
  }

  /** Writes CONTEXT_MEASURES numbers. */
  write(at: usize, out: usize): void {
    for (let reading: usize = 0; reading < 2 * WINDOW_READINGS; reading++) {
      store<f64>(out + (reading << 3), <f64>load<i32>(at + READINGS + (reading << 2)));
    }
  }
}

/** Four readings of one host. */
function settleHost(hosts: HostWindows, entry: u32, readings: usize, window: i32, atUs: f64): void {
  const connections = hosts.connections(entry, window, atUs);
  if (connections == 0) return;
  raise(readings, connections);
  raise(readings + 4, connections == 1 ? 1 : hosts.distinct(entry, window, atUs, 0));
  raise(readings + 8, connections == 1 ? 1 : hosts.distinct(entry, window, atUs, 1));
  raise(readings + 12, hosts.unanswered(entry, window, atUs));
}

@inline
function raise(reading: usize, value: i32): void {
  if (value > load<i32>(reading)) store<i32>(reading, value);
}

/** A refusal is no answer. */
@inline
export function isAnswer(packet: Packet): bool {
  return packet.protocol != PROTOCOL_TCP || (packet.tcpFlags & TCP_RST) == 0;
}

export function senderHash(packet: Packet): u32 {
  return addressHash(packet.source0, packet.source1, packet.source2, packet.source3);
}

export function receiverHash(packet: Packet): u32 {
  return addressHash(packet.destination0, packet.destination1, packet.destination2, packet.destination3);
}

/** Of the port that the opener speaks to, and the protocol. */
export function serviceHash(packet: Packet, forward: bool): u32 {
  const port = forward ? packet.destinationPort : packet.sourcePort;
  return scramble((<u32>port * 0x9e3779b1) ^ packet.protocol);
}

export function addressHash(word0: u32, word1: u32, word2: u32, word3: u32): u32 {
  return scramble(scramble(scramble(scramble(word0) ^ word1) ^ word2) ^ word3);
}

/** Of an IPv4 address, which is held as an IPv6 address that it is mapped to; 0 is scrambled to 0. */
@inline
export function mappedHash(address: u32): u32 {
  return scramble(scramble(MAPPED) ^ address);
}

/** Finaliser of MurmurHash3. */
@inline
function scramble(word: u32): u32 {
  let mixed = word ^ (word >>> 16);
  mixed *= 0x85ebca6b;
  mixed ^= mixed >>> 13;
  mixed *= 0xc2b2ae35;
  return mixed ^ (mixed >>> 16);
}

@inline
function hostKey(host: u32): u64 {
  return wideKey(host, scramble(host ^ 0x5bd1e995));
}

@inline
function pairKey(source: u32, destination: u32, service: u32): u64 {
  const pair = scramble(source ^ (destination * 0x85ebca6b));
  return wideKey(scramble(pair ^ service), scramble(destination ^ service ^ 0x2545f491));
}

/** A whole number of 53 bits from two words. */
@inline
function wideKey(high: u32, low: u32): u64 {
  return ((<u64>high) << 21) | <u64>(low >>> 11);
}
