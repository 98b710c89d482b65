// orbweaver evaluate as a user runs it: figures with intervals and baselines, operating points, unseen attacks, audit, page, and
// exit statuses.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { buildCommand, orbweaver } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const cwd = temporaryFolder();
const run = (...args: string[]) => orbweaver(args, { cwd });

/** Scans are small and many, floods are large; worms look like benign rows and are in the test alone. */
function rows(count: number, from: number, withWorms: boolean): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const at = from + index * 7919;
    const noise = at % 97;
    const kind = index % (withWorms ? 10 : 8);
    if (kind === 0) return `${40 + (noise % 30)},${300 + noise},tcp,scan`;
    if (kind === 1) return `${9000 + noise * 10},${100 + noise},udp,flood`;
    if (kind >= 8) return `${500 + noise * 20},${noise},tcp,worm`;
    // One benign row in a dozen looks like a scan.
    return `${noise % 12 === 0 ? 45 : 500 + noise * 20},${noise * 3},${noise % 3 === 0 ? "udp" : "tcp"},benign`;
  });
  return ["size,rate,protocol,label", ...lines, ""].join("\n");
}

beforeAll(() => {
  buildCommand();
  writeFileSync(join(cwd, "train.csv"), rows(1600, 3, false));
  writeFileSync(join(cwd, "test.csv"), rows(900, 11, true));
  const { status, err } = run("train", "train.csv", "--set", "iterations=20", "-o", "model.orb", "--quiet");
  expect([status, err]).toEqual([0, ""]);
  rmSync(join(cwd, "model.orb.run.json"), { force: true });
}, 120_000);

test("lines fit 80 columns: headline, intervals, simple rules, operating points, what is new, audit", () => {
  const { status, out, err } = run("evaluate", "model.orb", "test.csv", "--training", "train.csv");
  expect([status, err]).toEqual([0, ""]);
  expect(out).toMatch(/FIGURE +95 % +MAJORITY +COLUMN +TREE/);
  expect(out).toMatch(/accuracy +0\.\d{4} +0\.\d{4}-[01]\.\d{4} +0\.\d{4} +0\.\d{4} +0\.\d{4}/);
  expect(out).toContain("MAJORITY is always benign");
  expect(out).toMatch(/attacks flagged +0\.\d{4}/);
  expect(out).toMatch(/Detection by false alarm rate/);
  expect(out).toMatch(/rule of three/);
  expect(out).toMatch(/Not in training[\s\S]*worm +attack +0\.\d{4}/);
  expect(out).toMatch(/Classes that the model does not know: worm/);
  expect(out).toMatch(/Audit against train\.csv: \d+ errors?, \d+ warnings?/);
  expect(out).toMatch(/class-only-in-test/);
  for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
});

test("without training rows it says how to get more, and the majority is that of the model's training", () => {
  const { out } = run("evaluate", "model.orb", "test.csv", "--no-audit");
  expect(out).toMatch(/FIGURE +95 % +MAJORITY\n/);
  expect(out).toMatch(/name them\s+with --training/);
  expect(out).not.toContain("Audit");
});

test("JSON has everything, curves too, and the same at each run but for time and the run's id", () => {
  const args = ["evaluate", "model.orb", "test.csv", "--training", "train.csv", "--json"];
  const [first, second] = [JSON.parse(run(...args).out), JSON.parse(run(...args).out)];
  const { timing: _, run: firstId, ...figures } = first;
  const { timing: __, run: secondId, ...again } = second;
  expect(again).toEqual(figures);
  expect(firstId).not.toEqual(secondId);
  expect(first).toMatchObject({ type: "evaluation", file: "model.orb", model: { learner: "boosting" } });
  expect(first.metrics).toMatchObject({ rows: 900 });
  for (const name of [
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
    "mcc",
    "kappa",
    "log_loss",
    "brier",
    "roc_auc",
    "pr_auc",
  ])
    expect(first.metrics[name], name).toEqual(expect.any(Number));
  expect(first.intervals.figures.macro_f1).toMatchObject({
    method: "bca",
  });
  expect(first.baselines.map(({ id }: { id: string }) => id)).toEqual([
    "majority",
    "best-column",
    "depth-2-tree",
  ]);
  expect(first.curves.attack.roc.length).toBeGreaterThan(2);
  expect(first.curves.attack.thresholds).toHaveLength(201);
  expect(first.curves.classes.map(({ name }: { name: string }) => name)).toContain("worm");
  const worm = first.detection.find(({ name }: { name: string }) => name === "worm");
  expect(worm).toMatchObject({ is_attack: true, is_seen: false, rows: 180 });
  expect(first.seen.rows).toBe(720);
  expect(first.audit.findings.length).toBeGreaterThan(0);
  expect(first.importance[0].share).toBeGreaterThan(0);
});

