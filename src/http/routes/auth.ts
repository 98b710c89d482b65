// Logins: tokens for a name and a password, the next ones for a refresh token, and their end. What presents nothing is "public".

import * as z from "zod";
import {
  ANYBODY,
  type Identity,
  PERMISSION_MEANINGS,
  PERMISSIONS,
  ROLE_NAMES,
  ROLES,
  type Tokens,
} from "../../app/access.ts";
import { OrbweaverError } from "../../base/errors.ts";
import type { App } from "../app.ts";
import {
  loginForm,
  meForm,
  ownPasswordForm,
  refreshForm,
  rolesForm,
  sessionParameters,
  sessionsForm,
  tokensForm,
} from "../contract/access.ts";
import { problems } from "../contract/common.ts";
import { actorOf } from "../security/changes.ts";
import { accessOf, type Services } from "../services.ts";

/** Bytes of a body: a name, a password of 256 characters, and their names. */
const BODY_BYTES = 4_096;
const tags = ["Access"];

export async function authRoutes(app: App, services: Services): Promise<void> {
  sessionRoutes(app, services);
  app.post("/auth/login", {
    bodyLimit: BODY_BYTES,
    config: { permission: "public" },
    schema: {
      operationId: "login",
      summary: "Tokens for a name and a password",
      description: "Many failures in a row are answered with 429, also with the right password.",
      tags,
      body: loginForm,
      response: { 200: tokensForm, ...problems(400, 401, 413, 415, 429) },
    },
    handler: async ({ body, ip }) => tokensBody(await accessOf(services).sessions.login(body, ip)),
  });

  app.post("/auth/refresh", {
    bodyLimit: BODY_BYTES,
    config: { permission: "public" },
    schema: {
      operationId: "refresh",
      summary: "The next tokens for a refresh token",
      description: "A refresh token counts once. One that comes a second time ends its session.",
      tags,
      body: refreshForm,
      response: { 200: tokensForm, ...problems(400, 401, 413, 415, 429) },
    },
    handler: async ({ body, ip }) =>
      tokensBody(await accessOf(services).sessions.refresh(body.refresh_token, ip)),
  });

  app.post("/auth/logout", {
    bodyLimit: BODY_BYTES,
    config: { permission: "public" },
    schema: {
      operationId: "logout",
      summary: "End the session of a refresh token",
      tags,
      body: refreshForm,
      response: { 204: z.null().describe("It counts no more."), ...problems(400, 413, 415, 429) },
    },
    handler: async ({ body, ip }, reply) => {
      await accessOf(services).sessions.logout(body.refresh_token, ip);
      return reply.code(204).send(null);
    },
  });

  app.get("/auth/me", {
    config: { permission: "known" },
    schema: {
      operationId: "whoAmI",
      summary: "Who asks, and what that one may do",
      tags,
      response: { 200: meForm, ...problems(401, 403, 429) },
    },
    handler: async ({ identity = ANYBODY }) => ({
      kind: identity.kind,
      name: identity.name,
      owner: identity.kind === "key" ? identity.owner : undefined,
      permissions: [...identity.permissions],
    }),
  });

  app.put("/auth/password", {
    bodyLimit: BODY_BYTES,
    config: { permission: "known", audited: true },
    schema: {
      operationId: "changeOwnPassword",
      summary: "Change one's own password",
      description: "Ends all sessions of the user, this one too.",
      tags,
      body: ownPasswordForm,
      response: { 204: z.null().describe("It is changed."), ...problems(400, 401, 403, 413, 415, 422, 429) },
    },
    handler: async (request, reply) => {
      const { identity = ANYBODY, body, ip } = request;
      const access = accessOf(services);
      await access.sessions.changePassword(identity, actorOf(request), {
        before: body.old_password,
        after: body.new_password,
        from: ip,
      });
      return reply.code(204).send(null);
    },
  });
}

/** One's own sessions, and what roles there are. */
function sessionRoutes(app: App, services: Services): void {
  app.get("/auth/roles", {
    config: { permission: "known" },
    schema: {
      operationId: "listRoles",
      summary: "What each role and each permission allows",
      tags,
      response: { 200: rolesForm, ...problems(401, 429) },
    },
    handler: async () => ({
      roles: ROLE_NAMES.map((name) => ({
        name,
        permissions: [...ROLES[name].permissions],
        meaning: ROLES[name].meaning,
      })),
      permissions: PERMISSIONS.map((name) => ({ name, meaning: PERMISSION_MEANINGS[name] })),
    }),
  });

  app.get("/auth/sessions", {
    config: { permission: "known" },
    schema: {
      operationId: "listOwnSessions",
      summary: "One's own sessions, the newest first",
      tags,
      response: { 200: sessionsForm, ...problems(401, 403, 429) },
    },
    handler: async (request) => {
      const { name, session } = loggedIn(request.identity);
      const sessions = accessOf(services).sessions.list(name);
      return { sessions: sessions.map((one) => ({ ...one, current: one.id === session })) };
    },
  });

  app.delete("/auth/sessions/:id", {
    config: { permission: "known", audited: true },
    schema: {
      operationId: "endOwnSession",
      summary: "End one of one's own sessions",
      tags,
      params: sessionParameters,
      response: { 204: z.null().describe("It counts no more."), ...problems(401, 403, 404, 429) },
    },
    handler: async (request, reply) => {
      const { name } = loggedIn(request.identity);
      await accessOf(services).sessions.end(name, request.params.id, actorOf(request));
      return reply.code(204).send(null);
    },
  });
}

/** Throws `access-forbidden` for API keys, and where nobody is asked. */
function loggedIn(identity: Identity = ANYBODY): Extract<Identity, { kind: "user" }> {
  if (identity.kind === "user") return identity;
  throw new OrbweaverError("access-forbidden", "only a user who has logged in has sessions");
}

function tokensBody(tokens: Tokens): z.infer<typeof tokensForm> {
  return {
    access_token: tokens.accessToken,
    token_type: "Bearer",
    expires_in: tokens.expiresInS,
    refresh_token: tokens.refreshToken,
    refresh_expires_in: tokens.refreshExpiresInS,
    user: tokens.user,
  };
}
