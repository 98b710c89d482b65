// Connections to PostgreSQL, and what its failures are called here. Knows no tables.

import pg, { type Pool, type PoolClient } from "pg";
import { OrbweaverError } from "../../base/errors.ts";
import { WAIT_MS } from "../writer-lock.ts";

const CONNECTIONS_MAX = 8;
const CONNECT_MS = 10_000;

/** What the server says, by SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const BUSY = new Set(["55P03", "57014", "40P01", "40001"]);
const FULL = new Set(["53100", "53200"]);
const REFUSED = /^(08|28|3D|57P|53300|42501)/;

/** A URL without what is secret: user, host and database. Throws `usage`. */
export function placeOfUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new OrbweaverError(
      "usage",
      "the store's URL cannot be read, expected postgres://USER@HOST:PORT/DATABASE",
      {
        hint: "Characters such as @ / : # in a password are written as %40 %2F %3A %23.",
      },
    );
  }
  const user = parsed.username === "" ? "" : `${parsed.username}@`;
  return `postgres://${user}${parsed.host}${parsed.pathname}`;
}

export interface Connections {
  pool: Pool;
  /** Throws `store-unreachable`, `store-busy`, `file-write` for what the server says. */
  withClient: <Result>(work: (client: PoolClient) => Promise<Result>) => Promise<Result>;
}

export function openPool(url: string, place: string, waitMs = WAIT_MS): Connections {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS,
    lock_timeout: waitMs,
    application_name: "orbweaver",
    allowExitOnIdle: true,
  });
  // An idle connection that breaks is replaced by the pool.
  pool.on("error", () => undefined);
  const withClient: Connections["withClient"] = async (work) => {
    let client: PoolClient | undefined;
    let broken: Error | undefined;
    try {
      client = await pool.connect();
      return await work(client);
    } catch (cause) {
      const failure = told(place, cause);
      if (failure instanceof OrbweaverError && failure.code === "store-unreachable") broken = failure;
      throw failure;
    } finally {
      client?.release(broken);
    }
  };
  return { pool, withClient };
}

function told(place: string, cause: unknown): unknown {
  if (cause instanceof OrbweaverError || !(cause instanceof Error)) return cause;
  const code = String((cause as Error & { code?: unknown }).code ?? "");
  const words = wordsOf(cause, code);
  if (BUSY.has(code))
    return new OrbweaverError("store-busy", `${place} is being written, and that did not end: ${words}`, {
      cause,
    });
  if (FULL.has(code))
    return new OrbweaverError("file-write", `cannot write to ${place}: ${words}`, { cause });
  const isOfNetwork = /^E[A-Z]+$/.test(code) || /connection|terminat|timeout|SSL|SASL/i.test(cause.message);
  if (isOfNetwork || REFUSED.test(code))
    return new OrbweaverError("store-unreachable", `${place} cannot be used: ${words}`, { cause });
  return cause;
}

/** What the system says of several addresses has no words of its own. */
function wordsOf(cause: Error, code: string): string {
  const [first = ""] = cause.message.split("\n");
  return first === "" ? code : first;
}
