// What every part of the HTTP interface has in common: the type of the server, and what a route must say of itself.
//
// Every route names the permission that it needs in its config; one that does not is a mistake that shows when the server is
// put together. Knows no route and no use case.

import type { IncomingMessage, ServerResponse } from "node:http";
import type {
  FastifyBaseLogger,
  FastifyContextConfig,
  FastifyInstance,
  RawServerDefault,
  RouteOptions,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What a caller must be allowed to do; "public" for what anybody may ask, "known" for whoever is let in at all. */
export type Permission = "public" | "known" | "read" | "predict" | "write" | "admin";

declare module "fastify" {
  interface FastifyContextConfig {
    permission?: Permission;
    /** Bodies are read as they come, however large: they need a pace, and no end within a bound. */
    streamed?: boolean;
    /** The route writes its own entry into the audit log. */
    audited?: boolean;
  }
}

/** Paths of the page that shows the interface; they say nothing of themselves. */
export const DOCS_PATH = "/docs";
/** Where the console is, in servers that have it. */
export const CONSOLE_PATH = "/console";
/** Pages for browsers: anybody may have them, since they hold no data. */
const PAGES = [DOCS_PATH, CONSOLE_PATH];

/** Throws unless the route says which permission it needs; pages for browsers are public. */
export function requirePermission(route: RouteOptions): void {
  const config: FastifyContextConfig = route.config ?? {};
  if (config.permission !== undefined) return;
  if (!PAGES.some((page) => route.url === page || route.url.startsWith(`${page}/`)))
    throw new Error(`the route ${String(route.method)} ${route.url} names no permission`);
  route.config = { ...config, permission: "public" };
}
