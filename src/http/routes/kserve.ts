// KServe's protocols: V1 (predict, explain), and V2, the Open Inference Protocol.
//
// Every failure is problem details with the member "error" that the protocols ask for.

import type { FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import { judgeFor, type Served, versionText } from "../../app/serving/charge.ts";
import { BLOCK_ROWS } from "../../app/serving/predictor.ts";
import { RowBlock } from "../../app/serving/rows.ts";
import { findVersions } from "../../app/serving/versions.ts";
import { OrbweaverError } from "../../base/errors.ts";
import type { App } from "../app.ts";
import {
  failures,
  v1Explanations,
  v1Models,
  v1Predictions,
  v1Ready,
  v1Request,
  v2Live,
  v2Model,
  v2ModelReady,
  v2Ready,
  v2Request,
  v2Response,
  v2Server,
} from "../contract/kserve.ts";
import { infer, modelTensors, parseRequest } from "../inference.ts";
import { parseJson } from "../json-body.ts";
import { rowsOf } from "../predict.ts";
import { PROBLEM_TYPE, problemOf, sendProblem } from "../problem.ts";
import type { Services } from "../services.ts";
import { rowsValidator } from "./predict.ts";

/** Header that tells how many bytes of a body are JSON. */
const HEADER_LENGTH = "inference-header-content-length";
const REASONS = 10;
/** Most rows that one request explains. */
const EXPLAINED_MAX = 1000;

export async function kserveRoutes(app: App, services: Services): Promise<void> {
  app.setErrorHandler(sendError);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ["application/json", "application/octet-stream"],
    { parseAs: "buffer" },
    (_, body, done) => done(null, body),
  );
  app.setValidatorCompiler(rowsValidator);
  v1Routes(app, services);
  v2ServerRoutes(app, services);
  for (const path of ["/v2/models/:model", "/v2/models/:model/versions/:version"])
    v2ModelRoutes(app, services, path);
}

function sendError(failure: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(failure);
  if (problem.code === "internal") return sendProblem(failure, request, reply);
  return reply
    .code(problem.status)
    .header("content-type", PROBLEM_TYPE)
    .send(JSON.stringify({ ...problem, error: problem.detail }));
}

// --- V1 -------------------------------------------------------------------------------------------------------------

const V1 = { tags: ["KServe V1"] };
const modelParams = z.object({ model: z.string().min(1) });

function v1Routes(app: App, services: Services): void {
  app.get("/v1/models", {
    config: { permission: "predict" },
    schema: { ...V1, operationId: "v1Models", summary: "Names of the models", response: { 200: v1Models } },
    handler: async () => ({ models: [...services.charge.names] }),
  });
  app.get("/v1/models/:model", {
    config: { permission: "predict" },
    schema: {
      ...V1,
      operationId: "v1Ready",
      summary: "Whether a model is ready",
      params: modelParams,
      response: { 200: v1Ready, ...failures },
    },
    handler: async ({ params: { model } }) => {
      const served = await services.charge.find(model);
      return { name: served.name, ready: true };
    },
  });
  app.post("/v1/models/:model(^[^:/]+)::predict", {
    config: { permission: "predict" },
    schema: {
      ...V1,
      operationId: "v1Predict",
      summary: "Verdicts for instances",
      params: modelParams,
      body: v1Request,
      response: { 200: v1Predictions, ...failures },
    },
    handler: async (request, reply) => {
      const served = await services.charge.find(request.params.model);
      const block = instancesOf(served, request.body as unknown as Buffer);
      const texts = verdictTexts(services, served, block, 0);
      return reply
        .header("content-type", "application/json; charset=utf-8")
        .send(`{"predictions":[${texts}]}` as never);
    },
  });
  app.post("/v1/models/:model(^[^:/]+)::explain", {
    config: { permission: "predict" },
    schema: {
      ...V1,
      operationId: "v1Explain",
      summary: "Verdicts for instances, with the fields that moved them most",
      params: modelParams,
      body: v1Request,
      response: { 200: v1Explanations, ...failures },
    },
    handler: async (request, reply) => {
      const served = await services.charge.find(request.params.model);
      const block = instancesOf(served, request.body as unknown as Buffer);
      if (block.count > EXPLAINED_MAX)
        throw new OrbweaverError(
          "body-too-large",
          `${block.count} rows, expected at most ${EXPLAINED_MAX} to explain`,
        );
      const texts = verdictTexts(services, served, block, REASONS);
      return reply
        .header("content-type", "application/json; charset=utf-8")
        .send(`{"explanations":[${texts}]}` as never);
    },
  });
}

function instancesOf(served: Served, body: unknown): RowBlock {
  if (!(body instanceof Buffer))
    throw new OrbweaverError("body-invalid", "the request has no body, expected instances");
  const usual = served.predictor.readUsual(body);
  if (usual?.shape === "instances") return usual.block;
  const { shape, rows } = rowsOf(parseJson(body));
  if (shape !== "instances")
    throw new OrbweaverError("request-invalid", "instances: found nothing, expected a list of rows", {
      fields: [{ field: "instances", found: "nothing", expected: "a list of rows" }],
    });
  const block = new RowBlock(served.predictor.fields);
  for (const row of rows) block.add(row);
  return block;
}

