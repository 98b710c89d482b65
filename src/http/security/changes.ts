// Writes into the audit log what requests changed: who, by which route, what, and from where.
//
// Routes that commit their own entry with the change say so (`config.audited`). An entry that cannot be written is told in the
// server's log; the change it tells of was made by then.

import type { FastifyRequest } from "fastify";
import { type Access, type Actor, ANYBODY, whoOf } from "../../app/access.ts";
import { OrbweaverError } from "../../base/errors.ts";
import type { App } from "../app.ts";

const READING = new Set(["GET", "HEAD", "OPTIONS"]);
const CHANGING = new Set(["write", "admin"]);

export function addChanges(app: App, access: Access): void {
  app.addHook("onResponse", (request, reply, done) => {
    done();
    const { config, url = "" } = request.routeOptions;
    const isChange = CHANGING.has(config.permission ?? "") && !READING.has(request.method);
    if (!isChange || config.audited === true || reply.statusCode >= 400) return;
    const target = Object.values((request.params ?? {}) as Record<string, string>).join(" ");
    access.log
      .add(actorOf(request), `${request.method} ${url}`, target, `status ${reply.statusCode}`)
      .catch((failure) =>
        request.log.error({ err: failure }, "a change could not be written into the audit log"),
      );
  });
}

/** Who sends a request, and from where. */
export function actorOf(request: FastifyRequest): Actor {
  return { who: whoOf(request.identity ?? ANYBODY), from: request.ip };
}

/** For routes that manage users and keys: who nobody asked for a name may not. The command line is there for the first user. */
export function addIdentified(app: App): void {
  app.addHook("onRequest", (request, _, done) => {
    const isNobody = (request.identity ?? ANYBODY) === ANYBODY;
    done(isNobody ? unidentified() : undefined);
  });
}

function unidentified(): OrbweaverError {
  return new OrbweaverError(
    "access-forbidden",
    "users, keys and the audit log are for administrators who have logged in, and this server asks nobody who they are",
    { hint: "Add the first user at the command line: orbweaver user add NAME --role admin" },
  );
}
