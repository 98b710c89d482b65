// The measure groups of one schema, called one after another.
//
// Each group has a call site of its own: an engine inlines a site that only ever sees one class, and a loop over the
// groups has one site that sees them all. This is worth a tenth of the whole meter, and the reason for the plain rows
// of calls below.

import type { Packet } from "../../packet/packet.ts";
import type { MeasureGroup } from "./contract.ts";

/** Groups in a set at the most. */
const SITES = 8;

/** Stands where a set has fewer groups. */
class EmptyGroup implements MeasureGroup {
  readonly id = "empty";
  readonly version = 0;
  readonly slotCount = 0;
  readonly measures = new Map<string, number>();
  open(): void {}
  add(): void {}
}

export class MeasureSet {
  readonly groups: readonly MeasureGroup[];
  /** Offset of each group's slots in those of a flow. */
  readonly offsets: readonly number[];
  /** Slots of a flow. */
  readonly slotCount: number;

  readonly #one: MeasureGroup;
  readonly #two: MeasureGroup;
  readonly #three: MeasureGroup;
  readonly #four: MeasureGroup;
  readonly #five: MeasureGroup;
  readonly #six: MeasureGroup;
  readonly #seven: MeasureGroup;
  readonly #eight: MeasureGroup;
  readonly #offsets: Int32Array;

  /** @param groups at most SITES */
  constructor(groups: readonly MeasureGroup[]) {
    if (groups.length > SITES)
      throw new RangeError(`${groups.length} measure groups; at most ${SITES} fit a set`);
    this.groups = groups;
    this.#offsets = new Int32Array(SITES);
    let slotCount = 0;
    for (const [index, group] of groups.entries()) {
      this.#offsets[index] = slotCount;
      slotCount += group.slotCount;
    }
    this.slotCount = slotCount;
    this.offsets = [...this.#offsets.subarray(0, groups.length)];
    const site = (index: number): MeasureGroup => groups[index] ?? new EmptyGroup();
    this.#one = site(0);
    this.#two = site(1);
    this.#three = site(2);
    this.#four = site(3);
    this.#five = site(4);
    this.#six = site(5);
    this.#seven = site(6);
    this.#eight = site(7);
  }

  open(slots: Float64Array, base: number, packet: Packet, forward: boolean, continued: boolean): void {
    const offsets = this.#offsets;
    this.#one.open(slots, base + offsets[0], packet, forward, continued);
    this.#two.open(slots, base + offsets[1], packet, forward, continued);
    this.#three.open(slots, base + offsets[2], packet, forward, continued);
    this.#four.open(slots, base + offsets[3], packet, forward, continued);
    this.#five.open(slots, base + offsets[4], packet, forward, continued);
    this.#six.open(slots, base + offsets[5], packet, forward, continued);
    this.#seven.open(slots, base + offsets[6], packet, forward, continued);
    this.#eight.open(slots, base + offsets[7], packet, forward, continued);
  }

  add(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    const offsets = this.#offsets;
    this.#one.add(slots, base + offsets[0], packet, forward);
    this.#two.add(slots, base + offsets[1], packet, forward);
    this.#three.add(slots, base + offsets[2], packet, forward);
    this.#four.add(slots, base + offsets[3], packet, forward);
    this.#five.add(slots, base + offsets[4], packet, forward);
    this.#six.add(slots, base + offsets[5], packet, forward);
    this.#seven.add(slots, base + offsets[6], packet, forward);
    this.#eight.add(slots, base + offsets[7], packet, forward);
  }
}
