// API keys and the audit log, for administrators. A key goes out once, when it is made.

import type * as z from "zod";
import type { ApiKey } from "../../app/access.ts";
import type { App } from "../app.ts";
import {
  keyForm,
  keyParameters,
  keysForm,
  logForm,
  logQuery,
  madeKeyForm,
  newKeyForm,
} from "../contract/access.ts";
import { problems } from "../contract/common.ts";
import { actorOf, addIdentified } from "../security/changes.ts";
import { accessOf, type Services } from "../services.ts";

const BODY_BYTES = 4_096;
const tags = ["Access"];
const config = { permission: "admin", audited: true } as const;

export async function keyRoutes(app: App, services: Services): Promise<void> {
  addIdentified(app);
  app.get("/keys", {
    config,
    schema: {
      operationId: "listKeys",
      summary: "All API keys, without their secrets",
      tags,
      response: { 200: keysForm, ...problems(401, 403, 429) },
    },
    handler: async () => ({ keys: accessOf(services).keys.list().map(keyBody) }),
  });

  app.post("/keys", {
    bodyLimit: BODY_BYTES,
    config,
    schema: {
      operationId: "createKey",
      summary: "Make an API key, and show it this once",
      tags,
      body: newKeyForm,
      response: { 201: madeKeyForm, ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429) },
    },
    handler: async (request, reply) => {
      const { key, secret } = await accessOf(services).keys.create(actorOf(request), request.body);
      return reply.code(201).send({ key: keyBody(key), secret });
    },
  });

  app.delete("/keys/:id", {
    config,
    schema: {
      operationId: "revokeKey",
      summary: "Revoke an API key",
      tags,
      params: keyParameters,
      response: { 200: keyForm, ...problems(400, 401, 403, 404, 429) },
    },
    handler: async (request) =>
      keyBody(await accessOf(services).keys.revoke(actorOf(request), request.params.id)),
  });

  app.get("/audit-log", {
    config,
    schema: {
      operationId: "auditLog",
      summary: "Who changed what, when, and from where",
      description: "The newest entries first; 10,000 are kept, none longer than 400 days.",
      tags,
      querystring: logQuery,
      response: { 200: logForm, ...problems(400, 401, 403, 429) },
    },
    handler: async ({ query }) => accessOf(services).log.read(query),
  });
}

function keyBody({ scopes, createdBy, ...key }: ApiKey): z.infer<typeof keyForm> {
  return { ...key, scopes: [...scopes], created_by: createdBy };
}
