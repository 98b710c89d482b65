// The measure groups of the house. A schema uses those that its columns name.

import { ContentGroup } from "./content.ts";
import { ContextGroup } from "./context.ts";
import type { MeasureGroup } from "./contract.ts";
import { EarlyGroup } from "./early.ts";
import { NetworkGroup } from "./network.ts";
import { ServiceGroup } from "./service.ts";
import { TcpGroup } from "./tcp.ts";
import { TimingGroup } from "./timing.ts";
import { VolumeGroup } from "./volume.ts";

const GROUPS: readonly (() => MeasureGroup)[] = [
  () => new VolumeGroup(),
  () => new TimingGroup(),
  () => new TcpGroup(),
  () => new NetworkGroup(),
  () => new EarlyGroup(),
  () => new ContentGroup(),
  () => new ServiceGroup(),
  () => new ContextGroup(),
];

/** Fresh groups that together compute the named measures. Throws RangeError for a name that none computes. */
export function groupsFor(measures: Iterable<string>): MeasureGroup[] {
  const wanted = new Set(measures);
  const groups = GROUPS.map((make) => make()).filter((group) => {
    const used = [...group.measures.keys()].filter((name) => wanted.has(name));
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
