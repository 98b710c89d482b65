// Which segments were seen before: a bounded memory of all connections together.
//
// A segment is known by connection, sender, sequence and acknowledgment number, payload length and window, hashed to 64
// bits; two different ones with one hash among n have a chance of n² / 2^65. Each bucket is one cache line of eight
// hashes; the one that came first makes room, which is counted: those of connections that ended are never taken out.

import { Packet } from "../../../packet/assembly/packet";
import { reserve } from "../../../flow/assembly/arena";

const BUCKET_BYTES: usize = 64;
/** 2^18 buckets of 8: two million segments, 16 MiB. */
const BUCKETS: u64 = 1 << 18;
/** Memory that is taken. */
export const RETRANSMISSIONS_BYTES: usize = (1 << 18) * BUCKET_BYTES;

@unmanaged
@final
export class Retransmissions {
  buckets: usize;
  /** Segments that made room for others. */
  replaced: f64;
  /** Secret, so that hostile traffic cannot aim at a bucket; it changes no result. */
  seed: u64;

  setup(seed: u32): bool {
    this.seed = mix(<u64>seed);
    this.buckets = reserve(RETRANSMISSIONS_BYTES);
    return this.buckets != 0;
  }

  /** Remembers a segment; true when it was seen before. */
  seen(connection: f64, packet: Packet, payload: i32): bool {
    let hash = mix(this.seed ^ <u64>connection ^ (<u64>packet.source3 << 32));
    hash = mix(hash ^ (<u64>(packet.source0 ^ packet.source1 ^ packet.source2) << 32) ^ <u64>packet.sourcePort);
    hash = mix(hash ^ (<u64>packet.sequence << 32) ^ (<u64>packet.acknowledgment & 0xffffffff));
    hash = mix(hash ^ (<u64>payload << 16) ^ <u64>packet.window) | 1;
    const bucket = this.buckets + <usize>((hash >> 40) & (BUCKETS - 1)) * BUCKET_BYTES;
    for (let place: usize = 0; place < BUCKET_BYTES; place += 8) {
      if (load<u64>(bucket + place) == hash) return true;
    }
    if (load<u64>(bucket, 56) != 0) this.replaced += 1;
    for (let place: usize = 56; place > 0; place -= 8) store<u64>(bucket + place, load<u64>(bucket + place - 8));
    store<u64>(bucket, hash);
    return false;
  }
}

/** Finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
@inline
function mix(word: u64): u64 {
  let mixed = word + 0x9e3779b97f4a7c15;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}
