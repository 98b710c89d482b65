// The data sets of a project: listed, shown, removed.

import type { DatasetManifest } from "../dataset/store/contract.ts";
import { openProject } from "../dataset/store/project.ts";
import { listManifests, readManifest, removeDataset } from "../dataset/store/sets.ts";

export type { DatasetManifest } from "../dataset/store/contract.ts";

export interface ProjectOptions {
  project?: string;
}

export async function listDatasets({ project: folder }: ProjectOptions): Promise<{
  project: string;
  datasets: DatasetManifest[];
}> {
  const project = await openProject({ folder });
  return { project: project.root, datasets: await listManifests(project) };
}

/** Throws `dataset-unknown`. */
export async function showDataset(
  name: string,
  { project: folder }: ProjectOptions,
): Promise<DatasetManifest> {
  return readManifest(await openProject({ folder }), name);
}

// --- of a server, whose project may have none yet ---------------------------------------------------------------

export async function listProjectDatasets(root: string): Promise<DatasetManifest[]> {
  return listManifests(await openProject({ folder: root, create: true }));
}

/** Throws `dataset-unknown`. */
export async function showProjectDataset(root: string, name: string): Promise<DatasetManifest> {
  return readManifest(await openProject({ folder: root, create: true }), name);
}

/** Throws `dataset-unknown`. */
export async function removeProjectDataset(root: string, name: string): Promise<{ removed: string[] }> {
  await removeDataset(await openProject({ folder: root, create: true }), name);
  return { removed: [name] };
}

/** Throws `dataset-unknown` before anything is removed. */
export async function removeDatasets(
  names: readonly string[],
  { project: folder }: ProjectOptions,
): Promise<{ removed: string[]; bytes: number }> {
  const project = await openProject({ folder });
  for (const name of names) await readManifest(project, name);
  let bytes = 0;
  for (const name of names) bytes += (await removeDataset(project, name)).bytes;
  return { removed: [...names], bytes };
}
