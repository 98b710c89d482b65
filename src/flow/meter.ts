// Meters flows: packets in, openings, packets and endings of flows out, to one observer.
//
// What it guarantees: which packets a flow holds, and the order in which flows end, depend on the packets alone - not
// on how they were cut into blocks, nor on calls of `advance`, which only make endings known sooner. Memory is
// bounded: at most `maximumFlows` flows; when one more opens, the flow that was silent longest is handed out first.
// What it must not know: features, files, clocks. Time is the newest packet time seen.
//
// Flows wait in one list per timeout class, in the order of their last packet, and in one list per mark, in the order
// of their opening; so the next moment at which anything happens is always at the head of a list.

import type { Packet } from "../packet/packet.ts";
import {
  ACTION_ADD,
  ACTION_ADD_AND_END,
  ACTION_CUT,
  ACTION_DROP,
  type FlowObserver,
  type FlowStates,
  type Lifecycle,
} from "./contract.ts";
import { FragmentTable } from "./fragments.ts";
import { END_REASONS, REASON_END_OF_INPUT, REASON_EVICTED } from "./reasons.ts";
import { FlowTable, grown, NOT_FOUND } from "./table.ts";

/** A step back in time larger than this starts a new clock: all flows are handed out first, µs. */
export const CLOCK_RESET_US = 600_000_000;

export interface MeterOptions {
  lifecycle: Lifecycle;
  observer: FlowObserver;
  /** Flows in the table at the most. */
  maximumFlows?: number;
  /** Ages of a flow at which the observer is told, µs, ascending. */
  marksUs?: readonly number[];
  /** Seed of the table's hash; changes no result. Give a secret one where hostile traffic is metered. */
  hashSeed?: number;
}

export const MAXIMUM_FLOWS_DEFAULT = 524_288;

/** The meter's part of the loss ledger. Sums agree: see `ledger`. */
export interface MeterLedger {
  /** Packets given to the meter. */
  packets: number;
  /** Packets without an IP header, which belong to no flow. */
  withoutFlow: number;
  /** Packets that the lifecycle threw away. */
  dropped: number;
  /** Packets counted in a flow: packets − withoutFlow − dropped − held. */
  metered: number;
  /** Fragments held back now, waiting for their first one. */
  held: number;
  /** Fragments metered without ports, their first one never seen. */
  orphanFragments: number;
  /** Packets older than a moment already announced by `advance`. */
  late: number;
  /** Steps back in time that started a new clock. */
  clockResets: number;
  flowsOpened: number;
  /** Flows open now: flowsOpened − the sum of flowsEnded. */
  flowsOpen: number;
  /** By reason (END_REASONS). */
  flowsEnded: Record<string, number>;
}

export class Meter {
  readonly table: FlowTable;
  readonly #lifecycle: Lifecycle;
  readonly #observer: FlowObserver;
  readonly #fragments = new FragmentTable();
  readonly #states: FlowStates;

  // Lists: classes first, then marks. Head and tail per list; links per flow.
  readonly #classCount: number;
  readonly #delaysUs: Float64Array;
  readonly #heads: Int32Array;
  readonly #tails: Int32Array;
  readonly #nexts: Int32Array[];
  readonly #previouses: Int32Array[];
  #classOf: Uint8Array;
  #marked: Uint8Array;
  /** A moment before which nothing is due. */
  #nextDueUs = Number.POSITIVE_INFINITY;

  #nowUs = Number.NEGATIVE_INFINITY;
  #announcedUs = Number.NEGATIVE_INFINITY;

  #packets = 0;
  #withoutFlow = 0;
  #dropped = 0;
  #late = 0;
  #clockResets = 0;
  #orphanFragments = 0;
  #flowsOpened = 0;
  readonly #ended = new Float64Array(END_REASONS.length);

