// The project: a folder with orbweaver.yaml, under which data sets lie. Found upwards from where one works, as git finds
// its repository. Knows nothing of what lies in it.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { OrbweaverError } from "../../base/errors.ts";
import { messageOf, writeError } from "../file-error.ts";
import { PROJECT_FILE, projectFolder } from "./project-folder.ts";

export interface Project {
  /** Absolute path of the folder. */
  root: string;
}

/** Folder of everything that is kept. */
export const DATA_FOLDER = "data";

const NEW_PROJECT = `# An Orbweaver project. Data sets lie in ${DATA_FOLDER}/; \`orbweaver datasets\` lists them.
version: 1
`;

const form = z.looseObject({ version: z.literal(1, { error: "expected version: 1" }) });

export interface ProjectOptions {
  /** The folder itself; default: the nearest one upwards from the working directory. */
  folder?: string;
  /** Make one, in `folder` or the working directory, where there is none. */
  create?: boolean;
}

/** Throws `project-invalid` where there is none and none is to be made, or its file is not one of ours. */
export async function openProject(options: ProjectOptions = {}): Promise<Project> {
  const start = resolve(options.folder ?? ".");
  const found = await findProject(start, options.folder === undefined);
  if (found !== undefined) return found;
  if (options.create) return createProject(start);
  throw new OrbweaverError("project-invalid", `'${start}' is no project: it has no ${PROJECT_FILE}`, {
    hint: "Import a data set there first (`orbweaver import FILE`), or name the project's folder with --project.",
  });
}

/** The project that `start` is, or lies in; undefined where there is none. Throws `project-invalid`. */
export async function findProject(start: string, upwards = true): Promise<Project | undefined> {
  const folder = projectFolder(start, upwards);
  return folder === undefined ? undefined : checked(folder, await textOf(join(folder, PROJECT_FILE)));
}

async function createProject(root: string): Promise<Project> {
  try {
    await mkdir(join(root, DATA_FOLDER), { recursive: true });
    await writeFile(join(root, PROJECT_FILE), NEW_PROJECT, { flag: "wx" });
  } catch (cause) {
    throw writeError(join(root, PROJECT_FILE), cause);
  }
  return { root };
}

function checked(root: string, text: string): Project {
  const path = join(root, PROJECT_FILE);
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new OrbweaverError("project-invalid", `'${path}' is no YAML: ${messageOf(cause)}`, { cause });
  }
  const found = form.safeParse(value);
  if (found.success) return { root };
  throw new OrbweaverError("project-invalid", `'${path}': ${found.error.issues[0].message}`);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new OrbweaverError("project-invalid", `'${path}' cannot be read: ${messageOf(cause)}`, { cause });
  }
}
