// The measure groups of the house. A schema uses those that its columns name.

import { contentGroup } from "./content.ts";
import { contextGroup } from "./context.ts";
import type { MeasureGroup } from "./contract.ts";
import { earlyGroup } from "./early.ts";
import { networkGroup } from "./network.ts";
import { serviceGroup } from "./service.ts";
import { tcpGroup } from "./tcp.ts";
import { timingGroup } from "./timing.ts";
import { volumeGroup } from "./volume.ts";

/** In the order in which ../assembly/flow-rows.ts writes them. */
export const GROUPS: readonly MeasureGroup[] = [
  volumeGroup,
  timingGroup,
  tcpGroup,
  networkGroup,
  earlyGroup,
  contentGroup,
  serviceGroup,
  contextGroup,
];

/** The groups that compute the named measures. Throws RangeError for a name that none computes. */
export function groupsFor(measures: Iterable<string>): MeasureGroup[] {
  const wanted = new Set(measures);
  const groups = GROUPS.filter((group) => {
    const used = group.measures.filter((name) => wanted.has(name));
    for (const name of used) wanted.delete(name);
    return used.length > 0;
  });
  if (wanted.size > 0) throw new RangeError(`no measure group computes ${[...wanted].join(", ")}`);
  return groups;
}

/** Ids and versions of the groups that compute the named measures, for fingerprints. */
export function groupVersions(measures: Iterable<string>): string {
  return groupsFor(measures)
    .map((group) => `${group.id}/${group.version}`)
    .join(",");
}