function verdictTexts({ charge }: Services, served: Served, block: RowBlock, reasons: number): string {
  const texts: string[] = [];
  for (let first = 0; first < block.count; first += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, block.count - first);
    judgeFor(charge, served, block.values, { first, count });
    for (let row = 0; row < count; row++) texts.push(`{${served.writer.members(row, { reasons })}}`);
  }
  return texts.join(",");
}

// --- V2 -------------------------------------------------------------------------------------------------------------

const V2 = { tags: ["Open Inference Protocol"] };

function v2ServerRoutes(app: App, services: Services): void {
  app.get("/v2", {
    config: { permission: "predict" },
    schema: { ...V2, operationId: "v2Server", summary: "The server", response: { 200: v2Server } },
    handler: async () => ({
      name: "orbweaver",
      version: services.release,
      extensions: ["binary_tensor_data"],
    }),
  });
  app.get("/v2/health/live", {
    config: { permission: "public" },
    schema: { ...V2, operationId: "v2Live", summary: "Whether the server lives", response: { 200: v2Live } },
    handler: async () => ({ live: true }),
  });
  app.get("/v2/health/ready", {
    config: { permission: "public" },
    schema: {
      ...V2,
      operationId: "v2Ready",
      summary: "Whether all models are ready",
      response: { 200: v2Ready, 503: v2Ready },
    },
    handler: async (_, reply) => {
      const { charge } = services;
      const ready = charge.names.every((name) => charge.named(name) !== undefined);
      return reply.code(ready ? 200 : 503).send({ live: true, ready });
    },
  });
}

const versionParams = z.object({ model: z.string().min(1), version: z.string().min(1).optional() });

function v2ModelRoutes(app: App, services: Services, path: string): void {
  const hasVersion = path.endsWith(":version");
  const params = hasVersion ? versionParams.required() : modelParams;
  const suffix = hasVersion ? "Version" : "";
  const of = (given: { model: string; version?: string }): Promise<Served> => versioned(services, given);
  app.get(path, {
    config: { permission: "predict" },
    schema: {
      ...V2,
      operationId: `v2Model${suffix}`,
      summary: "A model's inputs and outputs",
      params,
      response: { 200: v2Model, ...failures },
    },
    handler: async (request) => {
      const served = await of(request.params);
      return {
        name: served.name,
        versions: await findVersions(services.store, served),
        platform: `orbweaver_${served.predictor.manifest.kind}`,
        ...modelTensors(served.predictor),
      };
    },
  });
  app.get(`${path}/ready`, {
    config: { permission: "predict" },
    schema: {
      ...V2,
      operationId: `v2ModelReady${suffix}`,
      summary: "Whether a model is ready",
      params,
      response: { 200: v2ModelReady, ...failures },
    },
    handler: async (request) => ({ name: (await of(request.params)).name, ready: true }),
  });
  app.post(`${path}/infer`, {
    config: { permission: "predict" },
    schema: {
      ...V2,
      operationId: `v2Infer${suffix}`,
      summary: "Verdicts for rows in tensors",
      consumes: ["application/json", "application/octet-stream"],
      params,
      body: v2Request,
      response: { 200: v2Response, ...failures },
    },
    handler: async (request, reply) => {
      const body = request.body as unknown;
      if (!(body instanceof Buffer))
        throw new OrbweaverError("body-invalid", "the request has no body, expected tensors");
      const served = await of(request.params);
      const given = parseRequest(body, headerLength(request.headers[HEADER_LENGTH], body.length));
      const answer = infer(services.charge, served, given);
      if (answer.headerLength === undefined)
        return reply.header("content-type", "application/json; charset=utf-8").send(answer.body as never);
      return reply
        .header("content-type", "application/octet-stream")
        .header(HEADER_LENGTH, answer.headerLength)
        .send(answer.body as never);
    },
  });
}

/** The model of a path. Throws `model-unknown` for a version that is not there. */
async function versioned(
  { charge }: Services,
  { model, version }: { model: string; version?: string },
): Promise<Served> {
  if (version === undefined) return charge.find(model);
  const inCharge = charge.named(model);
  if (inCharge !== undefined && versionText(inCharge) === version) return inCharge;
  if (inCharge !== undefined && inCharge.version === undefined)
    throw new OrbweaverError(
      "model-unknown",
      `model '${model}' has only the version ${versionText(inCharge)}`,
    );
  if (/^[1-9]\d{0,8}$/.test(version)) return charge.find(`${model}:${version}`);
  throw new OrbweaverError("model-unknown", `model '${model}' has no version '${version.slice(0, 60)}'`);
}

/** Bytes of a body that are JSON: all, unless the header says otherwise. */
function headerLength(header: string | string[] | undefined, length: number): number {
  if (header === undefined) return length;
  const value = Number(header);
  if (typeof header === "string" && /^\d+$/.test(header) && value <= length) return value;
  throw new OrbweaverError(
    "request-invalid",
    `the header Inference-Header-Content-Length is '${String(header).slice(0, 60)}', expected a number up to ${length}`,
  );
}
