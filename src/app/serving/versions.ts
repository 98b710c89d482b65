// Versions of a served model that may be asked for.

import type { Store } from "../place.ts";
import { showModel } from "../registry.ts";
import { type Served, versionText } from "./charge.ts";

/** Numbers of the registry; of a file the one that it has. */
export async function findVersions(store: Store, served: Served): Promise<string[]> {
  if (served.version === undefined) return [versionText(served)];
  const registered = served.reference.replace(/[@:].*$/, "");
  return (await showModel(store, registered)).versions.map(({ version }) => String(version));
}
