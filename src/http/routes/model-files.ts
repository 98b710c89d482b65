// A model to look at and to take away: its card, its trees, its file, and the same as ONNX.

import type { FastifyReply } from "fastify";
import * as z from "zod";
import { onnxBytes } from "../../app/export-model.ts";
import { nameForm } from "../../app/jobs/inputs.ts";
import { modelCard } from "../../app/model-card.ts";
import { modelTree, TREE_DEPTH_MAX } from "../../app/model-tree.ts";
import { modelOfRun, registerRun } from "../../app/registry.ts";
import type { App } from "../app.ts";
import { problems } from "../contract/common.ts";
import { columnForm, versionForm } from "../contract/models.ts";
import { sendFile } from "../downloads.ts";
import type { Services } from "../services.ts";
import { ownerOf } from "./files.ts";

const tags = ["Models"];
const refParams = z.object({ ref: z.string().min(1).max(300) });
const runParams = z.object({ id: z.string().min(1).max(100) });
const values = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
const count = z.int().min(0);

const cardForm = z
  .object({
    kind: z.string(),
    task: z.enum(["classification", "anomaly"]),
    title: z.string(),
    sections: z.array(z.object({ heading: z.string(), text: z.string().describe("Plain Markdown.") })),
    training: z.object({
      learner: z.string(),
      parameters: values,
      seed: z.number(),
      trainingRows: count,
      validationRows: count,
      classCounts: z.array(count),
      iterations: count,
      metrics: z.record(z.string(), z.number()),
    }),
    classes: z.array(z.object({ name: z.string(), isBenign: z.boolean(), trainingRows: count })),
    schema: z.object({ id: z.string(), fingerprint: z.string(), columns: z.array(columnForm) }),
    importance: z
      .array(z.object({ column: z.string(), share: z.number() }))
      .describe("Columns that matter to its scores, most first."),
    hasTrees: z.boolean(),
    unknown: z
      .object({ method: z.string(), coverage: z.number() })
      .optional()
      .describe("How it tells rows that are like nothing seen in training."),
  })
  .describe("What is known of a model.")
  .meta({ id: "ModelCard" });

const treeQuery = z.object({
  tree: z.coerce.number().int().min(1).optional().describe("Of those of the class, from 1."),
  class: z.string().min(1).max(500).optional().describe("Class whose score is told."),
  node: z.coerce.number().int().min(0).optional().describe("Where to begin; the root unless given."),
  depth: z.coerce.number().int().min(0).max(TREE_DEPTH_MAX).optional().describe("4 unless given."),
});

const nodeForm = z
  .object({
    id: count,
    rows: count.describe("Training rows that reached it."),
    value: z.number().describe("Share of the class, or what the tree adds to its score."),
    classes: z.array(z.object({ name: z.string(), share: z.number() })).optional(),
    question: z.string().optional().describe("Absent of leaves."),
    column: z.string().optional(),
    unit: z.string().optional(),
    threshold: z.number().optional(),
    categories: z.array(z.string()).optional(),
    missing: z.enum(["yes", "no"]).optional().describe("The answer that a missing value is taken for."),
    get yes() {
      return nodeForm.optional().describe("Absent where the depth ends.");
    },
    get no() {
      return nodeForm.optional();
    },
  })
  .meta({ id: "TreeNode" });

const treeForm = z
  .object({
    class: z.string(),
    scale: z.enum(["probability", "log-odds"]),
    tree: count,
    trees: count,
    nodes: count.describe("Of the whole tree."),
    root: nodeForm,
  })
  .describe("One tree of a model, from a node down to a depth.");

const file = {
  200: { description: "The file.", content: { "application/octet-stream": { schema: z.unknown() } } },
};

export async function modelFileRoutes(app: App, services: Services): Promise<void> {
  registering(app, services);
  looking(app, services);
  taking(app, services);
}

