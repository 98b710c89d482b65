// The models in charge: which are served under which names, loaded by reference, and swapped when what a reference means changes.
//
// What it guarantees: a swap is one assignment, so that each request is answered by one model, the old or the new one, and those
// that hold the old one finish with it; a model that cannot be loaded leaves the old one in charge, and is told. Models that are
// asked for by other references are loaded once and kept while they are used, within a bound. Knows no HTTP.

import { basename } from "node:path";
import { OrbweaverError } from "../../base/errors.ts";
import { decodedModel, readModelFile } from "../models.ts";
import { pause } from "../pause.ts";
import type { PlaceOptions, Store } from "../place.ts";
import { findVersion } from "../registry.ts";
import { sha256 } from "../runs.ts";
import { AnswerWriter } from "./answer.ts";
import { Predictor } from "./predictor.ts";
import { Shadow, type ShadowReport } from "./shadow.ts";

/** Models beside those in charge that are kept. */
const KEPT_MAX = 8;
/** Pause before a watch that broke is begun again. */
const WATCH_PAUSE_MS = 1000;

/** A model that answers requests. */
export interface Served {
  /** Name under which it is served; that of the reference where it was asked for by one. */
  readonly name: string;
  readonly reference: string;
  /** Number in the registry. */
  readonly version: number | undefined;
  /** SHA-256 of the model file. */
  readonly digest: string;
  readonly predictor: Predictor;
  readonly writer: AnswerWriter;
  readonly bytes: Uint8Array;
}

export interface ChargeOptions {
  /** NAME=REF or REF; the first is the default. Empty: those of `defaultReferences`. */
  models: readonly string[];
  /** Reference of the challenger of the default model. */
  shadow?: string;
  threshold?: number;
  store: Store;
  place?: PlaceOptions;
  /** Told of swaps and of models that cannot be loaded. */
  onEvent?: (event: ChargeEvent) => void;
}

export type ChargeEvent =
  | { kind: "swapped"; name: string; before: string; after: string }
  | { kind: "failed"; name: string; message: string };

export interface Charge {
  readonly threshold: number | undefined;
  /** Names that are served, the default first. */
  readonly names: readonly string[];
  /** The model that a request without a name means. Throws `model-not-ready`. */
  main(): Served;
  /** The model in charge under a name; undefined where none is served under it. */
  named(name: string): Served | undefined;
  /** A model by name or by any reference to the registry. Throws `model-unknown`, `alias-unknown`, what decoding throws. */
  find(reference: string): Promise<Served>;
  /** Looks now whether references mean others than before, and swaps. */
  refresh(): Promise<void>;
  /** Names whose newest model could not be loaded, and why. */
  problems(): { name: string; message: string }[];
  /** How often models were swapped. */
  readonly swaps: number;
  readonly shadow: Shadow | undefined;
  shadowReport(): ShadowReport | undefined;
  close(): Promise<void>;
}

/** Loads the models and begins to watch. Throws what loading them throws. */
export async function openCharge(options: ChargeOptions): Promise<Charge> {
  const wanted = options.models.length === 0 ? await defaultReferences(options.store) : options.models;
  const charge = new ModelsInCharge(options, wanted.map(namedReference));
  await charge.start();
  return charge;
}

/** The only champion of the registry, else the bundled model; other champions are served beside it. */
async function defaultReferences(store: Store): Promise<string[]> {
  const { listNames } = await import("../../registry/models.ts");
  const { CHAMPION } = await import("../../registry/contract.ts");
  const champions = (await listNames(store))
    .filter(({ aliases }) => aliases[CHAMPION] !== undefined)
    .map(({ name }) => `${name}@${CHAMPION}`);
  return champions.length === 1 ? [...champions, "bundled"] : ["bundled", ...champions];
}

interface NamedReference {
  name: string;
  reference: string;
}

function namedReference(text: string): NamedReference {
  const [, given, rest] = /^([A-Za-z0-9][\w.-]*)=(.+)$/.exec(text) ?? [];
  const reference = rest ?? text;
  const name =
    given ??
    (/[/\\]|\.(?:orb|onnx)$/i.test(reference)
      ? basename(reference).replace(/\.(?:orb|onnx)$/i, "")
      : reference.replace(/[@:].*$/, ""));
  return { name, reference };
}

class ModelsInCharge implements Charge {
  readonly threshold: number | undefined;
  readonly names: readonly string[];
  swaps = 0;
  shadow: Shadow | undefined;
  readonly #options: ChargeOptions;
  readonly #wanted: readonly NamedReference[];
  readonly #served = new Map<string, Served>();
  readonly #problems = new Map<string, string>();
  /** Models by digest and name, those used last at the end. */
  readonly #kept = new Map<string, Served>();
  readonly #stop = new AbortController();
  #challenger = "";
  #refreshing: Promise<void> = Promise.resolve();
  #watching: Promise<void> = Promise.resolve();

  constructor(options: ChargeOptions, wanted: readonly NamedReference[]) {
    this.#options = options;
    this.#wanted = wanted;
    this.threshold = options.threshold;
    this.names = wanted.map(({ name }) => name);
    const twice = this.names.find((name, index) => this.names.indexOf(name) !== index);
    if (twice !== undefined)
      throw new OrbweaverError("usage", `two models would be served as '${twice}'`, {
        hint: "Name one of them: --model NAME=REF.",
      });
  }

