// Files of the server saved on the person's machine. Requests carry who asks, so a plain link would not do.

import { client } from "./client.ts";

/** Forms in which the server gives tables. */
export const TABLE_FORMATS = [
  { format: "csv", label: "CSV" },
  { format: "parquet", label: "Parquet" },
  { format: "jsonl", label: "JSON lines" },
] as const;

/** Fetches a path and saves what it gives under a name. Throws ApiError. */
export async function download(path: string, name: string, init?: RequestInit): Promise<void> {
  const answer = await client.fetch(path, init);
  save(await answer.blob(), name);
}

/** Saves bytes or text under a name. */
export function save(content: Blob | string, name: string): void {
  const blob = typeof content === "string" ? new Blob([content]) : content;
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
