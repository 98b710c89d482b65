// Single rows answered before the framework: the same bytes as the ordinary way gives, whatever comes; and that they are.
//
// Each request is sent twice over connections of its own, once as usual, once with a header that means the same and leads the ordinary
// way. Handlers that the framework runs are told by Fastify's diagnostics channel.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Started, startServing } from "../../src/http/start.ts";
import { clientRows, schemaTable, servedModel } from "../support/served-models.ts";

const APA = ["Benign", "DDoS-ACK", "DDoS-PSH-ACK"];
const folder = mkdtempSync(join(tmpdir(), "orbweaver-quick-"));
const rows = clientRows(schemaTable("apa", APA));
const ORDINARY = "Accept: application/json, */*;q=0.5\r\n";
let open: Started;
let guarded: Started;
let keys: { one: string; other: string };
let handled = 0;

const onHandler = (): void => {
  handled++;
};

beforeAll(async () => {
  const model = join(folder, "apa.orb");
  writeFileSync(model, (await servedModel({ schema: "apa", classes: APA })).encode());
  const start = (project: string, security = {}): Promise<Started> =>
    startServing({
      models: [`apa=${model}`],
      place: { project: join(folder, project), create: true },
      port: 0,
      security,
    });
  open = await start("open");
  guarded = await start("guarded", { authentication: "on", requestsPerMinute: 60 });
  const actor = { who: "test", from: "test" };
  const keyOf = async (name: string): Promise<string> =>
    (await guarded.access.keys.create(actor, { name, scopes: ["predict"] })).secret;
  keys = { one: await keyOf("one"), other: await keyOf("other") };
  subscribe("tracing:fastify.request.handler:start", onHandler);
});
afterAll(async () => {
  unsubscribe("tracing:fastify.request.handler:start", onHandler);
  await open.close();
  await guarded.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Sent {
  path?: string;
  body: string | Buffer;
  headers?: string;
  /** Bytes after which there is a pause. */
  cut?: number;
}

/** What comes back on a connection of its own, without the date. */
async function send(to: Started, { path = "/predict", body, headers = "", cut }: Sent): Promise<string> {
  const { hostname, port } = new URL(to.address);
  const socket = connect(Number(port), hostname);
  const pieces: Buffer[] = [];
  socket.on("data", (piece) => pieces.push(piece));
  const ended = new Promise((resolve, reject) => socket.once("end", resolve).once("error", reject));
  const head = `POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n`;
  const bytes = Buffer.concat([Buffer.from(head), Buffer.from(body)]);
  socket.write(bytes.subarray(0, cut));
  if (cut !== undefined) {
    await sleep(30);
    socket.write(bytes.subarray(cut));
  }
  await ended;
  socket.destroy();
  return Buffer.concat(pieces)
    .toString("utf8")
    .replace(/^Date: .*\r\n/m, "");
}

/** Both answers to the same, and how often the framework was asked for them. */
async function bothWays(sent: Sent, to = open): Promise<{ usual: string; ordinary: string; asked: number }> {
  const before = handled;
  const usual = await send(to, sent);
  const asked = handled - before;
  return { usual, ordinary: await send(to, { ...sent, headers: `${ORDINARY}${sent.headers ?? ""}` }), asked };
}

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constant(null),
  fc.string({ maxLength: 5 }),
);
const place = fc.nat(rows.length - 1);
const names = Object.keys(rows[0]);

describe("a single row", () => {
  test("is answered without the framework, by the same bytes", async () => {
    for (const path of ["/predict", "/models/apa/predict"]) {
      const { usual, ordinary, asked } = await bothWays({ path, body: JSON.stringify(rows[0]) });
      expect(usual).toBe(ordinary);
      expect(usual).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*"status":"success"/);
      expect(asked).toBe(0);
    }
  });

  test("is counted by the same metrics", async () => {
    const figure = async (): Promise<number> => {
      const text = await (await fetch(`${open.address}/metrics`)).text();
      const line =
        /^orbweaver_http_request_duration_seconds_count\{method="POST",route="\/models\/:ref\/predict",status="200"\} (\d+)$/m;
      return Number(line.exec(text)?.[1] ?? 0);
    };
    const before = await figure();
    await bothWays({ path: "/models/apa/predict", body: JSON.stringify(rows[1]) });
    expect((await figure()) - before).toBe(2);
  });

  test("gives the same bytes whatever a field holds", async () => {
    await fc.assert(
      fc.asyncProperty(
        place,
        fc.dictionary(fc.constantFrom(...names, "other"), value),
        async (row, changed) => {
          const { usual, ordinary } = await bothWays({ body: JSON.stringify({ ...rows[row], ...changed }) });
          expect(usual).toBe(ordinary);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("gives the same bytes where the body is broken, a list, or none", async () => {
    const text = JSON.stringify(rows[2]);
    const bodies = [
      "",
      "{",
      "[]",
      "7",
      text.slice(0, -1),
      `${text}x`,
      `[${text}]`,
      `{"rows":[${text}]}`,
      "\0",
    ];
    for (const body of bodies) {
      const { usual, ordinary } = await bothWays({ body });
      expect(usual).toBe(ordinary);
    }
  });

  test("gives the same bytes where it comes in pieces, or of an unknown model", async () => {
    const body = JSON.stringify(rows[3]);
    for (const cut of [10, 200, 400]) {
      const { usual, ordinary, asked } = await bothWays({ body, cut });
      expect(usual).toBe(ordinary);
      expect(usual).toContain("200 OK");
      // Of the first piece with a part of the body on, it is the framework's.
      if (cut === 400) expect(asked).toBe(1);
    }
    const unknown = await bothWays({ path: "/models/none/predict", body });
    expect(unknown.usual).toBe(unknown.ordinary);
    expect(unknown.usual).toContain("404 Not Found");
  });

  test("keeps its connection, one answer after another", async () => {
    const body = JSON.stringify(rows[4]);
    const head = `POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
    const socket = connect(Number(new URL(open.address).port), "127.0.0.1");
    let text = "";
    socket.setEncoding("latin1").on("data", (piece) => {
      text += piece;
    });
    // Short and ordinary, all at once: in the order in which they came.
    const wanted = [0, 1, 2, 3, 4].map((place) => JSON.stringify(rows[place]));
    const parts = wanted.map((row, place) => {
      const own = head.replace(/Length: \d+/, `Length: ${Buffer.byteLength(row)}`);
      return `${own}${place % 2 === 0 ? "" : ORDINARY}\r\n${row}`;
    });
    socket.write(parts.join(""));
    await expect.poll(() => text.match(/"status":"success"/g)?.length).toBe(5);
    socket.destroy();
    const alone = await Promise.all(wanted.map((row) => send(open, { body: row })));
    const bodiesOf = (answers: string): string[] => answers.match(/^\{"predicted_class.*?"\}\}/gm) ?? [];
    expect(bodiesOf(text.replaceAll("}}HTTP", "}}\nHTTP"))).toEqual(alone.flatMap(bodiesOf));
  });
});

describe("the gate", () => {
  const body = JSON.stringify(rows[5]);

  test("is asked the same, either way", async () => {
    const wrong = await bothWays({ body, headers: "Authorization: Bearer nothing\r\n" }, guarded);
    expect(wrong.usual).toBe(wrong.ordinary);
    expect(wrong.usual).toContain("401 Unauthorized");
    expect(wrong.usual).toContain('error="invalid_token"');
    const nobody = await bothWays({ body }, guarded);
    expect(nobody.usual).toBe(nobody.ordinary);
    expect(nobody.usual).toMatch(/401 Unauthorized[\s\S]*access-required/);
    const known = await bothWays({ body, headers: `X-API-Key: ${keys.one}\r\n` }, guarded);
    expect(known.usual).toBe(known.ordinary);
    expect(known.usual).toContain("200 OK");
    expect(known.asked).toBe(0);
  });

  test("refuses another host, and a page of another origin", async () => {
    const page = await bothWays({ body, headers: "Origin: http://elsewhere.example\r\n" });
    expect(page.usual).toBe(page.ordinary);
    expect(page.usual).toContain("403 Forbidden");
    const { hostname, port } = new URL(open.address);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname);
      socket.once("data", (bytes) => {
        socket.destroy();
        resolve(bytes.toString());
      });
      socket.write(
        `POST /predict HTTP/1.1\r\nHost: elsewhere.example\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403/);
  });

  test("counts a request once, also one that is handed on", async () => {
    // Ten may come at once, and one more each second.
    let taken = 0;
    for (;;) {
      const answer = await send(guarded, { body: "{", headers: `X-API-Key: ${keys.other}\r\n` });
      if (answer.startsWith("HTTP/1.1 429")) break;
      taken++;
    }
    expect(taken).toBeGreaterThanOrEqual(10);
  });
});
