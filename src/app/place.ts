// Where everything is kept: the project that was named, else the nearest one upwards, else the user's own.
//
// Runs, models, users and jobs lie in the store of a place: a folder of it, or the database that ORBWEAVER_STORE names. Loads
// nothing but paths until something is opened.

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { projectFolder } from "../dataset/store/project-folder.ts";
import type { Store } from "../store/contract.ts";

export type { Store } from "../store/contract.ts";

export interface PlaceOptions {
  /** The folder of a project; default: the nearest one upwards, else the user's own. */
  project?: string;
  /** Folder or postgres:// URL of the store; default: ORBWEAVER_STORE, else `store` in the folder. */
  store?: string;
  /** Make the folder a project where it is none. */
  create?: boolean;
}

export interface Place {
  /** Absolute path of the folder. */
  root: string;
  /** Folder or URL of the store; a URL may hold a password, so it is not for messages. */
  store: string;
  /** Whether it is the user's own, and no project was named or found. */
  isHome: boolean;
}

const STORE_FOLDER = "store";

/** The folder that is used where there is no project. */
export function homeFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { ORBWEAVER_HOME: home = "", XDG_DATA_HOME: shared = "" } = environment;
  if (home !== "") return resolve(home);
  // Relative paths are to be ignored there, says the XDG base directory specification.
  return shared.startsWith("/") ? join(shared, "orbweaver") : join(homedir(), ".local", "share", "orbweaver");
}

/** Throws `project-invalid` where the named folder is no project, and none is to be made. */
export async function placeOf({ project, store, create }: PlaceOptions = {}): Promise<Place> {
  const found = project === undefined ? projectFolder(".") : await namedProject(project, create);
  const root = found ?? (await home(create));
  const database = store ?? process.env["ORBWEAVER_STORE"] ?? "";
  return { root, store: database === "" ? join(root, STORE_FOLDER) : database, isHome: found === undefined };
}

async function namedProject(project: string, create: boolean | undefined): Promise<string> {
  const { openProject } = await import("../dataset/store/project.ts");
  return (await openProject({ folder: project, create })).root;
}

async function home(create: boolean | undefined): Promise<string> {
  const folder = homeFolder();
  return create ? namedProject(folder, true) : folder;
}

/** Opens the store of a place; nothing is made before it is written to. */
export async function openPlace(options: PlaceOptions = {}): Promise<{ place: Place; store: Store }> {
  const place = await placeOf(options);
  const { openStore } = await import("../store/open.ts");
  return { place, store: await openStore(place.store) };
}
