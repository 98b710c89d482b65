// The engines of the schemas `cic` and `cic-…`: one module of WebAssembly, and a table of rules for each generation of
// CICFlowMeter. What each rule means is told in ../assembly/cic/rules.ts; what the generations print wrong, with the
// tests that show it, in docs/reference/cic.md.

import { icmpCounterparts } from "../../flow/icmp.ts";
import { KERNEL_BASE64 as CONDUCTOR_BASE64 } from "../cic-conductor.generated.ts";
import { KERNEL_BASE64 } from "../cic-kernels.generated.ts";
import { KERNEL_BASE64 as SHARD_BASE64 } from "../cic-shard.generated.ts";
import { cicGroup } from "../measures/cic.ts";
import type { EngineDefinition, EngineKernels } from "./contract.ts";
import type { DividedEngine } from "./divided.ts";

/** In the order of the fields of Rules (../assembly/cic/rules.ts); names to numbers of each field. */
const RULES = {
  lifecycle: ["first-fin", "backward-fin", "marked", "states-2022", "states", "clock"],
  intake: ["decoder", "old-library", "new-library"],
  protocols: ["tcp-udp", "icmp", "known"],
  signedOrder: ["no", "yes"],
  singles: ["never", "not-at-end", "always"],
  keyKept: ["no", "yes"],
  portsIgnored: ["no", "yes"],
  continuedForward: ["no", "yes"],
  firstOnly: ["no", "yes"],
  sideFlagsFirstOnly: ["no", "yes"],
  firstEndingSkipped: ["no", "yes"],
  firstLengthTwice: ["no", "yes"],
  windows: ["last", "first-filled", "first"],
  noWindow: ["0", "-1"],
  firstDataSkipped: ["no", "yes"],
  subflows: ["one", "packets", "gaps", "gaps-and-one"],
  bulks: ["none", "mixed", "sides"],
  wholeDivision: ["no", "yes"],
  wholeRatio: ["no", "yes"],
  finKeepsActive: ["no", "yes"],
  lastActive: ["no", "yes"],
  undefined: ["divided", "minus-one", "missing"],
  bothMinima: ["no", "yes"],
  retransmissions: ["none", "all", "behind"],
  connectionTime: ["none", "tcp", "tcp-udp"],
} as const;

type Rules = { readonly [Name in keyof typeof RULES]: (typeof RULES)[Name][number] };

/** Section numbers are those of the specification that docs/reference/cic.md names. */
const V3: Rules = {
  lifecycle: "first-fin",
  intake: "old-library",
  protocols: "tcp-udp",
  signedOrder: "yes",
  singles: "never",
  keyKept: "yes",
  portsIgnored: "yes",
  continuedForward: "yes",
  firstOnly: "yes",
  sideFlagsFirstOnly: "yes",
  firstEndingSkipped: "no",
  firstLengthTwice: "yes",
  windows: "last",
  noWindow: "-1",
  firstDataSkipped: "yes",
  subflows: "one",
  bulks: "none",
  wholeDivision: "yes",
  wholeRatio: "yes",
  finKeepsActive: "yes",
  lastActive: "no",
  undefined: "divided",
  bothMinima: "no",
  retransmissions: "none",
  connectionTime: "none",
};

const V4: Rules = {
  ...V3,
  lifecycle: "backward-fin",
  signedOrder: "no",
  firstOnly: "no",
  noWindow: "0",
  subflows: "gaps",
  bulks: "mixed",
  finKeepsActive: "no",
};

const WTMC: Rules = {
  ...V4,
  lifecycle: "marked",
  singles: "not-at-end",
  continuedForward: "no",
  sideFlagsFirstOnly: "no",
  subflows: "packets",
};

const FIXED: Rules = {
  ...WTMC,
  lifecycle: "states",
  intake: "new-library",
  protocols: "known",
  singles: "always",
  firstLengthTwice: "no",
  windows: "first-filled",
  firstDataSkipped: "no",
  subflows: "gaps",
  bulks: "sides",
  wholeDivision: "no",
  wholeRatio: "no",
  undefined: "minus-one",
  retransmissions: "all",
  connectionTime: "tcp-udp",
};

