// Objects as rows: one for each, and its bytes in pieces. Called within a transaction, except for reading.

import { createHash, randomBytes } from "node:crypto";
import type { PoolClient } from "pg";
import { OrbweaverError } from "../../base/errors.ts";
import { objectsNamed } from "../check.ts";
import type { Json } from "../contract.ts";
import { SWEEP_AGE_MS } from "../object-files.ts";

/** Bytes of one row. */
const PIECE = 2 ** 20;

/** Keeps bytes under a name of their own, and then under their digest. Of bytes that are there already the age begins anew. */
export async function putRows(
  client: PoolClient,
  source: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<{ object: string; bytes: number }> {
  const temporary = `new-${randomBytes(12).toString("hex")}`;
  const hash = createHash("sha256");
  let bytes = 0;
  let ordinal = 0;
  await client.query("INSERT INTO orbweaver_objects (object, bytes) VALUES ($1, 0)", [temporary]);
  for await (const piece of pieces(source)) {
    hash.update(piece);
    bytes += piece.length;
    await client.query("INSERT INTO orbweaver_chunks (object, ordinal, piece) VALUES ($1, $2, $3)", [
      temporary,
      ordinal++,
      Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength),
    ]);
  }
  const object = hash.digest("hex");
  const { rowCount } = await client
    .query(
      `INSERT INTO orbweaver_objects (object, bytes) VALUES ($1, $2)
     ON CONFLICT (object) DO UPDATE SET touched = now() RETURNING (xmax = 0) AS added`,
      [object, bytes],
    )
    .then(({ rows }) => ({ rowCount: (rows[0] as { added: boolean }).added ? 1 : 0 }));
  if (rowCount === 1)
    await client.query("UPDATE orbweaver_chunks SET object = $1 WHERE object = $2", [object, temporary]);
  await client.query("DELETE FROM orbweaver_objects WHERE object = $1", [temporary]);
  return { object, bytes };
}

/** The same bytes in pieces of PIECE, the last one shorter. */
async function* pieces(source: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const part of source instanceof Uint8Array ? [source] : source) {
    for (let start = 0; start < part.length; ) {
      const taken = part.subarray(start, start + PIECE - length);
      held.push(taken);
      length += taken.length;
      start += taken.length;
      if (length < PIECE) continue;
      yield Buffer.concat(held);
      held = [];
      length = 0;
    }
  }
  if (length > 0) yield Buffer.concat(held);
}

export type Ask = <Found extends object>(text: string, values: unknown[]) => Promise<Found[]>;

/** The pieces of an object, in order. Throws `store-damaged` where it is not there. */
export async function* streamRows(ask: Ask, place: string, object: string): AsyncGenerator<Uint8Array> {
  const [facts] = await ask<{ bytes: string }>("SELECT bytes FROM orbweaver_objects WHERE object = $1", [
    object,
  ]);
  if (facts === undefined) throw damaged(place, object, "is not there");
  const count = Math.ceil(Number(facts.bytes) / PIECE);
  for (let ordinal = 0; ordinal < count; ordinal++) {
    const [row] = await ask<{ piece: Buffer }>(
      "SELECT piece FROM orbweaver_chunks WHERE object = $1 AND ordinal = $2",
      [object, ordinal],
    );
    if (row === undefined) throw damaged(place, object, `lacks piece ${ordinal}`);
    yield new Uint8Array(row.piece.buffer, row.piece.byteOffset, row.piece.byteLength);
  }
}

export function damaged(place: string, object: string, found: string): OrbweaverError {
  return new OrbweaverError("store-damaged", `${place}: object ${object} ${found}`);
}

/** Removes old objects that no body names. Called while nobody commits. */
export async function sweepRows(
  client: PoolClient,
  bodies: readonly Json[],
): Promise<{ removed: number; bytes: number }> {
  const named = new Set<string>();
  for (const body of bodies) objectsNamed(body, named);
  const { rows } = await client.query<{ bytes: string }>(
    `DELETE FROM orbweaver_objects
     WHERE touched < now() - $1 * interval '1 millisecond' AND NOT object = ANY($2::text[]) RETURNING bytes`,
    [SWEEP_AGE_MS, [...named]],
  );
  return { removed: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + Number(bytes), 0) };
}
