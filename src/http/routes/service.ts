// The server itself: whether it lives and is ready, what it did, and how its challenger does.

import * as z from "zod";
import { versionText } from "../../app/serving/charge.ts";
import { type App, CONSOLE_PATH, DOCS_PATH } from "../app.ts";
import { problems } from "../contract/common.ts";
import { type Metrics, openMetrics } from "../metrics.ts";
import type { Services } from "../services.ts";

const readyForm = z.object({
  ready: z.boolean(),
  models: z.array(z.object({ name: z.string(), version: z.string(), schema: z.string() })),
  problems: z
    .array(z.object({ name: z.string(), message: z.string() }))
    .describe("Models that could not be loaded; the ones before stay in charge."),
});

const shadowForm = z.object({
  champion: z.string(),
  challenger: z.string(),
  state: z.enum(["starting", "running", "failed", "closed"]),
  failure: z.string().optional(),
  rows: z.int().describe("Rows that both scored."),
  dropped: z.int().describe("Rows that found no room in the challenger's queue."),
  waiting: z.int(),
  sameClass: z.int(),
  sameVerdict: z.int(),
  agreement: z.number().optional().describe("Share of rows to which both gave the same class."),
  scoreDifference: z.object({ mean: z.number(), max: z.number() }),
  differences: z.array(z.object({ champion: z.string(), challenger: z.string(), rows: z.int() })),
  latency: z.object({
    blocks: z.int(),
    meanUsPerRow: z.number(),
    maxUsPerBlock: z.number(),
    buckets: z.array(z.object({ leUs: z.number(), blocks: z.int() })),
  }),
});

export async function serviceRoutes(app: App, services: Services): Promise<void> {
  const tags = ["Service"];
  const pages = (): string =>
    app.hasRoute({ method: "GET", url: CONSOLE_PATH }) ? `${CONSOLE_PATH}/` : DOCS_PATH;
  app.get("/", {
    config: { permission: "public" },
    schema: {
      operationId: "root",
      summary: "Health and the main model's version",
      description: "Browsers are led to the console, or else to the page that shows the interface.",
      tags,
      response: {
        200: z.object({ health_check: z.literal("OK"), model_version: z.string(), model: z.string() }),
        302: z.null().describe("To the page, for browsers."),
        ...problems(503),
      },
    },
    handler: async (request, reply) => {
      if (request.headers.accept?.includes("text/html")) return reply.redirect(pages()) as never;
      const served = services.charge.main();
      return { health_check: "OK" as const, model_version: versionText(served), model: served.name };
    },
  });
  app.get("/healthz", {
    config: { permission: "public" },
    schema: {
      operationId: "live",
      summary: "Whether the server lives",
      tags,
      response: { 200: z.object({ status: z.literal("ok"), release: z.string() }) },
    },
    handler: async () => ({ status: "ok" as const, release: services.release }),
  });
  app.get("/readyz", {
    config: { permission: "public" },
    schema: {
      operationId: "ready",
      summary: "Whether every model is in charge",
      tags,
      response: { 200: readyForm, 503: readyForm.describe("A model is not in charge.") },
    },
    handler: async (_, reply) => {
      const { charge } = services;
      const served = charge.names.flatMap((name) => charge.named(name) ?? []);
      const ready = served.length === charge.names.length;
      return reply.code(ready ? 200 : 503).send({
        ready,
        models: served.map((one) => ({
          name: one.name,
          version: versionText(one),
          schema: one.predictor.manifest.schema.id,
        })),
        problems: charge.problems(),
      });
    },
  });
  app.get("/shadow", {
    config: { permission: "read" },
    schema: {
      operationId: "shadow",
      summary: "How the challenger does beside the main model",
      tags,
      response: { 200: z.object({ shadow: shadowForm.nullable() }) },
    },
    handler: async () => ({ shadow: services.charge.shadowReport() ?? null }),
  });
}

/** Metrics count the answers of all routes, so they are added to the whole server. */
export function metricsRoute(app: App, services: Services): Metrics {
  const metrics = openMetrics(app, services);
  app.get("/metrics", {
    config: { permission: "read" },
    schema: {
      operationId: "metrics",
      summary: "Figures for Prometheus",
      tags: ["Service"],
      response: { 200: { description: "Figures.", content: { "text/plain": { schema: z.string() } } } },
    },
    handler: async (_, reply) =>
      reply.header("content-type", metrics.contentType).send((await metrics.text()) as never),
  });
  return metrics;
}
