// Compressed bodies of requests: gzip is taken apart as it comes, within bounds, and everything else is refused.
//
// What it guarantees: a small body never becomes a large one in memory or on disk. What comes out is bounded as the body of the route
// is, and, beyond a first megabyte, by its ratio to what went in.

import { Transform } from "node:stream";
import { createGunzip } from "node:zlib";
import type { FastifyReply, FastifyRequest, RequestPayload } from "fastify";
import { OrbweaverError } from "../../base/errors.ts";
import type { App } from "../app.ts";

/** Rows as text shrink to a tenth, very regular ones to a fiftieth; gzip itself reaches a thousandth. */
export const RATIO_MAX = 100;
/** Bytes that may come out whatever went in. */
export const FREE_BYTES = 2 ** 20;

export function addDecoding(app: App): void {
  app.addHook("preParsing", (request, reply, payload, done) => {
    const encoding = request.headers["content-encoding"];
    if (encoding === undefined || encoding === "identity") {
      done(null, payload);
      return;
    }
    if (encoding.toLowerCase() !== "gzip") {
      done(
        new OrbweaverError(
          "content-type",
          `the body's encoding is '${encoding.slice(0, 40)}', expected gzip or none`,
        ),
      );
      return;
    }
    done(null, unzipped(request, reply, payload));
  });
}

function unzipped(request: FastifyRequest, reply: FastifyReply, payload: RequestPayload): RequestPayload {
  // Of what comes out, so that the framework does not hold it to the length of what went in.
  delete request.headers["content-length"];
  delete request.headers["content-encoding"];
  let bytesIn = 0;
  let bytesOut = 0;
  const gunzip = createGunzip();
  const bounded = new Transform({
    transform(piece: Buffer, _, done) {
      bytesOut += piece.length;
      const isBomb = bytesOut > FREE_BYTES && bytesOut > RATIO_MAX * bytesIn;
      done(isBomb ? bomb() : null, piece);
    },
  });
  // Not by `pipeline`, which would end the connection, and with it the answer that says what is wrong.
  const stop = (failure: Error): void => {
    payload.unpipe(gunzip);
    gunzip.destroy();
    bounded.destroy(failure);
    if (!reply.raw.headersSent) reply.header("connection", "close");
  };
  payload.on("data", (piece: Buffer) => {
    bytesIn += piece.length;
  });
  payload.once("error", stop);
  payload.once("close", () => {
    if (!request.raw.complete) stop(new Error("the client went away"));
  });
  gunzip.once("error", (cause) =>
    stop(new OrbweaverError("body-invalid", "the body is no gzip, or is damaged", { cause })),
  );
  bounded.once("error", stop);
  payload.pipe(gunzip).pipe(bounded);
  return bounded;
}

function bomb(): OrbweaverError {
  return new OrbweaverError(
    "body-too-large",
    `the body grows to more than ${RATIO_MAX} times its size when it is unpacked`,
  );
}
