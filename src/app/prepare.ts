// A recipe and its sources in; a prepared data set of the project out, and files on request.

import { readFile, rm } from "node:fs/promises";
import { OrbweaverError } from "../base/errors.ts";
import { openDuck } from "../dataset/duck.ts";
import { readError, requireReadable } from "../dataset/file-error.ts";
import { type ExportedFile, exportPrepared } from "../dataset/prepare/export.ts";
import {
  type GivenRecipe,
  parseRecipe,
  type Recipe,
  recipeOf,
  recipeText,
} from "../dataset/prepare/recipe.ts";
import {
  type Prepared,
  type PreparedTable,
  type PrepareProgress,
  runRecipe,
} from "../dataset/prepare/run.ts";
import type { DatasetManifest, DatasetTable } from "../dataset/store/contract.ts";
import { openProject, type Project } from "../dataset/store/project.ts";
import { isReference, resolveTable } from "../dataset/store/reference.ts";
import {
  addObject,
  datasetExists,
  hasDataset,
  makeScratch,
  requireName,
  scratchPath,
  writeManifest,
} from "../dataset/store/sets.ts";

export type { ExportedFile } from "../dataset/prepare/export.ts";
export type { GivenRecipe } from "../dataset/prepare/recipe.ts";
export type { PrepareProgress } from "../dataset/prepare/run.ts";
export type { DatasetManifest } from "../dataset/store/contract.ts";

export interface PrepareOptions {
  /** A recipe file, or a recipe that was built. */
  recipe: { path: string } | GivenRecipe;
  /** Sources in the place of the recipe's own. */
  sources?: readonly string[];
  /** Name of the data set; default: the recipe's. */
  out?: string;
  /** Replace a data set of that name. */
  replace?: boolean;
  /** Steps may name data sets only: a recipe of somebody else must not read files of this machine. */
  datasetsOnly?: boolean;
  /** Also write files into this folder. */
  export?: { folder: string; format: "parquet" | "csv" };
  project?: string;
  /** Threads of DuckDB; default: as many as there are processors, at most 4. */
  threads?: number;
  signal?: AbortSignal;
  onProgress?: (progress: PrepareProgress) => void;
}

export interface PrepareResult {
  manifest: DatasetManifest;
  project: string;
  files: ExportedFile[];
}

const MEMORY = "1GB";
const RECIPE_BYTES_MAX = 16 << 20;

/** @throws `recipe-invalid`, `dataset-exists`, and what steps throw */
export async function prepareDataset(options: PrepareOptions): Promise<PrepareResult> {
  const recipe = await readRecipe(options);
  const name = options.out ?? recipe.name;
  if (name === undefined)
    throw new OrbweaverError(
      "usage",
      "the data set has no name: give it with --out, or as 'name' in the recipe",
    );
  requireName(name);
  const project = await openProject({ folder: options.project, create: true });
  if (!options.replace && (await hasDataset(project, name))) throw datasetExists(name);
  await makeScratch(project);
  const scratch: string[] = [];
  const { signal } = options;
  const duck = await openDuck({ memoryLimit: MEMORY, threads: options.threads, signal });
  const newScratch = (ending: string): string => {
    const path = scratchPath(project, ending);
    scratch.push(path);
    return path;
  };
  try {
    const prepared = await runRecipe(recipe, {
      duck,
      name,
      scratchPath: newScratch,
      resolve: async (reference) => {
        const mayBeFile = !options.datasetsOnly || options.sources?.includes(reference);
        if (!mayBeFile && !(await isReference(project, reference)))
          throw new OrbweaverError("dataset-unknown", `there is no data set '${reference.slice(0, 100)}'`);
        return resolveTable(reference, { project, duck, label: recipe.label });
      },
      ...(signal === undefined ? {} : { signal }),
      onProgress: options.onProgress,
    });
    const files =
      options.export === undefined
        ? []
        : await exportPrepared(prepared, recipe, {
            ...options.export,
            name,
            duck,
            scratchPath: newScratch,
            signal,
          });
    const manifest = await storedManifest(project, name, prepared, recipe);
    await writeManifest(project, manifest, { replace: options.replace ?? false });
    return { manifest, project: project.root, files };
  } finally {
    duck.close();
    for (const path of scratch) await rm(path, { force: true });
  }
}

/** The recipe as YAML, with the sources that are given in the place of its own. Throws `recipe-invalid`. */
export async function printedRecipe(
  options: Pick<PrepareOptions, "recipe" | "sources" | "out">,
): Promise<string> {
  const { given } = await readRecipe(options);
  const { name = options.out, sources, ...rest } = given;
  return recipeText({
    ...(name === undefined ? {} : { name }),
    ...(sources === undefined ? {} : { sources }),
    ...rest,
  });
}

async function readRecipe({ recipe, sources }: Pick<PrepareOptions, "recipe" | "sources">): Promise<Recipe> {
  const read = "path" in recipe ? await recipeFile(recipe.path) : recipeOf(recipe);
  if (sources === undefined || sources.length === 0) return read;
  return { ...read, sources, given: { ...read.given, sources } };
}

async function recipeFile(path: string): Promise<Recipe> {
  const bytes = await requireReadable(path);
  if (bytes > RECIPE_BYTES_MAX)
    throw new OrbweaverError(
      "recipe-invalid",
      `'${path}' is ${bytes} bytes, expected a recipe of at most ${RECIPE_BYTES_MAX}`,
    );
  try {
    return parseRecipe(await readFile(path, "utf8"), path);
  } catch (cause) {
    throw readError(path, cause);
  }
}

/** Name of the split of a prepared data set. */
const SPLIT = "recipe";

async function storedManifest(
  project: Project,
  name: string,
  prepared: Prepared,
  recipe: Recipe,
): Promise<DatasetManifest> {
  const { full, clean, split, sources, steps, remarks } = prepared;
  const tables = { full: await storedTable(project, full), clean: await storedTable(project, clean) };
  const assignment = split === undefined ? undefined : await addObject(project, split.path);
  return {
    format: 1,
    name,
    created: new Date().toISOString(),
    tables,
    table: "clean",
    ...(clean.label === undefined ? {} : { label: clean.label }),
    origin: "prepare",
    sources,
    steps,
    remarks,
    rejected: 0,
    recipe: recipe.given,
    splits:
      split === undefined || assignment === undefined
        ? {}
        : {
            [SPLIT]: {
              method: "recipe",
              options: split.options,
              table: "clean",
              ...assignment,
              parts: split.parts,
            },
          },
    ...(split === undefined ? {} : { split: SPLIT }),
  };
}

async function storedTable(project: Project, table: PreparedTable): Promise<DatasetTable> {
  const { rows, columns, classes, schema } = table;
  return {
    ...(await addObject(project, table.path)),
    rows,
    columns: [...columns],
    ...(classes === undefined ? {} : { classes }),
    ...(schema === undefined ? {} : { schema: { id: schema.id, fingerprint: schema.fingerprint } }),
  };
}
