// What every learner must do. A learner added to the listing is held to it without further ado.

import { describe, expect, test } from "vitest";
import { workerPool } from "../../src/app/worker-pool.ts";
import { OrbweaverError } from "../../src/base/errors.ts";
import { rankingAreas } from "../../src/evaluate/metrics.ts";
import { foreignSchema, type LabelledTable } from "../../src/feature/table.ts";
import {
  ANOMALY_CLASS,
  type FitContext,
  type Learner,
  type Parallel,
  type ParameterSpecification,
  type ParameterValues,
} from "../../src/learner/contract.ts";
import { LEARNERS } from "../../src/learner/index.ts";
import type { Model } from "../../src/model/contract.ts";
import { decodeModel } from "../../src/model/decode.ts";
import { mixedTable, oddTable, reorderColumns, rowMajor, selectRows } from "../support/tables.ts";

const TABLES = [
  mixedTable({ rows: 600, classes: 2, seed: 1 }),
  mixedTable({ rows: 600, classes: 4, seed: 2 }),
];

/** Parameters that make fits quick, by name, where a learner has them: what is tested here does not need more. */
const QUICK: ParameterValues = { iterations: 12, trees: 8, epochs: 12, maxRows: 1_000 };

function quick(learner: Learner, wanted: ParameterValues = QUICK): ParameterValues {
  return Object.fromEntries(
    learner.parameters.flatMap(({ name }) => (name in wanted ? [[name, wanted[name]]] : [])),
  );
}

const BENIGN = { benignClasses: ["benign"] };
/** Names of the classes of a learner's models. */
function classesOf(learner: Learner, table: LabelledTable): readonly string[] {
  return learner.task === "anomaly" ? ["benign", ANOMALY_CLASS] : table.classes;
}

function trained(learner: Learner, table: LabelledTable, context: Partial<FitContext> = {}): Promise<Model> {
  return learner.fit(table, quick(learner), { seed: 7, ...BENIGN, ...context });
}

function scores(model: Model, table: LabelledTable): Float64Array {
  const out = new Float64Array(table.rowCount * model.manifest.classes.length);
  model.scoreTable(table, out);
  return out;
}

async function failureOf(work: Promise<unknown>): Promise<OrbweaverError> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(OrbweaverError);
  expect((failure as OrbweaverError).message).not.toContain("\n");
  return failure as OrbweaverError;
}

/** Values that a parameter must refuse. */
function wrongValues({ type, minimum, maximum }: ParameterSpecification): unknown[] {
  const wrong: unknown[] = [null, undefined, {}, Number.NaN];
  if (type === "boolean" || type === "choice" || type === "text") return [...wrong, 1, "no such\nchoice"];
  if (minimum !== undefined) wrong.push(minimum - 1, Number.NEGATIVE_INFINITY);
  if (maximum !== undefined) wrong.push(maximum + 1, Number.POSITIVE_INFINITY);
  if (type === "integer") wrong.push((minimum ?? 0) + 0.5);
  return [...wrong, "1", true];
}

