// Who is let in: a real server on a real socket, users of every role, tokens and keys in every state, and what the log says.

import { createHmac } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLog } from "../../src/http/log.ts";
import { startServing } from "../../src/http/start.ts";
import { temporaryFolder } from "../support/rows.ts";
import { CHEAP, PASSWORD, type Secured, secured } from "../support/secured.ts";

const folder = temporaryFolder();
const lines: string[] = [];
const log = openLog({ level: "debug", destination: { write: (line: string) => void lines.push(line) } });
const CONSOLE = { who: "root at the command line", from: "command line" };
const ROW = { duration: 0 };

let house: Secured;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  house = await secured(join(folder, "house"), { log });
  for (const name of ["root", "ann", "vi"]) tokens[name] = (await house.login(name)).access_token;
});
afterAll(() => house.started.close());

describe("permissions", () => {
  test.each<[string, string, unknown, Record<string, number>]>([
    ["GET", "/healthz", undefined, { nobody: 200, vi: 200, ann: 200, root: 200 }],
    ["GET", "/auth/me", undefined, { nobody: 401, vi: 200, ann: 200, root: 200 }],
    ["GET", "/jobs", undefined, { nobody: 401, vi: 200, ann: 200, root: 200 }],
    ["POST", "/predict", ROW, { nobody: 401, vi: 403, ann: 400, root: 400 }],
    ["GET", "/users", undefined, { nobody: 401, vi: 403, ann: 403, root: 200 }],
    ["GET", "/keys", undefined, { nobody: 401, vi: 403, ann: 403, root: 200 }],
    ["GET", "/audit-log", undefined, { nobody: 401, vi: 403, ann: 403, root: 200 }],
    ["DELETE", "/users/nobody", undefined, { nobody: 401, vi: 403, ann: 403, root: 404 }],
  ])("%s %s", async (method, path, body, expected) => {
    const found: Record<string, number> = {};
    for (const name of Object.keys(expected))
      found[name] = (await house.ask(method, path, { as: tokens[name], body })).status;
    expect(found).toEqual(expected);
  });

  test("every route of the document that is not public asks who it is", async () => {
    const { paths } = (await house.ask("GET", "/docs/json")).json as {
      paths: Record<string, Record<string, unknown>>;
    };
    const open: string[] = [];
    for (const [path, methods] of Object.entries(paths))
      for (const method of Object.keys(methods)) {
        const { status } = await house.ask(method.toUpperCase(), path.replaceAll(/\{[^}]+\}/g, "xx"));
        if (status !== 401) open.push(`${method} ${path}`);
      }
    expect(open.sort()).toMatchInlineSnapshot(`
      [
        "get /",
        "get /healthz",
        "get /readyz",
        "get /v2/health/live",
        "get /v2/health/ready",
        "post /auth/login",
        "post /auth/logout",
        "post /auth/refresh",
      ]
    `);
  });

  test("what is refused says how to be let in", async () => {
    const { headers, json } = await house.ask("GET", "/users");
    expect(headers.get("www-authenticate")).toBe('Bearer realm="orbweaver"');
    expect(json).toMatchObject({ code: "access-required", status: 401 });
    const forged = await house.ask("GET", "/users", { as: "a.b.c" });
    expect(forged.headers.get("www-authenticate")).toContain('error="invalid_token"');
  });
});

