// Live sources: interfaces that are metered and captures that are played, with their verdicts as they come.

import type { FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import type { App } from "../app.ts";
import { problems } from "../contract/common.ts";
import {
  alertsForm,
  eventsQuery,
  historyForm,
  interfacesForm,
  newSourceForm,
  sourceForm,
  sourcesForm,
  talkersForm,
} from "../contract/sources.ts";
import { nameParams } from "../contract/work.ts";
import { EventStreams } from "../event-stream.ts";
import type { Services } from "../services.ts";

const tags = ["Live sources"];

export async function sourceRoutes(app: App, services: Services): Promise<void> {
  const streams = new EventStreams(app);
  app.get("/interfaces", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "listInterfaces",
      summary: "Interfaces that can be metered",
      response: { 200: interfacesForm, ...problems(403, 503) },
    },
    handler: async () => ({ interfaces: await services.work.sources.interfaces() }),
  });
  app.get("/sources", {
    config: { permission: "read" },
    schema: { tags, operationId: "listSources", summary: "Live sources", response: { 200: sourcesForm } },
    handler: async () => ({ sources: services.work.sources.list() }),
  });
  app.post("/sources", {
    config: { permission: "write" },
    schema: {
      tags,
      operationId: "startSource",
      summary: "Start to meter an interface, or to play a capture",
      description:
        "Flows are judged by the model in charge: one that is promoted takes over at once where its schema and classes are the same.",
      body: newSourceForm,
      response: { 201: sourceForm, ...problems(400, 403, 404, 409, 503) },
    },
    handler: async ({ body }, reply) => {
      const source = await services.work.sources.start(body);
      return reply.code(201).header("location", `/sources/${source.name}`).send(source);
    },
  });
  app.get("/sources/:name", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "showSource",
      summary: "One live source",
      params: nameParams,
      response: { 200: sourceForm, ...problems(404) },
    },
    handler: async ({ params: { name } }) => services.work.sources.show(name),
  });
  app.get("/sources/:name/history", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "sourceHistory",
      summary: "What a live source did in the last five minutes, second by second",
      description: "The events `state` go on with it: each has the sample of its second as `latest`.",
      params: nameParams,
      response: { 200: historyForm, ...problems(404) },
    },
    handler: async ({ params: { name } }) => ({ samples: services.work.sources.history(name) }),
  });
  app.get("/sources/:name/talkers", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "sourceTalkers",
      summary: "Hosts of a live source with the most traffic",
      params: nameParams,
      response: { 200: talkersForm, ...problems(404) },
    },
    handler: async ({ params: { name } }) => services.work.sources.talkers(name),
  });
  app.get("/sources/:name/alerts", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "sourceAlerts",
      summary: "Alerts of a live source that go on, and the last ones that ended",
      params: nameParams,
      response: { 200: alertsForm, ...problems(404) },
    },
    handler: async ({ params: { name } }) => ({ alerts: services.work.sources.alerts(name) }),
  });
  app.get("/sources/:name/events", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "sourceEvents",
      summary: "Verdicts and alerts of a live source, as server-sent events",
      description:
        "`state` (first as it is now, then every second), `verdict`, `alert`; `dropped` tells a listener that is too slow how many it lost. With the header Last-Event-ID they go on behind that one.",
      params: nameParams,
      querystring: eventsQuery,
      response: {
        200: { description: "Events.", content: { "text/event-stream": { schema: z.string() } } },
        ...problems(404, 429),
      },
    },
    handler: (request, reply) =>
      streams.send(request as unknown as FastifyRequest, reply as unknown as FastifyReply, (lastId, signal) =>
        services.work.sources.events(request.params.name, lastId, signal, request.query.recent),
      ) as never,
  });
  app.delete("/sources/:name", {
    config: { permission: "write" },
    schema: {
      tags,
      operationId: "stopSource",
      summary: "Stop a live source",
      params: nameParams,
      response: { 200: sourceForm, ...problems(404) },
    },
    handler: async ({ params: { name } }) => services.work.sources.stop(name),
  });
}
