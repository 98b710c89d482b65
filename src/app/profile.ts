// What a table looks like: profiles a data set or a file of rows, and writes the profile as a page.

import { openDuck } from "../dataset/duck.ts";
import type { Profile } from "../dataset/profile/contract.ts";
import { profileTable } from "../dataset/profile/profile.ts";
import { findProject, openProject } from "../dataset/store/project.ts";
import { type ResolvedTable, resolveTable } from "../dataset/store/reference.ts";
import { writeWhole } from "./file.ts";

export type {
  ClassesProfile,
  ColumnProfile,
  Histogram,
  Matrix,
  NumberColumn,
  Profile,
  TextColumn,
} from "../dataset/profile/contract.ts";

export interface ProfileOptions {
  /** NAME, NAME@PART or a file of rows. */
  reference: string;
  label?: string;
  columns?: readonly string[];
  sampleRows?: number;
  seed?: number;
  project?: string;
  /** File to write the profile to as a page. */
  html?: string;
  signal?: AbortSignal;
  onProgress?: (progress: { step: string; share?: number }) => void;
}

const MEMORY = "1GB";

/** Throws what finding the table throws, `rows-invalid` where it has no such column, `file-write`, `cancelled`. */
export async function profile(options: ProfileOptions): Promise<Profile> {
  const { signal, onProgress, html } = options;
  const project =
    options.project === undefined ? await findProject(".") : await openProject({ folder: options.project });
  const duck = await openDuck({ memoryLimit: MEMORY, signal });
  let table: ResolvedTable | undefined;
  try {
    onProgress?.({ step: "reading" });
    table = await resolveTable(options.reference, { project, duck, label: options.label });
    const { label, columns, sampleRows, seed } = options;
    const found = await profileTable({ duck, table, label, columns, sampleRows, seed, onProgress });
    if (html !== undefined) await writePage(found, html, onProgress);
    return found;
  } finally {
    await table?.close();
    duck.close();
  }
}

/** Loads what draws only when something is to be drawn. */
async function writePage(
  found: Profile,
  path: string,
  onProgress: ProfileOptions["onProgress"],
): Promise<void> {
  onProgress?.({ step: "drawing" });
  const { profilePage } = await import("../report/profile-page.ts");
  await writeWhole(path, profilePage(found));
}
