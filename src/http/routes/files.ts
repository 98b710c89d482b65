// Files that clients send: uploads of rows and captures.

import type { FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import { ANYBODY, whoOf } from "../../app/access.ts";
import { inspectedCapture, requireCapture } from "../../app/captures.ts";
import type { StoredFiles } from "../../app/stored-files.ts";
import type { App } from "../app.ts";
import { problems } from "../contract/common.ts";
import { binaryBody, captureForm, fileForm, idParams, removedForm, uploadQuery } from "../contract/work.ts";
import { sendFile, untilClosed } from "../downloads.ts";
import { comingFile, takeFiles } from "../receive.ts";
import type { Services } from "../services.ts";

const SEND = {
  consumes: ["application/octet-stream", "multipart/form-data"],
  querystring: uploadQuery,
  body: binaryBody,
};
const STREAMED = { permission: "write", streamed: true } as const;

export async function fileRoutes(app: App, services: Services): Promise<void> {
  await takeFiles(app);
  await app.register(async (child) => uploadRoutes(child as App, services));
  await app.register(async (child) => captureRoutes(child as App, services));
}

/** Who asks, for what is kept of it. */
export function ownerOf(request: unknown): string | undefined {
  const { identity } = request as FastifyRequest;
  return identity === undefined || identity === ANYBODY ? undefined : whoOf(identity);
}

async function receive(
  shelf: StoredFiles,
  request: FastifyRequest,
  name: string | undefined,
  check?: (path: string) => Promise<void>,
) {
  const { source, ...facts } = await comingFile(request, name);
  return shelf.receive(source, { ...facts, owner: ownerOf(request), check });
}

async function uploadRoutes(app: App, services: Services): Promise<void> {
  const tags = ["Files"];
  app.post("/uploads", {
    config: STREAMED,
    schema: {
      tags,
      operationId: "upload",
      summary: "Send a file of rows",
      description:
        "The body is the file, of any size up to the server's bound, or a multipart form with one file. It is written to disk as it comes; jobs read it by its id.",
      ...SEND,
      response: { 201: fileForm, ...problems(400, 413, 507) },
    },
    handler: async (request, reply) => {
      const file = await receive(services.work.uploads, request as never, request.query.name);
      return reply.code(201).header("location", `/uploads/${file.id}`).send(file);
    },
  });
  app.get("/uploads", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "listUploads",
      summary: "Files that were sent, newest first",
      response: { 200: z.object({ uploads: z.array(fileForm) }) },
    },
    handler: async () => ({ uploads: await services.work.uploads.list() }),
  });
  app.get("/uploads/:id", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "showUpload",
      summary: "One file that was sent",
      params: idParams,
      response: { 200: fileForm, ...problems(404) },
    },
    handler: async ({ params: { id } }) => services.work.uploads.show(id),
  });
  app.delete("/uploads/:id", {
    config: { permission: "write" },
    schema: {
      tags,
      operationId: "removeUpload",
      summary: "Remove a file that was sent",
      params: idParams,
      response: { 200: removedForm, ...problems(404, 409) },
    },
    handler: async ({ params: { id } }) => {
      const { uploads, queue } = services.work;
      await uploads.remove(id, await queue.shelf.inputsInUse());
      return { removed: [id] };
    },
  });
}

async function captureRoutes(app: App, services: Services): Promise<void> {
  const tags = ["Files"];
  app.post("/captures", {
    config: STREAMED,
    schema: {
      tags,
      operationId: "uploadCapture",
      summary: "Send a capture",
      description: "As POST /uploads; the file must be pcap or pcapng, plain or gzip.",
      ...SEND,
      response: { 201: captureForm, ...problems(400, 413, 415, 507) },
    },
    handler: async (request, reply) => {
      const file = await receive(
        services.work.captures,
        request as never,
        request.query.name,
        requireCapture,
      );
      return reply.code(201).header("location", `/captures/${file.id}`).send(file);
    },
  });
  app.get("/captures", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "listCaptures",
      summary: "Captures that were sent, newest first",
      response: { 200: z.object({ captures: z.array(captureForm) }) },
    },
    handler: async () => ({ captures: await services.work.captures.list() }),
  });
  app.get("/captures/:id", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "showCapture",
      summary: "One capture, and what it holds",
      description: "The capture is read through when this is asked for the first time.",
      params: idParams,
      response: { 200: captureForm, ...problems(404, 422) },
    },
    handler: async ({ params: { id } }, reply) =>
      inspectedCapture(services.work.captures, id, untilClosed(reply as unknown as FastifyReply)),
  });
  app.get("/captures/:id/content", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "downloadCapture",
      summary: "The bytes of a capture",
      params: idParams,
      response: {
        200: { description: "The file.", content: { "application/octet-stream": { schema: z.unknown() } } },
        ...problems(404),
      },
    },
    handler: async ({ params: { id } }, reply) => {
      const { file, bytes } = await services.work.captures.read(id);
      const sent = { name: file.name, type: "application/octet-stream", bytes: file.bytes, content: bytes };
      return sendFile(reply as unknown as FastifyReply, sent) as never;
    },
  });
  app.delete("/captures/:id", {
    config: { permission: "write" },
    schema: {
      tags,
      operationId: "removeCapture",
      summary: "Remove a capture",
      params: idParams,
      response: { 200: removedForm, ...problems(404, 409) },
    },
    handler: async ({ params: { id } }) => {
      const { captures, queue, sources } = services.work;
      const inUse = await queue.shelf.inputsInUse();
      for (const played of sources.capturesInUse()) inUse.add(played);
      await captures.remove(id, inUse);
      return { removed: [id] };
    },
  });
}
