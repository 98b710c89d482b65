// One live source: an interface that is metered, or a stored capture that is played again and again, with a model in charge.
// Verdicts and alerts go into a ring that listeners follow.
//
// What it guarantees: memory that does not grow; a listener that is slow holds up nobody; counters of all that was judged, also
// of what nobody was told. Prints nothing.

import { OrbweaverError } from "../../base/errors.ts";
import { type Dropped, EventRing, type RingEvent } from "../../job/event-ring.ts";
import { type DetectProgress, type DetectRun, detect, type FlowVerdict } from "../detect.ts";
import { addLedgers, type LedgerSum, ledgerSums } from "../ledger.ts";
import type { MeterSettings } from "../meter-capture.ts";
import { pause } from "../pause.ts";
import { LiveHistory, type Rates, type Sample } from "./history.ts";
import type { ModelInCharge } from "./model-in-charge.ts";
import { Pace } from "./pace.ts";
import { type LiveTalkers, TopTalkers } from "./talkers.ts";
import { type ToldAlert, type ToldVerdict, toldAlert, toldVerdict } from "./told.ts";

export interface SourceSettings {
  name: string;
  kind: "interface" | "replay";
  /** Of an interface. */
  live?: NonNullable<MeterSettings["live"]>;
  /** Path and id of the capture that is played. */
  capture?: { path: string; id: string };
  speed: number;
  loop: boolean;
  /** As it was asked for. */
  model: string;
  threshold?: number;
  reasons: number;
  meter: MeterSettings;
}

export type SourceState = "starting" | "running" | "ended" | "failed";

export interface SourceCounts {
  frames: number;
  /** Bytes of the frames on the wire. */
  bytes: number;
  /** Frames that were lost before they were captured; known when a run of the capture program ends. */
  framesLost: number;
  flows: number;
  verdicts: number;
  attacks: number;
  byClass: Record<string, number>;
  alerts: number;
  /** Verdicts that were judged and counted, and not told one by one, since there were too many in a second. */
  untold: number;
  /** How often the capture was played to its end. */
  loops: number;
}

export interface SourceView {
  name: string;
  kind: SourceSettings["kind"];
  interface?: string;
  filter?: string;
  capture?: string;
  speed?: number;
  model: string;
  /** SHA-256 of the model that judges. */
  digest: string;
  threshold?: number;
  state: SourceState;
  /** Moments in UTC, ISO 8601. */
  started: string;
  ended?: string;
  failure?: { code: string; message: string; hint: string };
  remark?: string;
  counts: SourceCounts;
  /** Over the last seconds; all 0 when it has ended. */
  rates: Rates;
  /** What came in the last second. */
  latest?: Sample;
  /** What became of every packet since it began, so far. */
  ledger?: DetectRun["ledger"];
  /** What must be equal in the ledger. */
  sums?: LedgerSum[];
  listeners: number;
}

export type SourceEvent = ToldVerdict | ToldAlert | SourceView;

/** Events that a listener can be behind. */
const EVENTS_KEPT = 2_048;
/** Verdicts told one by one in a second. */
const TOLD_PER_SECOND = 1_000;
/** Alerts kept that have ended, and told that go on. */
export const ALERTS_KEPT = 100;
/** How often the counters are told, ms. */
const TELL_MS = 1_000;
/** Pause before a capture is played again. */
const LOOP_PAUSE_MS = 1_000;

const NO_RATES: Rates = {
  seconds: 0,
  packetsPerSecond: 0,
  bytesPerSecond: 0,
  flowsPerSecond: 0,
  verdictsPerSecond: 0,
};

export class LiveSource {
  readonly settings: SourceSettings;
  readonly ended: Promise<void>;
  /** Resolves when it captures, or has ended. */
  readonly begun: Promise<void>;
  readonly #ring = new EventRing<SourceEvent>(EVENTS_KEPT);
  readonly #stopping = new AbortController();
  readonly #model: ModelInCharge;
  readonly #view: Omit<
    SourceView,
    "digest" | "remark" | "rates" | "latest" | "ledger" | "sums" | "listeners"
  >;
  readonly #history: LiveHistory;
  readonly #talkers = new TopTalkers();
  /** Newest last. */
  readonly #alerts: ToldAlert[] = [];
  readonly #timer: NodeJS.Timeout;
  #begin: () => void = () => undefined;
  #second = 0;
  #toldInSecond = 0;
  /** Of the runs that have ended. */
  #before = { frames: 0, bytes: 0, flows: 0 };
  #ledgerBefore: DetectRun["ledger"] | undefined;
  /** How far the run is that goes on. */
  #progress: DetectProgress | undefined;
  #run = 0;

