// Everything that protects a server, put together: what goes into its settings, and what is added before its routes.

import type { Socket } from "node:net";
import type { ConnectionError } from "fastify";
import { ERRORS, type ErrorCode, OrbweaverError } from "../../base/errors.ts";
import type { App } from "../app.ts";
import { PROBLEM_TYPE, problemOf } from "../problem.ts";
import { addChanges } from "./changes.ts";
import { addDecoding } from "./decoding.ts";
import { addGate, type Gate } from "./gate.ts";
import { addHeaders, carefulHeaders } from "./headers.ts";
import { isLoopback, type Security } from "./options.ts";
import { addPace } from "./pace.ts";

/** Bytes of a request's line and headers. */
export const HEADER_BYTES_MAX = 16 * 1024;
/** Connections at once; more wait in the system's queue. */
export const CONNECTIONS_MAX = 1_024;
/** How often Node.js looks for connections whose headers take too long. */
const HEADERS_LOOK_MS = 2_000;

/** Settings of Node's own server. Its own bound of a whole request is off: pace.ts tells slow bodies from long ones. */
export function nodeSettings(headersTimeoutMs: number): object {
  return {
    headersTimeout: headersTimeoutMs,
    requestTimeout: 0,
    connectionsCheckingInterval: HEADERS_LOOK_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
    insecureHTTPParser: false,
    requireHostHeader: true,
  };
}

/** What is asked of requests and set on answers, also where no route of the framework is reached. */
export interface Protection {
  gate: Gate;
  headers: Readonly<Record<string, string>>;
}

/** To be added before any route. What it does to every request, the short way of single rows (../quick.ts) must do too. */
export function protect(app: App, security: Security, isEncrypted: boolean): Protection {
  app.server.maxConnections = CONNECTIONS_MAX;
  const headers = carefulHeaders(isEncrypted);
  addHeaders(app, headers);
  const gate = addGate(app, security);
  addPace(app, security.pace);
  addDecoding(app);
  if (security.access !== undefined) addChanges(app, security.access);
  return { gate, headers };
}

/** Throws `serve-unprotected` where others than this machine could use a server that asks nobody who they are. */
export function checkProtected(host: string, { authentication, access }: Security): void {
  if (isLoopback(host)) return;
  if (authentication === "off")
    throw new OrbweaverError(
      "serve-unprotected",
      `without authentication a server listens on 127.0.0.1 only, not on ${host}`,
      { hint: "Leave --no-auth out, or serve on 127.0.0.1." },
    );
  if (access?.isSetUp !== true)
    throw new OrbweaverError(
      "serve-unprotected",
      `others could reach the server on ${host}, and there is no user and no API key to ask for`,
    );
}

const REASONS: Partial<Record<string, { status: number; code: ErrorCode; detail: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: "request-invalid",
    detail: `line and headers have more than ${HEADER_BYTES_MAX} bytes`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: ERRORS["request-slow"].http,
    code: "request-slow",
    detail: "the headers of the request came too slowly",
  },
};

/** Answers what is no HTTP, so that nothing after it on the connection is taken for a request. */
export function answerBrokenRequest(failure: ConnectionError, socket: Socket): void {
  if (failure.code === "ECONNRESET" || socket.destroyed) return;
  const { status, code, detail } = REASONS[failure.code] ?? {
    status: 400,
    code: "request-invalid",
    detail: "what came is no HTTP request",
  };
  const body = JSON.stringify({ ...problemOf(new OrbweaverError(code, detail)), status });
  const head = [
    `HTTP/1.1 ${status} Refused`,
    "connection: close",
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  if (socket.writable) socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  socket.destroySoon();
}
