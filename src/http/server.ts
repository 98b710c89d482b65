// The server: put together from routes and services, listening, and closed with what it owes answered.
//
// What it guarantees: unknown routes, wrong methods, wrong content types and broken bodies are answered with problem details;
// nothing shows a stack trace; closing answers what runs, then ends within a bound. Knows no use case.

import type { Socket } from "node:net";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import fastify, { type FastifyHttpOptions, LogController, type RawServerDefault } from "fastify";
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import { OrbweaverError } from "../base/errors.ts";
import { type App, DOCS_PATH, requirePermission } from "./app.ts";
import { addConsole } from "./console.ts";
import { parseJson } from "./json-body.ts";
import { openLog, type ServerLog } from "./log.ts";
import { documentOf } from "./openapi.ts";
import { sendProblem } from "./problem.ts";
import { answerQuickly } from "./quick.ts";
import { ROUTES } from "./routes/_index.ts";
import { metricsRoute } from "./routes/service.ts";
import { DOCS_POLICY } from "./security/headers.ts";
import { type Security, securityOf } from "./security/options.ts";
import { answerBrokenRequest, checkProtected, nodeSettings, protect } from "./security/protect.ts";
import type { TlsSettings } from "./security/tls.ts";
import type { Services } from "./services.ts";
import { answerUnknownRoutes } from "./unknown-routes.ts";

export interface Limits {
  /** Most bytes of a body that is held in memory. */
  bodyBytes: number;
  /** Longest time until a request's header has come. */
  headersTimeoutMs: number;
  /** Longest silence of a connection that is kept for the next request. */
  keepAliveMs: number;
  /** Longest time that closing waits for answers that are under way. */
  closeMs: number;
}

export const LIMITS: Limits = {
  bodyBytes: 32 * 2 ** 20,
  headersTimeoutMs: 15_000,
  keepAliveMs: 60_000,
  closeMs: 10_000,
};

/** How often connections that ask for nothing are ended while the server closes. */
const HUSH_MS = 50;

export const HOST_DEFAULT = "127.0.0.1";
/** Most characters of a name in a path. */
const PARAMETER_MAX = 256;

export interface ServerOptions {
  services: Services;
  /** "127.0.0.1" unless given. */
  host?: string;
  /** 0, unless given, takes any that is free. */
  port?: number;
  limits?: Partial<Limits>;
  log?: ServerLog;
  /** Whether browsers get the console, and of which folder where it is not the one that was built. */
  pages?: boolean | string;
  /** Certificate and key. */
  tls?: TlsSettings;
  /** Who is let in, and how; without it whoever reaches the server. */
  security?: Partial<Security>;
}

export interface Server {
  fastify: App;
  /** Starts listening; gives the address with its port, "http://127.0.0.1:8085". Throws `address-unusable`. */
  listen(): Promise<string>;
  /** Answers what is under way and ends, within `limits.closeMs`. */
  close(): Promise<void>;
}

export async function createServer(options: ServerOptions): Promise<Server> {
  const limits = { ...LIMITS, ...options.limits };
  const security = securityOf(options.security);
  const app = emptyApp(options, limits, security);
  const protection = protect(app, security, options.tls !== undefined);
  await describe(app, options.services);
  const metrics = metricsRoute(app, options.services);
  const { pages = false } = options;
  if (pages !== false) await addConsole(app, pages === true ? undefined : pages);
  for (const routes of ROUTES) await app.register((child) => routes(child as App, options.services));
  // What a proxy says of who asks is for the framework to read.
  if (security.proxies.length === 0)
    answerQuickly(app, { ...protection, services: options.services, count: metrics.count });
  const silent = silentConnections(app);
  await app.ready();
  return {
    fastify: app,
    listen: () => {
      checkProtected(options.host ?? HOST_DEFAULT, security);
      return listen(app, options);
    },
    close: () => close(app, silent, limits.closeMs),
  };
}

/** A server without routes, with all that routes rely on. */
function emptyApp(options: ServerOptions, limits: Limits, security: Security): App {
  const node = nodeSettings(limits.headersTimeoutMs);
  const settings: FastifyHttpOptions<RawServerDefault> & { https?: object } = {
    loggerInstance: options.log ?? openLog({ level: "silent" }),
    // A logger for each request costs more than a prediction.
    childLoggerFactory: (log) => log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    requestTimeout: 0,
    trustProxy: security.proxies.length > 0 ? [...security.proxies] : false,
    clientErrorHandler: answerBrokenRequest,
    keepAliveTimeout: limits.keepAliveMs,
    http: node,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: PARAMETER_MAX },
    frameworkErrors: sendProblem,
    ...(options.tls === undefined ? {} : { https: { ...node, ...options.tls } }),
  };
  const app = fastify(settings).withTypeProvider<ZodTypeProvider>() as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  // Answers are checked by types and by tests, not at run time.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(sendProblem);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, async (_: unknown, body: Buffer) =>
    parseJson(body),
  );
  app.addHook("onRoute", requirePermission);
  answerUnknownRoutes(app);
  return app;
}

/** The description of the interface, and the page that shows it. */
async function describe(app: App, services: Services): Promise<void> {
  await app.register(swagger, {
    openapi: documentOf(services),
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, { routePrefix: DOCS_PATH, staticCSP: DOCS_POLICY });
}

const LISTEN_FAILURES: Partial<Record<string, string>> = {
  EADDRINUSE: "is in use by another program",
  EACCES: "may not be used without more rights",
  EPERM: "may not be used without more rights",
  EADDRNOTAVAIL: "is no address of this machine",
  ENOTFOUND: "is no host that is known",
};

async function listen(app: App, { host = HOST_DEFAULT, port = 0 }: ServerOptions): Promise<string> {
  try {
    await app.listen({ host, port, listenTextResolver: (address) => `listening on ${address}` });
  } catch (cause) {
    const found = LISTEN_FAILURES[(cause as NodeJS.ErrnoException).code ?? ""];
    if (found === undefined) throw cause;
    throw new OrbweaverError("address-unusable", `${host}, port ${port}, ${found}`, { cause });
  }
  const scheme = app.initialConfig.https ? "https" : "http";
  const address = app.server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${actual}`;
}

/**
 * Connections that have asked for nothing yet. Clients open some in advance; closing would wait for them, since they are not idle
 * between two requests.
 */
function silentConnections({ server, initialConfig }: App): Set<Socket> {
  const silent = new Set<Socket>();
  // Of TLS the one within, whose requests are seen.
  server.on(initialConfig.https ? "secureConnection" : "connection", (socket: Socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  server.on("request", ({ socket }) => silent.delete(socket));
  return silent;
}

async function close(app: App, silent: ReadonlySet<Socket>, closeMs: number): Promise<void> {
  const bound = setTimeout(() => app.server.closeAllConnections(), closeMs);
  // Again and again: some clients connect anew as soon as a connection ends.
  const hush = setInterval(() => {
    for (const socket of silent) socket.destroy();
  }, HUSH_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(bound);
    clearInterval(hush);
  }
}
