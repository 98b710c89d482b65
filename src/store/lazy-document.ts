// A document whose body is read when somebody asks for it first. Knows no driver.

import type { Json, StoredDocument } from "./contract.ts";

/** @param read gives the body; it is called once at most */
export function lazyDocument(id: string, revision: number, read: () => Json): StoredDocument {
  let found: { body: Json } | undefined;
  return Object.freeze({
    id,
    revision,
    get body() {
      found ??= { body: read() };
      return found.body;
    },
  });
}
