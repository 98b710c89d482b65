// A challenger beside the champion: it scores a copy of the rows, later and elsewhere, and what it says is compared and counted.
//
// What it guarantees: the champion never waits for it and never fails with it. Rows are copied into a bounded queue, and those that
// find no room are counted and dropped; the challenger runs in a thread of its own, and when that ends, only its figures stop.
// Knows no HTTP.

import { Worker } from "node:worker_threads";
import { OrbweaverError } from "../../base/errors.ts";
import type { ModelManifest } from "../../model/contract.ts";
import { BLOCK_ROWS, type Predictor } from "./predictor.ts";
import { type ShadowRows, type ShadowTask, type ShadowVerdicts, THREAD_URL } from "./shadow-thread.ts";

/** Blocks that wait or are being scored. */
const BLOCKS_MAX = 16;
/** Largest buckets of seconds a block, as Prometheus counts them. */
export const SHADOW_BUCKETS_US = [100, 250, 500, 1000, 2500, 5000, 10_000, 50_000, 250_000, 1_000_000];

export interface ShadowReport {
  champion: string;
  challenger: string;
  state: "starting" | "running" | "failed" | "closed";
  /** Why it failed. */
  failure?: string;
  /** Rows that both scored. */
  rows: number;
  /** Rows that found no room, or no challenger. */
  dropped: number;
  /** Rows that wait. */
  waiting: number;
  /** Rows to which both gave the same class. */
  sameClass: number;
  /** Rows that both called an attack, or both did not. */
  sameVerdict: number;
  /** Share of rows to which both gave the same class; absent before the first row. */
  agreement?: number;
  /** Mean and largest difference of the summed probability of attack classes. */
  scoreDifference: { mean: number; max: number };
  /** Rows by what the champion and what the challenger called them, where they differ. */
  differences: { champion: string; challenger: string; rows: number }[];
  /** Time of the challenger. */
  latency: {
    blocks: number;
    meanUsPerRow: number;
    maxUsPerBlock: number;
    buckets: { leUs: number; blocks: number }[];
  };
}

/** What scores the rows; a thread. */
export interface ShadowThread {
  send(rows: ShadowRows): void;
  stop(): Promise<void>;
}

export interface ShadowOptions {
  champion: { name: string; manifest: ModelManifest };
  challenger: { name: string; manifest: ModelManifest; bytes: Uint8Array };
  threshold?: number;
  /** A thread of the challenger's model, unless given. */
  start?: (task: ShadowTask, heard: ShadowHeard) => ShadowThread;
}

export interface ShadowHeard {
  ready(): void;
  verdicts(verdicts: ShadowVerdicts): void;
  failed(failure: unknown): void;
}

/** A block that is filled, waits or is scored, with what the champion said. */
interface Block {
  values: Float64Array;
  classIndex: Int32Array;
  attackProbability: Float64Array;
  attack: Uint8Array;
  count: number;
}

export class Shadow {
  readonly #champion: ShadowOptions["champion"];
  readonly #challenger: ShadowOptions["challenger"];
  readonly #columnCount: number;
  readonly #thread: ShadowThread;
  /** The challenger's class for each of the champion's, -1 for none. */
  readonly #classOf: Int32Array;
  readonly #sent: Block[] = [];
  readonly #pairs = new Map<number, number>();
  readonly #buckets = new Float64Array(SHADOW_BUCKETS_US.length + 1);
  #filling: Block | undefined;
  #isScheduled = false;
  #state: ShadowReport["state"] = "starting";
  #failure = "";
  #rows = 0;
  #dropped = 0;
  #sameClass = 0;
  #sameVerdict = 0;
  #difference = 0;
  #differenceMax = 0;
  #blocks = 0;
  #elapsedUs = 0;
  #elapsedMaxUs = 0;

