// Counts by key: a table with linear probing, and deletion by shifting back (Knuth, TAOCP 3, 6.4, algorithm R) when a count
// falls to nothing. Its caller sees to it that at most half of the slots are used. No key is 0.

import { reserve } from "../../../flow/assembly/arena";

const SLOT_BYTES: usize = 16;

@unmanaged
@final
export class Tally {
  slots: usize;
  mask: u32;
  /** Secret, so that nobody can aim at one slot; changes no result. */
  seed: u64;

  /** Takes memory for `slots` counts, a power of two; false when it is refused. */
  setup(slots: u32, seed: u32): bool {
    this.seed = <u64>seed << 16;
    this.mask = slots - 1;
    this.slots = reserve(<usize>slots * SLOT_BYTES);
    return this.slots != 0;
  }

  count(key: u64): u32 {
    const slot = this.find(key);
    return load<u64>(slot) == key ? load<u32>(slot, 8) : 0;
  }

  increase(key: u64): void {
    const slot = this.find(key);
    store<u64>(slot, key);
    store<u32>(slot, load<u32>(slot, 8) + 1, 8);
  }

  /** The key must be there. */
  decrease(key: u64): void {
    const slot = this.find(key);
    const count = load<u32>(slot, 8) - 1;
    store<u32>(slot, count, 8);
    if (count == 0) this.remove(<u32>((slot - this.slots) / SLOT_BYTES));
  }

  /** The slot of a key, or the empty one where it would be. */
  private find(key: u64): usize {
    let slot = hashOf(key ^ this.seed) & this.mask;
    while (true) {
      const at = this.at(slot);
      const known = load<u64>(at);
      if (known == key || known == 0) return at;
      slot = (slot + 1) & this.mask;
    }
  }

  private remove(first: u32): void {
    const mask = this.mask;
    let hole = first;
    let slot = first;
    while (true) {
      slot = (slot + 1) & mask;
      const at = this.at(slot);
      const key = load<u64>(at);
      if (key == 0) break;
      // The entry may fill the hole when its home does not lie between the hole and its slot.
      if (((slot - (hashOf(key ^ this.seed) & mask)) & mask) < ((slot - hole) & mask)) continue;
      memory.copy(this.at(hole), at, SLOT_BYTES);
      hole = slot;
    }
    store<u64>(this.at(hole), 0);
    store<u64>(this.at(hole), 0, 8);
  }

  @inline
  private at(slot: u32): usize {
    return this.slots + <usize>slot * SLOT_BYTES;
  }
}

/** Finaliser of MurmurHash3's 64-bit variant (Appleby, public domain). */
function hashOf(key: u64): u32 {
  let mixed = (key ^ (key >>> 33)) * 0xff51afd7ed558ccd;
  mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53;
  return <u32>(mixed ^ (mixed >>> 33));
}
