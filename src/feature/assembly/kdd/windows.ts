// What went before a connection: the features 23 to 41, by the rules that the records of KDD obey.
//
// Connections are remembered in the order in which they end. The time window holds those whose last packet is less than
// two seconds older than this connection's (looked at from the oldest on, up to the first that is young enough); the
// other holds the last `size`. Both hold this connection. Of the time window the newest TIME_MAXIMUM of a host or
// service count, of the other the newest COUNT_MAXIMUM, so that every rate is a share of the count beside it.
//
// Bound: ENTRIES connections are remembered. Chains run from each connection to the one before it with the same service,
// and with the same hash of the destination; they are as long as windows are, and followed anew for every row.

import { clear, reserve } from "../../../flow/assembly/arena";
import { share } from "./rounding";
import { STATE_REJ, STATE_RSTO, STATE_RSTOS0, STATE_RSTR, STATE_S0, STATE_S1, STATE_S2, STATE_S3, STATE_SH } from "./states";

/** Connections remembered, a power of two. */
const ENTRIES: u32 = 65_536;
const BUCKETS: u32 = 65_536;
const SERVICES: u32 = 256;
const WINDOW_US: f64 = 2_000_000;
const TIME_MAXIMUM: u32 = 511;
const COUNT_MAXIMUM: u32 = 255;
/** Slots to tell hosts apart with, a power of two; at most half of them are used. */
const HOST_SLOTS: u32 = 1024;

export const WINDOW_MEASURES: i32 = 19;

@unmanaged
@final
class Entry {
  host0: i32;
  host1: i32;
  host2: i32;
  host3: i32;
  endUs: f64;
  /** Numbers of the connections before with the same hash and with the same service; 0 for none. */
  sameHash: u64;
  sameService: u64;
  sourcePort: u16;
  service: u8;
  /** 1 SYN error, 2 rejection. */
  errors: u8;
  /** Of the destination. */
  hash: u32;
}

@unmanaged
@final
class HostSlot {
  /** Count in which the slot was used. */
  round: u32;
  reserved: u32;
  entry: u64;
}

/** What was counted of one window. */
@unmanaged
@final
class Counts {
  host: u32;
  hostService: u32;
  hostPort: u32;
  hostSynErrors: u32;
  hostRejections: u32;
  services: u32;
  service: u32;
  serviceSynErrors: u32;
  serviceRejections: u32;
  hosts: u32;
}

@unmanaged
@final
export class KddWindows {
  entries: usize;
  /** Number of the newest connection of each hash, of each service. */
  buckets: usize;
  newest: usize;
  slots: usize;
  counts: Counts;
  /** A bit for each service that was seen in a count. */
  seen: usize;
  /** Number of the newest connection, from 1. */
  last: u64;
  /** Number of the oldest connection in the time window. */
  oldest: u64;
  size: u32;
  /** Secret, so that nobody can aim at one chain; changes no result. */
  seed: u32;
  round: u32;
  /** Connections that left the time window because no more are remembered. */
  forgotten: f64;

  setup(size: u32, seed: u32): bool {
    this.size = size;
    this.seed = seed;
    this.oldest = 1;
    this.entries = reserve(<usize>ENTRIES * offsetof<Entry>());
    this.buckets = reserve(<usize>BUCKETS << 3);
    this.newest = reserve(<usize>SERVICES << 3);
    this.slots = reserve(<usize>HOST_SLOTS * offsetof<HostSlot>());
    this.counts = changetype<Counts>(reserve((offsetof<Counts>() + 15) & ~15));
    this.seen = reserve(<usize>SERVICES >> 3);
    return this.entries != 0 && this.buckets != 0 && this.slots != 0 && this.seen != 0;
  }

  /** A new clock began: nothing that was before can be compared with what comes. */
  forget(): void {
    this.oldest = this.last + 1;
  }

  /** Adds a connection and writes its measures. `host` is the address of the destination's four words. */
  add(host: usize, sourcePort: u32, service: i32, flag: i32, endUs: f64, out: usize): void {
    this.last += 1;
    const entry = this.place(this.last);
    if (this.last - this.oldest >= ENTRIES) {
      this.oldest += 1;
      this.forgotten += 1;
    }
    v128.store(changetype<usize>(entry), v128.load(host));
    entry.endUs = endUs;
    entry.sourcePort = <u16>sourcePort;
    entry.service = <u8>service;
    entry.errors = errorsOf(flag);
    entry.hash = hashOf(entry, this.seed);
    const bucket = this.buckets + (<usize>(entry.hash & (BUCKETS - 1)) << 3);
    entry.sameHash = load<u64>(bucket);
    store<u64>(bucket, this.last);
    const newest = this.newest + (<usize>service << 3);
    entry.sameService = load<u64>(newest);
    store<u64>(newest, this.last);
    while (this.oldest < this.last && this.place(this.oldest).endUs <= endUs - WINDOW_US) this.oldest += 1;
    this.write(entry, out);
  }

