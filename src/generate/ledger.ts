// Keeps the label records: every frame is charged to exactly one, and records that share addresses and ports never
// disagree about the class. Knows no frames' content and no clock.
//
// A session opens a record of its own (`open`), since its client's port is its alone. Flows whose ports are fixed by
// the protocol - DHCP, NTP, multicast, ICMP - share a record by key (`shared`): it ends after LABEL_GAP_US of silence,
// and whoever brings another class meanwhile gets none and must stay silent.

import { type Address, addressText } from "./address.ts";
import { type FrameSink, LABEL_GAP_US, type TrafficClass, type TransportName } from "./contract.ts";

/** Who makes a flow and what it is. */
export interface Tag {
  label: TrafficClass;
  scenario: string;
}

export interface Endpoints {
  protocol: TransportName;
  source: Address;
  sourcePort: number;
  destination: Address;
  destinationPort: number;
}

export class FlowRecord implements Endpoints {
  readonly tag: Tag;
  readonly protocol: TransportName;
  readonly source: Address;
  readonly sourcePort: number;
  readonly destination: Address;
  readonly destinationPort: number;
  packets = 0;
  startUs = -1;
  endUs = -1;
  /** Handed out: no frame may be charged to it any more. */
  isClosed = false;
  /** Frames that the capture misses at the beginning, and how many it sees after them; -1 for all. */
  skipPackets = 0;
  limitPackets = -1;
  /** Which side's frames the capture misses (asymmetric routes). */
  hidden: "none" | "source" | "destination" = "none";

  /** Neighbours in the ledger's list of open records. */
  before: FlowRecord | undefined = undefined;
  after: FlowRecord | undefined = undefined;

  constructor(tag: Tag, endpoints: Endpoints) {
    this.tag = tag;
    this.protocol = endpoints.protocol;
    this.source = endpoints.source;
    this.sourcePort = endpoints.sourcePort;
    this.destination = endpoints.destination;
    this.destinationPort = endpoints.destinationPort;
  }

  /** Whether the capture sees the next frame; counts those that it misses. */
  sees(fromSource: boolean): boolean {
    if (this.hidden !== "none" && (this.hidden === "source") === fromSource) return false;
    if (this.skipPackets > 0) {
      this.skipPackets--;
      return false;
    }
    return this.limitPackets < 0 || this.packets < this.limitPackets;
  }
}

interface Tally {
  flows: number;
  packets: number;
}

/** Shared records are swept for idle ones when their number has doubled since, but not below this. */
const SWEEP_MINIMUM = 4096;

export class Ledger {
  readonly classes: Record<string, Tally> = {};
  readonly scenarios: Record<string, Tally> = {};
  readonly #sink: FrameSink;
  /** Ends of the list of open records, oldest first. */
  #first: FlowRecord | undefined;
  #last: FlowRecord | undefined;
  readonly #shared = new Map<string, FlowRecord>();
  #sweepAt = SWEEP_MINIMUM;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  open(tag: Tag, endpoints: Endpoints): FlowRecord {
    const record = new FlowRecord(tag, endpoints);
    record.before = this.#last;
    if (this.#last === undefined) this.#first = record;
    else this.#last.after = record;
    this.#last = record;
    return record;
  }

  /** Hands out the record when it has frames. */
  close(record: FlowRecord): void {
    if (record.isClosed) return;
    if (record.before === undefined) this.#first = record.after;
    else record.before.after = record.after;
    if (record.after === undefined) this.#last = record.before;
    else record.after.before = record.before;
    record.before = undefined;
    record.after = undefined;
    this.#write(record);
  }

  /** The record of a flow that several may feed, either way round; undefined while another class holds it. */
  shared(tag: Tag, endpoints: Endpoints, nowUs: number): FlowRecord | undefined {
    const forward = `${addressText(endpoints.source)}/${endpoints.sourcePort}`;
    const backward = `${addressText(endpoints.destination)}/${endpoints.destinationPort}`;
    const key = `${endpoints.protocol} ${forward} ${backward}`;
    let found = this.#live(key, nowUs);
    if (found === undefined) found = this.#live(`${endpoints.protocol} ${backward} ${forward}`, nowUs);
    if (found !== undefined) return found.tag.label === tag.label ? found : undefined;
    if (this.#shared.size >= this.#sweepAt) this.#sweep(nowUs);
    const record = new FlowRecord(tag, endpoints);
    this.#shared.set(key, record);
    return record;
  }

  /** Charges a frame that has left. */
  charge(record: FlowRecord, nowUs: number): void {
    if (record.isClosed)
      throw new Error(`a frame of ${record.tag.scenario} came after its record was handed out`);
    if (record.packets === 0) record.startUs = nowUs;
    record.endUs = nowUs;
    record.packets++;
  }

  /** Hands out all that is still open. */
  finish(): void {
    while (this.#first !== undefined) this.close(this.#first);
    for (const record of this.#shared.values()) this.#write(record);
    this.#shared.clear();
  }

  #live(key: string, nowUs: number): FlowRecord | undefined {
    const record = this.#shared.get(key);
    if (record === undefined) return undefined;
    if (record.packets === 0 || nowUs - record.endUs <= LABEL_GAP_US) return record;
    this.#shared.delete(key);
    this.#write(record);
    return undefined;
  }

  #sweep(nowUs: number): void {
    for (const [key, record] of this.#shared) {
      if (record.packets > 0 && nowUs - record.endUs > LABEL_GAP_US) {
        this.#shared.delete(key);
        this.#write(record);
      }
    }
    this.#sweepAt = Math.max(SWEEP_MINIMUM, this.#shared.size * 2);
  }

  #write(record: FlowRecord): void {
    record.isClosed = true;
    if (record.packets === 0) return;
    const { tag } = record;
    for (const [table, name] of [
      [this.classes, tag.label],
      [this.scenarios, tag.scenario],
    ] as const) {
      table[name] ??= { flows: 0, packets: 0 };
      const tally = table[name];
      tally.flows++;
      tally.packets += record.packets;
    }
    this.#sink.label({
      startUs: record.startUs,
      endUs: record.endUs,
      protocol: record.protocol,
      sourceAddress: addressText(record.source),
      sourcePort: record.sourcePort,
      destinationAddress: addressText(record.destination),
      destinationPort: record.destinationPort,
      label: tag.label,
      scenario: tag.scenario,
    });
  }
}
