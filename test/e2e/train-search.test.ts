// Training that compares: learners and parameters on folds, the best refitted, records beside models, classic recipes.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { Random } from "../../src/base/random.ts";
import { buildCommand, jsonLines, orbweaver, startOrbweaver } from "../support/command.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { temporaryFolder } from "../support/rows.ts";

// Many commands each: they take their time where tests run side by side.
vi.setConfig({ testTimeout: 300_000 });

const cwd = temporaryFolder();
const QUICK = ["--set", "boosting.iterations=8"];

interface Score {
  mean: number;
  low: number | null;
  high: number | null;
  folds: number[];
}
interface Entry {
  name: string;
  kind: string;
  folds: number;
  rows: number;
  round?: number;
  parameters?: Record<string, unknown>;
  scores: Record<string, Score>;
  failure?: string;
}
interface Trained {
  type: string;
  out?: string;
  record?: string;
  comparison: {
    best?: string;
    view: string;
    folds: { method: string; count: number; by?: string };
    search?: { method: string; rounds?: { rows: number; candidates: number }[] };
    entries: Entry[];
    findings: { code: string; severity: string; message: string }[];
    remarks: string[];
    cancelled: boolean;
  };
  manifest: { training: { learner: string; parameters: Record<string, unknown>; training_rows: number } };
  class_weights?: { column: string; weights: Record<string, number> };
}

function run(...args: string[]) {
  return orbweaver(args, { cwd });
}

function good(...args: string[]): string {
  const { status, out, err } = run(...args);
  expect(status, `${args.join(" ")}: ${err}`).toBe(0);
  return out;
}

function trained(...args: string[]): Trained {
  return jsonLines(good("train", ...args, "--quiet", "--json"))[0] as unknown as Trained;
}

function candidates({ comparison }: Trained): Entry[] {
  return comparison.entries.filter(({ kind }) => kind === "candidate");
}

/** Rows whose class follows from two columns, with noise; captures of 40 rows; times that rise. */
function writeRows(name: string, rows: number): void {
  const random = new Random(9);
  const lines = ["ts,capture,bytes,packets,noise,service,label"];
  for (let row = 0; row < rows; row++) {
    const bytes = Math.round(random.logNormal(500, 1));
    const packets = random.integer(1, 40);
    const service = random.pick(["web", "dns", "ssh"]);
    const isAttack = (bytes > 600 && packets > 20) !== random.chance(0.05);
    const label = isAttack ? (service === "ssh" ? "brute <b>force</b>" : "flood") : "benign";
    lines.push(
      [
        row * 10,
        `day${Math.floor(row / 40)}`,
        bytes,
        packets,
        random.uniform().toFixed(4),
        service,
        label,
      ].join(","),
    );
  }
  writeFileSync(join(cwd, name), `${lines.join("\n")}\n`);
}

beforeAll(() => {
  buildCommand();
  writeRows("rows.csv", 600);
}, 180_000);

