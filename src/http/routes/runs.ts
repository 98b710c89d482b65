// Runs: what was trained and judged, with figures and files. And the learners there are.

import type { FastifyReply } from "fastify";
import * as z from "zod";
import { comparisonOf } from "../../app/compare.ts";
import { jobCurves } from "../../app/jobs.ts";
import { learnerFacts, listLearners, listMetrics, listPresets } from "../../app/learners.ts";
import { pageOfRuns, readArtefact, removeRuns, showRun, storedRecord } from "../../app/registry.ts";
import { OrbweaverError } from "../../base/errors.ts";
import type { App } from "../app.ts";
import { problems } from "../contract/common.ts";
import { idParams, pageQuery } from "../contract/work.ts";
import { sendFile } from "../downloads.ts";
import type { Services } from "../services.ts";

const tags = ["Runs"];
const runParams = z.object({ id: z.string().min(1).max(100) });
const word = z.string().min(1).max(200);

const runForm = z
  .looseObject({
    id: z.string(),
    kind: z.enum(["train", "evaluate"]),
    state: z.enum(["running", "finished", "failed", "cancelled", "interrupted"]),
    started: z.string(),
  })
  .describe("A training or an evaluation: settings, figures, what it left.");

const COMPARED_MAX = 20;

export async function runRoutes(app: App, services: Services): Promise<void> {
  reading(app, services);
  app.delete("/runs/:id", {
    config: { permission: "write" },
    schema: {
      tags,
      operationId: "removeRun",
      summary: "Remove a run, and what it left where nothing else needs it",
      params: runParams,
      response: { 200: z.object({ removed: z.array(z.string()), bytes: z.int() }), ...problems(404, 409) },
    },
    handler: async ({ params: { id } }) => removeRuns(services.store, [id]),
  });
  curves(app, services);
  learners(app);
  choices(app);
}

function reading(app: App, services: Services): void {
  app.get("/runs", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "listRuns",
      summary: "Runs, newest first, or best first by a metric",
      querystring: pageQuery.extend({
        kind: z.enum(["train", "evaluate"]).optional(),
        state: z.enum(["running", "finished", "failed", "cancelled", "interrupted"]).optional(),
        model: word.optional(),
        schema: word.optional(),
        learner: word.optional(),
        object: z
          .string()
          .regex(/^[0-9a-f]{64}$/, "expected a SHA-256")
          .optional()
          .describe("SHA-256 of the model file that was made or judged."),
        rows: word.optional().describe("A data set with all its parts, or the name of a file."),
        sort: word.optional().describe("Name of a metric, such as macroF1."),
      }),
      response: { 200: z.object({ total: z.int(), runs: z.array(runForm) }), ...problems(400) },
    },
    handler: async ({ query: { offset, limit, ...filter } }) => {
      const { total, runs } = await pageOfRuns(services.store, filter, { offset, limit });
      return { total, runs: runs as unknown as z.infer<typeof runForm>[] };
    },
  });
  app.get("/runs/compare", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "compareRuns",
      summary: "Trainings side by side",
      querystring: z.object({
        runs: z.string().min(1).max(4_000).describe("Ids of trainings, with commas between."),
      }),
      response: {
        200: z.looseObject({ runs: z.array(z.unknown()), warnings: z.array(z.string()) }),
        ...problems(400, 404, 422),
      },
    },
    handler: async ({ query }) => {
      const ids = query.runs.split(",").map((id) => id.trim());
      if (ids.length < 2 || ids.length > COMPARED_MAX)
        throw new OrbweaverError(
          "request-invalid",
          `${ids.length} runs are named, expected 2 to ${COMPARED_MAX}`,
          {
            fields: [{ field: "runs", found: `${ids.length} ids`, expected: `2 to ${COMPARED_MAX}` }],
          },
        );
      const records = [];
      for (const id of ids) records.push({ path: id, record: await storedRecord(services.store, id) });
      return comparisonOf(records) as unknown as { runs: unknown[]; warnings: string[] };
    },
  });
  app.get("/runs/:id", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "showRun",
      summary: "One run, and the versions of models that it made",
      params: runParams,
      response: { 200: z.object({ run: runForm, versions: z.array(z.unknown()) }), ...problems(404) },
    },
    handler: async ({ params: { id } }) =>
      (await showRun(services.store, id)) as unknown as { run: z.infer<typeof runForm>; versions: unknown[] },
  });
  app.get("/runs/:id/artefacts/:artefact", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "runArtefact",
      summary: "A file that a run left",
      params: runParams.extend({ artefact: z.string().min(1).max(200) }),
      response: {
        200: { description: "The file.", content: { "application/octet-stream": { schema: z.unknown() } } },
        ...problems(404),
      },
    },
    handler: async ({ params }, reply) => {
      const { artefact, bytes } = await readArtefact(services.store, params.id, params.artefact);
      const content = [bytes] as unknown as AsyncIterable<Uint8Array>;
      const file = { name: artefact.name, type: artefact.type, bytes: bytes.length, content };
      return sendFile(reply as unknown as FastifyReply, file) as never;
    },
  });
}

