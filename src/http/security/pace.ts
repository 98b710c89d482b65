// Slow clients: those that send a request a byte at a time, and those that never read what they asked for.
//
// What it guarantees: a body comes at a least pace or is refused with 408; one that is held in memory comes within a bound; a
// connection whose client takes nothing ends. How long headers may take is bounded by Node.js itself (server.ts). One look
// at all of them every few seconds; a request costs two entries of a set.

import type { Socket } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import { OrbweaverError } from "../../base/errors.ts";
import type { App } from "../app.ts";
import { sendProblem } from "../problem.ts";
import type { Pace } from "./options.ts";

interface Coming {
  request: FastifyRequest;
  reply: FastifyReply;
  /** When the first look at it is due, and when it began, by the monotonic clock, ms. */
  begun: number;
  /** Bytes of the connection at the last look. */
  bytes: number;
  /** Whether a look has counted its bytes. */
  isSeen: boolean;
}

/** Watches the bodies of requests and the readers of answers, until the server closes. */
export function addPace(app: App, { lookMs, bytes, wholeMs, silenceMs }: Pace): void {
  const coming = new Map<FastifyRequest, Coming>();
  app.addHook("onRequest", (request, reply, done) => {
    if (hasBody(request)) {
      const entry = { request, reply, begun: performance.now(), bytes: 0, isSeen: false };
      coming.set(request, entry);
    }
    done();
  });
  app.addHook("onResponse", (request, _, done) => {
    coming.delete(request);
    done();
  });

  const look = (): void => {
    const now = performance.now();
    for (const [request, entry] of coming) {
      if (request.raw.complete) coming.delete(request);
      else if (isTooSlow(entry, now)) {
        coming.delete(request);
        refuse(entry);
      }
    }
  };
  const isTooSlow = (entry: Coming, now: number): boolean => {
    const read = entry.request.raw.socket.bytesRead;
    const isSlow = entry.isSeen && read - entry.bytes < bytes;
    entry.bytes = read;
    entry.isSeen = true;
    // Whoever is not read from cannot send: a body that waits for us is not slow.
    const waits = entry.request.raw.readableLength >= entry.request.raw.readableHighWaterMark;
    const isStreamed = entry.request.routeOptions.config.streamed === true;
    return (isSlow && !waits) || (!isStreamed && now - entry.begun > wholeMs);
  };

  let timer: NodeJS.Timeout | undefined;
  app.addHook("onReady", async () => {
    timer = setInterval(look, lookMs).unref();
    app.server.setTimeout(silenceMs, endUnread);
  });
  app.addHook("onClose", async () => clearInterval(timer));
}

/** The listener of silent connections: with one, Node.js ends none by itself, and long work stays connected. */
function endUnread(socket: Socket): void {
  if (socket.writableLength > 0) socket.destroy();
}

function hasBody({ headers }: FastifyRequest): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

function refuse({ request, reply }: Coming): void {
  const { socket } = request.raw;
  if (reply.sent || reply.raw.headersSent) {
    socket.destroy();
    return;
  }
  reply.raw.once("finish", () => socket.destroySoon());
  reply.header("connection", "close");
  sendProblem(new OrbweaverError("request-slow", "the body of the request came too slowly"), request, reply);
}