describe("comparing", () => {
  test("several learners on the same folds; the best is refitted on all rows", () => {
    const result = trained("rows.csv", "--learner", "boosting,tree", ...QUICK, "-o", "best.orb");
    const { comparison, manifest } = result;
    expect([result.type, comparison.folds.method, comparison.folds.count]).toEqual([
      "model",
      "stratified",
      5,
    ]);
    expect(
      candidates(result)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["boosting", "tree"]);
    expect(comparison.entries.filter(({ kind }) => kind === "baseline")).toHaveLength(3);
    expect(manifest.training.learner).toBe(comparison.best);
    const [best, second] = candidates(result).map(({ scores }) => scores["macro_f1"]);
    expect(best.mean).toBeGreaterThanOrEqual(second.mean);
    expect(best.folds).toHaveLength(5);
    expect(best.low).toBeLessThan(best.mean);
    expect(comparison.findings.length).toBeGreaterThan(0);
    const alone = trained(
      "rows.csv",
      "--learner",
      String(comparison.best),
      ...(comparison.best === "tree" ? [] : QUICK),
      "-o",
      "alone.orb",
    );
    expect(alone.manifest.training).toEqual(manifest.training);
    expect(alone.comparison).toBeUndefined();
    const figures = (model: string): unknown =>
      (jsonLines(good("evaluate", model, "rows.csv", "--json"))[0] as { metrics: unknown }).metrics;
    expect(figures("best.orb")).toEqual(figures("alone.orb"));
  });

  test("the table names the best, the interval, the audit and the model", () => {
    const out = good(
      "train",
      "rows.csv",
      "--learner",
      "tree,boosting",
      ...QUICK,
      "--metric",
      "mcc",
      "--cv",
      "3",
      "-o",
      "t.orb",
      "--quiet",
    );
    expect(out).toMatch(/^Comparison on 600 rows, 3 stratified folds, by Matthews correlation$/m);
    expect(out).toContain("corrected resampled t (Nadeau and Bengio 2003)");
    expect(out).toMatch(/^\* {2}(tree|boosting) +0\.\d{4} ±0\.\d{4} /m);
    expect(out).toMatch(/^ {3}majority class +0\.0000 /m);
    expect(out).toMatch(
      /^(tree|boosting) is the best by Matthews correlation: fitted on all 600 rows and saved$/m,
    );
  });

  test("the same command gives the same model and the same figures, times apart", () => {
    const args = ["rows.csv", "--search", "random", "--trials", "3", "--cv", "2", ...QUICK];
    const [first, again] = ["d1.orb", "d2.orb"].map((out) => trained(...args, "-o", out));
    expect(readFileSync(join(cwd, "d2.orb")).equals(readFileSync(join(cwd, "d1.orb")))).toBe(true);
    const scores = (result: Trained) => result.comparison.entries.map(({ name, scores: all }) => [name, all]);
    expect(scores(again)).toEqual(scores(first));
    const other = trained(...args, "--seed", "2", "-o", "d3.orb");
    expect(scores(other)).not.toEqual(scores(first));
  });

  test("a grid is tried whole, and what was set holds for all", () => {
    const result = trained(
      "rows.csv",
      "--grid",
      "maxLeaves=3,7,15",
      "--grid",
      "learningRate=0.1,0.3",
      ...QUICK,
      "--cv",
      "2",
      "-o",
      "g.orb",
    );
    expect(candidates(result)).toHaveLength(6);
    expect(new Set(candidates(result).map(({ parameters }) => parameters?.["iterations"]))).toEqual(
      new Set([8]),
    );
    const best = candidates(result)[0];
    expect(result.manifest.training.parameters).toEqual(best.parameters);
  });

  test("halving gives most candidates few rows and says so", () => {
    writeRows("more.csv", 3000);
    const args = ["more.csv", "--search", "halving", "--trials", "9", ...QUICK, "-o", "h.orb"];
    const result = trained(...args);
    const { search, best, entries } = result.comparison;
    expect(search).toMatchObject({
      method: "halving",
      rounds: [{ candidates: 9 }, { candidates: 3 }, { candidates: 1, rows: 3000 }],
    });
    expect(entries[0]).toMatchObject({ name: best, round: 3, rows: 3000 });
    expect(good("train", ...args, "--quiet")).toMatch(
      /halving: 9 on 33\d rows, 3 on 1,00\d rows, 1 on 3,000 rows/,
    );
  });

  test("rows of a group stay together, and a clock is followed forward", () => {
    const groups = trained("rows.csv", "--cv-by", "capture", "--cv", "3", ...QUICK, "-o", "c.orb");
    expect(groups.comparison.folds).toMatchObject({ method: "groups", by: "capture", count: 3 });
    const time = trained("rows.csv", "--cv-by", "ts", "--cv", "3", ...QUICK, "-o", "c.orb");
    expect(time.comparison.folds).toMatchObject({ method: "time", by: "ts", count: 3 });
    const held = trained("rows.csv", "--holdout", "0.25", ...QUICK, "-o", "c.orb");
    expect(held.comparison.folds).toMatchObject({ method: "holdout", count: 1 });
    expect(held.comparison.entries[0].scores["macro_f1"].low).toBeNull();
    const none = run("train", "rows.csv", "--cv-by", "nothing", "-o", "c.orb");
    expect([none.status, none.err]).toEqual([6, expect.stringContaining("'nothing'")]);
  });

  test("columns are chosen and probabilities calibrated within the folds", () => {
    const result = trained(
      "rows.csv",
      "--cv",
      "3",
      "--select",
      "variance:0,anova:2",
      "--calibrate",
      "platt",
      ...QUICK,
      "-o",
      "s.orb",
    );
    expect(candidates(result)[0].failure).toBeUndefined();
    const record = JSON.parse(readFileSync(join(cwd, "s.orb.run.json"), "utf8"));
    expect(record.steps).toEqual({ select: "variance:0,anova:2", calibrate: "platt" });
    expect(result.manifest.training).toMatchObject({ learner: "boosting" });
  });

  test("a learner of benign rows is judged by attack or not, with the others", () => {
    const result = trained("rows.csv", "--learner", "one-class,tree", "--cv", "2", "-o", "o.orb");
    expect(result.comparison.view).toBe("attack");
    for (const { scores, failure } of candidates(result)) {
      expect(failure).toBeUndefined();
      expect(scores["roc_auc"].mean).toBeGreaterThan(0.5);
    }
    const none = run(
      "train",
      "rows.csv",
      "--learner",
      "one-class,tree",
      "--benign",
      "flood,benign,brute <b>force</b>",
      "-o",
      "o.orb",
    );
    expect([none.status, none.err]).toEqual([
      10,
      expect.stringContaining("can be judged on rows of benign and of other classes only"),
    ]);
  });

  test("a candidate that cannot learn is told of; when none can, nothing is written", () => {
    const lone = run("train", "rows.csv", "--cv", "2", "--select", "variance:1e300", "-o", "none.orb");
    expect(lone.status).not.toBe(0);
    expect(existsSync(join(cwd, "none.orb"))).toBe(false);
  });

  test("Ctrl-C ends a comparison without a model", async () => {
    const command = startOrbweaver(
      [
        "train",
        "rows.csv",
        "--search",
        "random",
        "--trials",
        "500",
        "-o",
        "stopped.orb",
        "--json",
        "--quiet",
      ],
      { cwd },
    );
    await new Promise((next) => setTimeout(next, 4000));
    command.process.kill("SIGINT");
    const { status, out, err } = await command.ended;
    expect(status).toBe(130);
    expect(existsSync(join(cwd, "stopped.orb"))).toBe(false);
    if (out === "") {
      expect(err).toContain("cancelled");
      return;
    }
    const [result] = jsonLines(out) as unknown as Trained[];
    expect([result.type, result.comparison.cancelled]).toEqual(["comparison", true]);
  });

  test("wrong options are told before a row is read", () => {
    for (const [args, message] of [
      [["--metric", "f2"], /there is no metric 'f2'/],
      [["--learner", "none"], /learner 'none' is unknown/],
      [["--preset", "none"], /there is no preset 'none'; there are kdd5/],
      [["--cv", "5", "--holdout", "0.2"], /expected one of them/],
      [["--trials", "5"], /random and halving only/],
      [["--coverage", "0.9"], /--unknown/],
      [["--select", "none:1"], /'none'/],
      [["--grid", "maxLeaves=1,2"], /'maxLeaves' is 1/],
    ] as const) {
      const { status, err } = run("train", "absent.csv", "-o", "x.orb", ...args);
      expect([status, err], args.join(" ")).toEqual([2, expect.stringMatching(message)]);
    }
  });
});