  constructor(settings: SourceSettings, model: ModelInCharge) {
    this.settings = settings;
    this.#model = model;
    const { name, kind, live, capture, speed, threshold } = settings;
    this.#view = {
      name,
      kind,
      ...(live === undefined
        ? {}
        : { interface: live.interface, ...(live.filter ? { filter: live.filter } : {}) }),
      ...(capture === undefined ? {} : { capture: capture.id, speed }),
      model: settings.model,
      ...(threshold === undefined ? {} : { threshold }),
      state: "starting",
      started: new Date().toISOString(),
      counts: {
        frames: 0,
        bytes: 0,
        framesLost: 0,
        flows: 0,
        verdicts: 0,
        attacks: 0,
        byClass: Object.fromEntries(model.manifest.classes.map((name) => [name, 0])),
        alerts: 0,
        untold: 0,
        loops: 0,
      },
    };
    this.#history = new LiveHistory(this.#totals(), performance.now());
    this.#timer = setInterval(() => this.#tick(), TELL_MS);
    this.#timer.unref();
    this.begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
    this.ended = this.#untilEnd();
  }

  view(): SourceView {
    const { refused, digest } = this.#model;
    const { latest } = this.#history;
    const ledger = this.#ledger();
    return {
      ...this.#view,
      counts: { ...this.#view.counts, byClass: { ...this.#view.counts.byClass } },
      rates: this.#view.ended === undefined ? this.#history.rates() : NO_RATES,
      ...(latest === undefined ? {} : { latest }),
      ...(ledger === undefined ? {} : { ledger, sums: ledgerSums(ledger) }),
      digest,
      ...(refused === undefined ? {} : { remark: `${refused}; the one before goes on` }),
      listeners: this.#ring.listeners,
    };
  }

  /** A sample for each second of the last five minutes, oldest first. */
  history(): Sample[] {
    return this.#history.samples();
  }

  talkers(): LiveTalkers {
    return this.#talkers.told();
  }

  /** Those that go on, the one that last had a flow first; then those that have ended, the newest first. */
  alerts(): ToldAlert[] {
    const open = this.#progress?.openAlerts(ALERTS_KEPT) ?? [];
    return [...open.map((alert) => toldAlert(alert, this.#run)), ...this.#alerts.toReversed()];
  }

  /**
   * Events behind `lastId`: "verdict", "alert" and, every second, "state". Where that is not known, "state" as it is now first, then the
   * last `recent` events and those that come.
   */
  async *events(
    lastId: string | undefined,
    signal: AbortSignal,
    recent = 0,
  ): AsyncGenerator<RingEvent<SourceEvent> | Dropped> {
    const isKnown = this.#ring.knows(lastId);
    const begins = this.#ring.recent(recent);
    if (!isKnown) yield { id: begins, event: "state", data: this.view() };
    yield* this.#ring.follow(isKnown ? lastId : begins, signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.ended;
  }

  async #untilEnd(): Promise<void> {
    const { signal } = this.#stopping;
    try {
      do {
        await this.#once(signal);
        this.#view.counts.loops++;
        if (this.settings.kind !== "replay" || !this.settings.loop) break;
        await pause(LOOP_PAUSE_MS, signal);
      } while (!signal.aborted);
      if (this.#view.state !== "failed") this.#view.state = "ended";
    } catch (failure) {
      this.#fail(failure);
    }
    this.#view.ended = new Date().toISOString();
    clearInterval(this.#timer);
    this.#tick();
    this.#ring.end();
    this.#begin();
  }

  /** Meters until the interface is given up, or the capture ends. */
  async #once(signal: AbortSignal): Promise<void> {
    const { live, capture, speed, threshold, meter } = this.settings;
    const pace = capture && new Pace(speed, signal);
    this.#run++;
    if (capture !== undefined) this.#runs();
    try {
      const run = await detect({
        ...meter,
        captures: capture === undefined ? [] : [capture.path],
        ...(live === undefined ? {} : { live }),
        ...(pace === undefined ? {} : { onTime: (nowUs: number) => pace.until(nowUs) }),
        model: this.#model,
        threshold,
        signal,
        onVerdict: (verdict) => this.#judged(verdict),
        onAlert: (alert) => this.#alerted(toldAlert(alert, this.#run)),
        onLive: ({ kind }) => {
          if (kind === "started") this.#runs();
        },
        onProgress: (progress) => this.#proceeds(progress),
      });
      this.#ranOnce(run);
    } finally {
      this.#progress = undefined;
    }
  }

  #proceeds(progress: DetectProgress): void {
    const { counts } = this.#view;
    this.#progress = progress;
    counts.frames = this.#before.frames + progress.frames;
    counts.bytes = this.#before.bytes + progress.wireBytes;
    counts.flows = this.#before.flows + progress.flowsOpened;
  }

  #ranOnce({ ledger, decode, live }: DetectRun): void {
    const { counts } = this.#view;
    counts.frames = this.#before.frames + ledger.frames;
    counts.bytes = this.#before.bytes + decode.bytes;
    counts.flows = this.#before.flows + ledger.flowsOpened;
    counts.framesLost += ledger.framesLostBefore ?? 0;
    this.#before = { frames: counts.frames, bytes: counts.bytes, flows: counts.flows };
    this.#ledgerBefore = this.#ledgerWith(ledger);
    if (live?.failure === undefined) return;
    const { code, message } = live.failure;
    this.#fail(new OrbweaverError(code, message));
  }

  #ledger(): DetectRun["ledger"] | undefined {
    const ledger = this.#progress?.ledger();
    return ledger === undefined ? this.#ledgerBefore : this.#ledgerWith(ledger);
  }

  #ledgerWith(ledger: DetectRun["ledger"]): DetectRun["ledger"] {
    return this.#ledgerBefore === undefined ? ledger : addLedgers(this.#ledgerBefore, ledger);
  }

  #tick(): void {
    try {
      this.#history.take(this.#totals(), performance.now(), Date.now());
      this.#ring.push("state", this.view());
    } catch (failure) {
      // The view hands out rows that wait, and their judging may fail, as it may in the run itself.
      this.#fail(failure);
      this.#stopping.abort();
    }
  }

  #totals() {
    const { frames: packets, bytes, flows, verdicts, attacks, byClass } = this.#view.counts;
    return { packets, bytes, flows, verdicts, attacks, byClass };
  }

  #runs(): void {
    this.#view.state = "running";
    this.#begin();
  }

  #fail(failure: unknown): void {
    const known =
      failure instanceof OrbweaverError
        ? failure
        : new OrbweaverError("internal", "the source failed", { cause: failure });
    this.#view.state = "failed";
    this.#view.failure = { code: known.code, message: known.message, hint: known.hint };
  }

  #judged(verdict: FlowVerdict): void {
    const { counts } = this.#view;
    counts.verdicts++;
    if (verdict.attack) counts.attacks++;
    counts.byClass[verdict.className]++;
    if (!verdict.early) this.#talkers.add(verdict.source, verdict.destination, verdict.wireBytes);
    if (this.#isTold()) this.#ring.push("verdict", toldVerdict(verdict, this.settings.reasons));
    else counts.untold++;
  }

  #alerted(alert: ToldAlert): void {
    this.#view.counts.alerts++;
    this.#alerts.push(alert);
    if (this.#alerts.length > ALERTS_KEPT) this.#alerts.shift();
    this.#ring.push("alert", alert);
  }

  /** Whether one more verdict may be told in this second. */
  #isTold(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.#second) this.#toldInSecond = 0;
    this.#second = second;
    return this.#toldInSecond++ < TOLD_PER_SECOND;
  }
}