describe("credentials", () => {
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const CLAIMS = {
    iss: "orbweaver",
    sub: "root",
    sid: "0011223344556677",
    ver: 1,
    iat: 1,
    exp: 9_999_999_999,
  };

  test.each<[string, () => string]>([
    ["a token of the algorithm none", () => `${encoded({ alg: "none", typ: "JWT" })}.${encoded(CLAIMS)}.`],
    [
      "a token of another key",
      () => {
        const text = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(CLAIMS)}`;
        return `${text}.${createHmac("sha256", "guessed").update(text).digest("base64url")}`;
      },
    ],
    [
      "a token whose claims were changed",
      () => {
        const [head, claims, sum] = tokens["vi"].split(".");
        const changed = JSON.parse(Buffer.from(claims, "base64url").toString()) as object;
        return `${head}.${encoded({ ...changed, sub: "root" })}.${sum}`;
      },
    ],
    ["a password", () => PASSWORD],
    ["a key that nobody made", () => `orbkey_0000000000000000_${"A".repeat(43)}`],
    ["very much", () => "x".repeat(8_000)],
    ["__proto__", () => "__proto__"],
  ])("%s is none", async (_, made) => {
    expect(await house.ask("GET", "/auth/me", { as: made() })).toMatchObject({ status: 401 });
  });

  test("an API key is taken in either header, not in both", async () => {
    const { secret } = await house.access.keys.create(CONSOLE, { name: "reader", scopes: ["read"] });
    const alone = await house.ask("GET", "/auth/me", { headers: { "x-api-key": secret } });
    expect(alone.json).toEqual({ kind: "key", name: "reader", permissions: ["read"] });
    expect((await house.ask("GET", "/auth/me", { as: secret })).status).toBe(200);
    expect(
      (await house.ask("GET", "/auth/me", { as: secret, headers: { "x-api-key": secret } })).status,
    ).toBe(401);
    expect((await house.ask("POST", "/predict", { as: secret, body: ROW })).status).toBe(403);
  });

  test("refresh tokens rotate; one that comes again ends the session", async () => {
    const first = await house.login("vi");
    const refresh = (refresh_token: unknown) =>
      house.ask("POST", "/auth/refresh", { body: { refresh_token } });
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    const access = second.json["access_token"] as string;
    expect((await house.ask("GET", "/auth/me", { as: access })).status).toBe(200);
    expect((await refresh(first.refresh_token)).json).toMatchObject({ status: 401, code: "access-refused" });
    expect((await refresh(second.json["refresh_token"])).status).toBe(401);
    expect((await house.ask("GET", "/auth/me", { as: access })).status).toBe(401);
    expect((await house.ask("GET", "/auth/me", { as: first.refresh_token })).status).toBe(401);
  });

  test("logout ends a session, for whatever token of it", async () => {
    const { access_token, refresh_token } = await house.login("vi");
    expect((await house.ask("POST", "/auth/logout", { body: { refresh_token } })).status).toBe(204);
    expect((await house.ask("GET", "/auth/me", { as: access_token })).status).toBe(401);
    expect((await house.ask("POST", "/auth/logout", { body: { refresh_token } })).status).toBe(204);
  });

  test("a user who is removed, and the user's keys, are let in no more", async () => {
    const as = tokens["root"];
    const body = { name: "temp", role: "analyst", password: PASSWORD };
    expect((await house.ask("POST", "/users", { as, body })).status).toBe(201);
    expect((await house.ask("POST", "/users", { as, body })).status).toBe(409);
    const key = await house.ask("POST", "/keys", {
      as,
      body: { name: "temps", scopes: ["read"], owner: "temp" },
    });
    expect(key.status).toBe(201);
    const secret = key.json["secret"] as string;
    const session = (await house.login("temp")).access_token;
    for (const one of [secret, session])
      expect((await house.ask("GET", "/jobs", { as: one })).status).toBe(200);
    expect((await house.ask("DELETE", "/users/temp", { as })).status).toBe(204);
    for (const one of [secret, session])
      expect((await house.ask("GET", "/jobs", { as: one })).status).toBe(401);
  });

  test("one's own password is changed with the old one, and ends all sessions", async () => {
    const as = tokens["root"];
    await house.ask("POST", "/users", { as, body: { name: "pat", role: "viewer", password: PASSWORD } });
    const session = (await house.login("pat")).access_token;
    const change = (old_password: string) =>
      house.ask("PUT", "/auth/password", {
        as: session,
        body: { old_password, new_password: "another long one" },
      });
    expect((await change("wrong")).json).toMatchObject({ code: "login-refused" });
    expect((await change(PASSWORD)).status).toBe(204);
    expect((await house.ask("GET", "/auth/me", { as: session })).status).toBe(401);
  });

  test("sessions are listed and ended by whose they are, and all of a user's by an administrator", async () => {
    const as = tokens["root"];
    await house.ask("POST", "/users", { as, body: { name: "sue", role: "viewer", password: PASSWORD } });
    const first = (await house.login("sue")).access_token;
    const second = (await house.login("sue")).access_token;
    const listed = await house.ask("GET", "/auth/sessions", { as: second });
    const sessions = listed.json["sessions"] as { id: string; current: boolean }[];
    expect(sessions.length).toBe(2);
    expect(sessions.filter(({ current }) => current).length).toBe(1);
    const other = sessions.find(({ current }) => !current)?.id;
    // Nobody ends another's session by its id.
    expect((await house.ask("DELETE", `/auth/sessions/${other}`, { as })).json).toMatchObject({
      code: "session-unknown",
    });
    expect((await house.ask("GET", "/auth/me", { as: first })).status).toBe(200);
    expect((await house.ask("DELETE", `/auth/sessions/${other}`, { as: second })).status).toBe(204);
    expect((await house.ask("GET", "/auth/me", { as: first })).status).toBe(401);
    expect((await house.ask("DELETE", "/users/sue/sessions", { as: second })).status).toBe(403);
    expect((await house.ask("DELETE", "/users/sue/sessions", { as })).json).toEqual({ ended: 1 });
    expect((await house.ask("GET", "/auth/me", { as: second })).status).toBe(401);
    const { secret } = await house.access.keys.create(CONSOLE, { name: "no-login", scopes: ["read"] });
    expect((await house.ask("GET", "/auth/sessions", { as: secret })).status).toBe(403);
    const log = await house.ask("GET", "/audit-log?what=session.end", { as });
    expect((log.json["entries"] as object[]).length).toBe(2);
  });

  test("roles are explained to whoever is let in", async () => {
    const { json } = await house.ask("GET", "/auth/roles", { as: tokens["vi"] });
    expect(json["roles"]).toMatchObject([
      { name: "viewer", permissions: ["read"] },
      { name: "analyst" },
      { name: "admin" },
    ]);
    expect((await house.ask("GET", "/auth/roles")).status).toBe(401);
  });

  test("an unknown user costs as many hashes as a known one, and is answered alike", async () => {
    const answers = [];
    for (const name of ["ann", "nobody-at-all"]) {
      const before = house.access.hasher.runs;
      const { status, json } = await house.ask("POST", "/auth/login", { body: { name, password: "wrong" } });
      answers.push({ status, json, runs: house.access.hasher.runs - before });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ status: 401, runs: 1 });
  });

  test("too many wrong passwords are answered with 429 and Retry-After", async () => {
    const attempt = (password: string) =>
      house.ask("POST", "/auth/login", { body: { name: "vi", password } });
    const statuses = [];
    for (let index = 0; index < 6; index++) statuses.push((await attempt("wrong")).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const { status, headers } = await attempt(PASSWORD);
    expect(status).toBe(429);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("the audit log", () => {
  test("tells of changes over HTTP, with who and from where", async () => {
    const as = tokens["root"];
    await house.ask("POST", "/keys", { as, body: { name: "logged", scopes: ["read"] } });
    const { json } = await house.ask("GET", "/audit-log?limit=1&what=key.create", { as });
    expect(json["entries"]).toMatchObject([{ who: "root", what: "key.create", from: "127.0.0.1" }]);
    expect((await house.ask("GET", "/audit-log?limit=0", { as })).status).toBe(400);
    expect((await house.ask("GET", "/audit-log?limit=5&surprise=1", { as })).status).toBe(400);
  });
});

test("no secret of all this is in the server's log, in the audit log or in what lists tell", async () => {
  const as = tokens["root"];
  const made = await house.ask("POST", "/keys", { as, body: { name: "hidden", scopes: ["read"] } });
  const pair = await house.login("ann");
  const body = { name: "ann", password: "a-password-that-is-wrong" };
  await house.ask("POST", "/auth/login", { body });
  await house.ask("POST", "/auth/login", { body: `{"name":"ann","password":"broken-json-password` });
  await house.ask("POST", "/users", {
    as,
    body: { name: "x", role: "viewer", password: "password-of-no-user" },
  });
  await house.ask("GET", "/auth/me?token=secret-in-a-query", { as: "secret-in-a-header" });
  // What the server logs of a failure, and of anything that a route might hand to it.
  house.started.server.fastify.log.info({
    password: "logged-password",
    headers: { authorization: "Bearer logged-token" },
  });
  const told = [
    ...lines,
    ...(await Promise.all(
      ["/users", "/keys", "/audit-log?limit=1000"].map(
        async (path) => (await house.ask("GET", path, { as })).text,
      ),
    )),
  ].join("\n");
  expect(lines.length).toBeGreaterThan(0);
  expect(told).toContain("[hidden]");
  for (const secret of [
    PASSWORD,
    "a-password-that-is-wrong",
    "broken-json-password",
    "secret-in-a-query",
    "password-of-no-user",
    "secret-in-a-header",
    "logged-password",
    "logged-token",
    as,
    pair.access_token,
    pair.refresh_token,
    (made.json["secret"] as string).slice(-43),
    "$scrypt",
  ])
    expect(told.includes(secret), secret.slice(0, 12)).toBe(false);
});

describe("starting", () => {
  const start = (options: Parameters<typeof startServing>[0]) =>
    startServing({ models: ["bundled"], port: 0, ...options }).then(async (started) => {
      await started.close();
      return "started";
    });

  test("off loopback it wants somebody to ask for", async () => {
    const place = { store: join(folder, "empty") };
    await expect(start({ place, host: "0.0.0.0" })).rejects.toMatchObject({
      code: "serve-unprotected",
      hint: expect.stringContaining("orbweaver user add NAME --role admin"),
    });
    await expect(start({ place, host: "::" })).rejects.toMatchObject({ code: "serve-unprotected" });
    const security = { authentication: "on" } as const;
    await expect(start({ place, host: "0.0.0.0", security })).rejects.toMatchObject({
      code: "serve-unprotected",
    });
    const peopled = { store: join(folder, "house", "store") };
    await expect(
      start({ place: peopled, host: "0.0.0.0", security: { authentication: "off" } }),
    ).rejects.toThrow("without authentication a server listens on 127.0.0.1 only");
    await expect(start({ place: peopled, host: "0.0.0.0" })).resolves.toBe("started");
  });

  test("on loopback nobody is asked, until there is a user; then everybody, at once", async () => {
    const open = await secured(join(folder, "open"), { people: false, security: { costs: CHEAP } });
    try {
      expect((await open.ask("GET", "/jobs")).status).toBe(200);
      expect((await open.ask("GET", "/auth/me")).json).toMatchObject({ kind: "anybody" });
      const first = { name: "eve", role: "admin", password: PASSWORD };
      expect((await open.ask("POST", "/users", { body: first })).json).toMatchObject({ status: 403 });
      await open.access.users.add(CONSOLE, { name: "root", role: "admin", password: PASSWORD });
      expect((await open.ask("GET", "/jobs")).status).toBe(401);
      await open.access.users.remove(CONSOLE, "root");
      expect((await open.ask("GET", "/jobs")).status).toBe(401);
    } finally {
      await open.started.close();
    }
  });

  test.each([
    ["on", 401],
    ["off", 200],
  ] as const)("authentication %s", async (authentication, status) => {
    const one = await secured(join(folder, authentication), {
      people: authentication === "off",
      security: { authentication },
    });
    expect((await one.ask("GET", "/jobs")).status).toBe(status);
    await one.started.close();
  });
});
