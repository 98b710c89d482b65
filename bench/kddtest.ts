// How well attacks of KDDTest+ are told from normal connections by a method that was chosen without it.
//
//   npx tsx bench/kddtest.ts                 choose the method on KDDTrain+ alone; writes bench/results/kddtest-choice.json
//   npx tsx bench/kddtest.ts --judge         fit it on all of KDDTrain+, judge it once on KDDTest+; bench/results/kddtest.json
//   npx tsx bench/kddtest.ts --page          the figures written before, into docs/reference/kddtest.md
//
// KDDTest+ holds attacks that KDDTrain+ has not. So methods are chosen by leaving attacks out: every kind of attack of
// KDDTrain+ is left out in turn (rare kinds together), detectors learn from the others, and are judged on the kind that was left out
// and on normal connections kept aside. What a detector says is brought to one scale, the share of normal connections kept
// aside that look at least as suspicious (a conformal p-value: Bates et al. 2023); detectors are joined by the least or by the
// mean of the p-values' logarithms, and a connection is called an attack when the joint value is below that of the share alpha of
// normal connections. Which detectors, which rule and which alpha is what is chosen. The test rows are read by --judge only.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { workerPool } from "../src/app/worker-pool.ts";
import { Random } from "../src/base/random.ts";
import type { LabelledTable } from "../src/feature/table.ts";
import type { ParameterValues } from "../src/learner/contract.ts";
import { learnerById } from "../src/learner/index.ts";
import { type KddFile, readKdd, takeRows, toTables } from "./support/kdd.ts";

const { values: flags } = parseArgs({
  options: {
    judge: { type: "boolean", default: false },
    page: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
  },
});
const ROOT = join(import.meta.dirname, "..");
const CHOICE = join(ROOT, "bench/results/kddtest-choice.json");
const RESULT = join(ROOT, "bench/results/kddtest.json");

/**
 * Detectors that may be joined; each with its defaults, or what keeps it quick. Learners whose defaults were ever compared on
 * KDDTest+ (svm-rbf, neighbours, autoencoder) are left out, and how the network's inputs are scaled is chosen here.
 */
const DETECTORS: Readonly<Record<string, { learner: string; parameters: ParameterValues }>> = {
  boosting: { learner: "boosting", parameters: {} },
  forest: { learner: "forest", parameters: { trees: 100 } },
  "extra-trees": { learner: "extra-trees", parameters: { trees: 100 } },
  logistic: { learner: "logistic", parameters: {} },
  "mlp, standard scores": { learner: "mlp", parameters: { epochs: 10, scaling: "standard" } },
  "mlp, logarithms": { learner: "mlp", parameters: { epochs: 10, scaling: "log" } },
  "isolation-forest": { learner: "isolation-forest", parameters: { trees: 100 } },
};
const RULES = ["least", "mean"] as const;
const ALPHAS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2];
/** Most detectors that are joined. */
const MEMBERS_MAX = 3;
/** Kinds with fewer rows are left out together. */
const KIND_ROWS = 200;
/** Normal connections kept aside: half set the scale, half are judged on. */
const ASIDE_SHARE = 0.1;

interface Method {
  members: string[];
  rule: (typeof RULES)[number];
  alpha: number;
}

interface Scored {
  method: Method;
  /** Share of the attacks left out that are called attacks: mean over what was left out. */
  detection: number;
  falseAlarms: number;
  /** Mean of detection and of normal connections left alone. */
  balanced: number;
}

function binary(file: KddFile): LabelledTable {
  return toTables([file], "binary")[0];
}

/** Suspicion of every row by one detector: the probability of an attack, or of an anomaly. */
async function suspicion(
  detector: string,
  training: LabelledTable,
  tables: readonly LabelledTable[],
): Promise<Float64Array[]> {
  const context = {
    seed: Number(flags.seed),
    parallel: workerPool(),
    benignClasses: ["normal"],
  };
  const { learner, parameters } = DETECTORS[detector];
  const model = await learnerById(learner).fit(training, parameters, context);
  const attack = model.manifest.classes.findIndex((name) => name !== "normal");
  const classes = model.manifest.classes.length;
  return tables.map((table) => {
    const out = new Float64Array(table.rowCount * classes);
    model.scoreTable(table, out);
    return Float64Array.from({ length: table.rowCount }, (_, row) => out[row * classes + attack]);
  });
}

/** Logarithm of the share of `normal` that is at least as suspicious as each value. */
function logShares(values: Float64Array, normal: Float64Array): Float64Array {
  const sorted = Float64Array.from(normal).sort();
  return values.map((value) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return Math.log((sorted.length - low + 1) / (sorted.length + 1));
  });
}