test("rows that were made of others are left out of the folds, and learnt from in the end", () => {
  writeFileSync(
    join(cwd, "smote.yaml"),
    "name: smote\nsources: [rows.csv]\nsteps:\n  - split: random\n  - balance: random-over\n",
  );
  good("prepare", "smote.yaml", "--quiet");
  const result = trained("smote@train", "--learner", "tree", "--cv", "3", "-o", "smote.orb");
  const { training } = result.manifest;
  const judged = result.comparison.entries[0].rows;
  expect(judged).toBeLessThan(training.training_rows);
  expect(judged).toBe(420);
  expect(result.comparison.remarks[0]).toMatch(
    new RegExp(`^${training.training_rows - judged} rows that were made of others`),
  );
});

describe("records and pages", () => {
  test("every training leaves a record, and records stand side by side", () => {
    good("train", "rows.csv", "--cv", "3", ...QUICK, "-o", "one.orb", "--quiet");
    good("train", "rows.csv", "--cv", "3", "--learner", "tree", "-o", "two.orb", "--quiet");
    const record = readFileSync(join(cwd, "one.orb.run.json"), "utf8");
    expect(record).not.toContain(cwd);
    expect(JSON.parse(record)).toMatchObject({
      type: "orbweaver-run",
      version: 1,
      command: { rows: ["rows.csv"], options: { learners: ["boosting"], cv: 3 } },
      learner: "boosting",
      seed: 1,
      model: { file: "one.orb" },
      fit: { iterations: 8, progress: expect.arrayContaining([expect.objectContaining({ done: 8 })]) },
    });
    const out = good("compare", "one.orb", "two.orb.run.json");
    expect(out).toMatch(/^ +one\.orb +two\.orb$/m);
    expect(out).toMatch(/^ {2}macro F1 +0\.\d{4} ±0\.\d{4} +0\.\d{4} ±0\.\d{4}$/m);
    const [compared] = jsonLines(good("compare", "one.orb", "two.orb", "--json")) as unknown as {
      runs: { learner: string }[];
      warnings: string[];
    }[];
    expect([compared.runs.map(({ learner }) => learner), compared.warnings]).toEqual([
      ["boosting", "tree"],
      [],
    ]);
  });

  test("runs on other rows are warned of, and what is no run is refused", () => {
    good("train", "rows.csv", "--limit", "500", ...QUICK, "-o", "few.orb", "--quiet");
    const { status, err } = run("compare", "one.orb", "few.orb");
    expect(status).toBe(0);
    expect(err).toContain("scores on different data cannot be compared");
    expect(err).toContain("trained without being judged");
    const refused = run("compare", "one.orb", "rows.csv");
    expect([refused.status, refused.err]).toEqual([8, expect.stringContaining("has no record beside it")]);
  });

  test("pages are one file without scripts, and names of classes are text", () => {
    good(
      "train",
      "rows.csv",
      "--learner",
      "boosting,tree",
      ...QUICK,
      "--cv",
      "2",
      "--html",
      "page.html",
      "-o",
      "p.orb",
      "--quiet",
    );
    good("compare", "one.orb", "two.orb", "--html", "runs.html");
    for (const name of ["page.html", "runs.html"]) {
      const page = readFileSync(join(cwd, name), "utf8");
      expect(page).toContain("</html>");
      expect(page).not.toMatch(/<script|<b>|(?:src|href)="(?!#)/);
    }
    expect(readFileSync(join(cwd, "page.html"), "utf8")).toContain("&lt;b&gt;");
  });
});

describe("weights of classes", () => {
  const weigh = (name: string, steps: string): void => {
    writeFileSync(join(cwd, `${name}.yaml`), `name: ${name}\nsources: [rows.csv]\nsteps:\n${steps}`);
    good("prepare", `${name}.yaml`, "--quiet");
  };

  test("prepare gives every row a weight, and train weighs classes by them", () => {
    weigh("weighed", "  - split: random\n  - balance: weights\n");
    const result = trained("weighed@train", "--learner", "tree", "-o", "w.orb");
    const weights = result.class_weights?.weights ?? {};
    expect(result.class_weights?.column).toBe("weight");
    expect(Object.keys(weights).sort()).toEqual(["benign", "brute <b>force</b>", "flood"]);
    expect(weights["benign"]).toBeLessThan(1);
    const balanced = trained(
      "weighed@train",
      "--learner",
      "tree",
      "--weights",
      "none",
      "--set",
      "balance=balanced",
      "-o",
      "b.orb",
    );
    expect(balanced.class_weights).toBeUndefined();
    // Weights inverse to the classes' rows are what the learner's own balancing gives.
    const figures = (model: string): unknown =>
      (jsonLines(good("evaluate", model, "rows.csv", "--json"))[0] as { metrics: unknown }).metrics;
    expect(figures("w.orb")).toEqual(figures("b.orb"));
    trained("weighed@train", "--learner", "tree", "--weights", "none", "-o", "n.orb");
    expect(figures("n.orb")).not.toEqual(figures("w.orb"));
  });

  test("weights that differ inside a class, and rows without one, are refused", () => {
    const mixed = run(
      "train",
      "weighed@train",
      "--label-map",
      "benign=benign,flood=attack,brute <b>force</b>=attack",
      "-o",
      "m.orb",
    );
    expect([mixed.status, mixed.err]).toEqual([
      10,
      expect.stringContaining("one weight for all rows of a class"),
    ]);
    const named = run("train", "rows.csv", "--weights", "bytes", "-o", "m.orb");
    expect([named.status, named.err]).toEqual([10, expect.stringContaining("column 'bytes' weighs rows")]);
  });
});

describe("classic recipes", () => {
  test("are listed with what they do and what their score is worth", () => {
    const out = good("train", "--presets");
    for (const id of ["kdd5", "cic-bot", "apa", "antinex"]) expect(out).toMatch(new RegExp(`^${id} `, "m"));
    const [listed] = jsonLines(good("train", "--presets", "--json")) as unknown as {
      presets: { id: string }[];
    }[];
    expect(listed.presets.map(({ id }) => id)).toEqual(["kdd5", "cic-bot", "apa", "antinex"]);
  });

  /** Every so manieth line of a shared file, with its header where it has one. */
  const thinned = (from: string, to: string, step: number, hasHeader: boolean): void => {
    const lines = gunzipSync(readFileSync(sharedData(from)))
      .toString("latin1")
      .split("\n");
    const kept = lines.filter(
      (line, index) => line !== "" && ((hasHeader && index === 0) || index % step === 1),
    );
    writeFileSync(join(cwd, to), `${kept.join("\n")}\n`, "latin1");
  };

  dataTest(
    "kdd5: five groups by a tree, a linear SVM and a network",
    () => {
      thinned("nsl-kdd/KDDTrain+.txt.gz", "nsl.txt", 20, false);
      const result = trained("nsl.txt", "--preset", "kdd5", "-o", "kdd5.orb");
      expect(
        candidates(result)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(["mlp", "svm", "tree"]);
      expect(candidates(result).map(({ failure }) => failure)).toEqual([undefined, undefined, undefined]);
      expect(candidates(result)[0].scores["accuracy"].mean).toBeGreaterThan(0.95);
      const [judged] = jsonLines(
        good("evaluate", "kdd5.orb", sharedData("nsl-kdd/KDDTest+.txt.gz"), "--label-map", "kdd5", "--json"),
      ) as unknown as { metrics: { accuracy: number } }[];
      // The official test has attacks that training lacks: no learner keeps its score there.
      expect(judged.metrics.accuracy).toBeLessThan(candidates(result)[0].scores["accuracy"].mean - 0.1);
    },
    300_000,
  );

  dataTest(
    "cic-bot: bots or benign by the ten best columns and a network",
    () => {
      const rows = sharedData("cic/csecicids2018_improved_sample5000.csv.gz");
      const result = trained(rows, "--preset", "cic-bot", "-o", "bot.orb");
      expect(result).toMatchObject({
        not_about: 2399,
        manifest: { classes: ["Benign", "Bot"], benign_classes: ["Benign"] },
      });
      expect(candidates(result)[0].failure).toBeUndefined();
      expect(candidates(result)[0].scores["macro_f1"].mean).toBeGreaterThan(0.8);
    },
    300_000,
  );

  dataTest(
    "apa: six classifiers, none of which beats two questions",
    () => {
      thinned("apa/APA-DDoS-Dataset.csv.gz", "apa.csv", 40, true);
      const result = trained("apa.csv", "--preset", "apa", "-o", "apa.orb");
      expect(
        candidates(result)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(["bayes", "forest", "mlp", "neighbours", "svm", "tree"]);
      expect(candidates(result).filter(({ failure }) => failure !== undefined)).toEqual([]);
      expect(result.comparison.remarks.join("\n")).toContain(
        "no candidate is better by macro F1 than the baseline 'depth-2 tree'",
      );
      const { findings } = result.comparison;
      expect(findings.filter(({ severity }) => severity === "error").map(({ code }) => code)).toContain(
        "shortcut-pair",
      );
      expect(findings.map(({ message }) => message).join("\n")).toMatch(
        /ip\.flags\.df.*\n?.*tcp\.flags\.push/,
      );
    },
    300_000,
  );

  dataTest(
    "antinex: the published network, without the number of the row",
    () => {
      const rows = ["v1_django_full_attack.csv.gz", "fulldata_attack_scans.csv"].map((name) =>
        sharedData(`antinex/${name}`),
      );
      const result = trained(...rows, "--preset", "antinex", "-o", "antinex.orb");
      expect(result.comparison.folds).toMatchObject({ method: "holdout", count: 1 });
      expect(result.manifest.training.parameters).toMatchObject({ layers: "200", epochs: 15, batchSize: 32 });
      expect(candidates(result)[0].scores["accuracy"].mean).toBeGreaterThan(0.99);
      const record = JSON.parse(readFileSync(join(cwd, "antinex.orb.run.json"), "utf8"));
      expect(record.command.options).toMatchObject({ preset: "antinex", exclude: ["idx"], holdout: 0.2 });
    },
    300_000,
  );
});
