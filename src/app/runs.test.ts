import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/rows.ts";
import { mixedTable, selectRows } from "../../test/support/tables.ts";
import { compareRuns } from "./compare.ts";
import {
  dataFacts,
  PROGRESS_MAX,
  ProgressLog,
  type RunRecord,
  readRun,
  recordPath,
  sha256,
  writeRun,
} from "./runs.ts";

const folder = temporaryFolder();
const table = mixedTable({ rows: 200, classes: 3, seed: 1 });

function recordOf(change: Partial<RunRecord> = {}): RunRecord {
  const score = (mean: number) => ({ mean, low: mean - 0.01, high: mean + 0.01, folds: [mean, Number.NaN] });
  const metric = { id: "macroF1", title: "macro F1", greaterIsBetter: true };
  return {
    type: "orbweaver-run",
    version: 1,
    release: "0.1.0",
    started: "2024-05-01T10:00:00.000Z",
    elapsedMs: 12,
    command: { rows: ["rows.csv"], options: { label: "label", learners: ["tree"] } },
    data: dataFacts(table, ["benign"]),
    learner: "tree",
    parameters: { maxDepth: 3, criterion: "gini", exact: true },
    steps: { select: "anova:10" },
    seed: 1,
    comparison: {
      metric,
      metrics: [metric],
      view: "classes",
      rows: 200,
      folds: { method: "stratified", count: 2, testShare: 1 },
      entries: [
        {
          name: "tree",
          kind: "candidate",
          learner: "tree",
          parameters: { maxDepth: 3 },
          varied: [],
          folds: 2,
          rows: 200,
          scores: { macroF1: score(0.8) },
          fitMs: 1,
          scoreUs: 2,
          bytes: 100,
        },
        {
          name: "majority class",
          kind: "baseline",
          rule: "always",
          folds: 2,
          rows: 200,
          scores: { macroF1: score(0.3) },
          fitMs: Number.NaN,
          scoreUs: Number.NaN,
          bytes: 0,
        },
      ],
      best: "tree",
      cancelled: false,
      findings: [],
      remarks: ["remark"],
    },
    fit: {
      elapsedMs: 3,
      iterations: 1,
      metrics: { loss: 0.5 },
      progress: [{ done: 1, metrics: { loss: 0.5 } }],
    },
    findings: [{ code: "few-rows", severity: "warning", message: "few" }],
    model: { file: "m.orb", bytes: 3, sha256: sha256(Uint8Array.of(1, 2, 3)) },
    ...change,
  };
}

async function saved(name: string, record: RunRecord): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, Uint8Array.of(1, 2, 3));
  await writeRun(recordPath(path), record);
  return path;
}

test("a record comes back as it was written, by its own name and by that of the model", async () => {
  const record = recordOf();
  const model = await saved("a.orb", record);
  expect(await readRun(model)).toEqual(record);
  expect(await readRun(recordPath(model))).toEqual(record);
});

test("what is no record is refused with the place of the fault", async () => {
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const text = JSON.stringify(recordOf());
  for (const [wrong, message] of [
    ["[1", /is no JSON/],
    ["{}", /at type/],
    [text.replace('"version":1', '"version":2'), /at version/],
    [text.replace('"maxDepth":3,"criterion"', '"maxDepth":null,"criterion"'), /at parameters.maxDepth/],
    [text.replace('"iterations":1', '"iterations":"1"'), /at fit.iterations/],
  ] as const) {
    await expect(readRun(write("wrong.run.json", wrong))).rejects.toMatchObject({
      code: "run-invalid",
      message: expect.stringMatching(message),
    });
  }
  await expect(readRun(write("alone.orb", "model"))).rejects.toThrow(
    /has no record beside it, expected '.*alone.orb.run.json'/,
  );
  const other = await saved("other.orb", recordOf());
  writeFileSync(other, "another model");
  await expect(readRun(other)).rejects.toThrow(/record of another model/);
  await expect(readRun(join(folder, "none.orb"))).rejects.toMatchObject({ code: "file-missing" });
});

test("the fingerprint of rows tells values, labels, classes and columns, and nothing else", () => {
  const { fingerprint } = dataFacts(table, []);
  const everyRow = [...table.labels.keys()];
  expect(dataFacts(selectRows(table, everyRow), []).fingerprint).toBe(fingerprint);
  expect(dataFacts(table, ["benign"]).fingerprint).toBe(fingerprint);
  const changed = selectRows(table, everyRow);
  changed.values[0][7] += 1;
  expect(dataFacts(changed, []).fingerprint).not.toBe(fingerprint);
  expect(dataFacts({ ...table, classes: ["a", "b", "c"] }, []).fingerprint).not.toBe(fingerprint);
  expect(dataFacts(selectRows(table, everyRow.slice(1)), []).fingerprint).not.toBe(fingerprint);
});

test("progress is bounded, evenly thinned, and keeps its order", () => {
  const log = new ProgressLog();
  for (let done = 1; done <= 10_000; done++) log.add(done, { loss: 1 / done });
  expect(log.entries.length).toBeLessThanOrEqual(PROGRESS_MAX);
  expect(log.entries.length).toBeGreaterThan(PROGRESS_MAX / 4);
  const steps = new Set(log.entries.map(({ done }, index) => done - (log.entries[index - 1]?.done ?? 0)));
  expect(steps.size).toBe(1);
});

test("runs side by side: what differs, what is compared, what must not be", async () => {
  const first = await saved("first.orb", recordOf());
  const second = await saved(
    "second.orb",
    recordOf({ learner: "forest", parameters: { trees: 10, maxDepth: 5, criterion: "gini", exact: true } }),
  );
  const same = await compareRuns({ runs: [first, second] });
  expect(same.warnings).toEqual([]);
  expect(same.differing).toEqual(["maxDepth", "trees"]);
  expect(same.runs.map(({ name, learner, scores }) => [name, learner, scores["macroF1"].mean])).toEqual([
    ["first.orb", "tree", 0.8],
    ["second.orb", "forest", 0.8],
  ]);
  const other = mixedTable({ rows: 200, classes: 3, seed: 2 });
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(elsewhere);
  const third = await saved(
    "elsewhere/first.orb",
    recordOf({ data: dataFacts(other, []), comparison: undefined }),
  );
  const different = await compareRuns({ runs: [first, third] });
  expect(different.warnings.join("\n")).toMatch(/scores on different data cannot be compared/);
  expect(different.warnings.join("\n")).toMatch(/without being judged/);
  expect(different.runs.map(({ name }) => name)).toEqual([first, third]);
});

test("different folds are warned of", async () => {
  const record = recordOf();
  const comparison = {
    ...record.comparison,
    folds: { method: "groups", by: "host", count: 5, testShare: 0.25 },
  };
  const first = await saved("folds1.orb", record);
  const second = await saved("folds2.orb", { ...record, comparison } as RunRecord);
  expect((await compareRuns({ runs: [first, second] })).warnings.join()).toMatch(/different folds/);
});

test("a page of runs shows hostile names as text", async () => {
  const evil = "<img src=x onerror=alert(1)>\"'&";
  const record = recordOf({
    learner: evil,
    parameters: { maxDepth: 4, [evil]: evil },
    command: { rows: [evil], options: {} },
  });
  const [first, second] = [await saved("p1.orb", recordOf()), await saved("p2.orb", record)];
  const html = join(folder, "runs.html");
  await compareRuns({ runs: [first, second], html });
  const page = readFileSync(html, "utf8");
  expect(page).not.toContain("<img");
  expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
});