/** Joint values; lower is more suspicious. */
function joined(parts: readonly Float64Array[], rule: Method["rule"]): Float64Array {
  return parts[0].map((_, row) => {
    let joint = 0;
    for (const part of parts) joint = rule === "least" ? Math.min(joint, part[row]) : joint + part[row];
    return rule === "least" ? joint : joint / parts.length;
  });
}

/** The joint value below which the share alpha of normal connections lies. */
function barOf(normal: Float64Array, alpha: number): number {
  const sorted = Float64Array.from(normal).sort();
  return sorted[Math.max(0, Math.floor(alpha * sorted.length) - 1)];
}

function shareAtMost(values: Float64Array, bar: number): number {
  return values.filter((value) => value <= bar).length / values.length;
}

function methods(): Method[] {
  const names = Object.keys(DETECTORS);
  const sets: string[][] = [];
  const extend = (members: string[], from: number): void => {
    if (members.length > 0) sets.push(members);
    if (members.length === MEMBERS_MAX) return;
    for (let index = from; index < names.length; index++) extend([...members, names[index]], index + 1);
  };
  extend([], 0);
  return sets.flatMap((members) =>
    (members.length === 1 ? (["least"] as const) : RULES).flatMap((rule) =>
      ALPHAS.map((alpha) => ({ members, rule, alpha })),
    ),
  );
}

/** What normal connections kept aside say, and what the rest of the rows are. */
function parted(table: LabelledTable, normal: number) {
  const random = new Random(Number(flags.seed));
  const aside: number[] = [];
  const rest: number[] = [];
  for (let row = 0; row < table.rowCount; row++) {
    const kept = table.labels[row] === normal && random.uniform() < ASIDE_SHARE;
    (kept ? aside : rest).push(row);
  }
  const half = aside.length >> 1;
  return { scale: aside.slice(0, half), judged: aside.slice(half), rest };
}

