// What is answered where no route is: 405 with the methods that the path has, else 404. Learns the paths as routes are added.

import type { FastifyReply, FastifyRequest } from "fastify";
import { OrbweaverError } from "../base/errors.ts";
import type { App } from "./app.ts";

/** Add before the routes. */
export function answerUnknownRoutes(app: App): void {
  const methods = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const found = methods.get(url) ?? new Set<string>();
    for (const one of [method].flat()) found.add(one);
    methods.set(url, found);
  });
  let patterns: [RegExp, Set<string>][] | undefined;
  app.setNotFoundHandler(async (request: FastifyRequest, reply: FastifyReply) => {
    patterns ??= [...methods].map(([url, found]) => [patternOf(url), found]);
    const path = request.url.split("?", 1)[0];
    const allowed = new Set(
      patterns.filter(([pattern]) => pattern.test(path)).flatMap(([, found]) => [...found]),
    );
    // A route that takes the method, and comes here, has no such file.
    if (allowed.size === 0 || allowed.has(request.method))
      throw new OrbweaverError("route-unknown", `there is no route ${request.method} ${shortened(path)}`);
    const list = [...allowed].sort().join(", ");
    reply.header("allow", list);
    throw new OrbweaverError(
      "method-wrong",
      `${shortened(path)} does not take ${request.method}, expected ${list}`,
    );
  });
}

/** Parameters are anything up to a slash, a star is anything. */
function patternOf(url: string): RegExp {
  const parts = url.split(/(::|:\w+(?:\([^)]*\))?|\*)/).map((part) => {
    if (part === "*") return ".*";
    if (part === "::") return ":";
    return part.startsWith(":") ? "[^/]+" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}/?$`);
}

function shortened(path: string): string {
  return path.length > 100 ? `${path.slice(0, 100)}…` : path;
}
