// From attack verdicts to alerts: what a person looks at once, whatever the number of flows behind it.
//
// Attack flows are first gathered by source, target and class. As soon as one source attacks FAN_OUT targets with one
// class, its pairs become one alert of that source ("812 hosts"): a scan is one alert. As soon as FAN_IN sources attack
// one target with one class, the pairs become one alert of that target: a distributed flood is one alert.
//
// What it guarantees: every attack flow is counted in exactly one alert (or told apart as a repetition of an early
// verdict), memory is bounded, and the alerts depend on the order of the flows alone. An alert ends when it was silent
// for `silenceUs`, when the table is full and it was silent longest, or with the input. What it must not know: files,
// clocks, terminals, the model.

import { addressText } from "../flow/address.ts";
import { Distinct } from "./distinct.ts";
import type { Reason } from "./verdict.ts";

/** Targets of one source from which its pairs are one alert. */
export const FAN_OUT = 2;
/** Sources of one target from which the pairs are one alert. Two may still be two people guessing passwords. */
export const FAN_IN = 3;
export const ALERTS_OPEN_MAX = 4096;
/** Silence that ends an alert, µs of packet time. */
export const SILENCE_US = 3_600_000_000;
/** Community IDs kept as examples. */
const EXAMPLES = 3;

/** One attack flow. Read during the call only. */
export interface AttackFlow {
  className: string;
  /** Eight address words: source, then destination. */
  words: ArrayLike<number>;
  destinationPort: number;
  /** False where ports mean nothing, as with ICMP. */
  hasPorts: boolean;
  transport: string;
  startUs: number;
  endUs: number;
  packets: number;
  wireBytes: number;
  probability: number;
  /** Asked for only when needed. */
  communityId: () => string;
  /** Asked for only when this is the strongest flow of its alert so far. */
  reasons: () => Reason[];
}

/** A number of distinct things. */
export interface DistinctCount<Key> {
  count: number;
  /** False when the count is an estimate (about ±2 %). */
  exact: boolean;
  /** The first of them, at most three. */
  examples: Key[];
}

/** Which end holds many hosts. */
export type AlertShape = "pair" | "source" | "target";

/** Why an alert was handed out. */
export type AlertEnd = "silence" | "full" | "end-of-input";

export interface Alert {
  /** Number of the alert in its run, from 1, by its first flow. */
  alert: number;
  className: string;
  /** "pair": one source, one target; "source": one source, many targets; "target": many sources, one target. */
  shape: AlertShape;
  /** Addresses. */
  sources: DistinctCount<string>;
  targets: DistinctCount<string>;
  /** Destination ports; none where ports mean nothing. */
  ports: DistinctCount<number>;
  /** The transport protocol, or "several". */
  transport: string;
  flows: number;
  packets: number;
  wireBytes: number;
  /** Start of the first and end of the last flow, µs since 1970 UTC. */
  firstUs: number;
  lastUs: number;
  /** Of the strongest flow. */
  probabilityMax: number;
  reasons: Reason[];
  /** Community IDs of the first flows. */
  communityIds: string[];
  endReason: AlertEnd;
}

/** An alert that goes on. */
export type OpenAlert = Omit<Alert, "endReason">;

export interface AlertLedger {
  /** Attack flows given to the grouper. */
  flows: number;
  opened: number;
  /** Alerts that became part of a wider one: `opened` = `joined` + `open` + the sum of `ended`. */
  joined: number;
  open: number;
  ended: Record<AlertEnd, number>;
  /** Flows in the alerts handed out; equals `flows` after `end`. */
  flowsReported: number;
}

export interface AlertGrouperOptions {
  /** Takes every alert that ended. */
  onAlert: (alert: Alert) => void;
  openMax?: number;
  silenceUs?: number;
}