describe.each(LEARNERS)("learner $id", (learner) => {
  const each = test.each(TABLES.map((table) => [table.classes.length, table] as const));

  each("refits bit for bit (%i classes)", async (_, table) => {
    const first = (await trained(learner, table)).encode();
    const second = (await trained(learner, table)).encode();
    expect(Buffer.compare(first, second)).toBe(0);
  });

  each("is the same after saving and loading (%i classes)", async (_, table) => {
    const model = await trained(learner, table, BENIGN);
    const loaded = decodeModel(model.encode());
    expect(loaded.manifest).toEqual(model.manifest);
    expect(scores(loaded, table)).toEqual(scores(model, table));
    expect(Buffer.compare(loaded.encode(), model.encode())).toBe(0);
  });

  each("scores a row alike alone, in any company, and by columns (%i classes)", async (_, table) => {
    const model = await trained(learner, table);
    const classes = model.manifest.classes.length;
    const whole = scores(model, table);
    const rows = rowMajor(table);
    const columns = table.values.length;
    for (const size of [1, 7, table.rowCount]) {
      const out = new Float64Array(table.rowCount * classes);
      for (let start = 0; start < table.rowCount; start += size) {
        const count = Math.min(size, table.rowCount - start);
        model.score(rows.subarray(start * columns), count, out.subarray(start * classes));
      }
      expect(out).toEqual(whole);
    }
  });

  each("gives probabilities that sum to one (%i classes)", async (_, table) => {
    const classes = classesOf(learner, table).length;
    const out = scores(await trained(learner, table), table);
    for (let row = 0; row < table.rowCount; row++) {
      const probabilities = [...out.subarray(row * classes, (row + 1) * classes)];
      for (const probability of probabilities) expect(probability).toBeGreaterThanOrEqual(0);
      expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 12);
    }
  });

  each("learns: beats the majority class on rows it has not seen (%i classes)", async (classes, table) => {
    if (learner.task === "anomaly") return;
    const unseen = mixedTable({ rows: 600, classes, seed: 99 });
    const out = scores(await trained(learner, table), unseen);
    const counts = new Array<number>(classes).fill(0);
    let hits = 0;
    for (let row = 0; row < unseen.rowCount; row++) {
      const probabilities = out.subarray(row * classes, (row + 1) * classes);
      if (probabilities.indexOf(Math.max(...probabilities)) === unseen.labels[row]) hits++;
      counts[unseen.labels[row]]++;
    }
    const majority = Math.max(...counts) / unseen.rowCount;
    expect(hits / unseen.rowCount).toBeGreaterThan(majority + (1 - majority) / 4);
  });

  test("tells odd rows from those like the benign ones", async () => {
    if (learner.task !== "anomaly") return;
    const model = await trained(learner, mixedTable({ rows: 1_500, classes: 1, seed: 3 }));
    const [usual, odd] = [mixedTable({ rows: 500, classes: 1, seed: 4 }), oddTable({ rows: 500, seed: 5 })];
    const scored = [scores(model, usual), scores(model, odd)].map((out) =>
      out.filter((_, index) => index % 2 === 1),
    );
    const positive = Uint8Array.from({ length: 1_000 }, (_, row) => (row < 500 ? 0 : 1));
    const { rocAuc } = rankingAreas(Float64Array.from([...scored[0], ...scored[1]]), positive);
    expect(rocAuc).toBeGreaterThan(0.85);
    expect(scored[0].filter((probability) => probability >= 0.5).length).toBeLessThan(60);
  });

  each("does not care in which order columns come (%i classes)", async (_, table) => {
    const order = [5, 0, 7, 2, 6, 1, 4, 3];
    const model = await trained(learner, table);
    const permuted = reorderColumns(table, order);
    expect(scores(await trained(learner, permuted), permuted)).toEqual(scores(model, table));
  });

  each("explains what it scores (%i classes)", async (_, table) => {
    const model = await trained(learner, table);
    const classes = model.manifest.classes.length;
    const row = rowMajor(table).subarray(0, table.values.length);
    const out = new Float64Array(classes);
    model.score(row, 1, out);
    const scales = new Set<string>();
    const raw = [...out.keys()].map((index) => {
      const { bias, scale, contributions } = model.explain(row, index, 100);
      scales.add(scale);
      const sizes = contributions.map(({ amount }) => Math.abs(amount));
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      expect(model.explain(row, index, 2).contributions).toEqual(contributions.slice(0, 2));
      return contributions.reduce((sum, { amount }) => sum + amount, bias);
    });
    expect(scales.size).toBe(1);
    if (scales.has("probability")) {
      raw.forEach((sum, index) => {
        expect(sum).toBeCloseTo(out[index], 9);
      });
      return;
    }
    // Raw scores are log-odds or logarithms up to a constant: differences between classes tell the odds.
    const factor = classes === 2 ? 0.5 : 1;
    expect((raw[1] - raw[0]) * factor).toBeCloseTo(Math.log(out[1] / out[0]), 9);
  });

  test("scores rows with values that training never saw", async () => {
    const model = await trained(learner, TABLES[1]);
    const columns = TABLES[1].values.length;
    const odd = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -1,
      0.5,
      1e308,
      5,
      4294967296,
    ];
    const out = new Float64Array(odd.length * model.manifest.classes.length);
    const rows = Float64Array.from(
      { length: odd.length * columns },
      (_, index) => odd[Math.floor(index / columns)],
    );
    model.score(rows, odd.length, out);
    expect(out.every((probability) => probability >= 0 && probability <= 1)).toBe(true);
  });

  test("keeps its facts: parameters, seed, rows, classes, schema", async () => {
    const { manifest } = await trained(learner, TABLES[1]);
    expect(manifest.schema.fingerprint).toBe(TABLES[1].schema.fingerprint);
    expect(manifest.classes).toEqual(classesOf(learner, TABLES[1]));
    expect(manifest.task).toBe(learner.task === "anomaly" ? "anomaly" : undefined);
    expect(manifest.benignClasses).toEqual(["benign"]);
    expect(manifest.training).toMatchObject({ learner: learner.id, seed: 7 });
    const rows =
      learner.task === "anomaly"
        ? TABLES[1].labels.filter((label) => label === 0).length
        : TABLES[1].rowCount;
    const { trainingRows, validationRows, classCounts } = manifest.training;
    // A learner with a bound on rows may leave some out; it says how many it took.
    const mayLeaveOut = learner.parameters.some(({ name }) => name === "maxRows");
    if (mayLeaveOut) expect(trainingRows + validationRows).toBeLessThanOrEqual(rows);
    else expect(trainingRows + validationRows).toBe(rows);
    expect(classCounts.reduce((sum, count) => sum + count, 0)).toBe(rows);
    for (const { name } of learner.parameters) expect(manifest.training.parameters).toHaveProperty(name);
  });

  test("heeds class weights", async () => {
    if (learner.task === "anomaly") return;
    const table = TABLES[0];
    // Trees that are fully grown tell every training row's class, whatever the weights: their leaves must be mixed.
    const parameters = quick(learner, { ...QUICK, minLeafRows: 20 });
    const [plain, heavy] = await Promise.all(
      [1, 20].map(async (weight) =>
        scores(await learner.fit(table, parameters, { seed: 7, classWeights: [1, weight] }), table),
      ),
    );
    const flagged = (out: Float64Array) =>
      out.filter((value, index) => index % 2 === 1 && value > 0.5).length;
    expect(flagged(heavy)).toBeGreaterThan(flagged(plain));
    const code = (await failureOf(trained(learner, table, { classWeights: [1] }))).code;
    expect(code).toBe("parameter-invalid");
  });

  test("gives the same model on any number of threads", async () => {
    const table = mixedTable({ rows: 70_000, classes: 3, seed: 6 });
    const models: Uint8Array[] = [];
    for (const threads of [0, 1, 3]) {
      const parallel = threads === 0 ? undefined : workerPool(threads);
      models.push((await trained(learner, table, { parallel })).encode());
    }
    for (const model of models.slice(1)) expect(Buffer.compare(model, models[0])).toBe(0);
  });

  test("lets its threads go when it fails or is cancelled", async () => {
    const table = mixedTable({ rows: 70_000, classes: 2, seed: 6 });
    const crews = { started: 0, stopped: 0 };
    const pool = workerPool(2);
    const parallel: Parallel = {
      threads: pool.threads,
      start: (task) => {
        const crew = pool.start(task);
        crews.started++;
        return { stop: () => crew.stop().then(() => void crews.stopped++) };
      },
    };
    const failure = await failureOf(trained(learner, table, { parallel, isCancelled: () => true }));
    expect(failure.code).toBe("cancelled");
    expect(crews.stopped).toBe(crews.started);
  });

  test("stops when cancelled, and leaves nothing broken behind", async () => {
    const before = (await trained(learner, TABLES[0])).encode();
    let asked = 0;
    const failure = await failureOf(trained(learner, TABLES[0], { isCancelled: () => ++asked > 3 }));
    expect(failure.code).toBe("cancelled");
    expect(Buffer.compare((await trained(learner, TABLES[0])).encode(), before)).toBe(0);
  });

  test("tells its progress, and waits for the one who listens", async () => {
    const done: number[] = [];
    await trained(learner, TABLES[0], {
      onProgress: async (progress) => {
        await new Promise((resolve) => setImmediate(resolve));
        done.push(progress.done);
        expect(progress.done).toBeLessThanOrEqual(progress.total);
      },
    });
    expect(done.length).toBeGreaterThan(0);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  test("refuses tables that cannot be learnt from", async () => {
    const table = TABLES[0];
    const column = new Float64Array(table.rowCount);
    const bad: Record<string, LabelledTable> = {
      "no rows": selectRows(table, []),
      "no columns": { ...table, schema: foreignSchema("none", []), values: [] },
      "one class": { ...table, labels: new Int32Array(table.rowCount) },
      "all missing": { ...table, values: table.values.map(() => column.map(() => Number.NaN)) },
      "all constant": { ...table, values: table.values.map(() => column) },
      "short column": { ...table, values: table.values.map((values) => values.subarray(1)) },
      "label out of range": { ...table, labels: table.labels.map((label) => label + 1) },
      "negative label": { ...table, labels: table.labels.map((label) => label - 1) },
      "few labels": { ...table, labels: table.labels.subarray(1) },
    };
    // Benign rows alone are all that an anomaly needs.
    if (learner.task === "anomaly") delete bad["one class"];
    for (const [what, broken] of Object.entries(bad)) {
      expect((await failureOf(trained(learner, broken))).code, what).toBe("training-data");
    }
  });

  test("refuses tables of another schema", async () => {
    const model = await trained(learner, TABLES[0]);
    const other = reorderColumns(TABLES[0], [1, 0, 2, 3, 4, 5, 6, 7]);
    const scoring = new Promise((resolve) => resolve(scores(model, other)));
    expect((await failureOf(scoring)).code).toBe("schema-mismatch");
    expect((await failureOf(trained(learner, TABLES[0], { validation: other }))).code).toBe(
      "schema-mismatch",
    );
    const short = new Promise<void>((resolve) =>
      resolve(model.score(new Float64Array(3), 1, new Float64Array(2))),
    );
    expect((await failureOf(short)).code).toBe("schema-mismatch");
  });

  test("refuses parameters that are unknown, of another type or out of range", async () => {
    const unknown = await failureOf(learner.fit(TABLES[0], { "no such parameter": 1 }, { seed: 1 }));
    expect(unknown.code).toBe("parameter-invalid");
    for (const specification of learner.parameters) {
      for (const value of wrongValues(specification)) {
        const parameters = { ...quick(learner), [specification.name]: value } as ParameterValues;
        const failure = await failureOf(learner.fit(TABLES[0], parameters, { seed: 1 }));
        expect(failure.code, `${specification.name} = ${value}`).toBe("parameter-invalid");
        expect(failure.message).toContain(specification.name);
      }
    }
  });

  test("says what each parameter does, with a default that it accepts", () => {
    for (const {
      name,
      description,
      default: standard,
      type,
      minimum,
      maximum,
      choices,
    } of learner.parameters) {
      expect(description.length, name).toBeGreaterThan(10);
      if (type === "choice") expect(choices).toContain(standard);
      if (type !== "integer" && type !== "number") continue;
      expect(standard).toBeGreaterThanOrEqual(minimum ?? Number.NEGATIVE_INFINITY);
      expect(standard).toBeLessThanOrEqual(maximum ?? Number.POSITIVE_INFINITY);
    }
  });
});