/** Kinds of attack that are left out, each with its rows. */
function leftOut(labels: readonly string[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  labels.forEach((label, row) => {
    if (label === "normal") return;
    const own = rows.get(label) ?? [];
    own.push(row);
    rows.set(label, own);
  });
  const rare: number[] = [];
  for (const [kind, own] of [...rows]) {
    if (own.length >= KIND_ROWS) continue;
    rare.push(...own);
    rows.delete(kind);
  }
  if (rare.length > 0) rows.set("rare kinds", rare);
  return rows;
}

async function choose(): Promise<void> {
  const file = readKdd("nsl-kdd/KDDTrain+.txt.gz");
  const table = binary(file);
  const { scale, judged, rest } = parted(table, table.classes.indexOf("normal"));
  const tables = [takeRows(table, scale), takeRows(table, judged)];
  const all = methods();
  const sums = all.map(() => ({ detection: 0, falseAlarms: 0 }));
  const kinds = leftOut(file.labels);
  for (const [kind, rows] of kinds) {
    const out = new Set(rows);
    const training = takeRows(
      table,
      rest.filter((row) => !out.has(row)),
    );
    const novel = takeRows(table, rows);
    const parts = new Map<string, Float64Array[]>();
    for (const detector of Object.keys(DETECTORS)) {
      const [normal, ...others] = await suspicion(detector, training, [...tables, novel]);
      parts.set(
        detector,
        [normal, ...others].map((values) => logShares(values, normal)),
      );
    }
    all.forEach(({ members, rule, alpha }, index) => {
      const [normal, judgedNormal, attacks] = [0, 1, 2].map((place) =>
        joined(
          members.map((member) => parts.get(member)?.[place] ?? new Float64Array()),
          rule,
        ),
      );
      const bar = barOf(normal, alpha);
      sums[index].detection += shareAtMost(attacks, bar) / kinds.size;
      sums[index].falseAlarms += shareAtMost(judgedNormal, bar) / kinds.size;
    });
    console.error(`${kind}: ${rows.length} rows left out`);
  }
  const scored: Scored[] = all.map((method, index) => ({
    method,
    ...sums[index],
    balanced: (sums[index].detection + 1 - sums[index].falseAlarms) / 2,
  }));
  scored.sort((a, b) => b.balanced - a.balanced);
  // The best of each detector alone tells how much joining brings.
  const alone = Object.keys(DETECTORS).map((name) =>
    scored.find(({ method }) => method.members.length === 1 && method.members[0] === name),
  );
  save(CHOICE, { chosen: scored[0], alone, leftOut: [...kinds].map(([kind, rows]) => [kind, rows.length]) });
  console.log(JSON.stringify(scored.slice(0, 5), null, 1));
}

interface Judged {
  method: Method;
  rows: number;
  accuracy: number;
  interval: [number, number];
  detection: number;
  falseAlarms: number;
  /** Of kinds of attack that training has not, and of those that it has. */
  unseenDetection: number;
  seenDetection: number;
}

/** Intervals of 95 % by the bootstrap over test rows. */
const RESAMPLES = 2_000;

async function judge(): Promise<void> {
  const choice = JSON.parse(readFileSync(CHOICE, "utf8")) as { chosen: Scored; alone: Scored[] };
  const [trainingFile, testFile] = ["nsl-kdd/KDDTrain+.txt.gz", "nsl-kdd/KDDTest+.txt.gz"].map(readKdd);
  const [table, test] = toTables([trainingFile, testFile], "binary");
  const normal = table.classes.indexOf("normal");
  const { scale, judged, rest } = parted(table, normal);
  const aside = takeRows(table, [...scale, ...judged]);
  const training = takeRows(table, rest);
  const known = new Set(trainingFile.labels);
  const parts = new Map<string, Float64Array[]>();
  for (const detector of Object.keys(DETECTORS)) {
    const [own, tested] = await suspicion(detector, training, [aside, test]);
    parts.set(
      detector,
      [own, tested].map((values) => logShares(values, own)),
    );
  }
  const results = [choice.chosen, ...choice.alone].map(({ method }): Judged => {
    const [own, tested] = [0, 1].map((place) =>
      joined(
        method.members.map((member) => parts.get(member)?.[place] ?? new Float64Array()),
        method.rule,
      ),
    );
    const bar = barOf(own, method.alpha);
    const called = tested.map((value) => (value <= bar ? 1 : 0));
    const right = called.map((call, row) => ((call === 1) === (test.labels[row] !== normal) ? 1 : 0));
    const shareOf = (rows: (row: number) => boolean) => {
      const chosen = [...called.keys()].filter(rows);
      return chosen.filter((row) => called[row] === 1).length / chosen.length;
    };
    const isAttack = (row: number) => test.labels[row] !== normal;
    const isUnseen = (row: number) => !known.has(testFile.labels[row]);
    return {
      method,
      rows: test.rowCount,
      accuracy: mean(right),
      interval: bootstrap(right),
      detection: shareOf(isAttack),
      falseAlarms: shareOf((row) => !isAttack(row)),
      unseenDetection: shareOf((row) => isAttack(row) && isUnseen(row)),
      seenDetection: shareOf((row) => isAttack(row) && !isUnseen(row)),
    };
  });
  save(RESULT, { chosen: results[0], alone: results.slice(1) });
  console.log(report());
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function bootstrap(right: Float64Array): [number, number] {
  const random = new Random(11);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let hits = 0;
    for (let draw = 0; draw < right.length; draw++) hits += right[random.integer(0, right.length - 1)];
    return hits / right.length;
  }).sort();
  return [means[Math.floor(RESAMPLES * 0.025)], means[Math.ceil(RESAMPLES * 0.975) - 1]];
}

function save(path: string, content: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function report(): string {
  const choice = JSON.parse(readFileSync(CHOICE, "utf8")) as {
    chosen: Scored;
    alone: Scored[];
    leftOut: [string, number][];
  };
  const result = JSON.parse(readFileSync(RESULT, "utf8")) as { chosen: Judged; alone: Judged[] };
  const rows = [result.chosen, ...result.alone].map((one, index) => {
    const before = index === 0 ? choice.chosen : choice.alone[index - 1];
    const { members, rule, alpha } = one.method;
    const name = members.length === 1 ? members[0] : `${members.join(" + ")}, ${rule}`;
    return [
      index === 0 ? `**chosen: ${name}**` : name,
      percent(alpha),
      percent(before.detection),
      percent(before.falseAlarms),
      `${percent(one.accuracy)} (${percent(one.interval[0])} to ${percent(one.interval[1])})`,
      percent(one.detection),
      percent(one.unseenDetection),
      percent(one.falseAlarms),
    ];
  });
  const head = [
    "Method",
    "Alpha",
    "KDDTrain+: attacks left out, found",
    "normal, flagged",
    "KDDTest+: accuracy",
    "attacks found",
    "of unseen kinds",
    "normal, flagged",
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const kinds = choice.leftOut.map(([kind, count]) => `${kind} (${count.toLocaleString("en")})`);
  return [
    line(head),
    `|---|${"---:|".repeat(head.length - 1)}`,
    ...rows.map(line),
    "",
    `Left out in turn: ${kinds.join(", ")}.`,
  ].join("\n");
}

if (flags.page) writeSection(join(ROOT, "docs/reference/kddtest.md"), "kddtest", report());
else if (flags.judge) {
  if (!existsSync(CHOICE)) throw new Error("choose a method first, without --judge");
  await judge();
} else await choose();
