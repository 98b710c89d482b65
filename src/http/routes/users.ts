// Users, for administrators: listed, added, changed, removed. Passwords come in and never go out.

import * as z from "zod";
import type { User } from "../../app/access.ts";
import type { App } from "../app.ts";
import {
  endedForm,
  newUserForm,
  userChangeForm,
  userForm,
  userParameters,
  usersForm,
} from "../contract/access.ts";
import { problems } from "../contract/common.ts";
import { actorOf, addIdentified } from "../security/changes.ts";
import { accessOf, type Services } from "../services.ts";

const BODY_BYTES = 4_096;
const tags = ["Access"];
const config = { permission: "admin", audited: true } as const;

export async function userRoutes(app: App, services: Services): Promise<void> {
  addIdentified(app);
  sessionsRoute(app, services);
  app.get("/users", {
    config,
    schema: {
      operationId: "listUsers",
      summary: "All users",
      tags,
      response: { 200: usersForm, ...problems(401, 403, 429) },
    },
    handler: async () => ({ users: accessOf(services).users.list().map(userBody) }),
  });

  app.post("/users", {
    bodyLimit: BODY_BYTES,
    config,
    schema: {
      operationId: "addUser",
      summary: "Add a user",
      tags,
      body: newUserForm,
      response: { 201: userForm, ...problems(400, 401, 403, 409, 413, 415, 422, 429) },
    },
    handler: async (request, reply) => {
      const user = await accessOf(services).users.add(actorOf(request), request.body);
      return reply.code(201).send(userBody(user));
    },
  });

  app.get("/users/:name", {
    config,
    schema: {
      operationId: "showUser",
      summary: "One user",
      tags,
      params: userParameters,
      response: { 200: userForm, ...problems(400, 401, 403, 404, 429) },
    },
    handler: async ({ params }) => userBody(accessOf(services).users.get(params.name)),
  });

  app.patch("/users/:name", {
    bodyLimit: BODY_BYTES,
    config,
    schema: {
      operationId: "changeUser",
      summary: "Give a user another role or password",
      description: "Ends the user's sessions.",
      tags,
      params: userParameters,
      body: userChangeForm,
      response: { 200: userForm, ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429) },
    },
    handler: async (request) => {
      const { users } = accessOf(services);
      const { name } = request.params;
      const { role, password } = request.body;
      const actor = actorOf(request);
      if (role !== undefined) await users.setRole(actor, name, role);
      if (password !== undefined) await users.setPassword(actor, name, password);
      return userBody(users.get(name));
    },
  });

  app.delete("/users/:name", {
    config,
    schema: {
      operationId: "removeUser",
      summary: "Remove a user, with sessions and API keys",
      tags,
      params: userParameters,
      response: { 204: z.null().describe("It is gone."), ...problems(400, 401, 403, 404, 409, 429) },
    },
    handler: async (request, reply) => {
      const { users } = accessOf(services);
      await users.remove(actorOf(request), request.params.name);
      return reply.code(204).send(null);
    },
  });
}

function sessionsRoute(app: App, services: Services): void {
  app.delete("/users/:name/sessions", {
    config,
    schema: {
      operationId: "endSessionsOfUser",
      summary: "End all sessions of a user",
      tags,
      params: userParameters,
      response: { 200: endedForm, ...problems(400, 401, 403, 404, 429) },
    },
    handler: async (request) => ({
      ended: await accessOf(services).sessions.endAll(request.params.name, actorOf(request)),
    }),
  });
}

function userBody({ name, role, permissions, created, changed }: User): z.infer<typeof userForm> {
  return { name, role, permissions: [...permissions], created, changed };
}
