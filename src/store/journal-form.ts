// What a record of a journal says, as bytes: names and revisions first, bodies behind them, so that a body is read when somebody asks
// for it and never otherwise. Knows no files.
//
//     {"store": 2, "revision": 40}             the head: version of the form, revision of what follows
//     {"h": [[revision, [[collection, id], …]], …]}          what the newest commits until then changed
//     0000002f{"d": [[collection, id, revision, size], …]}BODYBODY…     what is there
//     0000002a{"t": [[41, [[collection, id, size], [collection, id]]], …]}BODY…     commits, written together
//     |8 hex  |JSON of so many bytes                        |bodies, each as long as its size says, bytes
//
// Version 1 had bodies in their places instead of sizes, and no digits before; it is read.

import type { Json } from "./contract.ts";

/** Version of the form of journals that are written. */
export const JOURNAL_VERSION = 2;

const DIGITS = 8;
const OPEN = 123;

/** A body as it is kept: its JSON in bytes, or what that says. */
export type KeptBody = Buffer | { value: Json };
/** A change as it is kept: [collection, id, body], or [collection, id] where the document was removed. */
export type KeptChange = [collection: string, id: string, body?: KeptBody];
/** A commit as it is kept. */
export type KeptCommit = [revision: number, changes: KeptChange[]];
/** A document as it is kept. */
export type KeptDocument = [collection: string, id: string, revision: number, body: KeptBody];

export interface JournalHead {
  store: number;
  revision: number;
}

/** What a record says, by its kind. */
export type JournalRecord =
  | JournalHead
  | { d: KeptDocument[] }
  | { h: [revision: number, changes: [collection: string, id: string][]][] }
  | { t: KeptCommit[] };

/** As JSON has it: a body is its size, or itself in version 1. */
type WrittenRecord =
  | JournalHead
  | { d: [string, string, number, Json][] }
  | { h: [revision: number, changes: [collection: string, id: string][]][] }
  | { t: [number, [string, string, Json?][]][] };

export function bodyValue(body: KeptBody): Json {
  return Buffer.isBuffer(body) ? (JSON.parse(body.toString("utf8")) as Json) : body.value;
}

function bytesOf(body: KeptBody): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body.value));
}

/** A record as bytes. */
export function contentOf(record: JournalRecord): Buffer {
  if (!("d" in record) && !("t" in record)) return Buffer.from(JSON.stringify(record));
  const bodies: Buffer[] = [];
  const sized = (body: KeptBody): number => bodies[bodies.push(bytesOf(body)) - 1].length;
  const written: WrittenRecord =
    "d" in record
      ? { d: record.d.map(([collection, id, revision, body]) => [collection, id, revision, sized(body)]) }
      : {
          t: record.t.map(([revision, changes]) => [
            revision,
            changes.map((change) => sizedChange(change, sized)),
          ]),
        };
  const names = Buffer.from(JSON.stringify(written));
  const digits = names.length.toString(16).padStart(DIGITS, "0");
  return Buffer.concat([Buffer.from(digits), names, ...bodies]);
}

function sizedChange(
  [collection, id, body]: KeptChange,
  sized: (body: KeptBody) => number,
): [string, string, number?] {
  return body === undefined ? [collection, id] : [collection, id, sized(body)];
}

/** What bytes say; bodies stay in them. Throws a SyntaxError where they have no form of ours. */
export function recordIn(content: Buffer): JournalRecord {
  if (content[0] === OPEN)
    return kept(JSON.parse(content.toString("utf8")) as WrittenRecord, (value) => ({ value }));
  let at = DIGITS + Number.parseInt(content.toString("latin1", 0, DIGITS), 16);
  const names = JSON.parse(content.toString("utf8", DIGITS, at)) as WrittenRecord;
  return kept(names, (size) => {
    const start = at;
    at += size as number;
    return content.subarray(start, at);
  });
}

function kept(record: WrittenRecord, bodyOf: (written: Json) => KeptBody): JournalRecord {
  if ("d" in record)
    return {
      d: record.d.map(([collection, id, revision, body]) => [collection, id, revision, bodyOf(body)]),
    };
  if (!("t" in record)) return record;
  const changeOf = ([collection, id, ...body]: [string, string, Json?]): KeptChange =>
    body.length === 0 ? [collection, id] : [collection, id, bodyOf(body[0] as Json)];
  return { t: record.t.map(([revision, changes]) => [revision, changes.map(changeOf)]) };
}
