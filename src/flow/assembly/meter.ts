// Meters flows: packets in, openings, packets and endings of flows out, to one observer.
//
// What it guarantees: which packets a flow holds, and the order in which flows end, depend on the packets alone - not
// on how they were cut into blocks, nor on calls of `advance`, which only make endings known sooner. Memory is
// bounded: at most `maximum` flows; when one more opens, the flow that was silent longest is handed out first.
// What it must not know: features, files, clocks. Time is the newest packet time seen.
//
// Flows wait in one list per timeout class, in the order of their last packet, and in one list per mark, in the order
// of their opening; so the next moment at which anything happens is always at the head of a list. Links lie apart from
// the flows, close together: a packet moves its flow to the end of a list, and its neighbours need not be fetched.
//
// L is a lifecycle (the contract is `Lifecycle` in ../contract.ts), O an observer (`FlowObserver` there).

import { Packet } from "../../packet/assembly/packet";
import { reserve, touch } from "./arena";
import { Flow } from "./flow";
import { FragmentTable } from "./fragments";
import { ACTION_ADD, ACTION_ADD_AND_END, ACTION_CUT, ACTION_DROP } from "./lifecycle";
import { REASON_END_OF_INPUT, REASON_EVICTED, REASONS } from "./reasons";
import { FlowTable } from "./table";

/** A step back in time larger than this starts a new clock: all flows are handed out first, µs. */
const CLOCK_RESET_US: f64 = 600_000_000;
const LISTS_MAXIMUM: i32 = 16;
/**
 * Parts of MeterCounts.order, all exact: ordinals are below the first; a flow that fragments opened or touched at last, which waited
 * too long, comes behind those of packets; then each list has its part; then what such fragments do.
 */
const ORDER_ORPHANS: f64 = 2 ** 44;
const ORDER_LIST: f64 = 2 ** 46;
const ORDER_RELEASED: f64 = 2 ** 51;

/** The meter's part of the loss ledger, read from outside in this order. */
@unmanaged
@final
export class MeterCounts {
  packets: f64;
  withoutFlow: f64;
  dropped: f64;
  held: f64;
  orphanFragments: f64;
  late: f64;
  clockResets: f64;
  flowsOpened: f64;
  flowsOpen: f64;
  /** Newest packet time seen, µs; -Infinity before the first packet. */
  nowUs: f64;
  /**
   * What happens at one moment happens in this order, whoever else meters: packets by their ordinals, then what is due
   * by then, list by list, each in the order of the packets that put flows there, then fragments that waited too long.
   */
  order: f64;
  // Behind it: flows ended, one number a reason.
}

@unmanaged
@final
export class Meter<L, O> {
  table: FlowTable;
  fragments: FragmentTable;
  lifecycle: L;
  observer: O;
  counts: MeterCounts;
  ended: usize;

  // Lists: classes first, then marks.
  classes: i32;
  lists: i32;
  delaysUs: usize;
  /** A number and one, 0 when the list is empty. */
  heads: usize;
  tails: usize;
  /** Of each place of the table: next and previous of its class (numbers and one), then the same of each mark. */
  links: usize;
  linkBytes: usize;

  /** A moment before which nothing is due. */
  nextDueUs: f64;
  nowUs: f64;
  announcedUs: f64;

  /** Takes memory; false when it is refused. `stride` bytes a flow, of which the first belong to Flow. */
  setup(lifecycle: L, observer: O, maximum: u32, stride: usize, seed: u32, marks: i32): bool {
    this.lifecycle = lifecycle;
    this.observer = observer;
    this.classes = lifecycle.classes();
    this.lists = this.classes + marks;
    this.linkBytes = <usize>(1 + marks) << 3;
    const table = reserve(offsetof<FlowTable>());
    const fragments = reserve(offsetof<FragmentTable>());
    const counts = reserve(offsetof<MeterCounts>() + ((<usize>REASONS) << 3));
    this.delaysUs = reserve((<usize>LISTS_MAXIMUM) << 3);
    this.heads = reserve((<usize>LISTS_MAXIMUM) << 2);
    this.tails = reserve((<usize>LISTS_MAXIMUM) << 2);
    this.links = reserve(<usize>maximum * this.linkBytes);
    if (table == 0 || fragments == 0 || counts == 0 || this.tails == 0 || this.links == 0) return false;
    this.table = changetype<FlowTable>(table);
    this.fragments = changetype<FragmentTable>(fragments);
    this.counts = changetype<MeterCounts>(counts);
    this.ended = counts + offsetof<MeterCounts>();
    for (let list = 0; list < this.classes; list++) this.setDelay(list, lifecycle.timeoutUs(list));
    this.nextDueUs = Infinity;
    this.setNow(-Infinity);
    this.announcedUs = -Infinity;
    return this.table.setup(maximum, stride, seed) && this.fragments.setup();
  }

