// The tables of a store in PostgreSQL, made by the first process that comes, whoever else comes at the same time.

import type { PoolClient } from "pg";
import { OrbweaverError } from "../../base/errors.ts";

/** Of the tables. */
const SCHEMA_VERSION = 1;
/** Any number, the same everywhere: who holds this lock makes the tables. */
const LOCK = 0x6f726277;

const TABLES = `
CREATE TABLE orbweaver_store (
  singular boolean PRIMARY KEY DEFAULT true CHECK (singular),
  version integer NOT NULL,
  revision bigint NOT NULL
);
CREATE TABLE orbweaver_documents (
  collection text NOT NULL,
  id text NOT NULL,
  revision bigint NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (collection, id)
);
CREATE TABLE orbweaver_commits (revision bigint PRIMARY KEY, changes text NOT NULL);
CREATE TABLE orbweaver_objects (
  object text PRIMARY KEY,
  bytes bigint NOT NULL,
  touched timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orbweaver_chunks (
  object text NOT NULL REFERENCES orbweaver_objects ON DELETE CASCADE,
  ordinal integer NOT NULL,
  piece bytea NOT NULL,
  PRIMARY KEY (object, ordinal)
);
INSERT INTO orbweaver_store (version, revision) VALUES (${SCHEMA_VERSION}, 0);
`;

/** Makes the tables where they are not there. Throws `store-version` for those of another form. */
export async function prepareSchema(client: PoolClient, place: string): Promise<void> {
  const found = (await versionOf(client)) ?? (await made(client));
  if (found !== SCHEMA_VERSION)
    throw new OrbweaverError("store-version", `${place} has form ${found}, expected ${SCHEMA_VERSION}`);
}

async function versionOf(client: PoolClient): Promise<number | undefined> {
  // The catalogue itself: names may be looked up in what was known before the lock was got.
  const { rows } = await client.query(
    `SELECT 1 FROM pg_catalog.pg_tables
     WHERE tablename = 'orbweaver_store' AND schemaname = ANY (current_schemas(false))`,
  );
  if (rows.length === 0) return undefined;
  return (await client.query<{ version: number }>("SELECT version FROM orbweaver_store")).rows[0]?.version;
}

async function made(client: PoolClient): Promise<number> {
  await client.query("BEGIN");
  try {
    await client.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    const found = await versionOf(client);
    if (found === undefined) await client.query(TABLES);
    await client.query("COMMIT");
    return found ?? SCHEMA_VERSION;
  } catch (failure) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw failure;
  }
}
