// Job: rows or a capture and a model in, a table of verdicts out. Goes on from its last whole part.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { counted } from "../../base/number-text.ts";
import type { JobContext, JobKind, JobOutcome, Json } from "../../job/contract.ts";
import { readBytes, writeWhole } from "../file.ts";
import { decodedModel, type Model, readModelFile } from "../models.ts";
import { scoreCapture } from "../scoring/score-capture.ts";
import { scoreRows } from "../scoring/score-rows.ts";
import { captureForm, columnNames, idsOf, inputName, modelForm, rowsForm } from "./inputs.ts";

const form = z.strictObject({
  input: z.union([...rowsForm.options, captureForm]).describe("Rows or a capture."),
  model: modelForm,
  threshold: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe("Summed probability of attack classes from which a row is an attack; 0.5 unless given."),
  reasons: z.int().min(0).max(10).default(0).describe("Reasons given with each row."),
  keep: columnNames.max(64).default([]).describe("Columns of the rows to keep beside the verdicts."),
});
type Request = z.infer<typeof form>;

export const scoreJob: JobKind<Request> = {
  id: "score",
  description: "Judges rows or the flows of a capture by a model: a table of verdicts.",
  recovery: "resume",
  form,
  inputs: ({ input }) => idsOf(input),
  run: score,
};

async function score(request: Request, context: JobContext): Promise<JobOutcome> {
  const { input, threshold, reasons, keep } = request;
  const { model, name } = await modelOf(request, context);
  const path = await inputName(input, context);
  const shared = {
    model,
    threshold,
    reasons,
    work: context.work,
    out: join(context.results, "verdicts.parquet"),
    signal: context.signal,
    onProgress: ({ rows, share }: { rows: number; share?: number }) =>
      context.progress({
        step: "scoring",
        done: rows,
        unit: "rows",
        ...(share === undefined ? {} : { share }),
      }),
    onResume: (rows: number) => context.log(`goes on behind ${counted(rows, "row")}`),
  };
  await rm(shared.out, { force: true });
  const result =
    "capture" in input
      ? await scoreCapture({ ...shared, capture: path })
      : await scoreRows({ ...shared, path: await rowFile(path, input, context), keep });
  for (const remark of result.remarks) context.log(remark);
  context.log(`${counted(result.counts.rows, "verdict")}`);
  const summary = {
    model: name,
    schema: model.manifest.schema.id,
    threshold: result.threshold,
    ...result.counts,
    remarks: result.remarks.slice(0, 100),
    ...("ledger" in result ? { ledger: result.ledger } : {}),
  };
  return {
    summary: summary as unknown as Json,
    results: [
      {
        name: "verdicts",
        file: "verdicts.parquet",
        type: "application/vnd.apache.parquet",
        description: "One row for each row or flow, with class, probabilities and who it was",
        rows: result.counts.rows,
      },
    ],
  };
}

/** The model that was meant when the job began, also where it goes on later. */
async function modelOf(
  { model: reference }: Request,
  context: JobContext,
): Promise<{ model: Model; name: string }> {
  const kept = join(context.work, "model.orb");
  const keptName = join(context.work, "model.txt");
  try {
    const name = new TextDecoder().decode(await readBytes(keptName));
    return { model: decodedModel(await readBytes(kept), name), name };
  } catch {
    // The first attempt.
  }
  const { bytes, version } = await readModelFile(reference, { project: context.root });
  const name = version === undefined ? reference : `${version.name}:${version.version}`;
  await writeWhole(kept, bytes);
  await writeWhole(keptName, name);
  return { model: decodedModel(bytes, name), name };
}

/** The file of a data set's table; uploads are files already. */
async function rowFile(name: string, input: Request["input"], { root, signal }: JobContext): Promise<string> {
  if (!("dataset" in input)) return name;
  const [{ openDuck }, { openProject }, { resolveTable }] = await Promise.all([
    import("../../dataset/duck.ts"),
    import("../../dataset/store/project.ts"),
    import("../../dataset/store/reference.ts"),
  ]);
  const duck = await openDuck({ memoryLimit: "1GB", signal });
  try {
    return (await resolveTable(name, { project: await openProject({ folder: root }), duck })).path;
  } finally {
    duck.close();
  }
}