function curves(app: App, services: Services): void {
  app.get("/jobs/:id/curves", {
    config: { permission: "read" },
    schema: {
      tags: ["Jobs"],
      operationId: "jobCurves",
      summary: "Figures of the iterations of a training, also while it runs",
      description: "A curve for each fit, thinned; the newest fits where there are many.",
      params: idParams,
      response: {
        200: z.object({
          fits: z.array(
            z.object({
              name: z.string(),
              total: z.number().describe("Iterations planned."),
              points: z.array(z.object({ done: z.number(), metrics: z.record(z.string(), z.number()) })),
            }),
          ),
        }),
        ...problems(404),
      },
    },
    handler: async ({ params: { id } }) => ({ fits: await jobCurves(services.work.queue.shelf, id) }),
  });
}

function choices(app: App): void {
  app.get("/presets", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "listPresets",
      summary: "Recipes of trainings on public data sets",
      response: {
        200: z.object({
          presets: z.array(
            z.object({
              id: z.string(),
              data: z.string(),
              title: z.string(),
              remark: z.string().describe("What its score is worth."),
              label: z.array(z.string()),
              labelMap: z.string().optional(),
              classes: z.array(z.string()).optional(),
              exclude: z.array(z.string()).optional(),
              learners: z.array(z.string()),
              set: z.array(z.string()).optional(),
              select: z.string().optional(),
              cv: z.int().optional(),
              holdout: z.number().optional(),
              metric: z.string(),
            }),
          ),
        }),
      },
    },
    handler: async () => ({ presets: listPresets() as never }),
  });
  app.get("/scores", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "listScores",
      summary: "Figures by which candidates are chosen and runs are compared",
      response: {
        200: z.object({
          scores: z.array(
            z.object({
              id: z.string(),
              title: z.string(),
              meaning: z.string(),
              greaterIsBetter: z.boolean(),
            }),
          ),
        }),
      },
    },
    handler: async () => ({ scores: listMetrics() }),
  });
}

function learners(app: App): void {
  const learnerForm = z
    .object({
      id: z.string(),
      task: z.enum(["classification", "anomaly"]),
      description: z.string(),
      parameters: z.array(z.looseObject({ name: z.string() })),
    })
    .describe("A learner, and what can be set.");
  type LearnerForm = z.infer<typeof learnerForm>;
  app.get("/learners", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "listLearners",
      summary: "Learners and their parameters",
      response: { 200: z.object({ learners: z.array(learnerForm) }) },
    },
    handler: async () => ({ learners: listLearners() as unknown as LearnerForm[] }),
  });
  app.get("/learners/:id", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "showLearner",
      summary: "One learner",
      params: z.object({ id: z.string().min(1).max(50) }),
      response: { 200: learnerForm, ...problems(400, 404) },
    },
    handler: async ({ params: { id } }) => learnerFacts(id) as unknown as LearnerForm,
  });
}
