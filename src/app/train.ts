// Labelled rows in, a model file out.
//
// What it guarantees: the same rows, parameters and seed give the same file, byte for byte. Prints nothing.

import { setImmediate } from "node:timers/promises";
import { OrbweaverError } from "../base/errors.ts";
import { isBenignName } from "../dataset/class-names.ts";
import type { ReadFacts } from "../dataset/row-reader.ts";
import { audit, type Finding } from "../evaluate/audit.ts";
import { SCHEMAS } from "../feature/schemas/_index.ts";
import type { ParameterSpecification, ParameterValues, Progress } from "../learner/contract.ts";
import { learnerById } from "../learner/index.ts";
import type { ModelCard, ModelManifest } from "../model/contract.ts";
import { writeWhole } from "./file.ts";
import { readNamedRows } from "./named-rows.ts";
import { workerPool } from "./worker-pool.ts";

export type { ReadFacts } from "../dataset/row-reader.ts";
export type { Finding } from "../evaluate/audit.ts";
export type { Progress } from "../learner/contract.ts";

export interface TrainOptions {
  /** Row files of one schema, or data sets of the project: `nsl`, `nsl@train`. */
  rows: readonly string[];
  /** Column that holds the class. */
  label: string;
  learner: string;
  /** Parameters as text, by name. */
  parameters?: Readonly<Record<string, string>>;
  seed?: number;
  /** Columns that must not be learnt from. */
  exclude?: readonly string[];
  /** Columns of foreign tables to use although they look like identifiers. */
  include?: readonly string[];
  /** Groups of labels: "kdd5", or class by label. */
  labelMap?: "kdd5" | ReadonlyMap<string, string>;
  /** Classes that are no attack; by their names (BENIGN_NAMES) unless given. */
  benign?: readonly string[];
  /** Row files to stop early on, instead of a share of the training rows. */
  validation?: readonly string[];
  /** Read at most this many rows. */
  limit?: number;
  /** Model file. */
  out: string;
  /** Card of the model; one from the facts unless given. */
  card?: ModelCard;
  onRead?: (facts: ReadFacts) => void;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

export interface TrainResult {
  out: string;
  bytes: number;
  source: ReadFacts;
  /** What is suspicious about the training rows: columns that tell the class alone, constant ones. */
  findings: Finding[];
  manifest: ModelManifest;
  elapsedMs: number;
}

export async function train(options: TrainOptions): Promise<TrainResult> {
  const learner = learnerById(options.learner);
  const parameters = parsedParameters(learner.parameters, options.parameters ?? {});
  const reading = {
    label: options.label,
    exclude: options.exclude,
    include: options.include,
    labelMap: options.labelMap,
    limit: options.limit,
    knownSchemas: SCHEMAS,
    signal: options.signal,
  };
  const { table, source } = await readNamedRows(options.rows, reading);
  options.onRead?.(source);
  const findings = audit(table);
  const benignClasses = benignAmong(table.classes, options.benign);
  const validation =
    options.validation === undefined
      ? undefined
      : (
          await readNamedRows(options.validation, {
            ...reading,
            schema: table.schema,
            classes: table.classes,
          })
        ).table;
  const started = performance.now();
  const model = await learner.fit(table, parameters, {
    seed: options.seed ?? 1,
    parallel: workerPool(),
    benignClasses,
    validation,
    isCancelled: () => options.signal?.aborted ?? false,
    onProgress: async (progress) => {
      options.onProgress?.(progress);
      await setImmediate();
    },
  });
  model.manifest.card = options.card ?? cardOf(model.manifest, source);
  const bytes = model.encode();
  await writeWhole(options.out, bytes);
  return {
    out: options.out,
    bytes: bytes.length,
    source,
    findings,
    manifest: model.manifest,
    elapsedMs: performance.now() - started,
  };
}

/** Values by the types of the table. Throws `parameter-invalid`; ranges are the learner's to check. */
function parsedParameters(
  specifications: readonly ParameterSpecification[],
  given: Readonly<Record<string, string>>,
): ParameterValues {
  const values: ParameterValues = {};
  for (const [name, text] of Object.entries(given)) {
    const specification = specifications.find((candidate) => candidate.name === name);
    if (specification === undefined) {
      const known = specifications.map((candidate) => candidate.name).join(", ");
      throw new OrbweaverError("parameter-invalid", `there is no parameter '${name}'; there are ${known}`);
    }
    values[name] = parsedValue(specification, text);
  }
  return values;
}

function parsedValue({ name, type }: ParameterSpecification, text: string): number | boolean | string {
  if (type === "choice" || type === "text") return text;
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (type !== "boolean" && !Number.isNaN(number)) return number;
  const expected = type === "boolean" ? "true or false" : "a number";
  throw new OrbweaverError("parameter-invalid", `parameter '${name}' is '${text}', expected ${expected}`);
}

function benignAmong(classes: readonly string[], given: readonly string[] | undefined): string[] {
  if (given === undefined) {
    return classes.filter(isBenignName);
  }
  for (const name of given) {
    if (classes.includes(name)) continue;
    throw new OrbweaverError(
      "parameter-invalid",
      `benign class '${name}' does not occur; the classes are ${classes.join(", ")}`,
      { hint: "Name classes as they are spelled in the label column." },
    );
  }
  return [...given];
}

/** A card of what is known without being told. */
function cardOf(manifest: ModelManifest, source: ReadFacts): ModelCard {
  const files = source.files.map(({ path, rows }) => `- ${path.split(/[/\\]/).at(-1)}: ${rows} rows`);
  const dropped = source.dropped.map(({ reason, rows }) => `- left out, ${reason}: ${rows} rows`);
  const benign = manifest.benignClasses;
  const meaning =
    benign.length === 0
      ? "No class is marked as benign: every verdict of this model is an attack."
      : `Benign: ${benign.join(", ")}. Every other class counts as an attack.`;
  return {
    title: `${manifest.training.learner} on ${manifest.schema.id}`,
    sections: [
      { heading: "Training data", text: [...files, ...dropped].join("\n") },
      { heading: "Classes", text: meaning },
      {
        heading: "Limits",
        text: "How well the model does on traffic unlike its training data is not known. Judge it with `orbweaver evaluate` on rows it has not seen.",
      },
    ],
  };
}
