// Captures and a model in, verdicts and alerts out, with a summary whose sums agree from wire to alert.
//
// What it guarantees: a verdict for every row that the meter hands out, in their order; bounded memory. Text of a
// verdict (addresses, Community ID, reasons) is made only when asked for. Prints nothing.

import { OrbweaverError } from "../base/errors.ts";
import type { FlowIdentity, RowBatch } from "../feature/row.ts";
import { transportName } from "../feature/row.ts";
import { requireSameSchema, type Schema } from "../feature/schema.ts";
import { SCHEMAS } from "../feature/schemas/_index.ts";
import { addressText } from "../flow/address.ts";
import { REASON_EARLY } from "../flow/reasons.ts";
import type { Model, ModelManifest } from "../model/contract.ts";
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from "../packet/packet.ts";
import type { DecodeReport } from "../packet/statistics.ts";
import { type Alert, AlertGrouper, type AttackFlow, type OpenAlert } from "../verdict/alert.ts";
import { HeavyHitters } from "../verdict/heavy-hitters.ts";
import { Judge, type Reason } from "../verdict/verdict.ts";
import type { Ledger, VerdictLedger } from "./ledger.ts";
import {
  type CaptureProgress,
  type LiveEvent,
  type MeterRun,
  type MeterSettings,
  meterCaptures,
} from "./meter-capture.ts";

export type { Alert, OpenAlert } from "../verdict/alert.ts";
export type { Reason } from "../verdict/verdict.ts";
export type { FlowIdentity };

/** Reasons given where no other number is asked for. */
export const REASONS_DEFAULT = 3;
/** Hosts counted to find the top talkers. */
const TALKERS_COUNTED = 4096;

/** Measures that add up to what a verdict says of a flow's size, whatever the schema: the first list that it has. */
const PACKET_MEASURES = [["packets"], ["forward.packets", "backward.packets"]] as const;
const BYTES_MEASURES = [
  ["wire.bytes"],
  ["forward.length.total", "backward.length.total"],
  ["src_bytes", "dst_bytes"],
  ["packet.length"],
  ["packet.ip.length"],
] as const;

/** One verdict. Valid during the call only; what it returns may be kept. */
export interface FlowVerdict {
  readonly className: string;
  readonly attack: boolean;
  /** Of the class given. */
  readonly probability: number;
  readonly margin: number;
  /** Summed over the attack classes. */
  readonly attackProbability: number;
  /** The flow goes on; another verdict follows when it ends. */
  readonly early: boolean;
  readonly startUs: number;
  readonly endUs: number;
  readonly transport: string;
  /** Service by the responder's port; "" where the schema has none. */
  readonly service: string;
  /** NaN where the schema does not tell. */
  readonly packets: number;
  /** On the wire, or payload where the schema knows that only; NaN where it knows none. */
  readonly wireBytes: number;
  readonly source: string;
  readonly destination: string;
  /** -1 where ports mean nothing. */
  readonly destinationPort: number;
  identity(): FlowIdentity;
  reasons(limit?: number): Reason[];
}

export interface DetectProgress extends CaptureProgress {
  verdicts: number;
  attacks: number;
  ledger: () => (Ledger & { verdict: VerdictLedger }) | undefined;
  /** Alerts that go on, the ones that last had a flow first. */
  openAlerts: (limit: number) => OpenAlert[];
}

export interface DetectOptions extends MeterSettings {
  captures: readonly string[];
  model: Model;
  threshold?: number;
  /** Reasons kept with an alert. */
  reasons?: number;
  /** Hosts in the list of top talkers. */
  talkers?: number;
  onVerdict?: (verdict: FlowVerdict) => void | Promise<void>;
  /** Called when an alert ends. */
  onAlert?: (alert: Alert) => void;
  onProgress?: (progress: DetectProgress) => void;
  /** As `meterCaptures` has them. */
  onPause?: () => void | Promise<void>;
  onLive?: (event: LiveEvent) => void;
  signal?: AbortSignal;
}

export interface Talker {
  address: string;
  /** Bytes on the wire of the host's flows, both directions; never below the truth. */
  wireBytes: number;
  /** How much of it may be another host's (space-saving). */
  surplus: number;
  flows: number;
}

export interface DetectRun {
  captures: MeterRun["captures"];
  decode: DecodeReport;
  live?: MeterRun["live"];
  writtenCaptures?: MeterRun["writtenCaptures"];
  ledger: Ledger & { verdict: VerdictLedger };
  talkers: Talker[];
  /** Hosts that did not fit among the counted ones. */
  talkersReplaced: number;
  threshold: number;
  cancelled: boolean;
  elapsedMs: number;
}

