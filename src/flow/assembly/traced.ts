// A meter of connections that tells an observer outside of WebAssembly of everything: ../meter.ts. Slower than an engine
// that accumulates what it sees by itself, and free in what is done with it.
//
// scripts/build-kernels.mjs compiles this file, and what it imports, into src/flow/kernels.generated.ts.

import { Packet } from "../../packet/assembly/packet";
import { reserve } from "./arena";
import { ConnectionLifecycle } from "./connection";
import { Flow } from "./flow";
import { icmpTable } from "./icmp";
import { Meter } from "./meter";

@external("env", "flowOpened")
declare function flowOpened(flow: u32, packet: usize, forward: bool, continued: bool): void;
@external("env", "packetAdded")
declare function packetAdded(flow: u32, packet: usize, forward: bool): void;
@external("env", "markReached")
declare function markReached(flow: u32, mark: i32, atUs: f64): void;
@external("env", "clockForgotten")
declare function clockForgotten(): void;
@external("env", "flowEnded")
declare function flowEnded(flow: u32, reason: i32, atUs: f64): void;

@unmanaged
@final
class Tracer {
  /** Nothing is kept; a class needs a field to have a size. */
  none: u64;

  open(flow: Flow, packet: Packet, forward: bool, continued: bool): void {
    flowOpened(flow.number, changetype<usize>(packet), forward, continued);
  }

  add(flow: Flow, packet: Packet, forward: bool): void {
    packetAdded(flow.number, changetype<usize>(packet), forward);
  }

  mark(flow: Flow, mark: i32, atUs: f64): void {
    markReached(flow.number, mark, atUs);
  }

  forget(): void {
    clockForgotten();
  }

  end(flow: Flow, reason: i32, atUs: f64): void {
    flowEnded(flow.number, reason, atUs);
  }
}

export { reserve } from "./arena";

const lifecycle = changetype<ConnectionLifecycle>(reserve(offsetof<ConnectionLifecycle>()));
const meter = changetype<Meter<ConnectionLifecycle, Tracer>>(reserve(offsetof<Meter<ConnectionLifecycle, Tracer>>()));

/** Where the table of ICMP counterparts is to be written. */
export function icmpAddress(): usize {
  return icmpTable();
}

/** Takes all memory; false when it is refused. Timeouts in µs, as in ../contract.ts. */
export function setup(
  maximumFlows: u32,
  seed: u32,
  marks: i32,
  idleUs: f64,
  unansweredUs: f64,
  activeUs: f64,
  lingerUs: f64,
): bool {
  lifecycle.idleTimeoutUs = idleUs;
  lifecycle.unansweredTimeoutUs = unansweredUs;
  lifecycle.activeTimeoutUs = activeUs;
  lifecycle.lingerUs = lingerUs;
  const tracer = changetype<Tracer>(reserve(offsetof<Tracer>()));
  return meter.setup(lifecycle, tracer, maximumFlows, (offsetof<Flow>() + 63) & ~63, seed, marks);
}

export function setMark(mark: i32, ageUs: f64): void {
  meter.setMark(mark, ageUs);
}

export function countsAddress(): usize {
  return changetype<usize>(meter.counts);
}

export function push(packet: usize): void {
  meter.push(changetype<Packet>(packet));
}

export function advance(nowUs: f64): void {
  meter.advance(nowUs);
}

export function end(limit: f64): bool {
  return meter.end(limit);
}
