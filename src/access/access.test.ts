// Users, sessions, API keys and the log, over a real store in a folder, with a clock and chance of the test.

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/rows.ts";
import { ERRORS, type ErrorCode } from "../base/errors.ts";
import type { Store } from "../store/contract.ts";
import { openStore } from "../store/open.ts";
import { type Access, openAccess } from "./access.ts";
import { LOG_BOUNDS } from "./log.ts";
import { SESSION_S } from "./sessions.ts";
import { ACCESS_TOKEN_S } from "./tokens.ts";

const CHEAP = { log2N: 4, r: 1, p: 1 };
const PASSWORD = "correct horse battery";
const CONSOLE = { who: "root at the command line", from: "command line" };
const HERE = "192.0.2.1";
const DAY_MS = 86_400_000;
const folders = temporaryFolder();

let count = 0;
const open: (Access | Store)[] = [];

interface House {
  access: Access;
  store: Store;
  folder: string;
  /** Moves the clock. */
  later: (ms: number) => void;
}

async function house(
  options: { folder?: string; follow?: boolean; costs?: typeof CHEAP } = {},
): Promise<House> {
  const folder = options.folder ?? join(folders, String(count++));
  const store = await openStore(folder);
  let nowMs = Date.UTC(2026, 0, 1);
  let draws = 0;
  const draw = `${folder} ${count++}`;
  const access = await openAccess({
    store,
    now: () => nowMs,
    randomBytes: (bytes) =>
      new Uint8Array(createHash("sha512").update(`${draw} ${draws++}`).digest()).slice(0, bytes),
    costs: options.costs ?? CHEAP,
    follow: options.follow,
  });
  open.push(access, store);
  return {
    access,
    store,
    folder,
    later: (ms) => {
      nowMs += ms;
    },
  };
}

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A house with an admin `root` and an analyst `ann`. */
async function peopled(options = {}): Promise<House> {
  const made = await house(options);
  await made.access.users.add(CONSOLE, { name: "root", role: "admin", password: PASSWORD });
  await made.access.users.add(CONSOLE, { name: "ann", role: "analyst", password: PASSWORD });
  return made;
}

const login = ({ access }: House, name = "ann", password = PASSWORD) =>
  access.sessions.login({ name, password }, HERE);

function failure(code: ErrorCode): object {
  expect(ERRORS).toHaveProperty(code);
  return expect.objectContaining({ code });
}

describe("users", () => {
  test("are listed by name with what their role may do, and never with a hash", async () => {
    const { access } = await peopled();
    expect(access.users.list()).toEqual([
      expect.objectContaining({ name: "ann", role: "analyst", permissions: ["read", "predict", "write"] }),
      expect.objectContaining({ name: "root", role: "admin" }),
    ]);
    expect(JSON.stringify(access.users.list())).not.toContain("scrypt");
  });

  test("have names of their own and passwords by the rules", async () => {
    const { access } = await peopled();
    const add = (name: string, password: string) =>
      access.users.add(CONSOLE, { name, role: "viewer", password });
    await expect(add("ann", PASSWORD)).rejects.toEqual(failure("user-exists"));
    await expect(add("Bob", PASSWORD)).rejects.toEqual(failure("user-invalid"));
    await expect(add("bob", "short")).rejects.toEqual(failure("user-invalid"));
    await expect(add("constructor", PASSWORD)).resolves.toMatchObject({ name: "constructor" });
    expect(() => access.users.get("toString")).toThrow(failure("user-unknown") as Error);
  });

  test("always have an admin among them", async () => {
    const { access } = await peopled();
    await expect(access.users.remove(CONSOLE, "root")).rejects.toEqual(failure("user-needed"));
    await expect(access.users.setRole(CONSOLE, "root", "viewer")).rejects.toEqual(failure("user-needed"));
    await access.users.setRole(CONSOLE, "ann", "admin");
    await access.users.setRole(CONSOLE, "root", "viewer");
    await expect(access.users.remove(CONSOLE, "ann")).rejects.toEqual(failure("user-needed"));
    await access.users.remove(CONSOLE, "root");
    await access.users.remove(CONSOLE, "ann");
    expect(access.isSetUp).toBe(false);
  });

  test("begin with an admin, and nothing is written before", async () => {
    const { access, store } = await house();
    const viewer = { name: "vi", role: "viewer", password: PASSWORD } as const;
    await expect(access.users.add(CONSOLE, viewer)).rejects.toEqual(failure("user-needed"));
    expect(() => access.recognise("a.b.c")).toThrow("no token was ever issued here");
    expect(await store.revision()).toBe(0);
  });

  test("two processes that demote one admin each leave one", async () => {
    const first = await peopled();
    await first.access.users.setRole(CONSOLE, "ann", "admin");
    const second = await house({ folder: first.folder });
    const results = await Promise.allSettled([
      first.access.users.setRole(CONSOLE, "ann", "viewer"),
      second.access.users.setRole(CONSOLE, "root", "viewer"),
    ]);
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
    const third = await house({ folder: first.folder });
    expect(third.access.users.list().filter(({ role }) => role === "admin")).toHaveLength(1);
  });
});