export async function detect(options: DetectOptions): Promise<DetectRun> {
  const { manifest } = options.model;
  const schema = meteredSchema(manifest);
  const detector = new Detector(options, schema);
  const run = await meterCaptures({
    ...options,
    schema,
    onRows: (batch) => detector.take(batch),
    onProgress: (progress) => options.onProgress?.(detector.progress(progress)),
  });
  detector.end();
  return {
    captures: run.captures,
    decode: run.decode,
    ...(run.live === undefined ? {} : { live: run.live }),
    ...(run.writtenCaptures === undefined ? {} : { writtenCaptures: run.writtenCaptures }),
    ledger: { ...run.ledger, verdict: detector.ledger() },
    talkers: detector.talkers(options.talkers ?? 10),
    talkersReplaced: detector.talkersReplaced,
    threshold: detector.threshold,
    cancelled: run.cancelled,
    elapsedMs: run.elapsedMs,
  };
}

/** The schema that captures are metered with for a model. Throws `schema-mismatch`. */
export function meteredSchema({ schema }: ModelManifest): Schema {
  const known = SCHEMAS.find((candidate) => candidate.id === schema.id);
  if (known === undefined) {
    throw new OrbweaverError(
      "schema-mismatch",
      `the model was trained on schema '${schema.id}', which is not metered from captures; ` +
        `expected ${SCHEMAS.map((candidate) => candidate.id).join(", ")}`,
    );
  }
  requireSameSchema(known, schema, "the model");
  return known;
}

class Detector {
  readonly #options: DetectOptions;
  readonly #judge: Judge;
  readonly #alerts: AlertGrouper;
  readonly #view: VerdictView;
  readonly #hosts = new HeavyHitters<string>(TALKERS_COUNTED);
  readonly #byClass: Record<string, number> = {};
  /** Flows that go on and whose early verdict is in an alert, with its class. */
  readonly #alerted = new Map<number, string>();
  #verdicts = 0;
  #early = 0;
  #attacks = 0;
  #repeated = 0;

  constructor(options: DetectOptions, schema: Schema) {
    this.#options = options;
    this.#judge = new Judge({ model: options.model, threshold: options.threshold });
    this.#alerts = new AlertGrouper({ onAlert: (alert) => options.onAlert?.(alert) });
    this.#view = new VerdictView(this.#judge, schema, options.reasons ?? REASONS_DEFAULT);
    for (const name of options.model.manifest.classes) this.#byClass[name] = 0;
  }

  get threshold(): number {
    return this.#judge.threshold;
  }

  get talkersReplaced(): number {
    return this.#hosts.replaced;
  }

  take(batch: RowBatch): void | Promise<void> {
    this.#judge.judge(batch);
    const { onVerdict } = this.#options;
    const view = this.#view;
    let pending: Promise<void> | undefined;
    for (let row = 0; row < batch.count; row++) {
      view.show(batch, row);
      this.#count(view, batch.flow[row]);
      const waiting = onVerdict?.(view);
      if (waiting !== undefined) pending = waiting;
    }
    return pending;
  }

  /** Hands out the alerts that are still open. */
  end(): void {
    this.#alerts.end();
  }

  progress(progress: CaptureProgress): DetectProgress {
    return {
      ...progress,
      verdicts: this.#verdicts,
      attacks: this.#attacks,
      ledger: () => {
        const ledger = progress.ledger();
        return ledger && { ...ledger, verdict: this.ledger() };
      },
      openAlerts: (limit) => this.#alerts.open(limit),
    };
  }

  talkers(limit: number): Talker[] {
    return this.#hosts.top(limit).map(({ key, weight, surplus, count }) => ({
      address: key,
      wireBytes: weight,
      surplus,
      flows: count,
    }));
  }

  ledger(): VerdictLedger {
    return {
      verdicts: this.#verdicts,
      earlyVerdicts: this.#early,
      attacks: this.#attacks,
      benign: this.#verdicts - this.#attacks,
      byClass: { ...this.#byClass },
      repeated: this.#repeated,
      alerts: this.#alerts.ledger(),
    };
  }

  #count(view: VerdictView, flow: number): void {
    this.#verdicts++;
    this.#byClass[view.className]++;
    if (view.early) this.#early++;
    else {
      const bytes = view.wireBytes || 0;
      this.#hosts.add(view.source, bytes);
      if (view.destination !== view.source) this.#hosts.add(view.destination, bytes);
    }
    if (view.attack) this.#alert(view, flow);
    if (!view.early) this.#alerted.delete(flow);
  }

  #alert(view: VerdictView, flow: number): void {
    this.#attacks++;
    if (this.#alerted.get(flow) === view.className) {
      this.#repeated++;
      return;
    }
    this.#alerts.add(view);
    if (view.early) this.#alerted.set(flow, view.className);
  }
}

