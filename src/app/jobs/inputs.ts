// What jobs read, as requests name it: uploads and captures by their ids, data sets and models by their names. No request names
// a file of the server.

import { readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { OrbweaverError } from "../../base/errors.ts";
import { openProject } from "../../dataset/store/project.ts";
import { isReference } from "../../dataset/store/reference.ts";
import type { JobContext } from "../../job/contract.ts";
import type { RecordOptions } from "../recording.ts";

export const idForm = z
  .string()
  .regex(/^[0-9a-z]{9}-[0-9a-f]{12}$/, "expected the id of an upload or a capture");

const DATASET =
  /^[a-z0-9][a-z0-9._-]{0,99}(?::[\w-]{1,100})?(?:@-?(?:\.\.)?[\w.-]{1,100}(?:\/-?[\w.-]{1,100})?)?$/i;
const MODEL = /^[a-z0-9][a-z0-9._-]{0,99}(?:@[a-z0-9][a-z0-9._-]{0,99}|:[1-9]\d{0,8})?$/i;

export const datasetForm = z
  .string()
  .regex(DATASET, "expected the name of a data set, such as nsl, nsl:clean or nsl@train")
  .describe("A data set, its table or part: NAME, NAME:TABLE, NAME@PART.");

/** Rows that were uploaded, or those of a data set. */
export const rowsForm = z
  .union([
    z.strictObject({ upload: idForm.describe("Id of an upload.") }),
    z.strictObject({ dataset: datasetForm }),
  ])
  .describe("Rows: an upload, or a data set of the project.");
export type RowsInput = z.infer<typeof rowsForm>;

export const captureForm = z.strictObject({ capture: idForm.describe("Id of a capture.") });

export const modelForm = z
  .string()
  .regex(MODEL, "expected bundled, NAME, NAME@ALIAS or NAME:VERSION")
  .describe("A model: bundled, NAME, NAME@ALIAS or NAME:VERSION.");

export const labelForm = z.string().min(1).max(200).describe("Column that holds the class.");
export const columnNames = z.array(z.string().min(1).max(500)).max(1_000);
export const seedForm = z.int().describe("The same seed gives the same result.");
export const nameForm = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/i, "expected letters, digits, '.', '_' and '-', at most 100");

export type Input = RowsInput | z.infer<typeof captureForm>;

/** Ids of the uploads and captures among inputs. */
export function idsOf(...inputs: (Input | undefined)[]): string[] {
  return inputs.flatMap((input) => {
    if (input === undefined) return [];
    if ("upload" in input) return [input.upload];
    return "capture" in input ? [input.capture] : [];
  });
}

type InputContext = Pick<JobContext, "root" | "work" | "signal" | "progress">;

/**
 * The name under which a request's rows or capture are read: that of a data set, or the path of a file below the working
 * directory of the job, so that no name tells where the server keeps its files. Uploads that are packed are unpacked first.
 * Throws `upload-unknown`, `capture-unknown`, `dataset-unknown`, and what unpacking throws.
 */
export async function inputName(input: Input, context: InputContext): Promise<string> {
  const { root } = context;
  if ("upload" in input)
    return plainFile(await storedFile(root, "uploads", input.upload), input.upload, context);
  if ("capture" in input) return storedFile(root, "captures", input.capture);
  const project = await openProject({ folder: root, create: true });
  if (await isReference(project, input.dataset)) return input.dataset;
  throw new OrbweaverError("dataset-unknown", `there is no data set '${input.dataset}'`);
}

/** One after the other: each may be unpacked. */
export async function inputNames(inputs: readonly Input[], context: InputContext): Promise<string[]> {
  const names: string[] = [];
  for (const input of inputs) names.push(await inputName(input, context));
  return names;
}

const UNPACKED = "unpacked";

/** The file itself, or what it holds where it is packed: in the job's folder of work, where an attempt after this finds it. */
async function plainFile(
  path: string,
  id: string,
  { work, signal, progress }: InputContext,
): Promise<string> {
  const { packingOf, unpack } = await import("./unpack.ts");
  const packing = await packingOf(path);
  if (packing === undefined) return path;
  progress({ step: "unpacking" });
  const name = await unpack(path, packing, join(work, UNPACKED, id), { signal });
  await linked(join(work, UNPACKED), UNPACKED);
  return join(UNPACKED, id, name);
}

async function linked(folder: string, as: string): Promise<void> {
  await symlink(folder, as, "junction").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST") throw cause;
  });
}

/** The one file in the folder of an id. */
async function storedFile(root: string, shelf: "uploads" | "captures", id: string): Promise<string> {
  const names = await readdir(join(root, shelf, id)).catch(() => []);
  const [name, ...others] = names.filter((one) => !one.endsWith(".partial"));
  if (name !== undefined && others.length === 0) {
    await linked(join(root, shelf), shelf);
    return join(shelf, id, name);
  }
  const code = shelf === "uploads" ? "upload-unknown" : "capture-unknown";
  throw new OrbweaverError(code, `there is no ${shelf.slice(0, -1)} '${id}'`);
}

/** Where runs and models are recorded: the place of the job. */
export function recordOf({ root }: JobContext, options: { name?: string } = {}): RecordOptions {
  return { project: root, ...options };
}

/** Progress of the use cases, as jobs tell it. */
export function stepTeller(context: JobContext): (progress: { step: string; share?: number }) => void {
  return ({ step, share }) => context.progress({ step, ...(share === undefined ? {} : { share }) });
}
