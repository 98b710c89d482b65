// Packets in, feature rows out: the one feature path of the house. Training, detection, files and live traffic all go
// through this class and nothing else computes a feature.
//
// It joins the flow meter with the measure groups that a schema names. Rows leave in batches; a batch is valid during
// the call only. Rows come in the order in which flows end, which depends on the packets alone.

import { OrbweaverError } from "../base/errors.ts";
import type { FlowObserver } from "../flow/contract.ts";
import { icmpCounterpart } from "../flow/icmp.ts";
import {
  CONNECTION_DEFAULTS,
  ConnectionLifecycle,
  type ConnectionOptions,
} from "../flow/lifecycles/connection.ts";
import { Meter, type MeterLedger } from "../flow/meter.ts";
import { REASON_EARLY } from "../flow/reasons.ts";
import { grown, KEY_WORDS } from "../flow/table.ts";
import { type Packet, PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from "../packet/packet.ts";
import { SETTLE_US } from "./measures/context.ts";
import type { MeasureReader } from "./measures/contract.ts";
import { groupsFor } from "./measures/index.ts";
import { MeasureSet } from "./measures/set.ts";
import { RowBatch } from "./row.ts";
import type { Schema } from "./schema.ts";
import { SCHEMAS } from "./schemas/_index.ts";

export interface RowMeterOptions {
  schema: Schema;
  /** Takes a full batch, or what there is on `flush`. The batch is cleared when it returns. */
  onRows: (batch: RowBatch) => void;
  batchRows?: number;
  maximumFlows?: number;
  hashSeed?: number;
  lifecycle?: Partial<ConnectionOptions>;
  /** Also hand out an early row when a flow has this many packets. */
  earlyPackets?: number;
  /** Also hand out an early row when a flow has been open this long, µs. */
  earlyAfterUs?: number;
}

export interface RowLedger extends MeterLedger {
  /** Rows handed out for ended flows; the sum of flowsEnded. */
  rows: number;
  earlyRows: number;
  /** Further figures of the measure groups. */
  measures: Record<string, number>;
}

/** Flows per block of slots; the table of slots grows by blocks, so growing copies nothing. */
const BLOCK_BITS = 10;
const BLOCK_MASK = (1 << BLOCK_BITS) - 1;

const MARK_SETTLED = 0;
const MARK_EARLY = 1;

/** The schema of an id; throws `schema-unknown`. */
export function schemaById(id: string): Schema {
  const schema = SCHEMAS.find((candidate) => candidate.id === id);
  if (schema !== undefined) return schema;
  throw new OrbweaverError(
    "schema-unknown",
    `no schema '${id}'; there are ${SCHEMAS.map((known) => known.id).join(", ")}`,
  );
}

export class RowMeter {
  readonly batch: RowBatch;
  readonly #meter: Meter;
  readonly #extractor: Extractor;

  constructor(options: RowMeterOptions) {
    this.batch = new RowBatch(options.schema, options.batchRows);
    this.#extractor = new Extractor(options, this.batch);
    const marksUs = options.earlyAfterUs === undefined ? [SETTLE_US] : [SETTLE_US, options.earlyAfterUs];
    this.#meter = new Meter({
      lifecycle: new ConnectionLifecycle({ ...CONNECTION_DEFAULTS, ...options.lifecycle }),
      observer: this.#extractor,
      maximumFlows: options.maximumFlows,
      hashSeed: options.hashSeed,
      marksUs,
    });
    this.#extractor.attach(this.#meter);
  }

  /** Meters one decoded packet; it is read during the call only. */
  push(packet: Packet): void {
    this.#meter.push(packet);
  }

  /** Announces that no packet older than `nowUs` (packet time) will come; hands out what is due. */
  advance(nowUs: number): void {
    this.#meter.advance(nowUs);
  }

  /** Hands out the rows of the batch that is being filled. */
  flush(): void {
    this.#extractor.flush();
  }

  /** Ends the input: all flows are handed out, at most `limit` of them by one call; true when none is left. */
  end(limit?: number): boolean {
    const done = this.#meter.end(limit);
    this.flush();
    return done;
  }

  /** Newest packet time seen, µs. */
  get nowUs(): number {
    return this.#meter.nowUs;
  }

  ledger(): RowLedger {
    return { ...this.#meter.ledger(), ...this.#extractor.ledger() };
  }
}