/** One row of a judged batch, shown as a verdict and as an attack flow; reused for every row. */
class VerdictView implements FlowVerdict, AttackFlow {
  readonly communityId = (): string => this.identity().communityId;
  readonly #judge: Judge;
  readonly #reasonLimit: number;
  readonly #packetColumns: readonly number[];
  readonly #bytesColumns: readonly number[];
  readonly #rowIsPacket: boolean;
  readonly #serviceColumn: number;
  readonly #services: readonly string[];
  #batch!: RowBatch;
  #row = 0;
  #source = "";
  #destination = "";
  #identity: FlowIdentity | undefined;

  constructor(judge: Judge, schema: Schema, reasonLimit: number) {
    const columnOf = (measure: string): number =>
      schema.columns.findIndex((column) => column.measure === measure);
    this.#judge = judge;
    this.#reasonLimit = reasonLimit;
    this.#rowIsPacket = schema.rowOf === "packet";
    this.#packetColumns = firstAmong(PACKET_MEASURES, columnOf);
    this.#bytesColumns = firstAmong(BYTES_MEASURES, columnOf);
    this.#serviceColumn = columnOf("service");
    this.#services = schema.columns[this.#serviceColumn]?.categories ?? [];
  }

  show(batch: RowBatch, row: number): void {
    this.#batch = batch;
    this.#row = row;
    this.#source = "";
    this.#destination = "";
    this.#identity = undefined;
  }

  get className(): string {
    return this.#judge.className(this.#row);
  }

  get attack(): boolean {
    return this.#judge.attack[this.#row] === 1;
  }

  get probability(): number {
    return this.#judge.probability[this.#row];
  }

  get margin(): number {
    return this.#judge.margin[this.#row];
  }

  get attackProbability(): number {
    return this.#judge.attackProbability[this.#row];
  }

  get early(): boolean {
    return this.#batch.reason[this.#row] === REASON_EARLY;
  }

  get startUs(): number {
    return this.#batch.startUs[this.#row];
  }

  get endUs(): number {
    return this.#batch.endUs[this.#row];
  }

  get transport(): string {
    return transportName(this.#batch.protocol[this.#row]);
  }

  get service(): string {
    return this.#serviceColumn < 0 ? "" : (this.#services[this.#value(this.#serviceColumn)] ?? "");
  }

  get packets(): number {
    return this.#rowIsPacket ? 1 : this.#sum(this.#packetColumns);
  }

  get wireBytes(): number {
    return this.#sum(this.#bytesColumns);
  }

  get words(): Int32Array {
    return this.#batch.addresses.subarray(this.#row * 8, this.#row * 8 + 8);
  }

  get source(): string {
    if (this.#source === "") this.#source = this.#address(0);
    return this.#source;
  }

  get destination(): string {
    if (this.#destination === "") this.#destination = this.#address(4);
    return this.#destination;
  }

  get hasPorts(): boolean {
    const protocol = this.#batch.protocol[this.#row];
    if (protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMPV6) return false;
    return this.#batch.ports[this.#row * 2] !== 0 || this.#batch.ports[this.#row * 2 + 1] !== 0;
  }

  get destinationPort(): number {
    return this.hasPorts ? this.#batch.ports[this.#row * 2 + 1] : -1;
  }

  identity(): FlowIdentity {
    this.#identity ??= this.#batch.identity(this.#row);
    return this.#identity;
  }

  reasons(limit = this.#reasonLimit): Reason[] {
    return this.#judge.reasons(this.#batch, this.#row, limit);
  }

  #address(first: number): string {
    const words = this.#batch.addresses;
    const at = this.#row * 8 + first;
    return addressText(words[at], words[at + 1], words[at + 2], words[at + 3]);
  }

  /** 0 where the schema has no such column, or the value is missing. */
  /** NaN where there is nothing to add up. */
  #sum(columns: readonly number[]): number {
    if (columns.length === 0) return Number.NaN;
    let sum = 0;
    for (const column of columns) sum += this.#value(column);
    return sum;
  }

  #value(column: number): number {
    return column < 0 ? 0 : this.#batch.values[this.#row * this.#batch.columnCount + column] || 0;
  }
}

/** Columns of the first of these lists of measures that the schema has all of; none when it has none of them. */
function firstAmong(
  lists: readonly (readonly string[])[],
  columnOf: (measure: string) => number,
): readonly number[] {
  const found = lists.map((measures) => measures.map(columnOf)).find((columns) => !columns.includes(-1));
  return found ?? [];
}