/** Groups attack flows, given in the order in which they end, to alerts. */
export class AlertGrouper {
  readonly #onAlert: (alert: Alert) => void;
  readonly #openMax: number;
  readonly #silenceUs: number;
  /** Open groups, the one silent longest first. */
  readonly #groups = new Map<string, Group>();
  /** Pair groups by class and source, and by class and target. */
  readonly #pairsOfSource = new Map<string, Set<Group>>();
  readonly #pairsOfTarget = new Map<string, Set<Group>>();
  readonly #ended: Record<AlertEnd, number> = { silence: 0, full: 0, "end-of-input": 0 };
  #newestUs = Number.NEGATIVE_INFINITY;
  #flows = 0;
  #opened = 0;
  #joined = 0;
  #flowsReported = 0;

  constructor(options: AlertGrouperOptions) {
    this.#onAlert = options.onAlert;
    this.#openMax = Math.max(FAN_IN, options.openMax ?? ALERTS_OPEN_MAX);
    this.#silenceUs = options.silenceUs ?? SILENCE_US;
  }

  add(flow: AttackFlow): void {
    this.#flows++;
    this.#newestUs = Math.max(this.#newestUs, flow.endUs);
    this.#endSilent();
    const keys = keysOf(flow);
    const known =
      this.#groups.get(keys.source) ?? this.#groups.get(keys.target) ?? this.#groups.get(keys.pair);
    const group = known ?? this.#open(keys);
    count(group, flow);
    this.#touch(group);
    if (known === undefined) this.#widen(group);
  }