test("a network's size turns false alarms a day into thresholds", () => {
  const args = ["--flows-per-day", "10000", "--base-rate", "0.01", "--false-alarms", "500,20"];
  const report = JSON.parse(run("evaluate", "model.orb", "test.csv", "--no-audit", "--json", ...args).out);
  expect(report.deployment).toEqual({
    flows_per_day: 10_000,
    base_rate: 0.01,
    false_alarms_per_day: [20, 500],
  });
  const [few, many] = report.operating_points;
  expect(few.is_measurable).toBe(false);
  expect(many.is_measurable).toBe(true);
  expect(many.false_alarms / report.attack.benign).toBeLessThanOrEqual(500 / 9900);
  expect(many.precision).toBeGreaterThan(0);
  const { out } = run("evaluate", "model.orb", "test.csv", "--no-audit", ...args);
  expect(out).toMatch(/Detection by false alarms a day 10,000 flows a day, 1 % of them attacks/);
  const alone = run("evaluate", "model.orb", "test.csv", "--base-rate", "0.01");
  expect(alone.status).toBe(2);
  expect(alone.err).toContain("--flows-per-day");
});

test("leaving attacks out fits again and judges the class that was left out", () => {
  const base = ["evaluate", "model.orb", "test.csv", "--no-audit"];
  const report = JSON.parse(run(...base, "--training", "train.csv", "--leave-one-attack-out", "--json").out);
  const found = report.left_out.map(({ name, left_out_rows, rows: all, from }: Record<string, unknown>) => [
    name,
    left_out_rows,
    all,
    from,
  ]);
  expect(found).toEqual([
    ["flood", 200, 90, "test"],
    ["scan", 200, 90, "test"],
  ]);
  const one = run(...base, "--training", "train.csv", "--leave-one-attack-out", "scan");
  expect(one.out).toMatch(/LEFT OUT[\s\S]*scan +\d\.\d{4}/);
  expect(one.out).not.toMatch(/LEFT OUT[\s\S]*flood +\d\.\d{4}/);
  expect(run(...base, "--leave-one-attack-out")).toMatchObject({ status: 2, out: "" });
  const wrong = run(...base, "--training", "train.csv", "--leave-one-attack-out", "benign");
  expect([wrong.status, wrong.err.split("\n")[0]]).toEqual([
    2,
    "orbweaver: 'benign' is no attack class of the training rows; they have flood, scan",
  ]);
});

test("--require gives exit status 22 where it is not met, and says why", () => {
  const judged = ["evaluate", "model.orb", "test.csv", "--no-audit", "--quiet"];
  expect(run(...judged, "--require", "accuracy>=0.5", "--require", "attackRocAuc > 0.5").status).toBe(0);
  const unmet = run(...judged, "--require", "accuracy.low>=0.999");
  expect(unmet.status).toBe(22);
  expect(unmet.err).toMatch(/^Not met: accuracy\.low>=0\.999; it is 0\.\d{4}\.\n$/);
  const unknown = run(...judged, "--require", "beauty>=1");
  expect([unknown.status, unknown.out]).toEqual([2, ""]);
});

test("a page is one file that asks nothing of anybody, the same at each run but for time", () => {
  const args = ["evaluate", "model.orb", "test.csv", "--training", "train.csv", "--html"];
  const { status, err } = run(...args, "page.html");
  expect([status, err]).toEqual([0, "Wrote page.html.\n"]);
  const page = readFileSync(join(cwd, "page.html"), "utf8");
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).not.toMatch(/<script|https?:|src=/);
  for (const id of [
    "figures",
    "audit",
    "attack",
    "operating",
    "curves",
    "classes",
    "detection",
    "importance",
  ])
    expect(page).toContain(`<section id="${id}">`);
  run(...args, "again.html");
  const timeless = (text: string): string =>
    text.replace(/<dt>(Time of a row|Rows a second)<\/dt><dd>[^<]*/g, "");
  expect(timeless(readFileSync(join(cwd, "again.html"), "utf8"))).toBe(timeless(page));
  expect(run(...args, "no/such/page.html").status).toBe(4);
  expect(existsSync(join(cwd, "no"))).toBe(false);
});

test("the record beside a model names its training rows and how labels were joined", () => {
  const map = "scan=attack,flood=attack,benign=benign,worm=attack";
  const { status, err } = run(
    "train",
    "train.csv",
    "--label-map",
    map,
    "--set",
    "iterations=5",
    "-o",
    "two.orb",
    "-q",
  );
  expect([status, err]).toEqual([0, ""]);
  const report = JSON.parse(run("evaluate", "two.orb", "test.csv", "--json").out);
  expect(report.training).toEqual({ names: ["train.csv"], rows: 1600 });
  expect(report.metrics.classes).toEqual(["attack", "benign"]);
  expect(report.remarks[0]).toContain("joined into classes as in training");
  expect(report.baselines).toHaveLength(3);
  // The model knows the class attack; training had no worm.
  expect(report.unknown_classes).toEqual([]);
  expect(report.detection.find(({ name }: { name: string }) => name === "worm").is_seen).toBe(false);
});
