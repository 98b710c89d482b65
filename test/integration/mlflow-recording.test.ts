// Trainings and evaluations that log themselves to MLflow, and aliases that move there as they move here: real runs in a real store,
// to a stand-in that holds every request against the published REST reference.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compareRuns } from "../../src/app/compare.ts";
import { evaluate } from "../../src/app/evaluate.ts";
import { tellAliasToMlflow } from "../../src/app/mlflow.ts";
import type { Recorded } from "../../src/app/recording.ts";
import {
  inStore,
  promoteModel,
  removeModelAlias,
  removeModels,
  rollBackModel,
} from "../../src/app/registry.ts";
import { train } from "../../src/app/train.ts";
import { Random } from "../../src/base/random.ts";
import { type FakeMlflow, startFakeMlflow } from "../support/fake-mlflow.ts";
import { temporaryFolder } from "../support/rows.ts";

const folder = temporaryFolder();
const store = join(folder, "store");
const rows = join(folder, "rows.csv");
const before = { ...process.env };
let server: FakeMlflow;

beforeAll(() => {
  const random = new Random(1);
  const lines = Array.from({ length: 200 }, (_, index) => {
    const isFlood = index % 2 === 0;
    return `${random.normal(isFlood ? 1 : 0).toFixed(4)},${random.normal().toFixed(4)},${isFlood ? "flood" : "normal"}`;
  });
  writeFileSync(rows, `a,b,label\n${lines.join("\n")}\n`);
});
beforeEach(async () => {
  server = await startFakeMlflow();
  process.env["MLFLOW_TRACKING_URI"] = server.url;
});
afterEach(() => server.stop());
afterAll(() => {
  process.env = before;
});

async function trained(name: string | undefined, mlflow = {}): Promise<Recorded> {
  const { recorded } = await train({
    rows: [rows],
    out: join(folder, "model.orb"),
    set: ["iterations=3"],
    record: { store, name, mlflow },
  });
  return recorded as Recorded;
}

describe("a training", () => {
  test("logs itself with figures by iteration, files and its version; its evaluation does, too", async () => {
    const recorded = await trained("office");
    expect(recorded.warnings).toEqual([]);
    expect(recorded.mlflow).toMatchObject({
      experiment: "orbweaver",
      versions: [{ name: "office", version: "1" }],
    });
    const judged = await evaluate({
      model: "office",
      place: { store },
      rows: [rows],
      label: "label",
      audit: false,
      record: { store, mlflow: { experiment: "judged" } },
    });
    expect(judged.recorded?.mlflow?.experiment).toBe("judged");
    expect(server.problems).toEqual([]);
    const [run, evaluation] = [...server.runs.values()];
    expect(run).toMatchObject({ status: "FINISHED", name: recorded.run });
    expect(run?.params.get("iterations")).toBe("3");
    expect(run?.metrics.filter(({ key }) => key.startsWith("iteration/")).map(({ step }) => step)).toContain(
      3,
    );
    expect(evaluation?.params.get("kind")).toBe("evaluate");
    expect(evaluation?.metrics.some(({ key }) => key === "macroF1")).toBe(true);
    const files = [...server.artefacts.keys()].map((path) => path.split("/artifacts/")[1]);
    expect(files).toEqual(expect.arrayContaining(["model/model.orb", "record.json", "progress.json"]));
  });

  test("loses nothing where the server is dead, refuses, or breaks off; what to do is said", async () => {
    const dead = await trained("dead", { url: "http://127.0.0.1:9" });
    expect(dead.version?.name).toBe("dead");
    expect(dead.mlflow).toBeUndefined();
    expect(dead.warnings).toEqual([
      expect.stringMatching(
        /^the run is not logged to MLflow: .*127\.0\.0\.1:9.*; log it later with `orbweaver runs export \S+ --mlflow`$/,
      ),
    ]);
    server.instead = (_, path) => (path.endsWith("log-batch") ? { status: 403 } : undefined);
    const refused = await trained(undefined);
    expect(refused.run).toBeDefined();
    expect(refused.warnings[0]).toContain("refuses POST");
  });

  test("stays where it is when no server is named", async () => {
    process.env["MLFLOW_TRACKING_URI"] = "";
    expect(await trained(undefined)).toMatchObject({ warnings: [] });
    expect(server.asked).toEqual([]);
  });
});

describe("an alias", () => {
  test("moves there as here; of versions that are not there it is taken away", async () => {
    await trained("moved");
    await trained("moved");
    const third = await trained("moved", { url: "http://127.0.0.1:9" });
    expect(third.version?.version).toBe(3);
    const aliases = () => Object.fromEntries(server.models.get("moved")?.aliases ?? []);
    await inStore({ store }, async (open) => {
      const tell = async (result: Parameters<typeof tellAliasToMlflow>[1]) =>
        expect(await tellAliasToMlflow(open, result)).toBeUndefined();
      await tell(await promoteModel(open, "moved:1"));
      expect(aliases()).toEqual({ champion: "1" });
      await tell(await promoteModel(open, "moved:2"));
      expect(aliases()).toEqual({ champion: "2" });
      await tell(await rollBackModel(open, "moved"));
      expect(aliases()).toEqual({ champion: "1" });
      await tell(await promoteModel(open, "moved:3"));
      expect(aliases()).toEqual({});
      await tell(await promoteModel(open, "moved:2"));
      await tell(await removeModelAlias(open, "moved"));
      expect(aliases()).toEqual({});
      expect(server.problems).toEqual([]);
      const warning = await tellAliasToMlflow(open, await promoteModel(open, "moved:1"), {
        url: "http://127.0.0.1:9",
      });
      // That server was told of no version of this name, so there is nothing to move.
      expect(warning).toBeUndefined();
      server.instead = () => ({ status: 403 });
      expect(await tellAliasToMlflow(open, await promoteModel(open, "moved:2"))).toContain(
        "the alias champion of moved is not changed in MLflow",
      );
    });
  });

  test("of a name that was removed and given again is not mistaken for the old one", async () => {
    await trained("again");
    await inStore({ store }, (open) => removeModels(open, ["again"]));
    process.env["MLFLOW_TRACKING_URI"] = "";
    await train({
      rows: [rows],
      out: join(folder, "other.orb"),
      learners: ["logistic"],
      record: { store, name: "again" },
    });
    process.env["MLFLOW_TRACKING_URI"] = server.url;
    const asked = server.asked.length;
    await inStore({ store }, async (open) => {
      await tellAliasToMlflow(open, await promoteModel(open, "again"));
    });
    expect(server.asked.length).toBe(asked);
  });
});

test("runs are compared by parts of their ids, beside files", async () => {
  process.env["MLFLOW_TRACKING_URI"] = "";
  const first = (await trained(undefined)).run as string;
  const comparison = await compareRuns({
    runs: [first.slice(-8), first, join(folder, "model.orb")],
    place: { store },
  });
  expect(comparison.runs.map(({ learner }) => learner)).toEqual(["boosting", "boosting", "boosting"]);
  expect(comparison.differing).toEqual([]);
  await expect(compareRuns({ runs: ["00000000", first], place: { store } })).rejects.toMatchObject({
    code: "run-unknown",
  });
  await expect(compareRuns({ runs: ["no-such-file.orb", first], place: { store } })).rejects.toMatchObject({
    code: "file-missing",
  });
});
