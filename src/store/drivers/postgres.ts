// A store in PostgreSQL: five tables whose names begin with `orbweaver_`, made when first written to.
//
// What it guarantees: the same as every driver. A commit is one transaction that holds the row with the revision from its start, so
// that commits come one after the other; another process is told by NOTIFY, and by asking every half second where that is lost.
// Bodies are text: `jsonb` can neither hold every text nor give back what it was given. Messages name no password.

import { createHash } from "node:crypto";
import type { Pool, PoolClient } from "pg";
import { OrbweaverError } from "../../base/errors.ts";
import { CHANGES_MAX, conflict, requireObjectName, type TextChange, textChanges } from "../check.ts";
import type { Change, Committed, Json, Store, StoredDocument } from "../contract.ts";
import { lazyDocument } from "../lazy-document.ts";
import { byId, HISTORY_MAX, olderCommits } from "../state.ts";
import { damaged, putRows, streamRows, sweepRows } from "./postgres-objects.ts";
import { openPool, placeOfUrl } from "./postgres-pool.ts";
import { prepareSchema } from "./postgres-schema.ts";
import { followChannel } from "./postgres-watch.ts";

export interface PostgresStoreOptions {
  /** How long to wait for another writer, ms. */
  waitMs?: number;
}

interface Row {
  collection: string;
  id: string;
  revision: string;
  body: string;
}

/** Opens the store of a database. Nothing is asked before it is used. Throws `usage` for a URL that is none. */
export function openPostgresStore(url: string, options: PostgresStoreOptions = {}): Store {
  return new PostgresStore(url, options);
}

class PostgresStore implements Store {
  readonly place: string;
  readonly #url: string;
  readonly #pool: Pool;
  readonly #closed = new AbortController();
  readonly #withClient: ReturnType<typeof openPool>["withClient"];
  #ready: Promise<void> | undefined;

  constructor(url: string, { waitMs }: PostgresStoreOptions) {
    this.#url = url;
    this.place = placeOfUrl(url);
    const { pool, withClient } = openPool(url, this.place, waitMs);
    this.#pool = pool;
    this.#withClient = withClient;
  }

  /** Does work on a connection, when the tables are there. */
  async #with<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    this.#ready ??= this.#withClient((client) => prepareSchema(client, this.place));
    try {
      await this.#ready;
    } catch (failure) {
      this.#ready = undefined;
      throw failure;
    }
    return this.#withClient(work);
  }

  async #rows<Found extends object>(text: string, values: unknown[] = []): Promise<Found[]> {
    return this.#with(async (client) => (await client.query<Found>(text, values)).rows);
  }

  async revision(): Promise<number> {
    const [{ revision }] = await this.#rows<{ revision: string }>("SELECT revision FROM orbweaver_store");
    return Number(revision);
  }

  async read(collection: string, id: string): Promise<StoredDocument | undefined> {
    // A name with this character is in no table, and cannot be asked for.
    if (collection.includes("\0") || id.includes("\0")) return undefined;
    const [row] = await this.#rows<Row>(
      "SELECT id, revision, body FROM orbweaver_documents WHERE collection = $1 AND id = $2",
      [collection, id],
    );
    return row && documentOf(row);
  }

  async list(collection: string): Promise<StoredDocument[]> {
    if (collection.includes("\0")) return [];
    const rows = await this.#rows<Row>(
      "SELECT id, revision, body FROM orbweaver_documents WHERE collection = $1",
      [collection],
    );
    return rows.map(documentOf).sort(byId);
  }

  async commit(changes: readonly Change[]): Promise<number> {
    const checked = textChanges(changes);
    return this.#with((client) => transaction(client, () => committed(client, checked)));
  }

  async *watch(revision: number, signal: AbortSignal): AsyncGenerator<Committed> {
    const stop = AbortSignal.any([signal, this.#closed.signal]);
    let told = revision;
    for await (const _ of followChannel(this.#url, stop)) {
      for (const found of await this.#since(told).catch((failure: unknown) => nothingForNow(failure, stop))) {
        if (stop.aborted) return;
        told = found.revision;
        yield found;
      }
    }
  }

  /** As StoreState.since: of what is no longer remembered, what is still there. */
  async #since(revision: number): Promise<Committed[]> {
    return this.#with((client) =>
      transaction(
        client,
        async () => {
          const newest = await client.query<{ revision: string }>("SELECT revision FROM orbweaver_store");
          const end = Number(newest.rows[0].revision);
          if (end <= revision) return [];
          const { rows } = await client.query<{ revision: string; changes: string }>(
            "SELECT revision, changes FROM orbweaver_commits WHERE revision > $1 ORDER BY revision",
            [revision],
          );
          const remembered = rows.map((row) => rememberedCommit(Number(row.revision), row.changes));
          const first = remembered[0]?.revision ?? end + 1;
          if (first <= revision + 1) return remembered;
          const older = await client.query<Row>(
            "SELECT collection, id, revision FROM orbweaver_documents WHERE revision > $1 AND revision < $2",
            [revision, first],
          );
          const documents = older.rows.map((row) => [row.collection, row.id, Number(row.revision)] as const);
          return [...olderCommits(documents, revision, first), ...remembered];
        },
        "REPEATABLE READ",
      ),
    );
  }

  // --- objects ------------------------------------------------------------------------------------------------

  async putObject(
    source: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<{ object: string; bytes: number }> {
    return this.#with((client) => transaction(client, () => putRows(client, source)));
  }

  async readObject(object: string): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.streamObject(object)) pieces.push(piece);
    const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let filled = 0;
    for (const piece of pieces) {
      bytes.set(piece, filled);
      filled += piece.length;
    }
    return bytes;
  }

  async *streamObject(object: string): AsyncGenerator<Uint8Array> {
    requireObjectName(this.place, object);
    const hash = createHash("sha256");
    const ask = <Found extends object>(text: string, values: unknown[]) => this.#rows<Found>(text, values);
    for await (const piece of streamRows(ask, this.place, object)) {
      hash.update(piece);
      yield piece;
    }
    if (hash.digest("hex") !== object)
      throw damaged(this.place, object, "holds other bytes than its name says");
  }

  async sweepObjects(): Promise<{ removed: number; bytes: number }> {
    return this.#with((client) =>
      transaction(client, async () => {
        await lockedRevision(client);
        const { rows } = await client.query<{ body: string }>("SELECT body FROM orbweaver_documents");
        return sweepRows(
          client,
          rows.map(({ body }) => JSON.parse(body) as Json),
        );
      }),
    );
  }

  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    await this.#pool.end();
  }
}