interface ComputedColumn {
  column: number;
  read: Exclude<MeasureReader, number>;
  /** Offset of the group's slots in those of the flow. */
  offset: number;
}

/**
 * ICMP type and code, in two bytes, as the opener sends them, whoever sent this first packet. Fragments without a first one have
 * no type, as others have no ports.
 */
function forwardType(packet: Packet, forward: boolean): number {
  if (packet.icmpType < 0) return 0;
  const counterpart = forward ? -1 : icmpCounterpart(packet.protocol, packet.icmpType);
  return ((counterpart < 0 ? packet.icmpType : counterpart) << 8) | (packet.icmpCode & 0xff);
}

/** Keeps the slots of the measure groups and turns them into rows. */
class Extractor implements FlowObserver {
  readonly #measures: MeasureSet;
  readonly #stride: number;
  // Columns that are slots as they are, and columns that are computed from several.
  readonly #plainColumns: Int32Array;
  readonly #plainSlots: Int32Array;
  readonly #computed: readonly ComputedColumn[];
  readonly #settling: readonly number[];
  readonly #batch: RowBatch;
  readonly #onRows: (batch: RowBatch) => void;
  readonly #earlyPackets: number;
  /** The slots of a flow while an early row of it is written. */
  readonly #kept: Float64Array;
  #meter: Meter | undefined;
  readonly #blocks: Float64Array[] = [];
  #numbers = new Float64Array(0);
  #startUs = new Float64Array(0);
  #endUs = new Float64Array(0);
  /** When the flow's surroundings were looked at, µs; −Infinity before. */
  #settledUs = new Float64Array(0);
  #packets = new Int32Array(0);
  #icmp = new Uint16Array(0);
  #opened = 0;
  #rows = 0;
  #earlyRows = 0;

  constructor(options: RowMeterOptions, batch: RowBatch) {
    this.#batch = batch;
    this.#onRows = options.onRows;
    this.#earlyPackets = options.earlyPackets ?? 0;
    this.#measures = new MeasureSet(groupsFor(options.schema.columns.map((column) => column.measure)));
    this.#stride = this.#measures.slotCount;
    this.#kept = new Float64Array(this.#stride);
    const { groups, offsets } = this.#measures;
    const owners = new Map<string, { reader: MeasureReader; offset: number }>();
    for (const [index, group] of groups.entries()) {
      for (const [name, reader] of group.measures) owners.set(name, { reader, offset: offsets[index] });
    }
    const plain: [column: number, slot: number][] = [];
    const computed: ComputedColumn[] = [];
    for (const [column, { measure }] of options.schema.columns.entries()) {
      const { reader, offset: at } = owners.get(measure)!;
      if (typeof reader === "number") plain.push([column, at + reader]);
      else computed.push({ column, read: reader, offset: at });
    }
    this.#plainColumns = Int32Array.from(plain, ([column]) => column);
    this.#plainSlots = Int32Array.from(plain, ([, slot]) => slot);
    this.#computed = computed;
    this.#settling = [...groups.keys()].filter((index) => groups[index].settle !== undefined);
  }

  attach(meter: Meter): void {
    this.#meter = meter;
  }

  resize(capacity: number): void {
    while (this.#blocks.length << BLOCK_BITS < capacity) {
      this.#blocks.push(new Float64Array(this.#stride << BLOCK_BITS));
    }
    this.#numbers = grown(this.#numbers, capacity);
    this.#startUs = grown(this.#startUs, capacity);
    this.#endUs = grown(this.#endUs, capacity);
    this.#settledUs = grown(this.#settledUs, capacity);
    this.#packets = grown(this.#packets, capacity);
    this.#icmp = grown(this.#icmp, capacity);
  }

