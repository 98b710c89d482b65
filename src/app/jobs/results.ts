// Files that jobs leave, each written and told in the form of results.

import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobContext, JobOutcome } from "../../job/contract.ts";
import { writeWhole } from "../file.ts";
import { plain } from "../plain-json.ts";

/** A report as JSON among the results. Numbers that JSON has no word for are null. */
export async function written(
  name: string,
  report: unknown,
  description: string,
  { results }: JobContext,
): Promise<JobOutcome["results"][number]> {
  const file = `${name}.json`;
  await writeWhole(join(results, file), JSON.stringify(report, plain));
  return { name, file, type: "application/json", description };
}

export function page(name: string, file: string): JobOutcome["results"][number] {
  return { name, file, type: "text/html", description: "The same as a page" };
}

/** Rows that an import rejected. */
export async function copied(
  path: string,
  name: string,
  type: string,
  { results }: JobContext,
): Promise<JobOutcome["results"][number]> {
  const file = `${name}.csv`;
  await copyFile(path, join(results, file));
  return { name, file, type, description: "Rows that could not be taken, with line and reason" };
}
