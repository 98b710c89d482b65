// Writes lines to a server in batches, with a pause and another try after failures that pass.
//
// A batch that the server refuses is sent again in halves until the first line is found that it does not take, so that the
// message names the row. Points that are written twice replace themselves, so nothing is doubled. What was written before
// stays: a server knows no transactions.

import { OrbweaverError } from "../../base/errors.ts";
import { groupedText } from "../../base/number-text.ts";
import type { InfluxAddress } from "./address.ts";
import {
  type InfluxClient,
  type InfluxRequest,
  longShown,
  place,
  type Refusal,
  refusalError,
} from "./client.ts";

export interface Batch {
  lines: readonly string[];
  /** Of each line, the row of the table, from 1. */
  rows: readonly number[];
}

/** InfluxDB advises 5,000 to 10,000 points, and takes at most 25 MB at once. */
export const BATCH_LINES = 5_000;
export const BATCH_CHARACTERS = 4 << 20;

/** Status of a body that is too large. */
const TOO_LARGE = 413;

/**
 * Writes a batch. `written` is how many lines were before, for messages.
 *
 * @throws `influx-unreachable`, `influx-auth`, `influx-query`, `cancelled`
 */
export async function sendBatch(client: InfluxClient, batch: Batch, written: number): Promise<void> {
  let refusal: Refusal | undefined;
  try {
    refusal = await client.send(requestOf(client.address, batch.lines));
  } catch (failure) {
    throw withWritten(failure, written);
  }
  if (refusal === undefined) return;
  if (refusal.status === TOO_LARGE && batch.lines.length > 1) {
    const half = Math.ceil(batch.lines.length / 2);
    await sendBatch(client, partOf(batch, 0, half), written);
    return sendBatch(client, partOf(batch, half, batch.lines.length), written + half);
  }
  if (!isAboutLines(refusal)) throw withWritten(refusalError(client.address, refusal), written);
  const found = await firstRefused(client, batch, refusal);
  throw new OrbweaverError(
    "influx-query",
    `${place(client.address)} refuses row ${groupedText(batch.rows[found.index])}: ${longShown(found.refusal.message)}; ` +
      `${groupedText(written + found.index)} rows before it were written`,
    {
      hint: "A field that had another type before needs another measurement or database; see docs/guide/influxdb.md.",
    },
  );
}

function isAboutLines({ status, message }: Refusal): boolean {
  return status === 400 || status === 422 || /partial write/i.test(message);
}

/** Halves the batch until one line is left that is refused. */
async function firstRefused(
  client: InfluxClient,
  batch: Batch,
  first: Refusal,
): Promise<{ index: number; refusal: Refusal }> {
  let low = 0;
  let high = batch.lines.length;
  let refusal = first;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const answer = await client.send(requestOf(client.address, batch.lines.slice(low, middle)));
    if (answer === undefined) low = middle;
    else {
      high = middle;
      refusal = answer;
    }
  }
  if (high - low === 1)
    refusal = (await client.send(requestOf(client.address, batch.lines.slice(low, high)))) ?? refusal;
  return { index: low, refusal };
}

function partOf({ lines, rows }: Batch, from: number, to: number): Batch {
  return { lines: lines.slice(from, to), rows: rows.slice(from, to) };
}

function requestOf(address: InfluxAddress, lines: readonly string[]): InfluxRequest {
  const target =
    address.version === 1
      ? { path: "/write", parameters: { db: address.database, rp: address.retention, precision: "ns" } }
      : {
          path: "/api/v2/write",
          parameters: { org: address.organisation, bucket: address.bucket, precision: "ns" },
        };
  return {
    method: "POST",
    ...target,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: `${lines.join("\n")}\n`,
    retries: true,
  };
}

/** The same failure, which also says what stays in the server. */
function withWritten(failure: unknown, written: number): unknown {
  if (!(failure instanceof OrbweaverError) || failure.code === "cancelled" || written === 0) return failure;
  return new OrbweaverError(
    failure.code,
    `${failure.message}; ${groupedText(written)} rows were written before`,
    {
      hint: failure.hint,
      cause: failure,
    },
  );
}