function registering(app: App, services: Services): void {
  app.post("/models/:name/versions", {
    config: { permission: "write" },
    schema: {
      tags,
      operationId: "registerModel",
      summary: "Register the model that a run made as the next version of a name",
      params: z.object({ name: nameForm }),
      body: z.strictObject({ run: z.string().min(1).max(100).describe("Id of a training.") }),
      response: { 201: versionForm, ...problems(400, 404, 409, 422) },
    },
    handler: async (request, reply) => {
      const { params, body } = request;
      const by = ownerOf(request);
      const version = await registerRun(services.store, body.run, { name: params.name, ...(by && { by }) });
      await services.charge.refresh();
      return reply.code(201).send(version);
    },
  });
}

function looking(app: App, services: Services): void {
  app.get("/models/:ref/card", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "modelCard",
      summary: "What is known of a model: training, classes, columns, card",
      description: "`ref` is a name that is served, or NAME, NAME@ALIAS or NAME:VERSION of the registry.",
      params: refParams,
      response: { 200: cardForm, ...problems(404, 422) },
    },
    handler: async ({ params: { ref } }) => modelCard((await services.charge.find(ref)).predictor.model),
  });
  app.get("/models/:ref/tree", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "modelTree",
      summary: "A tree of a model of trees",
      params: refParams,
      querystring: treeQuery,
      response: { 200: treeForm, ...problems(400, 404, 422) },
    },
    handler: async ({ params: { ref }, query }) =>
      modelTree((await services.charge.find(ref)).predictor.model, query),
  });
  app.get("/runs/:id/tree", {
    config: { permission: "read" },
    schema: {
      tags: ["Runs"],
      operationId: "runTree",
      summary: "A tree of the model that a run made",
      params: runParams,
      querystring: treeQuery,
      response: { 200: treeForm, ...problems(400, 404, 422) },
    },
    handler: async ({ params: { id }, query }) => modelTree(await modelOfRun(services.store, id), query),
  });
  app.get("/runs/:id/card", {
    config: { permission: "read" },
    schema: {
      tags: ["Runs"],
      operationId: "runCard",
      summary: "What is known of the model that a run made",
      params: runParams,
      response: { 200: cardForm, ...problems(404, 422) },
    },
    handler: async ({ params: { id } }) => modelCard(await modelOfRun(services.store, id)),
  });
}

function taking(app: App, services: Services): void {
  app.get("/models/:ref/onnx", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "modelOnnx",
      summary: "A model as ONNX, for other runtimes",
      params: refParams,
      querystring: z.object({
        inputs: z.enum(["features", "columns"]).optional().describe("One matrix, or one input a column."),
        numbers: z.enum(["double", "float"]).optional().describe("Element type of numbers that go in."),
      }),
      response: { ...file, ...problems(400, 404, 422) },
    },
    handler: async ({ params: { ref }, query }, reply) => {
      const { name, version, predictor } = await services.charge.find(ref);
      const bytes = onnxBytes(predictor.model, query);
      return sendBytes(reply as unknown as FastifyReply, `${fileName(name, version)}.onnx`, bytes) as never;
    },
  });
  app.get("/models/:ref/file", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "modelFile",
      summary: "The model file",
      params: refParams,
      response: { ...file, ...problems(404, 422) },
    },
    handler: async ({ params: { ref } }, reply) => {
      const { name, version, bytes } = await services.charge.find(ref);
      return sendBytes(reply as unknown as FastifyReply, `${fileName(name, version)}.orb`, bytes) as never;
    },
  });
}

function fileName(name: string, version: number | undefined): string {
  return version === undefined ? name : `${name}-${version}`;
}

function sendBytes(reply: FastifyReply, name: string, bytes: Uint8Array): FastifyReply {
  const content = [bytes] as unknown as AsyncIterable<Uint8Array>;
  return sendFile(reply, { name, type: "application/octet-stream", bytes: bytes.length, content });
}