  /** Hands out all open alerts, oldest first. */
  end(): void {
    const open = [...this.#groups.values()].sort((a, b) => a.number - b.number);
    for (const group of open) this.#close(group, "end-of-input");
  }

  /** Alerts that go on, at most `limit`, the ones that last had a flow first. */
  open(limit: number): OpenAlert[] {
    return [...this.#groups.values()].slice(-limit).reverse().map(told);
  }

  ledger(): AlertLedger {
    return {
      flows: this.#flows,
      opened: this.#opened,
      joined: this.#joined,
      open: this.#groups.size,
      ended: { ...this.#ended },
      flowsReported: this.#flowsReported,
    };
  }

  #open(keys: Keys): Group {
    if (this.#groups.size >= this.#openMax) this.#close(this.#silentLongest(), "full");
    this.#opened++;
    const group = newGroup(keys, this.#opened);
    this.#groups.set(group.key, group);
    member(this.#pairsOfSource, keys.source).add(group);
    member(this.#pairsOfTarget, keys.target).add(group);
    return group;
  }

  /** Joins the pairs of a source or of a target when there are enough of them. */
  #widen(group: Group): void {
    const { source, target } = group.keys;
    const ofSource = this.#pairsOfSource.get(source);
    const ofTarget = this.#pairsOfTarget.get(target);
    if (ofSource !== undefined && ofSource.size >= FAN_OUT) this.#join(ofSource, source, "source");
    else if (ofTarget !== undefined && ofTarget.size >= FAN_IN) this.#join(ofTarget, target, "target");
  }

  #join(pairs: Set<Group>, key: string, shape: AlertShape): void {
    const [first, ...others] = [...pairs].sort((a, b) => a.number - b.number);
    this.#forget(first);
    for (const other of others) {
      this.#forget(other);
      joinGroups(first, other);
      this.#joined++;
    }
    first.key = key;
    first.shape = shape;
    this.#groups.set(key, first);
  }

  #touch(group: Group): void {
    this.#groups.delete(group.key);
    this.#groups.set(group.key, group);
  }

  #endSilent(): void {
    for (const group of this.#groups.values()) {
      if (this.#newestUs - group.lastUs <= this.#silenceUs) return;
      this.#close(group, "silence");
    }
  }

  #silentLongest(): Group {
    return this.#groups.values().next().value as Group;
  }

  #close(group: Group, reason: AlertEnd): void {
    this.#forget(group);
    this.#ended[reason]++;
    this.#flowsReported += group.flows;
    this.#onAlert(reported(group, reason));
  }

  #forget(group: Group): void {
    this.#groups.delete(group.key);
    if (group.shape !== "pair") return;
    leave(this.#pairsOfSource, group.keys.source, group);
    leave(this.#pairsOfTarget, group.keys.target, group);
  }
}

interface Keys {
  pair: string;
  source: string;
  target: string;
}

interface Group {
  number: number;
  key: string;
  keys: Keys;
  shape: AlertShape;
  className: string;
  sources: Distinct;
  targets: Distinct;
  ports: Distinct;
  transport: string;
  flows: number;
  packets: number;
  wireBytes: number;
  firstUs: number;
  lastUs: number;
  probabilityMax: number;
  reasons: Reason[];
  communityIds: string[];
}

function keysOf(flow: AttackFlow): Keys {
  const words = flow.words;
  const source = `${words[0]},${words[1]},${words[2]},${words[3]}`;
  const target = `${words[4]},${words[5]},${words[6]},${words[7]}`;
  const name = flow.className;
  return {
    pair: `${name} ${source} ${target}`,
    source: `${name} ${source} *`,
    target: `${name} * ${target}`,
  };
}

function newGroup(keys: Keys, number: number): Group {
  return {
    number,
    key: keys.pair,
    keys,
    shape: "pair",
    className: "",
    sources: new Distinct(),
    targets: new Distinct(),
    ports: new Distinct(),
    transport: "",
    flows: 0,
    packets: 0,
    wireBytes: 0,
    firstUs: Number.POSITIVE_INFINITY,
    lastUs: Number.NEGATIVE_INFINITY,
    probabilityMax: -1,
    reasons: [],
    communityIds: [],
  };
}

function count(group: Group, flow: AttackFlow): void {
  const words = flow.words;
  group.className = flow.className;
  group.sources.add(addressText(words[0], words[1], words[2], words[3]));
  group.targets.add(addressText(words[4], words[5], words[6], words[7]));
  if (flow.hasPorts) group.ports.add(flow.destinationPort);
  group.transport = joinedTransport(group.transport, flow.transport);
  group.flows++;
  group.packets += flow.packets;
  group.wireBytes += flow.wireBytes;
  group.firstUs = Math.min(group.firstUs, flow.startUs);
  group.lastUs = Math.max(group.lastUs, flow.endUs);
  if (group.communityIds.length < EXAMPLES) group.communityIds.push(flow.communityId());
  if (flow.probability <= group.probabilityMax) return;
  group.probabilityMax = flow.probability;
  group.reasons = flow.reasons();
}

function joinGroups(group: Group, other: Group): void {
  group.sources.join(other.sources);
  group.targets.join(other.targets);
  group.ports.join(other.ports);
  group.transport = joinedTransport(group.transport, other.transport);
  group.flows += other.flows;
  group.packets += other.packets;
  group.wireBytes += other.wireBytes;
  group.firstUs = Math.min(group.firstUs, other.firstUs);
  group.lastUs = Math.max(group.lastUs, other.lastUs);
  group.communityIds = [...group.communityIds, ...other.communityIds].slice(0, EXAMPLES);
  if (other.probabilityMax <= group.probabilityMax) return;
  group.probabilityMax = other.probabilityMax;
  group.reasons = other.reasons;
}

function reported(group: Group, endReason: AlertEnd): Alert {
  return { ...told(group), endReason };
}

function told(group: Group): OpenAlert {
  return {
    alert: group.number,
    className: group.className,
    shape: group.shape,
    sources: distinctCount(group.sources),
    targets: distinctCount(group.targets),
    ports: distinctCount(group.ports),
    transport: group.transport,
    flows: group.flows,
    packets: group.packets,
    wireBytes: group.wireBytes,
    firstUs: group.firstUs,
    lastUs: group.lastUs,
    probabilityMax: group.probabilityMax,
    reasons: group.reasons,
    communityIds: group.communityIds,
  };
}

function distinctCount<Key extends string | number>(distinct: Distinct): DistinctCount<Key> {
  return { count: distinct.count, exact: distinct.exact, examples: distinct.examples as Key[] };
}

function joinedTransport(known: string, found: string): string {
  return known === "" || known === found ? found : "several";
}

function member(index: Map<string, Set<Group>>, key: string): Set<Group> {
  let groups = index.get(key);
  if (groups === undefined) {
    groups = new Set();
    index.set(key, groups);
  }
  return groups;
}

function leave(index: Map<string, Set<Group>>, key: string, group: Group): void {
  const groups = index.get(key);
  groups?.delete(group);
  if (groups?.size === 0) index.delete(key);
}