  /** Age of a flow at which the observer is told, µs. */
  setMark(mark: i32, ageUs: f64): void {
    this.setDelay(this.classes + mark, ageUs);
  }

  /** Meters one packet. The packet is read during the call only. */
  push(packet: Packet): void {
    this.counts.packets += 1;
    this.tick(packet.timestampUs);
    if (packet.ipVersion == 0) this.counts.withoutFlow += 1;
    else this.take(packet);
  }

  /** Meters one packet, which came when the newest packet time, here or elsewhere, was `nowUs`. */
  pushAt(packet: Packet, nowUs: f64): void {
    this.counts.packets += 1;
    if (packet.ipVersion == 0) {
      this.counts.withoutFlow += 1;
      return;
    }
    if (nowUs > this.nowUs) {
      if (this.nextDueUs < nowUs) this.expire(nowUs, -1, Infinity);
      this.setNow(nowUs);
    }
    this.take(packet);
  }

  /**
   * Announces that no packet older than `nowUs` will come (packet time: a live source passes the wall clock minus its
   * lateness). Hands out what is due by then; changes no flow's content.
   */
  advance(nowUs: f64): void {
    if (nowUs > this.announcedUs) this.announcedUs = nowUs;
    if (this.nextDueUs < nowUs) this.expire(nowUs, -1, Infinity);
  }

  /**
   * Ends the input: everything held or open is handed out, as if silence followed for ever, so that rows hold the same
   * whether the silence was announced by `advance` or not; only the reason tells. One call hands out about `limit`
   * flows at the most; true when none is left.
   */
  end(limit: f64): bool {
    this.expire(Infinity, REASON_END_OF_INPUT, limit);
    return this.table.size == 0 && this.fragments.heldCount == 0;
  }

  private take(packet: Packet): void {
    this.counts.order = packet.ordinal;
    if ((packet.fragmentOffset | packet.moreFragments) != 0) this.pushFragment(packet);
    else this.meter(packet);
  }

  private setNow(timeUs: f64): void {
    this.nowUs = timeUs;
    this.counts.nowUs = timeUs;
  }

  private setDelay(list: i32, delayUs: f64): void {
    store<f64>(this.delaysUs + ((<usize>list) << 3), delayUs);
  }

  @inline
  private delayUs(list: i32): f64 {
    return load<f64>(this.delaysUs + ((<usize>list) << 3));
  }

  private tick(timeUs: f64): void {
    if (timeUs > this.nowUs) {
      if (this.nextDueUs < timeUs) this.expire(timeUs, -1, Infinity);
      this.setNow(timeUs);
    } else if (timeUs < this.nowUs - CLOCK_RESET_US) this.resetClock(timeUs);
    if (timeUs < this.announcedUs) this.counts.late += 1;
  }

  /** Begins a new clock: hands everything out. */
  resetClock(timeUs: f64): void {
    this.counts.clockResets += 1;
    this.end(Infinity);
    this.fragments.forget();
    this.observer.forget();
    this.setNow(timeUs);
    this.announcedUs = -Infinity;
  }

  private pushFragment(packet: Packet): void {
    const nowUs = this.nowUs;
    const fragments = this.fragments;
    if (packet.fragmentOffset != 0) {
      if (fragments.complete(packet, nowUs)) this.meter(packet);
      else {
        this.release(fragments.hold(packet, nowUs));
        this.nextDueUs = min(this.nextDueUs, fragments.dueUs());
      }
    } else {
      fragments.remember(packet, nowUs);
      this.meter(packet);
      for (;;) {
        const held = fragments.takeCompleted(packet, nowUs);
        if (held == 0) break;
        this.meter(changetype<Packet>(held));
        fragments.recycle(held);
      }
    }
    this.counts.held = <f64>fragments.heldCount;
  }

