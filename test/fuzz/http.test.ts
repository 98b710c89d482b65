// Every operation of the OpenAPI document with values made from its forms, nearly right and wrong, by an administrator, by a key
// that may only read, and by nobody: never a status of 500 or more save a declared 503, every answer as the document says
// or problem details, and a server that lives afterwards. Seeds that once failed are kept in http-seeds.json and run first.
//
// ORBWEAVER_FUZZ_REQUESTS sets how many for each operation (default 30); ORBWEAVER_FUZZ_SEED the seed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fitting, misfits, resolved, type Schema } from "../support/json-schema.ts";
import { temporaryFolder } from "../support/rows.ts";
import { type Secured, secured } from "../support/secured.ts";

const REQUESTS = Number(process.env["ORBWEAVER_FUZZ_REQUESTS"] ?? 30);
const SEED = Number(process.env["ORBWEAVER_FUZZ_SEED"] ?? 20_260_101);
const KEPT: number[] = JSON.parse(readFileSync(new URL("http-seeds.json", import.meta.url), "utf8")).seeds;
const DOCUMENT = JSON.parse(
  readFileSync(new URL("../../docs/reference/openapi.json", import.meta.url), "utf8"),
) as Schema & { paths: Record<string, Record<string, Operation>> };
const CONSOLE = { who: "root at the command line", from: "command line" };
const PROBLEM = "application/problem+json";
/** Most bytes of an answer that are looked at; streams of events never end. */
const ANSWER_MAX = 4 * 2 ** 20;

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

const OPERATIONS = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method,
    path,
    operation,
  })),
);

/** Names of what there is, so that requests also reach what lies behind a 404. */
const NAMES = ["bundled", "ann", "flow", "kdd", "boosting", "lo", "none", "0000000000000000"];
const ODD: readonly unknown[] = [
  null, true, 0, -1, 1e308, 2 ** 53, "", " ", "\u0000", "\ud800", "../../etc/passwd", "=1+1", "__proto__", "constructor", "NaN", [],
  {}, [[]], [null], { constructor: { prototype: 1 } }, "x".repeat(5_000), "𝔘nicode", "1e999", Array(100).fill(0),
]; // biome-ignore format: a list

let house: Secured;
let callers: (string | undefined)[];

beforeAll(async () => {
  house = await secured(join(temporaryFolder(), "house"));
  const made = async (name: string, scopes: ("read" | "predict" | "write" | "admin")[]) =>
    (await house.access.keys.create(CONSOLE, { name, scopes })).secret;
  callers = [
    await made("all", ["read", "predict", "write", "admin"]),
    await made("reader", ["read"]),
    undefined,
  ];
});
afterAll(() => house.started.close());

// --- requests -------------------------------------------------------------------------------------------------

interface Request {
  path: string;
  query: string;
  type: string | undefined;
  body: string | undefined;
  caller: number;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value with one of its parts replaced by something odd. */
function bent(value: unknown, place: number, odd: unknown): unknown {
  if (typeof value !== "object" || value === null || place % 3 === 0) return odd;
  const names = Object.keys(value);
  if (names.length === 0) return odd;
  const name = names[place % names.length];
  const inner = bent((value as Record<string, unknown>)[name], Math.floor(place / 3), odd);
  if (Array.isArray(value)) return value.map((one, index) => (String(index) === name ? inner : one));
  return { ...value, [name]: inner };
}

const wild = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 4, arbitrary: right },
    {
      weight: 3,
      arbitrary: fc
        .tuple(right, fc.nat({ max: 1_000 }), fc.constantFrom(...ODD))
        .map(([value, place, odd]) => bent(value, place, odd)),
    },
    { weight: 1, arbitrary: fc.jsonValue() },
  );

function requests({ path, operation }: (typeof OPERATIONS)[number]): fc.Arbitrary<Request> {
  const of = (place: string) => (operation.parameters ?? []).filter((parameter) => parameter.in === place);
  const texts = (schema: Schema, names: readonly string[]): fc.Arbitrary<string> =>
    fc.oneof(
      { weight: 3, arbitrary: fitting(schema, DOCUMENT).map(textOf) },
      { weight: 3, arbitrary: fc.constantFrom(...names) },
      { weight: 1, arbitrary: fc.constantFrom(...ODD).map(textOf) },
    );
  const inPath = fc.record(
    Object.fromEntries(of("path").map(({ name, schema }) => [name, texts(schema, NAMES)])),
  );
  const inQuery = fc.record(
    Object.fromEntries(of("query").map(({ name, schema }) => [name, texts(schema, ["1", "csv", "true"])])),
    { requiredKeys: [] },
  );
  const contents = Object.entries(operation.requestBody?.content ?? {});
  const bodies: fc.Arbitrary<[string | undefined, string | undefined]>[] = contents.map(
    ([type, { schema = {} }]) => {
      const values = wild(fitting(schema, DOCUMENT));
      return values.map((value) => [
        type,
        typeof value === "string" && !type.includes("json") ? value : JSON.stringify(value),
      ]);
    },
  );
  const bodyOf = fc.oneof(
    { weight: 1, arbitrary: fc.constant<[undefined, undefined]>([undefined, undefined]) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom("text/plain", "application/json", "text/csv", "x"), fc.string()),
    },
    ...bodies.map((arbitrary) => ({ weight: 8, arbitrary })),
  );
  return fc.record({ inPath, inQuery, body: bodyOf, caller: fc.constantFrom(0, 0, 0, 1, 2) }).map((made) => ({
    path: path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encoded(made.inPath[name])),
    query: new URLSearchParams(made.inQuery as Record<string, string>).toString(),
    type: made.body[0],
    body: made.body[1],
    caller: made.caller,
  }));
}