  private write(entry: Entry, out: usize): void {
    const counts = this.counts;
    this.count(entry, this.oldest, TIME_MAXIMUM);
    store<f64>(out, <f64>counts.host);
    store<f64>(out, <f64>counts.service, 8);
    writeErrors(counts, out + 16);
    writeShares(counts, out + 48);
    store<f64>(out, share(counts.hosts, counts.service), 64);
    const size = <u64>this.size;
    this.count(entry, this.last < size ? 1 : this.last - size + 1, COUNT_MAXIMUM);
    store<f64>(out, <f64>counts.host, 72);
    store<f64>(out, <f64>counts.service, 80);
    writeShares(counts, out + 88);
    store<f64>(out, share(counts.hostPort, counts.host), 104);
    store<f64>(out, share(counts.hosts, counts.service), 112);
    writeErrors(counts, out + 120);
  }

  /** Counts connections from the number `from` on, the newest `maximum` of the host and of the service. */
  private count(entry: Entry, from: u64, maximum: u32): void {
    clear(changetype<usize>(this.counts), (offsetof<Counts>() + 15) & ~15);
    this.countHost(entry, from, maximum);
    this.countService(entry, from, maximum);
  }

  private countHost(entry: Entry, from: u64, maximum: u32): void {
    const counts = this.counts;
    const seen = this.seen;
    clear(seen, <usize>SERVICES >> 3);
    let at = this.last;
    while (at >= from && at != 0 && counts.host < maximum) {
      const other = this.place(at);
      if (sameHost(other, entry)) {
        counts.host++;
        if (other.service == entry.service) counts.hostService++;
        if (other.sourcePort == entry.sourcePort) counts.hostPort++;
        counts.hostSynErrors += other.errors & 1;
        counts.hostRejections += other.errors >> 1;
        const byte = seen + (<usize>other.service >> 3);
        const bit = 1 << (<i32>other.service & 7);
        const bits = <i32>load<u8>(byte);
        if ((bits & bit) == 0) {
          counts.services++;
          store<u8>(byte, <u8>(bits | bit));
        }
      }
      at = other.sameHash;
    }
    // One service is no difference; of more, all are counted.
    if (counts.services == 1) counts.services = 0;
  }

  private countService(entry: Entry, from: u64, maximum: u32): void {
    const counts = this.counts;
    this.round += 1;
    this.isNewHost(entry, this.last);
    counts.hosts = 1;
    let at = this.last;
    let before = entry;
    while (at >= from && at != 0 && counts.service < maximum) {
      const other = this.place(at);
      counts.service++;
      counts.serviceSynErrors += other.errors & 1;
      counts.serviceRejections += other.errors >> 1;
      // Many to one host often follow each other.
      if (!sameHost(other, before) && this.isNewHost(other, at)) counts.hosts++;
      before = other;
      at = other.sameService;
    }
    if (counts.hosts == 1) counts.hosts = 0;
  }

  /** Whether no connection of this count had the same destination. */
  private isNewHost(entry: Entry, number: u64): bool {
    let slot = entry.hash & (HOST_SLOTS - 1);
    while (true) {
      const known = changetype<HostSlot>(this.slots + <usize>slot * offsetof<HostSlot>());
      if (known.round != this.round) {
        known.round = this.round;
        known.entry = number;
        return true;
      }
      if (sameHost(this.place(known.entry), entry)) return false;
      slot = (slot + 1) & (HOST_SLOTS - 1);
    }
  }

  @inline
  private place(number: u64): Entry {
    return changetype<Entry>(this.entries + <usize>(<u32>number & (ENTRIES - 1)) * offsetof<Entry>());
  }
}

/** Rates of errors: of the host, of the service; SYN errors, rejections. */
function writeErrors(counts: Counts, out: usize): void {
  store<f64>(out, share(counts.hostSynErrors, counts.host));
  store<f64>(out, share(counts.serviceSynErrors, counts.service), 8);
  store<f64>(out, share(counts.hostRejections, counts.host), 16);
  store<f64>(out, share(counts.serviceRejections, counts.service), 24);
}

function writeShares(counts: Counts, out: usize): void {
  store<f64>(out, share(counts.hostService, counts.host));
  store<f64>(out, share(counts.services, counts.host), 8);
}

function errorsOf(flag: i32): u8 {
  switch (flag) {
    case STATE_S0:
    case STATE_S1:
    case STATE_S2:
    case STATE_S3:
    case STATE_SH:
      return 1;
    case STATE_REJ:
    case STATE_RSTO:
    case STATE_RSTR:
    case STATE_RSTOS0:
      return 2;
    default:
      return 0;
  }
}

@inline
function sameHost(one: Entry, other: Entry): bool {
  return !v128.any_true(v128.xor(v128.load(changetype<usize>(one)), v128.load(changetype<usize>(other))));
}

function hashOf(entry: Entry, seed: u32): u32 {
  let mixed = (<u32>entry.host3 ^ seed) * 0x9e3779b1;
  mixed = (mixed ^ (mixed >>> 15) ^ <u32>entry.host2) * 0x85ebca6b;
  mixed = (mixed ^ (mixed >>> 13) ^ <u32>entry.host1) * 0xc2b2ae35;
  mixed ^= (mixed >>> 16) ^ <u32>entry.host0;
  return mixed ^ (mixed >>> 11);
}