  private release(orphan: usize): void {
    if (orphan == 0) return;
    this.counts.orphanFragments += 1;
    this.meter(changetype<Packet>(orphan));
    this.fragments.recycle(orphan);
  }

  private meter(packet: Packet): void {
    const found = this.table.find(packet);
    if (found == 0) {
      this.open(packet, this.lifecycle.isReversed(packet), false);
      return;
    }
    const flow = changetype<Flow>(found);
    const forward = this.table.matchesStoredDirection;
    const action = this.lifecycle.decide(flow, packet, this.nowUs);
    if (action == ACTION_ADD) {
      this.observer.add(flow, packet, forward);
      this.touch(flow, packet, forward);
    } else this.act(action, flow, packet, forward);
  }

  private act(action: i32, flow: Flow, packet: Packet, forward: bool): void {
    if (action == ACTION_DROP) {
      this.counts.dropped += 1;
      return;
    }
    if (action == ACTION_ADD_AND_END) this.observer.add(flow, packet, forward);
    this.endFlow(flow, this.lifecycle.reason(action), this.nowUs);
    if (action == ACTION_ADD_AND_END) return;
    const continued = action == ACTION_CUT;
    this.open(packet, continued ? !forward : this.lifecycle.isReversed(packet), continued);
  }

  private open(packet: Packet, reversed: bool, continued: bool): void {
    const table = this.table;
    if (table.size == table.maximum) this.evict();
    const flow = changetype<Flow>(table.insert(packet, reversed));
    this.counts.flowsOpened += 1;
    this.counts.flowsOpen = <f64>table.size;
    const nowUs = this.nowUs;
    const bits = this.lifecycle.open(packet, !reversed);
    const timeoutClass = this.lifecycle.timeoutClass(bits, packet);
    flow.bits = <u16>bits;
    const order = this.orderOf(packet);
    flow.openedUs = nowUs;
    flow.touchedUs = nowUs;
    flow.openedOrder = order;
    flow.touchedOrder = order;
    flow.timeoutClass = <u8>timeoutClass;
    flow.marked = 0;
    this.append(timeoutClass, flow.number);
    for (let list = this.classes; list < this.lists; list++) this.append(list, flow.number);
    this.observer.open(flow, packet, !reversed, continued);
  }

  private touch(flow: Flow, packet: Packet, forward: bool): void {
    const lifecycle = this.lifecycle;
    const before = <i32>flow.timeoutClass;
    const bits = lifecycle.advance(<i32>flow.bits, packet, forward);
    flow.bits = <u16>bits;
    if (lifecycle.timeoutFixed(before)) return;
    flow.touchedUs = this.nowUs;
    flow.touchedOrder = this.orderOf(packet);
    const after = lifecycle.timeoutClass(bits, packet);
    if (after != before) flow.timeoutClass = <u8>after;
    else if (load<u32>(this.tails + ((<usize>before) << 2)) == flow.number + 1) return;
    this.unlink(before, flow.number);
    this.append(after, flow.number);
  }

  private evict(): void {
    let oldest: usize = 0;
    for (let list = 0; list < this.classes; list++) {
      const head = load<u32>(this.heads + ((<usize>list) << 2));
      if (head == 0) continue;
      const flow = this.table.addressOf(head - 1);
      if (oldest == 0 || changetype<Flow>(flow).touchedUs < changetype<Flow>(oldest).touchedUs) oldest = flow;
    }
    const flow = changetype<Flow>(oldest);
    const list = <i32>flow.timeoutClass;
    const over = this.lifecycle.timeoutFixed(list);
    this.endFlow(flow, over ? this.lifecycle.timeoutReason(list) : REASON_EVICTED, this.nowUs);
  }