describe("sessions", () => {
  test("a login gives tokens that say who it is and what the role may do", async () => {
    const made = await peopled();
    const tokens = await login(made);
    expect(tokens).toMatchObject({
      user: "ann",
      expiresInS: ACCESS_TOKEN_S,
      refreshExpiresInS: SESSION_S.idle,
    });
    expect(made.access.recognise(tokens.accessToken)).toMatchObject({
      kind: "user",
      name: "ann",
      permissions: new Set(["read", "predict", "write"]),
    });
  });

  test("a wrong password and an unknown user are refused alike, for one run of scrypt each", async () => {
    const made = await peopled();
    const told: unknown[] = [];
    for (const [name, password] of [
      ["ann", "wrong"],
      ["nobody", PASSWORD],
      ["nobody", "x".repeat(256)],
    ]) {
      const before = made.access.hasher.runs;
      told.push(await login(made, name, password).catch((error: Error) => error.message));
      expect(made.access.hasher.runs - before).toBe(1);
    }
    expect(new Set(told)).toEqual(new Set(["the name or the password is wrong"]));
  });

  test("an access token counts for ten minutes, a refresh token once", async () => {
    const made = await peopled();
    const first = await login(made);
    made.later(ACCESS_TOKEN_S * 1000);
    expect(() => made.access.recognise(first.accessToken)).toThrow("has expired");
    const second = await made.access.sessions.refresh(first.refreshToken, HERE);
    expect(made.access.recognise(second.accessToken).name).toBe("ann");
    const third = await made.access.sessions.refresh(second.refreshToken, HERE);
    // The second one again: somebody has a copy, so that the session ends for everybody.
    await expect(made.access.sessions.refresh(second.refreshToken, HERE)).rejects.toThrow("was used before");
    await expect(made.access.sessions.refresh(third.refreshToken, HERE)).rejects.toEqual(
      failure("access-refused"),
    );
    expect(() => made.access.recognise(third.accessToken)).toThrow("has ended");
    const { entries } = await made.access.log.read({ limit: 1 });
    expect(entries[0]).toMatchObject({ what: "session.reuse", target: "ann", from: HERE });
  });

  test("the same refresh token from two processes at once: one gets tokens, and the session ends", async () => {
    const first = await peopled();
    const { refreshToken } = await login(first);
    const second = await house({ folder: first.folder });
    const results = await Promise.allSettled([
      first.access.sessions.refresh(refreshToken, HERE),
      second.access.sessions.refresh(refreshToken, HERE),
    ]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const third = await house({ folder: first.folder });
    const { entries } = await third.access.log.read({ limit: 9, what: "session.reuse" });
    expect(entries).toHaveLength(1);
  });

  test("who knows a session's id and no token of it ends nothing", async () => {
    const made = await peopled();
    const { refreshToken, accessToken } = await login(made);
    const guessed = refreshToken.replace(/.{43}$/, "A".repeat(43));
    await expect(made.access.sessions.refresh(guessed, HERE)).rejects.toThrow("of no session");
    await made.access.sessions.logout(guessed, HERE);
    expect(made.access.recognise(accessToken).name).toBe("ann");
  });

  test("they end unused after a week, and used after thirty days", async () => {
    const made = await peopled();
    const { refreshToken } = await login(made);
    made.later(SESSION_S.idle * 1000);
    await expect(made.access.sessions.refresh(refreshToken, HERE)).rejects.toThrow("has expired");

    let tokens = await login(made);
    for (let day = 0; day < 29; day++) {
      made.later(DAY_MS);
      tokens = await made.access.sessions.refresh(tokens.refreshToken, HERE);
    }
    expect(tokens.refreshExpiresInS).toBe(86_400);
    made.later(DAY_MS);
    await expect(made.access.sessions.refresh(tokens.refreshToken, HERE)).rejects.toThrow("has expired");
  });

  test.each<[string, (made: House, tokens: { refreshToken: string }) => Promise<unknown>]>([
    ["logout", ({ access }, { refreshToken }) => access.sessions.logout(refreshToken, HERE)],
    ["a new password", ({ access }) => access.users.setPassword(CONSOLE, "ann", "another long password")],
    ["another role", ({ access }) => access.users.setRole(CONSOLE, "ann", "viewer")],
    ["the end of the user", ({ access }) => access.users.remove(CONSOLE, "ann")],
    [
      "the end of the user, who comes back",
      async ({ access, later }) => {
        await access.users.remove(CONSOLE, "ann");
        later(1);
        await access.users.add(CONSOLE, { name: "ann", role: "admin", password: PASSWORD });
      },
    ],
  ])("end by %s, with their access tokens", async (_, end) => {
    const made = await peopled();
    const tokens = await login(made);
    const other = await login(made, "root");
    await end(made, tokens);
    expect(() => made.access.recognise(tokens.accessToken)).toThrow("has ended");
    await expect(made.access.sessions.refresh(tokens.refreshToken, HERE)).rejects.toEqual(
      failure("access-refused"),
    );
    expect(made.access.recognise(other.accessToken).name).toBe("root");
  });

  test("a user has twenty; the one that was silent longest makes room", async () => {
    const made = await peopled();
    const all: { accessToken: string }[] = [];
    for (let index = 0; index < 21; index++) {
      all.push(await login(made));
      made.later(1_000);
    }
    expect(() => made.access.recognise(all[0].accessToken)).toThrow("has ended");
    for (const { accessToken } of all.slice(1)) expect(made.access.recognise(accessToken).name).toBe("ann");
    expect(await made.store.list("access-sessions")).toHaveLength(20);
  });

  test("a password is hashed again at the costs of today", async () => {
    const first = await peopled();
    const second = await house({ folder: first.folder, costs: { log2N: 5, r: 1, p: 1 } });
    const { accessToken } = await login(second);
    const hash = (await second.store.read("access-users", "ann"))?.body as { password: string };
    expect(hash.password).toMatch(/^\$scrypt\$ln=5,/);
    expect(second.access.recognise(accessToken).name).toBe("ann");
    await login(second);
  });
});

describe("guessing passwords", () => {
  test("is slowed down for a name at an address, also with the right password, and for nobody else", async () => {
    const made = await peopled();
    for (let index = 0; index < 5; index++)
      await expect(login(made, "ann", "wrong")).rejects.toEqual(failure("login-refused"));
    const runs = made.access.hasher.runs;
    await expect(login(made)).rejects.toMatchObject({ code: "rate-limited", retryAfterS: 60 });
    expect(made.access.hasher.runs).toBe(runs);
    await made.access.sessions.login({ name: "ann", password: PASSWORD }, "192.0.2.2");
    await login(made, "root");
    made.later(60_000);
    await login(made);
    const { entries } = await made.access.log.read({ limit: 9, what: "login.throttled" });
    expect(entries).toMatchObject([{ who: "nobody", target: "ann", from: HERE }]);
  });

  test("many at once are no more than many in turn", async () => {
    const made = await peopled();
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => login(made, "ann", "wrong")));
    const codes = results.map((result) => (result.status === "rejected" ? result.reason.code : "in"));
    expect(codes.filter((code) => code === "login-refused")).toHaveLength(5);
    expect(codes.filter((code) => code === "rate-limited")).toHaveLength(7);
  });

  test("right logins cost nothing", async () => {
    const made = await peopled();
    for (let index = 0; index < 30; index++) await login(made);
  });

  test("is slowed down for an address, whatever the names", async () => {
    const made = await peopled();
    for (let index = 0; index < 20; index++)
      await expect(login(made, `user${index}`, "wrong")).rejects.toEqual(failure("login-refused"));
    await expect(login(made, "user99", "wrong")).rejects.toEqual(failure("rate-limited"));
  });

  test("is slowed down for a name, whatever the addresses", async () => {
    const made = await peopled();
    const attempt = (index: number) =>
      made.access.sessions.login({ name: "ann", password: "wrong" }, `198.51.100.${index}`);
    for (let index = 0; index < 50; index++)
      await expect(attempt(index)).rejects.toEqual(failure("login-refused"));
    await expect(attempt(99)).rejects.toEqual(failure("rate-limited"));
  });
});