/** A name in a path; what would be no name at all is one of three bytes. */
function encoded(text: string): string {
  const name = encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, ""));
  return name === "" || name === "." || name === ".." ? "%20" : name;
}

// --- answers --------------------------------------------------------------------------------------------------

async function answered(method: string, { path, query, type, body, caller }: Request) {
  const stop = new AbortController();
  const token = callers[caller];
  const hasBody = body !== undefined && method !== "get";
  const response = await fetch(`${house.address}${path}${query === "" ? "" : `?${query}`}`, {
    method: method.toUpperCase(),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(hasBody && type !== undefined ? { "content-type": type } : {}),
    },
    body: hasBody ? body : undefined,
    signal: stop.signal,
  });
  const kind = (response.headers.get("content-type") ?? "").split(";", 1)[0];
  const text = kind === "text/event-stream" ? "" : await bounded(response);
  stop.abort();
  return { status: response.status, kind, text };
}

async function bounded(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > ANSWER_MAX) break;
  }
  return Buffer.concat(pieces).toString("utf8");
}

/** What is wrong with an answer; empty where it is as the document says. */
function wrong({ responses }: Operation, answer: { status: number; kind: string; text: string }): string[] {
  const { status, kind, text } = answer;
  const declared = responses[String(status)];
  if (status >= 500 && !(status === 503 && declared !== undefined)) return [`status ${status}: ${text}`];
  if (kind === PROBLEM) return misfits(JSON.parse(text), problemSchema(declared), DOCUMENT);
  if (declared === undefined) return [`status ${status} is not declared: ${text.slice(0, 200)}`];
  const { content } = declared;
  if (content === undefined || text === "") return [];
  const known = Object.entries(content).find(([type]) => type.split(";", 1)[0] === kind || type === "*/*");
  if (known === undefined) return [`a body of ${kind}, expected ${Object.keys(content).join(", ")}`];
  const { schema } = known[1];
  if (schema === undefined || !kind.includes("json") || kind.includes("ndjson")) return [];
  return misfits(JSON.parse(text), schema, DOCUMENT);
}

/** What problem details must be: as the operation says for a status, else as they always are. */
function problemSchema(declared: Operation["responses"][string] | undefined): Schema {
  const own = declared?.content?.[PROBLEM]?.schema;
  const always = DOCUMENT.paths["/auth/me"]["get"].responses["401"].content?.[PROBLEM].schema;
  // They may have more members (RFC 9457, section 3.2): clients of other protocols look for theirs.
  return { ...resolved((own ?? always) as Schema, DOCUMENT), additionalProperties: true };
}

describe.each(OPERATIONS)("$name", (operation) => {
  test.each([...KEPT, SEED])("seed %i", async (seed) => {
    await fc.assert(
      fc.asyncProperty(requests(operation), async (request) => {
        expect(wrong(operation.operation, await answered(operation.method, request))).toEqual([]);
      }),
      { seed, numRuns: REQUESTS },
    );
    expect((await house.ask("GET", "/healthz")).status).toBe(200);
  });
});

test("the checker of answers notices what is wrong", () => {
  const { operation } = OPERATIONS.find(({ name }) => name === "GET /healthz") as (typeof OPERATIONS)[number];
  const answer = (status: number, text: string, kind = "application/json") =>
    wrong(operation, { status, text, kind });
  expect(answer(200, '{"status":"ok","release":"1"}')).toEqual([]);
  expect(answer(200, '{"status":"ok"}')).toHaveLength(1);
  expect(answer(200, '{"status":"no","release":"1"}')).toHaveLength(1);
  expect(answer(200, "x", "text/html")).toHaveLength(1);
  expect(answer(201, "{}")).toHaveLength(1);
  expect(answer(500, "{}", PROBLEM)).toHaveLength(1);
  expect(answer(404, "{}", PROBLEM)).not.toEqual([]);
});
