// Attacks on a real server over a real socket: each is refused in a bounded way, and the server answers afterwards.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { NESTING_MAX } from "../../src/http/json-body.ts";
import { FREE_BYTES, RATIO_MAX } from "../../src/http/security/decoding.ts";
import { HEADER_BYTES_MAX } from "../../src/http/security/protect.ts";
import { temporaryFolder } from "../support/rows.ts";
import { type Secured, secured, talk } from "../support/secured.ts";

const folder = temporaryFolder();
/** A pace at which tests need not wait: a look every 100 ms, and a body whole within 1.5 s. */
const QUICK = { lookMs: 100, bytes: 64, wholeMs: 1_500, silenceMs: 500 };

let house: Secured;
let quick: Secured;
let as: string;

beforeAll(async () => {
  house = await secured(join(folder, "house"), {
    security: { origins: ["https://page.example"], allowedHosts: ["ids.example"] },
  });
  quick = await secured(join(folder, "quick"), {
    people: false,
    security: { pace: QUICK },
    limits: { headersTimeoutMs: 500 },
  });
  as = (await house.login("root")).access_token;
});
afterAll(async () => {
  await quick.started.close();
  await house.started.close();
});
afterEach(async () => {
  for (const { ask } of [house, quick]) expect((await ask("GET", "/healthz")).status).toBe(200);
});

