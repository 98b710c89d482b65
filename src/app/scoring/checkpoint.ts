// How far the scoring of a file is: written behind every whole part, so that it can be gone on with.

import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../file.ts";
import { partPath, type VerdictCounts } from "./verdict-table.ts";

export interface Checkpoint {
  /** Whole parts, and what they hold. */
  parts: number;
  counts: VerdictCounts;
}

const NAME = "scored.json";

export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  await writeWhole(join(folder, NAME), JSON.stringify(checkpoint));
}

/** What an earlier attempt did; undefined for none. A part that it did not finish goes. */
export async function readCheckpoint(folder: string): Promise<Checkpoint | undefined> {
  let found: Checkpoint;
  try {
    found = JSON.parse(readFileSync(join(folder, NAME), "utf8")) as Checkpoint;
  } catch {
    return undefined;
  }
  await rm(partPath(folder, found.parts), { force: true });
  return found;
}