  open(flow: number, packet: Packet, forward: boolean, continued: boolean): void {
    const slots = this.#blocks[flow >>> BLOCK_BITS];
    const base = (flow & BLOCK_MASK) * this.#stride;
    slots.fill(0, base, base + this.#stride);
    this.#numbers[flow] = ++this.#opened;
    this.#startUs[flow] = packet.timestampUs;
    this.#endUs[flow] = packet.timestampUs;
    this.#settledUs[flow] = Number.NEGATIVE_INFINITY;
    this.#packets[flow] = 1;
    this.#icmp[flow] = forwardType(packet, forward);
    this.#measures.open(slots, base, packet, forward, continued);
    if (this.#earlyPackets === 1) this.#early(flow, this.#meter!.nowUs);
  }

  add(flow: number, packet: Packet, forward: boolean): void {
    const slots = this.#blocks[flow >>> BLOCK_BITS];
    const base = (flow & BLOCK_MASK) * this.#stride;
    if (packet.timestampUs > this.#endUs[flow]) this.#endUs[flow] = packet.timestampUs;
    else if (packet.timestampUs < this.#startUs[flow]) this.#startUs[flow] = packet.timestampUs;
    this.#measures.add(slots, base, packet, forward);
    if (++this.#packets[flow] === this.#earlyPackets) this.#early(flow, this.#meter!.nowUs);
  }

  mark(flow: number, mark: number, atUs: number): void {
    if (mark === MARK_SETTLED) {
      this.#settledUs[flow] = atUs;
      this.#settle(flow, atUs);
    } else if (mark === MARK_EARLY) this.#early(flow, atUs);
  }

  forget(): void {
    for (const group of this.#measures.groups) group.forget?.();
  }

  end(flow: number, reason: number, atUs: number): void {
    // A flow that was silent since its surroundings were looked at has nothing new to see there.
    if (this.#endUs[flow] >= this.#settledUs[flow]) this.#settle(flow, atUs);
    this.#rows++;
    this.#write(flow, reason);
  }

  flush(): void {
    if (this.#batch.count === 0) return;
    this.#onRows(this.#batch);
    this.#batch.clear();
  }

  ledger(): { rows: number; earlyRows: number; measures: Record<string, number> } {
    const measures: Record<string, number> = {};
    for (const group of this.#measures.groups) Object.assign(measures, group.ledger?.());
    return { rows: this.#rows, earlyRows: this.#earlyRows, measures };
  }

  /** An early row knows the surroundings as they are now; the flow's own row must not tell that it was asked for. */
  #early(flow: number, atUs: number): void {
    const slots = this.#blocks[flow >>> BLOCK_BITS];
    const base = (flow & BLOCK_MASK) * this.#stride;
    this.#kept.set(slots.subarray(base, base + this.#stride));
    this.#settle(flow, atUs);
    this.#earlyRows++;
    this.#write(flow, REASON_EARLY);
    slots.set(this.#kept, base);
  }

  #settle(flow: number, atUs: number): void {
    const base = (flow & BLOCK_MASK) * this.#stride;
    const slots = this.#blocks[flow >>> BLOCK_BITS];
    const { groups, offsets } = this.#measures;
    for (const index of this.#settling) {
      groups[index].settle?.(slots, base + offsets[index], atUs);
    }
  }

  #write(flow: number, reason: number): void {
    const batch = this.#batch;
    const row = batch.count++;
    const values = batch.values;
    const slots = this.#blocks[flow >>> BLOCK_BITS];
    const base = (flow & BLOCK_MASK) * this.#stride;
    const at = row * batch.columnCount;
    const columns = this.#plainColumns;
    const plain = this.#plainSlots;
    for (let index = 0; index < columns.length; index++)
      values[at + columns[index]] = slots[base + plain[index]];
    for (const { column, read, offset } of this.#computed) {
      const value = read(slots, base + offset);
      values[at + column] = Number.isNaN(value) ? Number.NaN : value; // one bit pattern for missing
    }
    this.#writeIdentity(flow, row, reason);
    if (batch.count === batch.capacity) this.flush();
  }

  #writeIdentity(flow: number, row: number, reason: number): void {
    const batch = this.#batch;
    const keys = this.#meter!.table.keys;
    const base = flow * KEY_WORDS;
    for (let word = 0; word < 8; word++) batch.addresses[row * 8 + word] = keys[base + word];
    const protocol = keys[base + 9];
    const icmp = protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMPV6;
    batch.ports[row * 2] = icmp ? this.#icmp[flow] >>> 8 : keys[base + 8] >>> 16;
    batch.ports[row * 2 + 1] = icmp ? this.#icmp[flow] & 0xff : keys[base + 8] & 0xffff;
    batch.protocol[row] = protocol;
    batch.flow[row] = this.#numbers[flow];
    batch.startUs[row] = this.#startUs[flow];
    batch.endUs[row] = this.#endUs[flow];
    batch.reason[row] = reason;
  }
}