describe("paths", () => {
  const SECRET = readFileSync("/etc/passwd", "utf8").slice(0, 20);
  const TRAVERSALS = [
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%5c..%5cetc%5cpasswd",
    "%252e%252e%252fetc%252fpasswd",
    "%2fetc%2fpasswd",
    "..%00",
    "file%3a%2f%2f%2fetc%2fpasswd",
    "....%2f%2f....%2f%2fetc%2fpasswd",
  ];
  const PLACES = [
    "/models/X",
    "/models/X/predict",
    "/v1/models/X",
    "/v1/models/X:predict",
    "/v2/models/X",
    "/v2/models/X/infer",
    "/uploads/X",
    "/captures/X",
    "/captures/X/content",
    "/datasets/X",
    "/datasets/X/rows",
    "/jobs/X",
    "/jobs/X/log",
    "/jobs/X/results/X",
    "/runs/X",
    "/runs/X/artefacts/X",
    "/users/X",
    "/keys/X",
    "/sources/X",
    "/learners/X",
    "/schemas/X",
    "/docs/static/X",
    "/docs/X",
  ];
  test.each(PLACES)("%s gives no file", async (place) => {
    for (const traversal of TRAVERSALS)
      for (const method of ["GET", "DELETE", "POST"]) {
        const body = method === "POST" ? {} : undefined;
        const { status, text } = await house.ask(method, place.replaceAll("X", traversal), { as, body });
        expect(status, `${method} ${traversal}`).toBeGreaterThanOrEqual(400);
        expect(status, `${method} ${traversal}`).toBeLessThan(500);
        expect(text).not.toContain(SECRET);
      }
  });

  test.each([
    "/docs/static/../../../../../etc/passwd",
    "/../../etc/passwd",
    "//etc/passwd",
    "/docs/static/..\\..\\etc",
  ])("%s as it stands gives no file", async (path) => {
    const { ended } = talk(
      house.port,
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${as}\r\nconnection: close\r\n\r\n`,
    );
    expect(await ended).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(await ended).not.toContain(SECRET);
  });

  test("jobs take no files of the server", async () => {
    for (const input of ["/etc/passwd", "../../../etc/passwd", "file:///etc/passwd", "/proc/self/environ"]) {
      const { status, text } = await house.ask("POST", "/jobs", {
        as,
        body: { kind: "profile", parameters: { rows: [input], input, table: input, dataset: input } },
      });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(text).not.toContain(SECRET);
    }
  });
});

describe("compressed bodies", () => {
  const encoded = { "content-encoding": "gzip" };

  test("are taken apart", async () => {
    const row = gzipSync(JSON.stringify({ name: "vi", password: "wrong" }));
    const { json } = await house.ask("POST", "/auth/login", { body: row, headers: encoded });
    expect(json).toMatchObject({ code: "login-refused" });
  });

  test("that swell are refused before they fill the memory", async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 2 ** 20, " "));
    expect(bomb.length * RATIO_MAX).toBeLessThan(256 * 2 ** 20);
    const before = process.memoryUsage().rss;
    for (const [path, type] of [
      ["/predict", "application/json"],
      ["/predict", "text/csv"],
      ["/uploads", "application/octet-stream"],
      ["/captures", "application/octet-stream"],
    ]) {
      const headers = { ...encoded, "content-type": type };
      const { status } = await house.ask("POST", path, { as, body: bomb, headers });
      expect(status, `${path} ${type}`).toBeGreaterThanOrEqual(400);
      expect(status, `${path} ${type}`).toBeLessThan(500);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(192 * 2 ** 20);
    expect(FREE_BYTES).toBeLessThan(2 ** 24);
  });

  test("are bounded as those of the route are", async () => {
    const body = gzipSync(JSON.stringify({ name: "vi", password: "x".repeat(8_000) }));
    expect(body.length).toBeLessThan(4_096);
    expect((await house.ask("POST", "/auth/login", { body, headers: encoded })).status).toBe(413);
  });

  test.each(["br", "deflate", "gzip, gzip", "compress", "x".repeat(300)])(
    "of %s are refused",
    async (encoding) => {
      const headers = { "content-encoding": encoding };
      expect((await house.ask("POST", "/predict", { as, body: "{}", headers })).status).toBe(415);
    },
  );

  test("that are no gzip, or broken off, are refused", async () => {
    const whole = gzipSync(JSON.stringify({ name: "vi", password: "wrong" }));
    for (const body of [Buffer.from("{}"), whole.subarray(0, -9), Buffer.alloc(0)]) {
      const { status } = await house.ask("POST", "/auth/login", { body, headers: encoded });
      expect(status).toBe(400);
    }
  });
});

describe("JSON", () => {
  const post = (body: string, path = "/predict") => house.ask("POST", path, { as, body });

  test("that nests deep is refused", async () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ]) {
      const body = open.repeat(200_000) + close.repeat(200_000);
      for (const path of [
        "/predict",
        "/jobs",
        "/users",
        "/v1/models/bundled:predict",
        "/v2/models/bundled/infer",
      ]) {
        const { status, json } = await post(body, path);
        expect([400, 413], path).toContain(status);
        if (status === 400) expect(json["detail"], path).toContain(`deeper than ${NESTING_MAX}`);
      }
    }
  });

  test("with __proto__ or constructor changes nothing", async () => {
    for (const path of ["/predict", "/jobs", "/users", "/keys", "/auth/login", "/v2/models/bundled/infer"])
      for (const body of [
        '{"__proto__": {"polluted": true}}',
        '{"constructor": {"prototype": {"polluted": true}}}',
        '{"\\u005f_proto__": {"polluted": true}}',
        '[{"__proto__": {"polluted": true}}]',
        '{"name": "__proto__", "password": "x", "role": "admin", "scopes": ["read"]}',
      ]) {
        const { status } = await post(body, path);
        expect(status, `${path} ${body}`).toBeGreaterThanOrEqual(400);
        expect(status, `${path} ${body}`).toBeLessThan(500);
        expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
      }
  });

  test("with form fields of those names changes nothing", async () => {
    const boundary = "xxxx";
    const part = (name: string, value: string) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const body = `${part("__proto__", "x")}${part("constructor", "x")}--${boundary}--\r\n`;
    const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
    const { status } = await house.ask("POST", "/uploads", { as, body, headers });
    expect([400, 422]).toContain(status);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  test("with very many members, rows or digits is answered", async () => {
    const members = Array.from({ length: 100_000 }, (_, index) => `"f${index}":1`).join(",");
    const rows = Array.from({ length: 100_000 }, () => "{}").join(",");
    for (const body of [
      `{${members}}`,
      `[${rows}]`,
      `[${"9".repeat(1_000_000)}]`,
      `"${"x".repeat(2_000_000)}"`,
    ]) {
      const { status, text } = await post(body);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(text.length).toBeLessThan(20_000);
    }
  });

  test("beyond the bound of a body is refused", async () => {
    expect((await post(`"${"x".repeat(33 * 2 ** 20)}"`)).status).toBe(413);
    expect((await post(`"${"x".repeat(5_000)}"`, "/users")).status).toBe(413);
  });
});

describe("HTTP itself", () => {
  const HOST = "host: 127.0.0.1";
  test.each<[string, string, RegExp]>([
    ["no HTTP", "hello\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["no host", "GET /healthz HTTP/1.1\r\n\r\n", /^HTTP\/1\.1 400 /],
    [
      "both lengths",
      `POST /predict HTTP/1.1\r\n${HOST}\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n${HOST}\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      "two lengths",
      `POST /predict HTTP/1.1\r\n${HOST}\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      "a length that is none",
      `POST /predict HTTP/1.1\r\n${HOST}\r\ncontent-length: +4\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      "chunked not last",
      `POST /predict HTTP/1.1\r\n${HOST}\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      "a blank before a colon",
      `GET /healthz HTTP/1.1\r\n${HOST}\r\ntransfer-encoding : chunked\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    ["a folded header", `GET /healthz HTTP/1.1\r\n${HOST}\r\nx: a\r\n b\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ["a line end alone", `GET /healthz HTTP/1.1\n${HOST}\n\n`, /^HTTP\/1\.1 400 /],
    [
      "a chunk's size with a sign",
      `POST /auth/login HTTP/1.1\r\n${HOST}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n-1\r\nx\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      "a large header",
      `GET /healthz HTTP/1.1\r\n${HOST}\r\nx: ${"x".repeat(HEADER_BYTES_MAX)}\r\n\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
    [
      "many headers",
      `GET /healthz HTTP/1.1\r\n${HOST}\r\n${`x: ${"y".repeat(20)}\r\n`.repeat(HEADER_BYTES_MAX / 20)}\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
    ["a long path", `GET /${"x".repeat(HEADER_BYTES_MAX)} HTTP/1.1\r\n${HOST}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ])("%s is answered once, and the connection ends", async (_, text, expected) => {
    const came = await talk(house.port, text).ended;
    expect(came).toMatch(expected);
    expect(came.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    // What lacks a host is answered by Node.js itself.
    if (came.includes("\r\ncontent-type")) expect(came).toContain("application/problem+json");
    else expect(text).not.toContain(HOST);
  });
});

describe("slow clients", () => {
  test("whose headers do not come are ended", async () => {
    const silent = talk(quick.port);
    const begun = talk(quick.port, "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    expect(await begun.ended).toMatch(/^HTTP\/1\.1 408 /);
    await silent.ended;
  });

  test.each([
    ["POST /predict", "application/json"],
    ["POST /predict", "text/csv"],
    ["POST /uploads", "application/octet-stream"],
    ["POST /jobs", "application/json"],
  ])("whose body drips to %s as %s are ended", async (line, type) => {
    const { socket, ended } = talk(
      quick.port,
      `${line} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: ${type}\r\ncontent-length: 100000\r\n\r\n`,
    );
    const dripping = setInterval(() => socket.write(" "), 30);
    expect(await ended).toMatch(/^(HTTP\/1\.1 408 |HTTP\/1\.1 4\d\d |$)/);
    clearInterval(dripping);
  });

  test("a body that is held in memory comes within a bound, however steady it is", async () => {
    const { socket, ended } = talk(
      quick.port,
      "POST /jobs HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 10000000\r\n\r\n",
    );
    const steady = setInterval(() => socket.write(" ".repeat(200)), 20);
    expect(await ended).toMatch(/^HTTP\/1\.1 408 [\s\S]*request-slow/);
    clearInterval(steady);
  });

  test("a slow body of many pieces that keeps the pace is taken", async () => {
    const body = JSON.stringify({ name: "vi", password: "x".repeat(200) });
    const { socket, until } = talk(
      quick.port,
      `POST /auth/login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    for (let at = 0; at < body.length; at += 60) {
      socket.write(body.slice(at, at + 60));
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    expect(await until(/^HTTP[\s\S]*\r\n\r\n/)).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });

  test("that never read what they asked for are ended", async () => {
    const { server } = quick.started.server.fastify;
    const closed = new Promise<void>((resolve) => {
      server.once("connection", (theirs) => theirs.once("close", () => resolve()));
    });
    const { socket } = talk(quick.port);
    socket.pause();
    // Answers of some 300 kB each, none of which is read; a system's buffers hold a few megabytes.
    for (let index = 0; index < 60; index++)
      socket.write("GET /docs/json HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    await closed;
    socket.destroy();
  });
});

describe("pages of others", () => {
  test("may call where they are listed, and not elsewhere", async () => {
    const mine = await house.ask("GET", "/healthz", { headers: { origin: "https://page.example" } });
    expect(mine.status).toBe(200);
    expect(mine.headers.get("access-control-allow-origin")).toBe("https://page.example");
    expect(mine.headers.get("vary")).toBe("origin");
    for (const origin of [
      "https://evil.example",
      "http://page.example",
      "https://page.example.evil",
      "null",
      "https://page.example:444",
    ]) {
      const { status, headers } = await house.ask("GET", "/healthz", { headers: { origin } });
      expect(status, origin).toBe(403);
      expect(headers.get("access-control-allow-origin"), origin).toBeNull();
    }
  });

  test("ask beforehand", async () => {
    const ask = (origin: string) =>
      house.ask("OPTIONS", "/predict", { headers: { origin, "access-control-request-method": "POST" } });
    const { status, headers } = await ask("https://page.example");
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-headers")).toContain("authorization");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect((await ask("https://evil.example")).status).toBe(403);
  });

  test("that took another name for this machine are refused (DNS rebinding)", async () => {
    const ask = (host: string) =>
      talk(house.port, `GET /healthz HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`).ended;
    for (const host of [
      "127.0.0.1",
      "localhost",
      "LOCALHOST:99",
      "[::1]:1",
      "ids.example",
      "ids.example:443",
    ])
      expect(await ask(host), host).toMatch(/^HTTP\/1\.1 200 /);
    for (const host of [
      "evil.example",
      "127.0.0.1.evil.example",
      "localhost.evil",
      "127.0.0.1@evil",
      "evil:127.0.0.1",
      "0.0.0.0",
    ])
      expect(await ask(host), host).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe("rates", () => {
  test("beyond them the answer is 429 with Retry-After, for one name and no other", async () => {
    const limited = await secured(join(folder, "limited"), { security: { requestsPerMinute: 120 } });
    try {
      const [ann, root] = [await limited.login("ann"), await limited.login("root")];
      const ask = (token?: string) => limited.ask("GET", "/auth/me", { as: token });
      const statuses = [];
      for (let index = 0; index < 60; index++) statuses.push((await ask(ann.access_token)).status);
      expect(statuses.slice(0, 12)).toEqual(Array(12).fill(200));
      expect(statuses).toContain(429);
      // At a rate of two a second more than a few may come meanwhile; sixty may not, unless a second was a minute long.
      const refused = await ask(ann.access_token);
      if (refused.status === 429) expect(Number(refused.headers.get("retry-after"))).toBe(1);
      expect((await ask(root.access_token)).status).toBe(200);
      const unknown = [];
      for (let index = 0; index < 40; index++) unknown.push((await ask("forged")).status);
      expect(unknown).toContain(401);
      expect(unknown).toContain(429);
      expect((await ask(root.access_token)).status).toBe(200);
    } finally {
      await limited.started.close();
    }
  });
});
