// What went before a connection, as the original extractor counts it: without the connection itself, and with those that
// its own time should already have put out of the window, since they are put out afterwards, from the oldest on up to
// the first that is young enough. Connections count in the order in which they are handed out.
//
// Bound: a window holds so many connections as it is set up for; when one more comes, the oldest is put out, and counted.

import { reserve } from "../../../flow/assembly/arena";
import { hundredths } from "./rounding";
import { Tally } from "./tally";

const SERVICES: u32 = 256;
const KIND_HOST: u64 = 1;
const KIND_HOST_ERRORS: u64 = 2;
const KIND_HOST_SERVICE: u64 = 3;
const KIND_SERVICE_PORT: u64 = 4;
const KIND_SERVICE: u64 = 5;
const KIND_SERVICE_ERRORS: u64 = 6;
/** Keys that one connection adds to the table at the most. */
const KEYS: u32 = 6;

/** One connection in a window. */
@unmanaged
@final
export class Ended {
  endUs: f64;
  host: u32;
  sourcePort: u16;
  service: u8;
  /** 1 for a SYN error. The extractor knows no rejections: it never finds one. */
  error: u8;
}

@unmanaged
@final
export class ExtractorWindow {
  tally: Tally;
  entries: usize;
  capacity: u32;
  first: u32;
  size: u32;
  spanUs: f64;
  /** Connections put out to make room. */
  forgotten: f64;

  /** A window of the last `capacity` connections, or of `spanUs` when that is not Infinity. */
  setup(capacity: u32, spanUs: f64, seed: u32): bool {
    this.capacity = capacity;
    this.spanUs = spanUs;
    this.entries = reserve(<usize>capacity * offsetof<Ended>());
    const tally = reserve(offsetof<Tally>());
    if (this.entries == 0 || tally == 0) return false;
    this.tally = changetype<Tally>(tally);
    let slots: u32 = 2 * SERVICES;
    while (slots < 2 * KEYS * capacity) slots *= 2;
    return this.tally.setup(slots, seed);
  }

  /** Writes the counts and rates of a connection, in the order of `count` … `srv_diff_host_rate`: nine of them. */
  write(ended: Ended, out: usize): void {
    const host = this.tally.count(hostKey(KIND_HOST, ended));
    const service = this.tally.count(serviceKey(KIND_SERVICE, ended));
    const both = this.tally.count(hostKey(KIND_HOST_SERVICE, ended) | <u64>ended.service);
    const same = rate(both, host);
    store<f64>(out, <f64>host);
    store<f64>(out, <f64>service, 8);
    store<f64>(out, hundredths(rate(this.tally.count(hostKey(KIND_HOST_ERRORS, ended)), host)), 16);
    store<f64>(out, hundredths(rate(this.tally.count(serviceKey(KIND_SERVICE_ERRORS, ended)), service)), 24);
    store<f64>(out, 0, 32);
    store<f64>(out, 0, 40);
    store<f64>(out, hundredths(same), 48);
    store<f64>(out, host == 0 ? 0 : hundredths(1 - same), 56);
    store<f64>(out, hundredths(rate(service - both, service)), 64);
  }

  /** Share of the service's connections, this one counted below the line only, that come from the same port. */
  samePortRate(ended: Ended): f64 {
    const service = this.tally.count(serviceKey(KIND_SERVICE, ended));
    return hundredths(rate(this.tally.count(portKey(ended)), service + 1));
  }

  /** Adds a connection, and puts out those that are too old by it. */
  add(ended: Ended): void {
    if (this.size == this.capacity) {
      this.removeFirst();
      this.forgotten += 1;
    }
    memory.copy(this.place(this.size), changetype<usize>(ended), offsetof<Ended>());
    this.size++;
    this.tally.increase(hostKey(KIND_HOST, ended));
    this.tally.increase(hostKey(KIND_HOST_SERVICE, ended) | <u64>ended.service);
    this.tally.increase(serviceKey(KIND_SERVICE, ended));
    this.tally.increase(portKey(ended));
    if (ended.error != 0) {
      this.tally.increase(hostKey(KIND_HOST_ERRORS, ended));
      this.tally.increase(serviceKey(KIND_SERVICE_ERRORS, ended));
    }
    const beforeUs = ended.endUs - this.spanUs;
    while (this.size > 0 && changetype<Ended>(this.place(0)).endUs <= beforeUs) this.removeFirst();
  }

  private removeFirst(): void {
    const ended = changetype<Ended>(this.place(0));
    this.tally.decrease(hostKey(KIND_HOST, ended));
    this.tally.decrease(hostKey(KIND_HOST_SERVICE, ended) | <u64>ended.service);
    this.tally.decrease(serviceKey(KIND_SERVICE, ended));
    this.tally.decrease(portKey(ended));
    if (ended.error != 0) {
      this.tally.decrease(hostKey(KIND_HOST_ERRORS, ended));
      this.tally.decrease(serviceKey(KIND_SERVICE_ERRORS, ended));
    }
    this.first = this.first + 1 == this.capacity ? 0 : this.first + 1;
    this.size--;
  }

  private place(index: u32): usize {
    const number = this.first + index;
    return this.entries + <usize>(number >= this.capacity ? number - this.capacity : number) * offsetof<Ended>();
  }
}

//   key: address or port (32 bits) | kind (8) | service (8)

@inline
function hostKey(kind: u64, ended: Ended): u64 {
  return (<u64>ended.host << 16) | (kind << 8);
}

@inline
function portKey(ended: Ended): u64 {
  return (<u64>ended.sourcePort << 16) | (KIND_SERVICE_PORT << 8) | <u64>ended.service;
}

@inline
function serviceKey(kind: u64, ended: Ended): u64 {
  return (kind << 8) | <u64>ended.service;
}

@inline
function rate(part: u32, whole: u32): f64 {
  return whole == 0 ? 0 : <f64>part / <f64>whole;
}