describe("API keys", () => {
  test("are shown once and may do what their scopes say", async () => {
    const made = await peopled();
    const { key, secret } = await made.access.keys.create(CONSOLE, { name: "nightly", scopes: ["predict"] });
    expect(key).toMatchObject({ name: "nightly", scopes: ["predict"], state: "usable", used: undefined });
    expect(made.access.recognise(secret)).toMatchObject({ kind: "key", permissions: new Set(["predict"]) });
    expect(JSON.stringify(made.access.keys.list())).not.toContain(secret.slice(-43));
    expect(readFileSync(join(made.folder, "journal"), "utf8")).not.toContain(secret.slice(-43));
  });

  test("another secret of the same key is none", async () => {
    const made = await peopled();
    const { secret } = await made.access.keys.create(CONSOLE, { name: "nightly", scopes: ["read"] });
    for (const wrong of [
      secret.replace(/.{43}$/, "A".repeat(43)),
      `${secret}A`,
      secret.slice(0, -1),
      "orbkey_",
    ])
      expect(() => made.access.recognise(wrong)).toThrow("is not known here");
  });

  test("never more than the role of their owner, and nothing when the owner is gone", async () => {
    const made = await peopled();
    const { access } = made;
    const wanted = { name: "anns", scopes: ["read", "admin"], owner: "ann" } as const;
    await expect(access.keys.create(CONSOLE, wanted)).rejects.toThrow("analyst of 'ann' does not have admin");
    const { key, secret } = await access.keys.create(CONSOLE, { ...wanted, scopes: ["read", "write"] });
    await access.users.setRole(CONSOLE, "ann", "viewer");
    expect(access.recognise(secret).permissions).toEqual(new Set(["read"]));
    await access.users.remove(CONSOLE, "ann");
    expect(() => access.recognise(secret)).toThrow("was revoked");
    await access.users.add(CONSOLE, { name: "ann", role: "admin", password: PASSWORD });
    expect(() => access.recognise(secret)).toThrow("was revoked");
    expect(access.keys.list()).toMatchObject([{ id: key.id, state: "revoked" }]);
  });

  test("end by their date, and when they are revoked", async () => {
    const made = await peopled();
    const { access } = made;
    const short = await access.keys.create(CONSOLE, { name: "short", scopes: ["read"], days: 1 });
    const long = await access.keys.create(CONSOLE, { name: "long", scopes: ["read"] });
    made.later(DAY_MS);
    expect(() => access.recognise(short.secret)).toThrow("has expired");
    expect(access.recognise(long.secret).name).toBe("long");
    await access.keys.revoke(CONSOLE, long.key.id);
    expect(() => access.recognise(long.secret)).toThrow("was revoked");
    await expect(access.keys.revoke(CONSOLE, "0000000000000000")).rejects.toEqual(
      failure("access-key-unknown"),
    );
    expect(access.isSetUp).toBe(true);
  });

  test("when one was used is kept to the hour, at one commit an hour", async () => {
    const made = await peopled();
    const { secret } = await made.access.keys.create(CONSOLE, { name: "busy", scopes: ["read"] });
    made.later(30 * 60_000);
    const before = await made.store.revision();
    for (let index = 0; index < 100; index++) made.access.recognise(secret);
    await made.access.users.setRole(CONSOLE, "ann", "viewer");
    expect((await made.store.revision()) - before).toBe(2);
    expect(made.access.keys.list()[0].used).toBe("2026-01-01T00:00:00.000Z");
    made.later(DAY_MS);
    made.access.recognise(secret);
    expect(made.access.keys.list()[0].used).toBe("2026-01-02T00:00:00.000Z");
  });
});