/** A server that is started anew is asked again with the next turn, unless there is none. */
function nothingForNow(failure: unknown, stop: AbortSignal): Committed[] {
  if (stop.aborted) return [];
  const isForNow =
    failure instanceof OrbweaverError && ["store-unreachable", "store-busy"].includes(failure.code);
  if (isForNow) return [];
  throw failure;
}

function documentOf({ id, revision, body }: Row): StoredDocument {
  return lazyDocument(id, Number(revision), () => JSON.parse(body) as Json);
}

function rememberedCommit(revision: number, changes: string): Committed {
  const pairs = JSON.parse(changes) as [string, string][];
  return { revision, changes: pairs.map(([collection, id]) => ({ collection, id })) };
}

async function transaction<Result>(
  client: PoolClient,
  work: () => Promise<Result>,
  level = "READ COMMITTED",
): Promise<Result> {
  await client.query(`BEGIN ISOLATION LEVEL ${level}`);
  try {
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (failure) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw failure;
  }
}

/** Holds the row that every writer takes, to the end of the transaction. */
async function lockedRevision(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ revision: string }>(
    "SELECT revision FROM orbweaver_store FOR UPDATE",
  );
  return Number(rows[0].revision);
}

async function committed(client: PoolClient, changes: readonly TextChange[]): Promise<number> {
  // Durable when it resolves, whatever the server's default is.
  await client.query("SET LOCAL synchronous_commit = on");
  const revision = (await lockedRevision(client)) + 1;
  await requireExpected(client, changes);
  const written = changes.filter(({ text }) => text !== undefined);
  const removed = changes.filter(({ text }) => text === undefined);
  if (written.length > 0)
    await client.query(
      `INSERT INTO orbweaver_documents (collection, id, revision, body)
       SELECT collection, id, $1::bigint, body FROM unnest($2::text[], $3::text[], $4::text[]) AS t(collection, id, body)
       ON CONFLICT (collection, id) DO UPDATE SET revision = EXCLUDED.revision, body = EXCLUDED.body`,
      [revision, ...columns(written), written.map(({ text }) => text)],
    );
  if (removed.length > 0)
    await client.query(
      `DELETE FROM orbweaver_documents d USING unnest($1::text[], $2::text[]) AS t(collection, id)
       WHERE d.collection = t.collection AND d.id = t.id`,
      columns(removed),
    );
  await client.query("UPDATE orbweaver_store SET revision = $1", [revision]);
  const pairs = changes.map(({ collection, id }) => [collection, id]);
  await client.query("INSERT INTO orbweaver_commits (revision, changes) VALUES ($1, $2)", [
    revision,
    JSON.stringify(pairs),
  ]);
  if (revision % HISTORY_MAX === 0)
    await client.query("DELETE FROM orbweaver_commits WHERE revision <= $1", [revision - HISTORY_MAX]);
  await client.query("NOTIFY orbweaver_store");
  return revision;
}

function columns(changes: readonly TextChange[]): [string[], string[]] {
  return [changes.map(({ collection }) => collection), changes.map(({ id }) => id)];
}

async function requireExpected(client: PoolClient, changes: readonly TextChange[]): Promise<void> {
  const asked = changes.filter(({ expected }) => expected !== undefined).slice(0, CHANGES_MAX);
  if (asked.length === 0) return;
  const { rows } = await client.query<Row>(
    `SELECT d.collection, d.id, d.revision FROM orbweaver_documents d
     JOIN unnest($1::text[], $2::text[]) AS t(collection, id) ON d.collection = t.collection AND d.id = t.id`,
    columns(asked),
  );
  const found = new Map(
    rows.map(({ collection, id, revision }) => [`${collection}\n${id}`, Number(revision)]),
  );
  for (const change of asked) {
    const revision = found.get(`${change.collection}\n${change.id}`) ?? 0;
    if (revision !== change.expected) throw conflict(change, revision);
  }
}
