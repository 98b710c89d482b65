import { describe, expect, test } from "vitest";
import { OrbweaverError } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import { metricById } from "../../evaluate/metric-table.ts";
import { foreignSchema, type LabelledTable } from "../../feature/table.ts";
import type { FitContext, Learner, ParameterValues } from "../../learner/contract.ts";
import type { Model, ModelManifest } from "../../model/contract.ts";
import { type CompareOptions, candidateNamed, compareCandidates } from "./compare.ts";
import { type Candidate, candidatesOf } from "./space.ts";

const ROWS = 3000;

/** Column `answer` is the class, `luck` decides who may read it. */
function tableOf(classes: readonly string[]): LabelledTable {
  const random = new Random(4);
  const labels = Int32Array.from({ length: ROWS }, () => random.integer(0, classes.length - 1));
  const column = (name: string) => ({
    name,
    kind: "numeric" as const,
    unit: "",
    categories: [],
    description: "",
  });
  const schema = foreignSchema("test", [column("answer"), column("luck")]);
  const luck = Float64Array.from({ length: ROWS }, () => random.uniform());
  // The baselines would read the answer too: it is folded, so that no threshold tells it.
  const answer = Float64Array.from(labels, (label) => label + classes.length * random.integer(0, 400));
  return { schema, rowCount: ROWS, values: [answer, luck], classes, labels };
}

const TABLE = tableOf(["benign", "flood", "scan"]);

/** Right in as many rows as its skill says; learns nothing. */
class Guesser {
  readonly manifest: ModelManifest;
  readonly #skill: number;
  readonly #size: number;

  constructor(classes: readonly string[], benignClasses: readonly string[], skill: number, size: number) {
    this.manifest = { classes, benignClasses } as unknown as ModelManifest;
    this.#skill = skill;
    this.#size = size;
  }