const F22: Rules = {
  ...FIXED,
  lifecycle: "states-2022",
  protocols: "icmp",
  firstEndingSkipped: "yes",
  windows: "last",
  firstDataSkipped: "yes",
  subflows: "packets",
  wholeDivision: "yes",
  undefined: "divided",
  retransmissions: "none",
  connectionTime: "tcp",
};

const CORRECTED: Rules = {
  ...FIXED,
  lifecycle: "clock",
  intake: "decoder",
  keyKept: "no",
  portsIgnored: "no",
  windows: "first",
  subflows: "gaps-and-one",
  lastActive: "yes",
  undefined: "missing",
  bothMinima: "yes",
  retransmissions: "behind",
};

/** By the id of engine and schema. */
const GENERATIONS: Readonly<Record<string, Rules>> = {
  "cic-v3": V3,
  "cic-v4": V4,
  "cic-wtmc": WTMC,
  "cic-2022": F22,
  "cic-fixed": FIXED,
  cic: CORRECTED,
};

/** What the module exports beside the common functions. */
interface CicKernels extends EngineKernels {
  icmpAddress(): number;
  rulesAddress(): number;
  ruleCount(): number;
  setTimeouts(idleUs: number, flowUs: number, lingerUs: number): void;
  setup(
    maximumFlows: number,
    seed: number,
    tunnelDepth: number,
    batchRows: number,
    columns: number,
    earlyPackets: number,
    earlyAfterUs: number,
  ): number;
}

/** Age at which the originals cut a flow, and the silence that ends one in `cic`, µs. */
const FLOW_TIMEOUT_US = 120_000_000;

/** Ids and rules as text: part of the fingerprint. */
export function cicRulesText(id: string): string {
  return Object.entries(GENERATIONS[id])
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

/** In the order in which shards and conductor take them. */
function divided(rules: Rules): DividedEngine {
  const table = (): Int32Array => Int32Array.from(ruleNumbers(rules));
  return {
    conductorKernel: CONDUCTOR_BASE64,
    shardKernel: SHARD_BASE64,
    figuresOfShards: true,
    conductorTable: table,
    shardTables: () => [icmpCounterparts(), table()],
    conductorNumbers: () => [],
    shardNumbers: ({ lifecycle: { idleTimeoutUs, activeTimeoutUs, lingerUs } }) => [
      idleTimeoutUs,
      activeTimeoutUs,
      lingerUs,
    ],
  };
}

function cicEngine(id: string): EngineDefinition {
  return {
    id,
    kernel: KERNEL_BASE64,
    groups: [cicGroup],
    figures: ["flowsWithoutRow", "segmentsForgotten"],
    lifecycle: { idleTimeoutUs: FLOW_TIMEOUT_US, activeTimeoutUs: FLOW_TIMEOUT_US },
    divided: divided(GENERATIONS[id]),
    setup(common, options, buffer) {
      const kernels = common as CicKernels;
      const numbers = ruleNumbers(GENERATIONS[id]);
      if (numbers.length !== kernels.ruleCount()) throw new RangeError("rules are listed in two ways");
      new Int32Array(buffer(), kernels.rulesAddress(), numbers.length).set(numbers);
      const { idleTimeoutUs, activeTimeoutUs, lingerUs } = options.lifecycle;
      kernels.setTimeouts(idleTimeoutUs, activeTimeoutUs, lingerUs);
      const done = kernels.setup(
        options.maximumFlows,
        options.hashSeed,
        options.tunnelDepth,
        options.batchRows,
        options.schema.columns.length,
        options.earlyPackets,
        options.earlyAfterUs,
      );
      if (done === 0) return false;
      const table = icmpCounterparts();
      const bytes = new Uint8Array(table.buffer, table.byteOffset, table.byteLength);
      const address = kernels.icmpAddress(); // before the memory is looked at, which this may make longer
      new Uint8Array(buffer(), address, bytes.length).set(bytes);
      return true;
    },
  };
}

function ruleNumbers(rules: Rules): number[] {
  return Object.entries(RULES).map(([name, values]) => {
    const value = rules[name as keyof Rules];
    return name === "noWindow" ? Number(value) : (values as readonly string[]).indexOf(value);
  });
}

export const CIC_ENGINES: readonly EngineDefinition[] = Object.keys(GENERATIONS).map(cicEngine);
