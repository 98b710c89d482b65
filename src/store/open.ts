// Opens a store by where it is: a folder, or the URL of a PostgreSQL database. Loads only the driver that is needed.

import { resolve } from "node:path";
import type { Store } from "./contract.ts";

const DATABASE = /^postgres(?:ql)?:\/\//;

/** Whether a place is a database; everything else is a folder. */
export function isDatabase(place: string): boolean {
  return DATABASE.test(place);
}

/** Opens the store of a place. Nothing is made or asked before it is used. Throws `usage` for a URL that is none. */
export async function openStore(place: string): Promise<Store> {
  if (isDatabase(place)) {
    const { openPostgresStore } = await import("./drivers/postgres.ts");
    return openPostgresStore(place);
  }
  const { openFileStore } = await import("./drivers/files.ts");
  return openFileStore(resolve(place));
}
