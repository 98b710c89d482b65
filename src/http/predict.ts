// Predictions over HTTP: a body of rows in one of three forms in, verdicts in one of three forms out.
//
// A JSON body is held whole, within the server's bound; CSV and JSON lines are read, judged and answered as they come, in flat
// memory. What is wrong before the first verdict is answered with problem details; what is wrong later ends the answer: with a
// line that says so in JSON lines, and by breaking off in the other forms, so that nobody takes a part for the whole.

import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Charge, judgeFor, type Served, versionText } from "../app/serving/charge.ts";
import { shown } from "../app/serving/fields.ts";
import type { JsonShape } from "../app/serving/json-rows.ts";
import { BLOCK_ROWS } from "../app/serving/predictor.ts";
import { CsvRowReader, JsonLinesReader, type RowTextReader } from "../app/serving/row-texts.ts";
import { RowBlock } from "../app/serving/rows.ts";
import { OrbweaverError } from "../base/errors.ts";
import { parseJson } from "./json-body.ts";
import { knownFailure, PROBLEM_TYPE, problemOf } from "./problem.ts";

/** Blocks that are judged before others get their turn. */
const BLOCKS_A_TURN = 4;
export const JSON_TYPE = "application/json; charset=utf-8";
const LINES_TYPE = "application/x-ndjson; charset=utf-8";
const CSV_TYPE = "text/csv; charset=utf-8; header=present";

export type Form = "json" | "lines" | "csv";
const TYPES: Record<Form, string> = { json: JSON_TYPE, lines: LINES_TYPE, csv: CSV_TYPE };

export interface PredictQuery {
  missing?: "allow" | "refuse";
  reasons?: number;
}

interface Order {
  charge: Charge;
  served: Served;
  query: PredictQuery;
}

/** What comes behind the members of a single row. */
const tails = new WeakMap<Served, string>();

function tailOf(served: Served): string {
  let tail = tails.get(served);
  if (tail === undefined) {
    tail = `,"status":"success",${modelMember(served)}}`;
    tails.set(served, tail);
  }
  return tail;
}

function modelMember(served: Served): string {
  return `"model":${JSON.stringify({ name: served.name, version: versionText(served) })}`;
}

/** Answers a request with verdicts. */
export function answerPredict(request: FastifyRequest, reply: FastifyReply, order: Order): unknown {
  const { body } = request;
  const form = wantedForm(request.headers.accept, body instanceof Readable ? textForm(request) : "json");
  if (body instanceof Readable) return answerStream(body, textForm(request), form, reply, order);
  if (body instanceof Buffer) return answerJson(body, form, reply, order);
  throw new OrbweaverError("body-invalid", "the request has no body, expected rows");
}

function textForm(request: FastifyRequest): Form {
  return request.headers["content-type"]?.includes("csv") ? "csv" : "lines";
}

const FORMS: readonly (readonly [RegExp, Form])[] = [
  [/^(application\/json|application\/\*)$/, "json"],
  [/^application\/(x-ndjson|jsonl|x-jsonlines|ndjson)$/, "lines"],
  [/^text\/(csv|\*)$/, "csv"],
];

/** The form that a client asks for, that of its rows unless it cares. Throws `not-acceptable`. */
function wantedForm(accept: string | undefined, own: Form): Form {
  if (accept === undefined || accept === "*/*" || accept === "") return own;
  let best: { form: Form; quality: number } | undefined;
  for (const part of accept.toLowerCase().split(",")) {
    const [type = "", ...parameters] = part.split(";").map((text) => text.trim());
    const quality = Number(parameters.find((text) => text.startsWith("q="))?.slice(2) ?? "1");
    const form = type === "*/*" ? own : FORMS.find(([pattern]) => pattern.test(type))?.[1];
    if (form !== undefined && quality > 0 && quality > (best?.quality ?? 0)) best = { form, quality };
  }
  if (best !== undefined) return best.form;
  throw new OrbweaverError(
    "not-acceptable",
    `the header Accept is ${shown(accept)}, expected application/json, application/x-ndjson or text/csv`,
  );
}

// --- bodies that are held whole -----------------------------------------------------------------------------------

function answerJson(body: Buffer, form: Form, reply: FastifyReply, order: Order): unknown {
  const usual = order.served.predictor.readUsual(body);
  if (usual?.shape === "row" && form === "json") {
    reply.header("content-type", JSON_TYPE);
    return rowText(usual.block, order);
  }
  if (usual !== undefined) return answerBlock(usual.block, form, reply, order);
  return answerUnusual(body, form, reply, order);
}

/** The answer to a single row: judges it. */
export function rowText(block: RowBlock, { charge, served, query }: Order): string {
  judgeFor(charge, served, block.values, { first: 0, count: 1 });
  return `{${served.writer.members(0, { reasons: query.reasons ?? 0 })}${toldText(block)}${tailOf(served)}`;
}

/** A body that the quick reader does not take: parsed whole, with words for what is wrong. */
function answerUnusual(body: Buffer, form: Form, reply: FastifyReply, order: Order): unknown {
  const { served, query } = order;
  const parsed = rowsOf(parseJson(body));
  const block = new RowBlock(served.predictor.fields, query.missing === "allow");
  if (parsed.shape !== "row") {
    for (const row of parsed.rows) block.add(row);
    return answerBlock(block, form, reply, order);
  }
  try {
    block.add(parsed.rows[0]);
  } catch (failure) {
    return refuseRow(failure, reply);
  }
  if (form !== "json") return answerBlock(block, form, reply, order);
  reply.header("content-type", JSON_TYPE);
  return rowText(block, order);
}

