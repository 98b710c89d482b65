// Rows by name: files as they are, and tables and parts of the project's data sets.

import { type ReadOptions, type ReadResult, readTable } from "../dataset/row-reader.ts";
import type { Project } from "../dataset/store/project.ts";
import { projectFolder } from "../dataset/store/project-folder.ts";
import type { LabelledTable } from "../feature/table.ts";

export interface NamedReadOptions extends ReadOptions {
  /** Folder of the project whose data sets are meant; default: the nearest one upwards. */
  project?: string;
}

const MEMORY = "1GB";
/** The data set that a name begins with. */
const DATASET = /^([\w.-]+)(?:[:@].*)?$/;

/**
 * Reads files and data sets into one table. Messages and facts name them as they were given.
 *
 * @throws what `readTable` throws, and `dataset-unknown`, `dataset-damaged`
 */
export function readNamedRows(
  names: readonly string[],
  options: NamedReadOptions & { label: string | readonly string[] },
): Promise<ReadResult<LabelledTable>>;
export function readNamedRows(names: readonly string[], options: NamedReadOptions): Promise<ReadResult>;
export async function readNamedRows(
  names: readonly string[],
  { project: folder, ...options }: NamedReadOptions,
): Promise<ReadResult> {
  const datasets = await datasetsAmong(names, folder);
  if (datasets.size === 0) return readTable(names, options);
  const { openDuck } = await import("../dataset/duck.ts");
  const { resolveTable } = await import("../dataset/store/reference.ts");
  const project = await openProject(folder);
  const duck = await openDuck({ memoryLimit: MEMORY, signal: options.signal });
  try {
    const paths: string[] = [];
    for (const name of names) {
      paths.push(datasets.has(name) ? (await resolveTable(name, { project, duck })).path : name);
    }
    const tableName = DATASET.exec(names[0])?.[1];
    const result = await readTable(paths, { ...options, tableName });
    result.source.files.forEach((file, index) => {
      file.path = names[index];
    });
    return result;
  } finally {
    duck.close();
  }
}

/** Those names that mean data sets of the project. Most runs have no project, and load nothing for it. */
async function datasetsAmong(names: readonly string[], folder: string | undefined): Promise<Set<string>> {
  const found = new Set<string>();
  if (folder === undefined && projectFolder(".") === undefined) return found;
  const { hasDataset } = await import("../dataset/store/sets.ts");
  const project = await openProject(folder);
  for (const name of names) {
    const dataset = DATASET.exec(name)?.[1];
    if (dataset !== undefined && (await hasDataset(project, dataset))) found.add(name);
  }
  return found;
}

async function openProject(folder: string | undefined): Promise<Project> {
  const project = await import("../dataset/store/project.ts");
  return project.openProject({ folder });
}