  constructor(options: MeterOptions) {
    this.#lifecycle = options.lifecycle;
    this.#observer = options.observer;
    const marks = options.marksUs ?? [];
    this.table = new FlowTable({
      maximum: options.maximumFlows ?? MAXIMUM_FLOWS_DEFAULT,
      hashSeed: options.hashSeed,
    });
    const capacity = this.table.capacity;
    this.#classCount = options.lifecycle.timeoutsUs.length;
    this.#delaysUs = Float64Array.from([...options.lifecycle.timeoutsUs, ...marks]);
    const lists = this.#delaysUs.length;
    this.#heads = new Int32Array(lists).fill(-1);
    this.#tails = new Int32Array(lists).fill(-1);
    // All classes share one pair of links, since a flow is in one class at a time; each mark has its own.
    this.#nexts = Array.from({ length: 1 + marks.length }, () => new Int32Array(capacity));
    this.#previouses = Array.from({ length: 1 + marks.length }, () => new Int32Array(capacity));
    this.#classOf = new Uint8Array(capacity);
    this.#marked = new Uint8Array(capacity);
    this.#states = {
      bits: new Uint16Array(capacity),
      openedUs: new Float64Array(capacity),
      touchedUs: new Float64Array(capacity),
    };
    this.#observer.resize(capacity);
  }

  /** Newest packet time seen, µs; −Infinity before the first packet. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** Meters one packet. The packet is read during the call only. */
  push(packet: Packet): void {
    this.#packets++;
    this.#tick(packet.timestampUs);
    if (packet.ipVersion === 0) {
      this.#withoutFlow++;
      return;
    }
    if (packet.fragmentOffset !== 0 || packet.moreFragments !== 0) this.#pushFragment(packet);
    else this.#meter(packet);
  }

  /**
   * Announces that no packet older than `nowUs` will come (packet time: a live source passes the wall clock minus its
   * lateness). Hands out what is due by then; changes no flow's content.
   */
  advance(nowUs: number): void {
    if (nowUs > this.#announcedUs) this.#announcedUs = nowUs;
    if (this.#nextDueUs < nowUs) this.#expire(nowUs);
  }

  /**
   * Ends the input: everything held or open is handed out, as if silence followed for ever, so that rows hold the same
   * whether the silence was announced by `advance` or not; only the reason tells. One call hands out about `limit`
   * flows at the most; true when none is left.
   */
  end(limit = Number.POSITIVE_INFINITY): boolean {
    this.#expire(Number.POSITIVE_INFINITY, REASON_END_OF_INPUT, limit);
    return this.table.size === 0 && this.#fragments.heldCount === 0;
  }

  ledger(): MeterLedger {
    const held = this.#fragments.heldCount;
    return {
      packets: this.#packets,
      withoutFlow: this.#withoutFlow,
      dropped: this.#dropped,
      metered: this.#packets - this.#withoutFlow - this.#dropped - held,
      held,
      orphanFragments: this.#orphanFragments,
      late: this.#late,
      clockResets: this.#clockResets,
      flowsOpened: this.#flowsOpened,
      flowsOpen: this.table.size,
      flowsEnded: Object.fromEntries(
        END_REASONS.slice(0, -1).map((name, reason) => [name, this.#ended[reason]]),
      ),
    };
  }

  #tick(timeUs: number): void {
    if (timeUs > this.#nowUs) {
      if (this.#nextDueUs < timeUs) this.#expire(timeUs);
      this.#nowUs = timeUs;
    } else if (timeUs < this.#nowUs - CLOCK_RESET_US) {
      this.#clockResets++;
      this.end();
      this.#fragments.forget();
      this.#observer.forget();
      this.#nowUs = timeUs;
      this.#announcedUs = Number.NEGATIVE_INFINITY;
    }
    if (timeUs < this.#announcedUs) this.#late++;
  }

  #pushFragment(packet: Packet): void {
    const nowUs = this.#nowUs;
    if (packet.fragmentOffset !== 0) {
      if (this.#fragments.complete(packet, nowUs)) this.#meter(packet);
      else {
        this.#release(this.#fragments.hold(packet, nowUs));
        this.#nextDueUs = Math.min(this.#nextDueUs, this.#fragments.dueUs);
      }
      return;
    }
    this.#fragments.remember(packet, nowUs);
    this.#meter(packet);
    for (;;) {
      const held = this.#fragments.takeCompleted(packet, nowUs);
      if (held === undefined) return;
      this.#meter(held);
      this.#fragments.recycle(held);
    }
  }

  #release(orphan: Packet | undefined): void {
    if (orphan === undefined) return;
    this.#orphanFragments++;
    this.#meter(orphan);
    this.#fragments.recycle(orphan);
  }

  #meter(packet: Packet): void {
    const flow = this.table.find(packet);
    if (flow === NOT_FOUND) {
      const reversed = this.#lifecycle.isReversed(packet);
      this.#open(packet, reversed, false);
      return;
    }
    const forward = this.table.matchesStoredDirection;
    const action = this.#lifecycle.decide(this.#states, flow, packet, this.#nowUs);
    if (action === ACTION_ADD) {
      this.#observer.add(flow, packet, forward);
      this.#touch(flow, packet, forward);
    } else this.#act(action, flow, packet, forward);
  }

  #act(action: number, flow: number, packet: Packet, forward: boolean): void {
    if (action === ACTION_DROP) {
      this.#dropped++;
      return;
    }
    if (action === ACTION_ADD_AND_END) this.#observer.add(flow, packet, forward);
    this.#end(flow, this.#lifecycle.reason(action), this.#nowUs);
    if (action === ACTION_ADD_AND_END) return;
    const continued = action === ACTION_CUT;
    this.#open(packet, continued ? !forward : this.#lifecycle.isReversed(packet), continued);
  }

  #open(packet: Packet, reversed: boolean, continued: boolean): void {
    const table = this.table;
    if (table.size === table.maximum) this.#evict();
    const capacity = table.capacity;
    const flow = table.insert(reversed);
    if (table.capacity !== capacity) this.#resize(table.capacity);
    this.#flowsOpened++;
    const nowUs = this.#nowUs;
    const states = this.#states;
    const bits = this.#lifecycle.open(packet, !reversed);
    states.bits[flow] = bits;
    states.openedUs[flow] = nowUs;
    states.touchedUs[flow] = nowUs;
    this.#classOf[flow] = this.#lifecycle.timeoutClass(bits, packet);
    this.#append(this.#classOf[flow], flow);
    this.#marked[flow] = 0;
    for (let list = this.#classCount; list < this.#delaysUs.length; list++) this.#append(list, flow);
    this.#observer.open(flow, packet, !reversed, continued);
  }

  #touch(flow: number, packet: Packet, forward: boolean): void {
    const lifecycle = this.#lifecycle;
    const states = this.#states;
    const before = this.#classOf[flow];
    const bits = lifecycle.advance(states.bits[flow], packet, forward);
    states.bits[flow] = bits;
    if (lifecycle.timeoutFixed[before] !== 0) return;
    states.touchedUs[flow] = this.#nowUs;
    const after = lifecycle.timeoutClass(bits, packet);
    if (after !== before) this.#classOf[flow] = after;
    else if (this.#tails[before] === flow) return;
    this.#unlink(before, flow);
    this.#append(after, flow);
  }

  #evict(): void {
    let oldest = -1;
    for (let list = 0; list < this.#classCount; list++) {
      const flow = this.#heads[list];
      if (flow < 0) continue;
      if (oldest < 0 || this.#states.touchedUs[flow] < this.#states.touchedUs[oldest]) oldest = flow;
    }
    const list = this.#classOf[oldest];
    const over = this.#lifecycle.timeoutFixed[list] !== 0;
    this.#end(oldest, over ? this.#lifecycle.timeoutReasons[list] : REASON_EVICTED, this.#nowUs);
  }

  /**
   * Hands out everything due before `limitUs`, earliest first; flows that are not over by themselves with `reason`. Fragments
   * that waited too long are metered in between, so that this too happens at its own moment.
   */
  #expire(limitUs: number, reason?: number, steps = Number.POSITIVE_INFINITY): void {
    for (let step = 0; step < steps; step++) {
      let first = -1;
      let firstUs = Number.POSITIVE_INFINITY;
      for (let list = 0; list < this.#delaysUs.length; list++) {
        const flow = this.#heads[list];
        if (flow < 0) continue;
        const dueUs = this.#dueUs(list, flow);
        if (dueUs < firstUs) {
          firstUs = dueUs;
          first = list;
        }
      }
      const heldUs = this.#fragments.dueUs;
      this.#nextDueUs = Math.min(firstUs, heldUs);
      if (!(this.#nextDueUs < limitUs)) return;
      if (heldUs < firstUs) this.#release(this.#fragments.takeOldest());
      else this.#handle(first, this.#heads[first], firstUs, reason);
    }
  }

  #dueUs(list: number, flow: number): number {
    const states = this.#states;
    const sinceUs = list < this.#classCount ? states.touchedUs[flow] : states.openedUs[flow];
    return sinceUs + this.#delaysUs[list];
  }

  #handle(list: number, flow: number, atUs: number, reason?: number): void {
    if (list < this.#classCount) {
      const over = reason === undefined || this.#lifecycle.timeoutFixed[list] !== 0;
      this.#end(flow, over ? this.#lifecycle.timeoutReasons[list] : reason, atUs);
      return;
    }
    this.#unlink(list, flow);
    this.#marked[flow] |= 1 << (list - this.#classCount);
    this.#observer.mark(flow, list - this.#classCount, atUs);
  }

  #end(flow: number, reason: number, atUs: number): void {
    this.#unlink(this.#classOf[flow], flow);
    const marked = this.#marked[flow];
    for (let list = this.#classCount; list < this.#delaysUs.length; list++) {
      if ((marked & (1 << (list - this.#classCount))) === 0) this.#unlink(list, flow);
    }
    this.#ended[reason]++;
    this.#observer.end(flow, reason, atUs);
    this.table.remove(flow);
  }

  #append(list: number, flow: number): void {
    const link = list < this.#classCount ? 0 : list - this.#classCount + 1;
    const tail = this.#tails[list];
    this.#nexts[link][flow] = -1;
    this.#previouses[link][flow] = tail;
    if (tail < 0) this.#heads[list] = flow;
    else this.#nexts[link][tail] = flow;
    this.#tails[list] = flow;
    const dueUs = this.#nowUs + this.#delaysUs[list];
    if (dueUs < this.#nextDueUs) this.#nextDueUs = dueUs;
  }

  #unlink(list: number, flow: number): void {
    const link = list < this.#classCount ? 0 : list - this.#classCount + 1;
    const nexts = this.#nexts[link];
    const previouses = this.#previouses[link];
    const next = nexts[flow];
    const previous = previouses[flow];
    if (previous < 0) this.#heads[list] = next;
    else nexts[previous] = next;
    if (next < 0) this.#tails[list] = previous;
    else previouses[next] = previous;
  }

  #resize(capacity: number): void {
    const states = this.#states;
    states.bits = grown(states.bits, capacity);
    states.openedUs = grown(states.openedUs, capacity);
    states.touchedUs = grown(states.touchedUs, capacity);
    for (let link = 0; link < this.#nexts.length; link++) {
      this.#nexts[link] = grown(this.#nexts[link], capacity);
      this.#previouses[link] = grown(this.#previouses[link], capacity);
    }
    this.#classOf = grown(this.#classOf, capacity);
    this.#marked = grown(this.#marked, capacity);
    this.#observer.resize(capacity);
  }
}