  async start(): Promise<void> {
    const revision = await this.#options.store.revision();
    for (const { name, reference } of this.#wanted) this.#served.set(name, await this.#load(name, reference));
    await this.#refreshShadow();
    this.#watching = this.#watch(revision);
  }

  main(): Served {
    const served = this.#served.get(this.names[0]);
    if (served !== undefined) return served;
    throw new OrbweaverError("model-not-ready", "no model is in charge");
  }

  named(name: string): Served | undefined {
    return this.#served.get(name);
  }

  async find(reference: string): Promise<Served> {
    const served = this.#served.get(reference);
    if (served !== undefined) return served;
    if (reference === "bundled") return this.#keep(await this.#load(reference, reference));
    const version = await findVersion(this.#options.store, reference);
    const inCharge = this.#served.get(version.name);
    if (inCharge?.version === version.version && inCharge.digest === version.object) return inCharge;
    const key = `${version.name}:${version.version}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.digest === version.object) return this.#keep(kept);
    return this.#keep(await this.#load(version.name, key));
  }

  #keep(served: Served): Served {
    this.#kept.delete(served.reference);
    this.#kept.set(served.reference, served);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_MAX) break;
      this.#kept.delete(oldest);
    }
    return served;
  }

  refresh(): Promise<void> {
    // One after another, so that an older look does not overtake a newer one.
    const next = this.#refreshing.then(() => this.#refresh());
    this.#refreshing = next.catch(() => undefined);
    return next;
  }

  problems(): { name: string; message: string }[] {
    return [...this.#problems].map(([name, message]) => ({ name, message }));
  }

  shadowReport(): ShadowReport | undefined {
    return this.shadow?.report();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.shadow?.close(), this.#refreshing, this.#watching]);
  }

  async #refresh(): Promise<void> {
    for (const { name, reference } of this.#wanted)
      await this.#attempt(name, () => this.#refreshOne(name, reference));
    await this.#attempt("shadow", () => this.#refreshShadow());
  }

  /** Keeps what failed, and forgets it when it went well. */
  async #attempt(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#problems.delete(name);
    } catch (failure) {
      const message = failure instanceof Error ? failure.message : String(failure);
      if (this.#problems.get(name) !== message) this.#options.onEvent?.({ kind: "failed", name, message });
      this.#problems.set(name, message);
    }
  }

  async #refreshOne(name: string, reference: string): Promise<void> {
    const before = this.#served.get(name);
    if (before?.version === undefined) return;
    const version = await findVersion(this.#options.store, reference);
    if (version.version === before.version && version.object === before.digest) return;
    const after = await this.#load(name, reference);
    this.#served.set(name, after);
    this.swaps++;
    this.#options.onEvent?.({
      kind: "swapped",
      name,
      before: versionText(before),
      after: versionText(after),
    });
  }

  async #refreshShadow(): Promise<void> {
    const { shadow: reference } = this.#options;
    if (reference === undefined) return;
    const champion = this.main();
    const challenger = await this.#load("shadow", reference);
    const pair = `${champion.digest} ${challenger.digest}`;
    if (pair === this.#challenger) return;
    const before = this.shadow;
    this.shadow = new Shadow({
      champion: { name: `${champion.name} ${versionText(champion)}`, manifest: champion.predictor.manifest },
      challenger: {
        name: `${reference} ${versionText(challenger)}`,
        manifest: challenger.predictor.manifest,
        bytes: challenger.bytes,
      },
      threshold: this.threshold,
    });
    this.#challenger = pair;
    await before?.close();
  }

  async #load(name: string, reference: string): Promise<Served> {
    const file = await readModelFile(reference, this.#options.place);
    const predictor = new Predictor(decodedModel(file.bytes, reference), this.threshold);
    return {
      name,
      reference,
      version: file.version?.version,
      digest: sha256(file.bytes),
      predictor,
      writer: new AnswerWriter(predictor),
      bytes: file.bytes,
    };
  }

  /** Looks again after each change of models, by whichever process, until closed. */
  async #watch(revision: number): Promise<void> {
    const { signal } = this.#stop;
    const { MODELS } = await import("../../registry/contract.ts");
    let seen = revision;
    while (!signal.aborted) {
      try {
        for await (const { revision: next, changes } of this.#options.store.watch(seen, signal)) {
          seen = next;
          if (changes.some(({ collection }) => collection === MODELS)) await this.refresh();
        }
        return;
      } catch (failure) {
        this.#options.onEvent?.({ kind: "failed", name: "watch", message: String(failure) });
        await pause(WATCH_PAUSE_MS, signal);
        await this.refresh();
      }
    }
  }
}

/** Judges rows of a block for a request; a challenger gets a copy where the model is the one that it is compared with. */
export function judgeFor(
  charge: Charge,
  served: Served,
  values: Float64Array,
  rows: { first: number; count: number },
): void {
  const { first, count } = rows;
  served.predictor.judgeRows(values, first, count);
  const { shadow } = charge;
  if (shadow !== undefined && charge.main() === served) shadow.offer(served.predictor, values, first, count);
}

/** Version of a model in words: its number, else the beginning of its digest. */
export function versionText({ version, digest }: Pick<Served, "version" | "digest">): string {
  return version === undefined ? digest.slice(0, 12) : String(version);
}