  encode(): Uint8Array {
    return new Uint8Array(this.#size);
  }

  scoreTable({ values: [answer, luck], rowCount }: LabelledTable, out: Float64Array): void {
    const width = this.manifest.classes.length;
    for (let row = 0; row < rowCount; row++) {
      const called = luck[row] < this.#skill ? Math.min(width - 1, answer[row] % 3) : 0;
      for (let index = 0; index < width; index++)
        out[row * width + index] = index === called ? 0.8 : 0.2 / (width - 1);
    }
  }
}

const guesser = (id: string, change: Partial<Learner> = {}): Learner => ({
  id,
  task: "classification",
  description: "For tests",
  parameters: [
    { name: "skill", type: "number", default: 0.5, minimum: 0, maximum: 1, description: "" },
    { name: "size", type: "integer", default: 100, minimum: 0, maximum: 1000, description: "" },
  ],
  fit: async (table: LabelledTable, { skill, size }: ParameterValues, { benignClasses = [] }: FitContext) =>
    new Guesser(table.classes, benignClasses, Number(skill), Number(size)) as unknown as Model,
  ...change,
});

function compare(candidates: readonly Candidate[], change: Partial<CompareOptions> = {}) {
  return compareCandidates(TABLE, {
    candidates,
    fit: (table, { learner, parameters }, context) => learner.fit(table, parameters, context),
    folds: { count: 5 },
    metric: metricById("accuracy"),
    view: "classes",
    context: { seed: 1, benignClasses: ["benign"] },
    ...change,
  });
}

const SKILLS = candidatesOf({ learners: [guesser("guess")], grid: ["skill=0.2,0.9,0.6"], seed: 1 });

describe("ranking", () => {
  test("candidates stand best first with intervals that hold the truth, baselines behind them", async () => {
    const { entries, best, folds } = await compare(SKILLS);
    expect(entries.map(({ name }) => name)).toEqual([
      "guess 2",
      "guess 3",
      "guess 1",
      "majority class",
      "best column",
      "depth-2 tree",
    ]);
    expect(best).toBe("guess 2");
    expect(candidateNamed(SKILLS, "guess 2").parameters["skill"]).toBe(0.9);
    expect([folds.count, folds.method]).toEqual([5, "stratified"]);
    expect(folds.testShare).toBeCloseTo(0.25, 2);
    const { mean, low, high, folds: each } = entries[0].scores["accuracy"];
    // Right where luck lets it be, and a third of the rest.
    expect(mean).toBeCloseTo(0.9 + 0.1 / 3, 1);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    expect(each).toHaveLength(5);
    expect(each.reduce((sum, score) => sum + score, 0) / 5).toBeCloseTo(mean, 12);
    expect(entries[0].bytes).toBe(100);
  });

  test("differences to the best are taken on the same folds", async () => {
    const { entries } = await compare(SKILLS);
    expect(entries[0].difference).toBeUndefined();
    const [first, second] = entries.map((entry) => entry.scores["accuracy"].mean);
    expect(entries[1].difference?.mean).toBeCloseTo(second - first, 12);
    expect(entries[1].difference?.high).toBeLessThan(0);
  });

  test("less is better where the metric says so", async () => {
    const { entries } = await compare(SKILLS, { metric: metricById("logLoss") });
    expect(entries.slice(0, 3).map(({ name }) => name)).toEqual(["guess 2", "guess 3", "guess 1"]);
  });

  test("of equals the smaller model is the best, and the table says that they are equal", async () => {
    const sizes = candidatesOf({ learners: [guesser("guess")], grid: ["size=500,20,300"], seed: 1 });
    const { best, entries, remarks } = await compare(sizes);
    expect(best).toBe("guess 2");
    expect(entries[1].difference).toEqual({ mean: 0, low: 0, high: 0 });
    expect(remarks.join("\n")).toContain("do not tell 2 other candidates from guess 2");
  });

  test("a candidate that is no better than a baseline is told of", async () => {
    const poor = candidatesOf({ learners: [guesser("guess")], set: ["skill=0"], seed: 1 });
    const { remarks } = await compare(poor);
    expect(remarks.join("\n")).toMatch(/no candidate is better by accuracy than the baseline/);
    expect((await compare(SKILLS)).remarks.join("\n")).not.toMatch(/no candidate is better/);
  });

  test("the same seed gives the same comparison, times apart", async () => {
    const timeless = async (seed: number) => {
      const comparison = await compare(SKILLS, { context: { seed, benignClasses: ["benign"] } });
      return JSON.stringify(comparison, (key, value) => (key === "fitMs" || key === "scoreUs" ? 0 : value));
    };
    expect(await timeless(1)).toBe(await timeless(1));
    expect(await timeless(2)).not.toBe(await timeless(1));
  });
});

describe("failures and stops", () => {
  const broken = guesser("broken", {
    fit: () => Promise.reject(new OrbweaverError("training-data", "it cannot learn this")),
  });

  test("a candidate that fails is told of, and the others go on", async () => {
    const { entries, best } = await compare(candidatesOf({ learners: [broken, guesser("guess")], seed: 1 }));
    expect(best).toBe("guess");
    expect(entries.find(({ name }) => name === "broken")).toMatchObject({
      folds: 0,
      failure: "it cannot learn this",
    });
  });

  test("when all fail, the first failure is that of the comparison", async () => {
    const candidates = candidatesOf({ learners: [broken], seed: 1 });
    await expect(compare(candidates)).rejects.toMatchObject({
      code: "training-data",
      message: "it cannot learn this",
    });
  });

  test("a defect is no failure of a candidate", async () => {
    const defect = guesser("defect", { fit: () => Promise.reject(new TypeError("a defect")) });
    await expect(compare(candidatesOf({ learners: [defect], seed: 1 }))).rejects.toThrow(TypeError);
  });

  test("a stop keeps what was measured", async () => {
    const controller = new AbortController();
    let fits = 0;
    const { cancelled, entries, best } = await compare(SKILLS, {
      signal: controller.signal,
      fit: (table, { learner, parameters }, context) => {
        if (++fits === 8) controller.abort();
        return learner.fit(table, parameters, context);
      },
    });
    expect([cancelled, best]).toEqual([true, "guess 1"]);
    expect(entries.map(({ name, folds }) => `${name} ${folds}`).slice(0, 2)).toEqual([
      "guess 1 5",
      "guess 2 2",
    ]);
  });

  test("a stop before anything was measured gives an empty comparison", async () => {
    const comparison = await compare(SKILLS, { signal: AbortSignal.abort() });
    expect([comparison.cancelled, comparison.best, comparison.entries]).toEqual([true, undefined, []]);
  });
});

test("halving: all candidates on few rows, a third on three times as many, the best of the last round", async () => {
  const grid = Array.from({ length: 9 }, (_, index) => ((index * 7) % 9) / 10);
  const candidates = candidatesOf({
    learners: [guesser("guess")],
    grid: [`skill=${grid.join(",")}`],
    seed: 1,
  });
  const rowsSeen: number[] = [];
  const { entries, search, best } = await compare(candidates, {
    search: "halving",
    fit: (table, { learner, parameters }, context) => {
      rowsSeen.push(table.rowCount);
      return learner.fit(table, parameters, context);
    },
  });
  // Shares of classes are rounded up: at most a row more for each of three.
  const rounds = search?.rounds ?? [];
  expect(rounds.map(({ candidates: count }) => count)).toEqual([9, 3, 1]);
  expect(rounds.map(({ rows }) => Math.floor(rows / 100))).toEqual([3, 10, 30]);
  expect(rounds[2].rows).toBe(3000);
  expect(rowsSeen).toHaveLength((9 + 3 + 1) * 5);
  const measured = entries.filter(({ kind }) => kind === "candidate");
  expect(measured.map(({ round }) => round)).toEqual([3, 2, 2, 1, 1, 1, 1, 1, 1]);
  expect(candidateNamed(candidates, best ?? "").parameters["skill"]).toBe(0.8);
  expect(measured[0].rows).toBe(3000);
  expect(measured[3].rows).toBeLessThan(340);
});

test("where a learner knows benign rows only, all are judged by attack or not", async () => {
  const anomaly = guesser("odd", {
    task: "anomaly",
    fit: async () => new Guesser(["benign", "anomaly"], ["benign"], 0.7, 50) as unknown as Model,
  });
  const candidates = candidatesOf({
    learners: [anomaly, guesser("guess")],
    seed: 1,
    set: ["guess.skill=0.9"],
  });
  const { entries, best, view } = await compare(candidates, { view: "attack" });
  expect([view, best]).toEqual(["attack", "guess"]);
  const odd = entries.find(({ name }) => name === "odd");
  // A third is benign and always called so; of the attacks, seven in ten are found.
  expect(odd?.scores["accuracy"].mean).toBeCloseTo(1 / 3 + (2 / 3) * 0.7, 1);
  expect(odd?.scores["balancedAccuracy"].mean).toBeCloseTo((1 + 0.7) / 2, 1);
  const majority = entries.find(({ name }) => name === "majority class");
  expect(majority?.scores["balancedAccuracy"].mean).toBeCloseTo(0.5, 12);
});
