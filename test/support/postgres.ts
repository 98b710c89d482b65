// A PostgreSQL server for tests: ORBWEAVER_TEST_POSTGRES, or one on this machine. Each test gets a schema of its own.

import { randomBytes } from "node:crypto";
import pg from "pg";
import { describe, test } from "vitest";

const SERVER = process.env["ORBWEAVER_TEST_POSTGRES"] ?? "postgres://postgres@127.0.0.1:5432/test";
const ABSENT = "no PostgreSQL server at ORBWEAVER_TEST_POSTGRES, or postgres@127.0.0.1:5432, database test";

/** Asks the server itself, outside of any store. */
export async function askPostgres(
  text: string,
  values: unknown[] = [],
  url = SERVER,
): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await client.query(text, values);
  } finally {
    await client.end();
  }
}

const isThere = await askPostgres("SELECT 1").then(
  () => true,
  () => false,
);

/** A group of tests that is skipped where no server is, and fails there when CI=true. */
export function describePostgres(name: string, tests: () => void): void {
  if (isThere) describe(name, tests);
  else if (process.env["CI"] === "true") {
    test(name, () => {
      throw new Error(ABSENT);
    });
  } else describe.skip(`${name} (skipped: ${ABSENT})`, tests);
}

/** The URL of a new schema, and what drops it. */
export async function postgresSchema(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `orbweaver_test_${randomBytes(6).toString("hex")}`;
  await askPostgres(`CREATE SCHEMA ${name}`);
  const url = new URL(SERVER);
  url.searchParams.set("options", `-c search_path=${name}`);
  return {
    url: url.href,
    drop: async () => {
      await askPostgres(`DROP SCHEMA ${name} CASCADE`);
    },
  };
}