describe("the log", () => {
  test("tells who did what, when and from where, the newest first, and no secrets", async () => {
    const made = await peopled();
    const { secret } = await made.access.keys.create(CONSOLE, { name: "nightly", scopes: ["read"] });
    const tokens = await login(made);
    made.later(1_000);
    await made.access.users.setPassword({ who: "ann", from: HERE }, "ann", "another long password");
    const { entries, next } = await made.access.log.read({ limit: 100 });
    expect(next).toBeUndefined();
    expect(entries[0]).toMatchObject({
      at: "2026-01-01T00:00:01.000Z",
      who: "ann",
      what: "user.password",
      target: "ann",
      from: HERE,
    });
    expect(entries.map(({ what }) => what).sort()).toEqual([
      "key.create",
      "login",
      "user.add",
      "user.add",
      "user.password",
    ]);
    const text = JSON.stringify(entries);
    for (const hidden of [
      PASSWORD,
      "another long password",
      secret,
      tokens.accessToken,
      tokens.refreshToken,
      "$scrypt",
    ])
      expect(text).not.toContain(hidden);
  });

  test("is read in pages", async () => {
    const made = await house();
    for (let index = 0; index < 10; index++) {
      await made.access.log.add(CONSOLE, "x", String(index));
      made.later(1);
    }
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await made.access.log.read({ limit: 3, before });
      seen.push(...page.entries.map(({ target }) => target));
      before = page.next;
    } while (before !== undefined);
    expect(seen.join("")).toBe("9876543210");
  });

  test("holds no control characters, no halves of characters and nothing long", async () => {
    const made = await house();
    await made.access.log.add(
      { who: "a\n\u001b[2J", from: HERE },
      "x",
      "\ud800".repeat(3),
      "é".repeat(5_000),
    );
    const { entries } = await made.access.log.read({ limit: 1 });
    expect(entries[0].who).toBe("a  [2J");
    expect(entries[0].target).toBe("   ");
    expect([...(entries[0].detail ?? "")]).toHaveLength(256);
  });

  test("the oldest leave by its rule", async () => {
    const made = await house();
    const changes = Array.from({ length: LOG_BOUNDS.entries + 7 }, (_, index) => {
      made.later(1);
      return made.access.log.entry(CONSOLE, "x", String(index));
    });
    await made.store.commit(changes.slice(0, 5_000));
    await made.store.commit(changes.slice(5_000));
    expect(await made.access.log.sweep()).toBe(7);
    const all = await made.store.list("access-log");
    expect(all).toHaveLength(LOG_BOUNDS.entries);
    expect(all[0].body).toMatchObject({ target: "7" });
    made.later(LOG_BOUNDS.days * DAY_MS + 1);
    await made.access.log.add(CONSOLE, "x", "now");
    await made.access.log.sweep();
    expect(
      (await made.store.list("access-log")).map(({ body }) => (body as { target: string }).target),
    ).toEqual(["now"]);
  });
});

test("nobody else may read what is kept", async () => {
  const made = await peopled();
  expect(statSync(made.folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(made.folder, "journal")).mode & 0o777).toBe(0o600);
});

describe("several processes", () => {
  test("share the key of access tokens, and a server sees what others change", async () => {
    const command = await peopled();
    const server = await house({ folder: command.folder, follow: true });
    const { accessToken } = await login(command);
    const changes = (wanted: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        server.access.onChange(() => wanted() && resolve());
        if (wanted()) resolve();
      });
    const isKnown = (): boolean => {
      try {
        return server.access.recognise(accessToken).name === "ann";
      } catch {
        return false;
      }
    };
    await changes(isKnown);
    await command.access.users.remove(CONSOLE, "ann");
    await changes(() => !isKnown());
    expect(server.access.users.list().map(({ name }) => name)).toEqual(["root"]);
  });

  test("a document that is not as we write it is told by its place", async () => {
    const made = await peopled();
    await made.store.commit([{ collection: "access-users", id: "eve", body: { name: "eve", role: "god" } }]);
    await expect(house({ folder: made.folder })).rejects.toThrow(
      "access-users/eve/role is not as Orbweaver writes it",
    );
  });
});