/** The rows in a JSON value: a row, a list of rows, or a list under "rows" or "instances". */
export function rowsOf(value: unknown): { shape: JsonShape; rows: unknown[] } {
  if (Array.isArray(value)) return { shape: "list", rows: value };
  if (typeof value !== "object" || value === null)
    throw new OrbweaverError("body-invalid", `the body is ${shown(value)}, expected a row or a list of rows`);
  for (const shape of ["rows", "instances"] as const) {
    const list = Object.hasOwn(value, shape) ? (value as Record<string, unknown>)[shape] : undefined;
    if (Array.isArray(list)) return { shape, rows: list };
  }
  return { shape: "row", rows: [value] };
}

/** A single row that is refused: problem details that also say it as clients of simpler services expect. */
function refuseRow(failure: unknown, reply: FastifyReply): FastifyReply {
  const known = knownFailure(failure);
  if (known === undefined) throw failure;
  const problem = problemOf(known);
  return reply
    .code(problem.status)
    .header("content-type", PROBLEM_TYPE)
    .send(JSON.stringify({ ...problem, error: known.message, status: "failed" }));
}

/** Fields that were passed over, and categories that nobody knows. */
function toldText(block: RowBlock): string {
  const ignored =
    block.unknownFields.size === 0 ? "" : `,"ignored":${JSON.stringify([...block.unknownFields])}`;
  if (block.unknownCategories.size === 0) return ignored;
  return `${ignored},"unknown_categories":${JSON.stringify([...block.unknownCategories])}`;
}

function answerBlock(block: RowBlock, form: Form, reply: FastifyReply, order: Order): unknown {
  reply.header("content-type", TYPES[form]);
  if (block.count > BLOCK_ROWS * BLOCKS_A_TURN) return manyRows(block, form, order);
  const texts: string[] = [headText(form, order)];
  for (let first = 0; first < block.count; first += BLOCK_ROWS)
    texts.push(blockText(block, first, form, order));
  texts.push(endText(form, block, order));
  return texts.join("");
}

/** As `answerBlock`, giving others their turn. */
async function manyRows(block: RowBlock, form: Form, order: Order): Promise<string> {
  const texts: string[] = [headText(form, order)];
  for (let first = 0; first < block.count; first += BLOCK_ROWS) {
    texts.push(blockText(block, first, form, order));
    if ((first / BLOCK_ROWS) % BLOCKS_A_TURN === BLOCKS_A_TURN - 1) await turn();
  }
  texts.push(endText(form, block, order));
  return texts.join("");
}

/** Judges rows of a block from `first` on, and gives their text. */
function blockText(block: RowBlock, first: number, form: Form, { charge, served, query }: Order): string {
  const count = Math.min(BLOCK_ROWS, block.count - first);
  judgeFor(charge, served, block.values, { first, count });
  const { writer } = served;
  const options = { reasons: query.reasons ?? 0 };
  let text = "";
  for (let row = 0; row < count; row++) {
    if (form === "csv") text += writer.csvLine(row, options);
    else if (form === "lines") text += `{${writer.members(row, options)}}\n`;
    else text += `${block.rowsBefore + first + row === 0 ? "{" : ",{"}${writer.members(row, options)}}`;
  }
  return text;
}

function headText(form: Form, { served, query }: Order): string {
  if (form === "csv") return served.writer.csvHeader({ reasons: query.reasons ?? 0 });
  return form === "json" ? '{"predictions":[' : "";
}

function endText(form: Form, block: RowBlock, { served }: Order): string {
  if (form !== "json") return "";
  return `],"rows":${block.rowsBefore + block.count}${toldText(block)},${modelMember(served)}}`;
}

// --- bodies that are read as they come ------------------------------------------------------------------------------

async function answerStream(
  body: Readable,
  given: Form,
  form: Form,
  reply: FastifyReply,
  order: Order,
): Promise<FastifyReply> {
  const texts = verdictTexts(body, given, form, order);
  // What is wrong with the first rows is answered with a status.
  const first = await texts.next();
  reply.header("content-type", TYPES[form]);
  return reply.send(Readable.from(withFailures(first, texts, form), { objectMode: false }));
}

async function* withFailures(
  first: IteratorResult<string, void>,
  texts: AsyncGenerator<string, void>,
  form: Form,
): AsyncGenerator<string> {
  try {
    if (!first.done) yield first.value;
    for await (const text of texts) if (text !== "") yield text;
  } catch (failure) {
    if (form !== "lines") throw failure;
    const problem = problemOf(failure);
    yield `${JSON.stringify({ ...problem, error: problem.detail })}\n`;
  }
}

async function* verdictTexts(
  body: Readable,
  given: Form,
  form: Form,
  order: Order,
): AsyncGenerator<string, void> {
  const block = new RowBlock(order.served.predictor.fields, order.query.missing === "allow");
  const reader: RowTextReader =
    given === "csv" ? new CsvRowReader(block) : new JsonLinesReader(block, parseJson);
  let text = headText(form, order);
  const onRow = (): void => {
    if (block.count < BLOCK_ROWS) return;
    text += blockText(block, 0, form, order);
    block.clear();
  };
  body.setEncoding("utf8");
  for await (const piece of body as AsyncIterable<string>) {
    reader.push(piece, onRow);
    if (block.rowsBefore === 0) continue;
    yield text;
    text = "";
  }
  reader.end(onRow);
  if (block.count > 0) text += blockText(block, 0, form, order);
  yield text + endText(form, block, order);
}