  /** Throws `schema-mismatch` where the two do not take the same rows. */
  constructor({ champion, challenger, threshold, start = startThread }: ShadowOptions) {
    requireSameRows(champion, challenger);
    this.#champion = champion;
    this.#challenger = challenger;
    this.#columnCount = champion.manifest.schema.columns.length;
    this.#classOf = Int32Array.from(champion.manifest.classes, (name) =>
      challenger.manifest.classes.indexOf(name),
    );
    const task = { shadowModel: challenger.bytes, name: challenger.name, threshold };
    this.#thread = start(task, {
      ready: () => {
        if (this.#state === "starting") this.#state = "running";
      },
      verdicts: (verdicts) => this.#compare(verdicts),
      failed: (failure) => this.#fail(failure),
    });
  }

  /** Takes a copy of rows that the champion has just judged. Never throws, never waits. */
  offer(predictor: Predictor, values: Float64Array, first: number, count: number): void {
    const block = this.#roomFor(count);
    if (block === undefined) {
      this.#dropped += count;
      return;
    }
    const { judge } = predictor;
    const columns = this.#columnCount;
    copy(values, first * columns, block.values, block.count * columns, count * columns);
    copy(judge.classIndex, 0, block.classIndex, block.count, count);
    copy(judge.attackProbability, 0, block.attackProbability, block.count, count);
    copy(judge.attack, 0, block.attack, block.count, count);
    block.count += count;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#send());
  }

  report(): ShadowReport {
    const rows = this.#rows;
    const classes = this.#champion.manifest.classes;
    const others = this.#challenger.manifest.classes;
    return {
      champion: this.#champion.name,
      challenger: this.#challenger.name,
      state: this.#state,
      ...(this.#failure !== "" && { failure: this.#failure }),
      rows,
      dropped: this.#dropped,
      waiting: this.#sent.reduce((sum, { count }) => sum + count, 0) + (this.#filling?.count ?? 0),
      sameClass: this.#sameClass,
      sameVerdict: this.#sameVerdict,
      ...(rows > 0 && { agreement: this.#sameClass / rows }),
      scoreDifference: { mean: rows > 0 ? this.#difference / rows : 0, max: this.#differenceMax },
      differences: [...this.#pairs]
        .map(([pair, count]) => ({
          champion: classes[Math.floor(pair / others.length)],
          challenger: others[pair % others.length],
          rows: count,
        }))
        .sort((a, b) => b.rows - a.rows)
        .slice(0, 50),
      latency: {
        blocks: this.#blocks,
        meanUsPerRow: rows > 0 ? this.#elapsedUs / rows : 0,
        maxUsPerBlock: this.#elapsedMaxUs,
        buckets: SHADOW_BUCKETS_US.map((leUs, index) => ({
          leUs,
          blocks: this.#buckets.subarray(0, index + 1).reduce((sum, blocks) => sum + blocks, 0),
        })),
      },
    };
  }

  async close(): Promise<void> {
    this.#state = "closed";
    await this.#thread.stop();
  }

  #roomFor(count: number): Block | undefined {
    if (this.#state === "failed" || this.#state === "closed" || count > BLOCK_ROWS) return undefined;
    if (this.#filling !== undefined && this.#filling.count + count > BLOCK_ROWS) this.#send();
    // A block that is full waits until it was sent; what comes while too many wait is dropped.
    if (this.#filling === undefined) {
      if (this.#sent.length >= BLOCKS_MAX) return undefined;
      this.#filling = emptyBlock(this.#columnCount);
    }
    return this.#filling;
  }

  #send(): void {
    this.#isScheduled = false;
    const block = this.#filling;
    if (block === undefined || block.count === 0) return;
    this.#filling = undefined;
    this.#sent.push(block);
    try {
      this.#thread.send({
        values: block.values.subarray(0, block.count * this.#columnCount),
        count: block.count,
      });
    } catch (failure) {
      this.#fail(failure);
    }
  }

  #compare({ classIndex, attackProbability, attack, elapsedUs }: ShadowVerdicts): void {
    const block = this.#sent.shift();
    if (block === undefined) return;
    const { classes } = this.#challenger.manifest;
    for (let row = 0; row < block.count; row++) {
      const given = block.classIndex[row];
      if (this.#classOf[given] === classIndex[row]) this.#sameClass++;
      else {
        const pair = given * classes.length + classIndex[row];
        this.#pairs.set(pair, (this.#pairs.get(pair) ?? 0) + 1);
      }
      if (block.attack[row] === attack[row]) this.#sameVerdict++;
      const difference = Math.abs(block.attackProbability[row] - attackProbability[row]);
      this.#difference += difference;
      if (difference > this.#differenceMax) this.#differenceMax = difference;
    }
    this.#rows += block.count;
    this.#blocks++;
    this.#elapsedUs += elapsedUs;
    this.#elapsedMaxUs = Math.max(this.#elapsedMaxUs, elapsedUs);
    const bucket = SHADOW_BUCKETS_US.findIndex((bound) => elapsedUs <= bound);
    this.#buckets[bucket < 0 ? SHADOW_BUCKETS_US.length : bucket]++;
  }

  #fail(failure: unknown): void {
    if (this.#state === "closed" || this.#state === "failed") return;
    this.#state = "failed";
    this.#failure = failure instanceof Error ? failure.message.split("\n", 1)[0] : String(failure);
    this.#dropped += this.#sent.reduce((sum, { count }) => sum + count, 0) + (this.#filling?.count ?? 0);
    this.#sent.length = 0;
    this.#filling = undefined;
  }
}

function emptyBlock(columns: number): Block {
  return {
    values: new Float64Array(BLOCK_ROWS * columns),
    classIndex: new Int32Array(BLOCK_ROWS),
    attackProbability: new Float64Array(BLOCK_ROWS),
    attack: new Uint8Array(BLOCK_ROWS),
    count: 0,
  };
}

type Numbers = Float64Array | Int32Array | Uint8Array;

function copy(from: Numbers, start: number, to: Numbers, at: number, count: number): void {
  for (let index = 0; index < count; index++) to[at + index] = from[start + index];
}

function requireSameRows(champion: ShadowOptions["champion"], challenger: ShadowOptions["challenger"]): void {
  const [mine, its] = [champion.manifest.schema, challenger.manifest.schema];
  if (mine.fingerprint === its.fingerprint) return;
  throw new OrbweaverError(
    "schema-mismatch",
    `${challenger.name} takes rows of ${its.id} (${its.fingerprint}), expected those of ${champion.name}: ${mine.id} (${mine.fingerprint})`,
    { hint: "Let a model of the same schema be the challenger." },
  );
}

/** Runs sources as they are; there only where there are sources. */
const LOADER = new URL("../../../node_modules/tsx/dist/esm/api/index.mjs", import.meta.url).href;
const IS_SOURCE = /\.ts$/.test(new URL(THREAD_URL).pathname);

/** A thread with the challenger's model. */
function startThread(task: ShadowTask, heard: ShadowHeard): ShadowThread {
  const load = `import(${JSON.stringify(THREAD_URL)})`;
  const code = IS_SOURCE
    ? `import(${JSON.stringify(LOADER)}).then(({ register }) => { register(); return ${load}; })`
    : load;
  const worker = new Worker(`${code};`, { eval: true, workerData: task, execArgv: [], env: {} });
  worker.unref();
  worker.on("message", (message: "ready" | ShadowVerdicts) => {
    if (message === "ready") heard.ready();
    else heard.verdicts(message);
  });
  worker.on("error", (failure) => heard.failed(failure));
  worker.on("exit", (status) => heard.failed(new Error(`its thread ended with status ${status}`)));
  return {
    send: (rows) => worker.postMessage(rows),
    stop: async () => {
      await worker.terminate();
    },
  };
}
