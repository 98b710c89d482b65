// Records of trainings: a small JSON file beside each model that says from what it was made, how, and how good it was.
//
// A record holds names as they were given, and digests; no rows, no addresses, no environment. Writing one needs nothing;
// reading one checks every field, whoever wrote it.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import type { LabelledTable } from "../feature/table.ts";
import type { ComparedFinding, Comparison, EntryValues } from "../report/comparison-contract.ts";
import { readBytes, writeWhole } from "./file.ts";

export interface RunRecord {
  type: "orbweaver-run";
  version: 1;
  /** Of Orbweaver. */
  release: string;
  /** Moment in UTC, ISO 8601. */
  started: string;
  elapsedMs: number;
  command: {
    rows: string[];
    validation?: string[];
    /** Options that were given, by name. */
    options: Record<string, string | number | boolean | string[]>;
  };
  data: {
    /** SHA-256 over schema, classes, labels and values. */
    fingerprint: string;
    schema: { id: string; fingerprint: string; columns: number };
    rows: number;
    classes: { name: string; rows: number }[];
    benign: string[];
  };
  learner: string;
  parameters: EntryValues;
  steps: { select?: string; calibrate?: string; unknown?: string };
  seed: number;
  /** Absent where one learner was fitted without being judged. */
  comparison?: Comparison;
  fit: {
    elapsedMs: number;
    iterations: number;
    metrics: Record<string, number>;
    /** Figures of iterations, thinned to PROGRESS_MAX. */
    progress: { done: number; metrics: Record<string, number> }[];
  };
  findings: ComparedFinding[];
  model: { file: string; bytes: number; sha256: string };
}

const ENDING = ".run.json";
/** Most iterations whose figures are kept. */
export const PROGRESS_MAX = 1_000;
/** Most bytes of a record. */
const BYTES_MAX = 64 * 2 ** 20;

/** Path of the record of a model. */
export function recordPath(model: string): string {
  return `${model}${ENDING}`;
}

/** Throws `file-write`. */
export async function writeRun(path: string, record: RunRecord): Promise<void> {
  await writeWhole(path, `${JSON.stringify(record, undefined, 2)}\n`);
}

/**
 * Reads a record: the file itself, or that beside a model.
 *
 * @throws file errors, and `run-invalid` for what is no record or no longer fits its model
 */
export async function readRun(path: string): Promise<RunRecord> {
  if (path.endsWith(ENDING) || path.endsWith(".json")) return parseRun(path, await readBytes(path));
  const model = await readBytes(path);
  const beside = recordPath(path);
  const bytes = await readBytes(beside).catch((failure: unknown) => {
    if (!(failure instanceof OrbweaverError) || failure.code !== "file-missing") throw failure;
    throw new OrbweaverError("run-invalid", `'${path}' has no record beside it, expected '${beside}'`);
  });
  const record = await parseRun(beside, bytes);
  if (record.model.sha256 === sha256(model)) return record;
  throw new OrbweaverError("run-invalid", `'${beside}' is the record of another model than '${path}'`);
}

/** Checks every field of a record. Throws `run-invalid`, with where it is from. */
export async function parseRun(path: string, bytes: Uint8Array): Promise<RunRecord> {
  if (bytes.length > BYTES_MAX)
    throw new OrbweaverError(
      "run-invalid",
      `'${path}' has ${bytes.length} bytes, too many for a record of a run`,
    );
  const { runForm } = await import("./search/run-form.ts");
  const parsed = runForm.safeParse(parsedJson(path, bytes));
  if (parsed.success) return parsed.data;
  const [{ path: place, message }] = parsed.error.issues;
  const where = place.length === 0 ? "" : ` at ${place.map(String).join(".")}`;
  throw new OrbweaverError("run-invalid", `'${path}' is no record of a run${where}: ${message}`);
}

function parsedJson(path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new OrbweaverError("run-invalid", `'${path}' is no JSON, expected the record of a run`);
  }
}

// --- what a record tells --------------------------------------------------------------------------------------

/** Facts about the rows, with a fingerprint that is the same for the same rows in the same order, wherever they lie. */
export function dataFacts(table: LabelledTable, benign: readonly string[]): RunRecord["data"] {
  const { id, fingerprint, columns } = table.schema;
  const counts = table.classes.map(() => 0);
  for (const label of table.labels) counts[label]++;
  const hash = createHash("sha256").update(JSON.stringify([fingerprint, table.classes, table.rowCount]));
  for (const values of [table.labels, ...table.values])
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return {
    fingerprint: hash.digest("hex"),
    schema: { id, fingerprint, columns: columns.length },
    rows: table.rowCount,
    classes: table.classes.map((name, index) => ({ name, rows: counts[index] })),
    benign: [...benign],
  };
}

export function modelFacts(path: string, bytes: Uint8Array): RunRecord["model"] {
  return { file: basename(path), bytes: bytes.length, sha256: sha256(bytes) };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Figures of iterations in bounded room: when there are too many, every second one is forgotten. */
export class ProgressLog {
  readonly entries: { done: number; metrics: Record<string, number> }[] = [];
  readonly #max: number;
  #step = 1;

  constructor(max = PROGRESS_MAX) {
    this.#max = max;
  }

  /** An iteration that is told of again replaces what was told before. */
  add(done: number, metrics: Readonly<Record<string, number>>): void {
    if (done % this.#step !== 0) return;
    if (this.entries.at(-1)?.done === done) this.entries.pop();
    this.entries.push({ done, metrics: { ...metrics } });
    if (this.entries.length < this.#max) return;
    this.#step *= 2;
    const kept = this.entries.filter((entry) => entry.done % this.#step === 0);
    this.entries.splice(0, this.entries.length, ...kept);
  }
}

/** The version of the package. */
export function releaseVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