  /**
   * Hands out everything due before `limitUs`, earliest first; flows that are not over by themselves with `reason` unless
   * that is negative. Fragments that waited too long are metered in between, so that this too happens at its own moment.
   */
  private expire(limitUs: f64, reason: i32, steps: f64): void {
    for (let step: f64 = 0; step < steps; step += 1) {
      let first = -1;
      let firstUs: f64 = Infinity;
      for (let list = 0; list < this.lists; list++) {
        const head = load<u32>(this.heads + ((<usize>list) << 2));
        if (head == 0) continue;
        const dueUs = this.dueUs(list, changetype<Flow>(this.table.addressOf(head - 1)));
        if (dueUs < firstUs) {
          firstUs = dueUs;
          first = list;
        }
      }
      const heldUs = this.fragments.dueUs();
      this.nextDueUs = min(firstUs, heldUs);
      if (!(this.nextDueUs < limitUs)) return;
      if (heldUs < firstUs) {
        // At its own moment: what comes of it depends on no packet that came meanwhile.
        if (heldUs > this.nowUs) this.setNow(heldUs);
        const orphan = this.fragments.takeOldest();
        this.counts.order = ORDER_RELEASED + changetype<Packet>(orphan).ordinal;
        this.release(orphan);
        this.counts.held = <f64>this.fragments.heldCount;
      } else {
        const head = load<u32>(this.heads + ((<usize>first) << 2));
        this.handle(first, changetype<Flow>(this.table.addressOf(head - 1)), firstUs, reason);
      }
    }
  }

  /** Of a flow that this packet opens or touches. */
  @inline
  private orderOf(packet: Packet): f64 {
    const order = this.counts.order;
    return order < ORDER_ORPHANS ? order : ORDER_ORPHANS + packet.ordinal;
  }

  @inline
  private dueUs(list: i32, flow: Flow): f64 {
    return (list < this.classes ? flow.touchedUs : flow.openedUs) + this.delayUs(list);
  }

  private handle(list: i32, flow: Flow, atUs: f64, reason: i32): void {
    const order = list < this.classes ? flow.touchedOrder : flow.openedOrder;
    this.counts.order = <f64>(list + 1) * ORDER_LIST + order;
    if (list < this.classes) {
      const over = reason < 0 || this.lifecycle.timeoutFixed(list);
      this.endFlow(flow, over ? this.lifecycle.timeoutReason(list) : reason, atUs);
      return;
    }
    this.unlink(list, flow.number);
    flow.marked = <u8>(<i32>flow.marked | (1 << (list - this.classes)));
    this.observer.mark(flow, list - this.classes, atUs);
  }

  private endFlow(flow: Flow, reason: i32, atUs: f64): void {
    this.unlink(<i32>flow.timeoutClass, flow.number);
    for (let list = this.classes; list < this.lists; list++) {
      if ((<i32>flow.marked & (1 << (list - this.classes))) == 0) this.unlink(list, flow.number);
    }
    const count = this.ended + ((<usize>reason) << 3);
    store<f64>(count, load<f64>(count) + 1);
    this.observer.end(flow, reason, atUs);
    this.table.remove(changetype<usize>(flow));
    this.counts.flowsOpen = <f64>this.table.size;
  }

  /** Where the links of a place lie, as far as the list is concerned. All classes share a pair of links. */
  @inline
  private linksOf(list: i32, number: u32): usize {
    const pair = list < this.classes ? 0 : list - this.classes + 1;
    return this.links + <usize>number * this.linkBytes + ((<usize>pair) << 3);
  }

  private append(list: i32, number: u32): void {
    const tails = this.tails + ((<usize>list) << 2);
    const tail = load<u32>(tails);
    const own = this.linksOf(list, number);
    store<u32>(own, 0);
    store<u32>(own, tail, 4);
    if (tail == 0) store<u32>(this.heads + ((<usize>list) << 2), number + 1);
    else store<u32>(this.linksOf(list, tail - 1), number + 1);
    store<u32>(tails, number + 1);
    const dueUs = this.nowUs + this.delayUs(list);
    if (dueUs < this.nextDueUs) this.nextDueUs = dueUs;
  }

  private unlink(list: i32, number: u32): void {
    const own = this.linksOf(list, number);
    const next = load<u32>(own);
    const previous = load<u32>(own, 4);
    if (previous == 0) {
      store<u32>(this.heads + ((<usize>list) << 2), next);
      // The list's next flow, which is asked when it is due, and was not looked at for long.
      if (next != 0) touch(this.table.addressOf(next - 1), this.table.stride);
    } else store<u32>(this.linksOf(list, previous - 1), next);
    if (next == 0) store<u32>(this.tails + ((<usize>list) << 2), previous);
    else store<u32>(this.linksOf(list, next - 1), previous, 4);
  }
}
