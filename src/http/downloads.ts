// Answers that are files: named, typed, and sent as they are read. A client that leaves ends the reading.

import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { Download } from "../app/table-download.ts";

/** A signal that is aborted when the connection of an answer closes before its end. */
export function untilClosed(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => controller.abort());
  return controller.signal;
}

export function sendFile(
  reply: FastifyReply,
  file: { name: string; type: string; bytes?: number; content: AsyncIterable<Uint8Array | string> },
): FastifyReply {
  const { name, type, bytes, content } = file;
  const plain = name.replaceAll(/[^A-Za-z0-9._-]+/g, "_");
  reply
    .header("content-type", type)
    // Whatever the file holds, a browser shows none of it as a page of this server.
    .header(
      "content-disposition",
      `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    )
    .header("x-content-type-options", "nosniff");
  if (bytes !== undefined) reply.header("content-length", bytes);
  return reply.send(Readable.from(content, { objectMode: false }));
}

export function sendTable(reply: FastifyReply, name: string, download: Download): FastifyReply {
  return sendFile(reply, { ...download, name: `${name}.${download.ending}` });
}
