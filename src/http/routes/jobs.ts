// Long work: asked for, followed, cancelled, and what it made.

import type { FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import { JOB_KINDS, readResult } from "../../app/jobs.ts";
import { downloadRows } from "../../app/table-download.ts";
import { OrbweaverError } from "../../base/errors.ts";
import type { App } from "../app.ts";
import { problems } from "../contract/common.ts";
import { questionOf, questionQuery } from "../contract/table-rows.ts";
import {
  formatQuery,
  idParams,
  jobForm,
  jobsForm,
  jobsQuery,
  logForm,
  logQuery,
  newJobForm,
  removedForm,
} from "../contract/work.ts";
import { sendFile, sendTable, untilClosed } from "../downloads.ts";
import { EventStreams } from "../event-stream.ts";
import type { Services } from "../services.ts";
import { ownerOf } from "./files.ts";

const PARQUET = "application/vnd.apache.parquet";
const tags = ["Jobs"];

export async function jobRoutes(app: App, services: Services): Promise<void> {
  const streams = new EventStreams(app);
  listing(app, services);
  changing(app, services);
  app.get("/jobs/:id/log", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "jobLog",
      summary: "What a job said",
      description: "The end of the log, or what comes behind a byte of it. Old lines make room for new ones.",
      params: idParams,
      querystring: logQuery,
      response: { 200: logForm, ...problems(400, 404) },
    },
    handler: async ({ params: { id }, query }) => services.work.queue.shelf.log(id, query),
  });
  app.get("/jobs/:id/events", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "jobEvents",
      summary: "What happens to a job, as server-sent events",
      description:
        "`state` (first as it is now), `progress`, `log`, until the job has ended; `dropped` tells how many were lost. With the header Last-Event-ID they go on behind that one.",
      params: idParams,
      response: {
        200: { description: "Events.", content: { "text/event-stream": { schema: z.string() } } },
        ...problems(404, 429),
      },
    },
    handler: (request, reply) =>
      streams.send(request as unknown as FastifyRequest, reply as unknown as FastifyReply, (lastId, signal) =>
        services.work.queue.events(request.params.id, lastId, signal),
      ) as never,
  });
  app.get("/jobs/:id/results/:result", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "jobResult",
      summary: "A file that a job made",
      description:
        "Tables are given as CSV, Parquet or JSON lines, as `format` asks for, whole or the rows that fit `where`; other files as they are.",
      params: idParams.extend({ result: z.string().min(1).max(100) }),
      querystring: formatQuery.extend(questionQuery.shape),
      response: {
        200: { description: "The file.", content: { "application/octet-stream": { schema: z.unknown() } } },
        ...problems(400, 404, 503),
      },
    },
    handler: async ({ params, query: { format, ...query } }, given) => {
      const reply = given as unknown as FastifyReply;
      const { path, result } = await services.work.queue.shelf.result(params.id, params.result);
      if (result.type === PARQUET)
        return sendTable(
          reply,
          `${result.name}-${params.id}`,
          await downloadRows(path, questionOf(query), format ?? "parquet", untilClosed(reply)),
        ) as never;
      if (format !== undefined)
        throw new OrbweaverError(
          "request-invalid",
          `the result '${result.name}' is no table and has one format`,
          {
            fields: [{ field: "format", found: format, expected: "nothing" }],
          },
        );
      return sendFile(reply, { ...result, name: result.file, content: readResult(path) }) as never;
    },
  });
}

function listing(app: App, services: Services): void {
  app.get("/jobs", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "listJobs",
      summary: "Jobs, newest first",
      querystring: jobsQuery,
      response: { 200: jobsForm, ...problems(400) },
    },
    handler: async ({ query: { offset, limit, ...filter } }) =>
      services.work.queue.shelf.list(filter, { offset, limit }),
  });
  app.get("/jobs/kinds", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "listJobKinds",
      summary: "Kinds of jobs, with the forms of their requests",
      response: {
        200: z.object({
          kinds: z.array(
            z.object({
              id: z.string(),
              description: z.string(),
              recovery: z.enum(["resume", "again", "never"]),
              form: z.unknown().describe("JSON Schema of the request."),
            }),
          ),
        }),
      },
    },
    handler: async () => ({
      kinds: JOB_KINDS.map(({ id, description, recovery, form }) => ({
        id,
        description,
        recovery,
        form: z.toJSONSchema(form, { io: "input" }) as unknown,
      })),
    }),
  });
  app.get("/jobs/:id", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "showJob",
      summary: "One job",
      params: idParams,
      response: { 200: jobForm, ...problems(404) },
    },
    handler: async ({ params: { id } }) => services.work.queue.shelf.show(id),
  });
}

function changing(app: App, services: Services): void {
  app.post("/jobs", {
    config: { permission: "write" },
    schema: {
      tags,
      operationId: "createJob",
      summary: "Ask for a job",
      body: newJobForm,
      response: { 202: jobForm, ...problems(400, 404, 422, 503) },
    },
    handler: async (request, reply) => {
      const { kind, request: asked } = request.body;
      const job = await services.work.queue.submit(kind, asked, ownerOf(request));
      return reply.code(202).header("location", `/jobs/${job.id}`).send(job);
    },
  });
  app.post("/jobs/:id/cancel", {
    config: { permission: "write" },
    schema: {
      tags,
      operationId: "cancelJob",
      summary: "Ask a job to stop",
      params: idParams,
      response: { 202: jobForm, ...problems(404, 409) },
    },
    handler: async ({ params: { id } }, reply) => reply.code(202).send(await services.work.queue.cancel(id)),
  });
  app.delete("/jobs/:id", {
    config: { permission: "write" },
    schema: {
      tags,
      operationId: "removeJob",
      summary: "Remove a job that has ended, and its files",
      params: idParams,
      response: { 200: removedForm, ...problems(404, 409) },
    },
    handler: async ({ params: { id } }) => {
      await services.work.queue.shelf.remove(id);
      return { removed: [id] };
    },
  });
}
