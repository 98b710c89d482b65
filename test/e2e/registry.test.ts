// Runs and models from end to end: trainings and evaluations are recorded, models registered, promoted, rolled back, used by
// reference and brought elsewhere; what cannot be recorded costs no result.

import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { accessLog } from "../../src/access/log.ts";
import { Random } from "../../src/base/random.ts";
import { openFileStore } from "../../src/store/drivers/files.ts";
import { buildCommand, type CommandOptions, orbweaver, startOrbweaver } from "../support/command.ts";
import { startFakeMlflow } from "../support/fake-mlflow.ts";
import { temporaryFolder } from "../support/rows.ts";

const NOBODY = 65_534;
const ROWS = 400;
const cwd = temporaryFolder();
const home = join(cwd, "home");

function run(args: readonly string[], options: CommandOptions = {}) {
  return orbweaver(args, { cwd, ...options, environment: { ORBWEAVER_HOME: home, ...options.environment } });
}

function good(...args: string[]): string {
  const { status, out, err } = run(args);
  expect(err, args.join(" ")).toBe("");
  expect(status, args.join(" ")).toBe(0);
  return out;
}

function json<Value>(...args: string[]): Value {
  return JSON.parse(good(...args, "--json")) as Value;
}

function failing(...args: string[]): { status: number | null; err: string } {
  const { status, out, err } = run(args);
  expect(out).toBe("");
  return { status, err };
}

interface RunFacts {
  id: string;
  kind: string;
  state: string;
  model: string;
  learner?: string;
  metrics?: Record<string, number>;
  artefacts?: { name: string; object: string }[];
  registered?: string[];
  failure?: { code: string };
}

const runs = (...args: string[]): RunFacts[] => json<{ runs: RunFacts[] }>("runs", "list", ...args).runs;

beforeAll(() => {
  buildCommand();
  chmodSync(cwd, 0o755);
  const random = new Random(1);
  const lines = Array.from({ length: ROWS }, (_, index) => {
    const isFlood = index % 2 === 0;
    return `${random.normal(isFlood ? 1 : 0).toFixed(4)},${random.normal().toFixed(4)},${isFlood ? "flood" : "normal"}`;
  });
  writeFileSync(join(cwd, "rows.csv"), `a,b,label\n${lines.join("\n")}\n`);
  good("train", "rows.csv", "-o", "first.orb", "--set", "iterations=3", "--name", "office");
  good("train", "rows.csv", "-o", "second.orb", "--learner", "logistic", "--name", "office");
  good("evaluate", "second.orb", "rows.csv", "--no-audit");
});

describe("runs", () => {
  test("are listed newest first, with what was done", () => {
    const found = runs();
    expect(found.map(({ kind, state, model }) => [kind, state, model])).toEqual([
      ["evaluate", "finished", "second.orb"],
      ["train", "finished", "second.orb"],
      ["train", "finished", "first.orb"],
    ]);
    const table = good("runs");
    expect(table.split("\n")[0]).toMatch(/RUN +KIND +STATE +TOOK +LEARNER +MODEL +SCHEMA +ROWS +MACROF1/);
    for (const { id } of found) expect(table).toContain(id);
  });

  test("are filtered and sorted", () => {
    expect(runs("--kind", "evaluate")).toHaveLength(1);
    expect(runs("--learner", "logistic").map(({ kind }) => kind)).toEqual(["evaluate", "train"]);
    expect(runs("--model", "office")).toHaveLength(2);
    expect(runs("--model", "first.orb")).toHaveLength(1);
    expect(runs("--schema", "csv:rows", "--limit", "2")).toHaveLength(2);
    expect(runs("--state", "failed")).toEqual([]);
    expect(runs("--sort", "macroF1")[0].kind).toBe("evaluate");
    expect(failing("runs", "list", "--sort", "beauty")).toMatchObject({
      status: 2,
      err: expect.stringContaining("no run has the metric 'beauty'; the runs have"),
    });
  });

  test("hold the model, its record, and what the record says", () => {
    const [{ id }] = runs("--model", "first.orb");
    const shown = json<RunFacts & { parameters: Record<string, unknown> }>("runs", "show", id.slice(-8));
    expect(shown).toMatchObject({ id, registered: ["office:1"], learner: "boosting" });
    expect(shown.parameters).toMatchObject({ iterations: 3 });
    expect(shown.artefacts?.map(({ name }) => name)).toEqual(["record.json", "progress.json", "model.orb"]);
    good("runs", "export", id, "--artefact", "model.orb", "--out", "again.orb");
    expect(readFileSync(join(cwd, "again.orb")).equals(readFileSync(join(cwd, "first.orb")))).toBe(true);
    good("runs", "export", id, "--artefact", "record.json", "--out", "record.json");
    const record = JSON.parse(readFileSync(join(cwd, "record.json"), "utf8")) as object;
    expect(record).toEqual(JSON.parse(readFileSync(join(cwd, "first.orb.run.json"), "utf8")));
    expect(good("runs", "show", id)).toContain("registered as  office:1");
  });

  test("that failed are kept with why", () => {
    expect(run(["train", "rows.csv", "--label", "nothing", "-o", "none.orb"]).status).not.toBe(0);
    const [failed] = runs("--state", "failed");
    expect(failed).toMatchObject({ model: "none.orb", failure: { code: expect.any(String) } });
    good("runs", "remove", failed.id);
    expect(runs("--state", "failed")).toEqual([]);
    expect(failing("runs", "show", failed.id)).toMatchObject({
      status: 18,
      err: expect.stringContaining("there is no run"),
    });
  });

  test("that are stopped are cancelled", async () => {
    const training = startOrbweaver(
      [
        "train",
        "rows.csv",
        "-o",
        "stopped.orb",
        "--set",
        "iterations=10000",
        "--set",
        "earlyStopping=0",
        "--quiet",
      ],
      { cwd, environment: { ORBWEAVER_HOME: home } },
    );
    await expect.poll(() => runs("--state", "running").length, { timeout: 60_000 }).toBe(1);
    training.process.kill("SIGINT");
    expect((await training.ended).status).toBe(130);
    expect(runs("--state", "running")).toEqual([]);
    expect(runs("--state", "cancelled").map(({ model }) => model)).toEqual(["stopped.orb"]);
  });

  test("are left out where nobody wants them", () => {
    const before = runs().length;
    good("train", "rows.csv", "-o", "unseen.orb", "--set", "iterations=2", "--no-record");
    good("evaluate", "unseen.orb", "rows.csv", "--no-audit", "--no-record");
    expect(runs()).toHaveLength(before);
    expect(failing("train", "rows.csv", "-o", "x.orb", "--no-record", "--name", "x").status).toBe(2);
  });

  test("of a project are its own", () => {
    const project = join(cwd, "project");
    mkdirSync(project);
    writeFileSync(join(project, "orbweaver.yaml"), "version: 1\n");
    good("train", "rows.csv", "-o", "own.orb", "--set", "iterations=2", "--project", project);
    expect(json<{ runs: RunFacts[] }>("runs", "list", "--project", project).runs).toHaveLength(1);
    expect(readdirSync(project).sort()).toEqual(["orbweaver.yaml", "store"]);
    expect(runs("--model", "own.orb")).toEqual([]);
    expect(failing("runs", "--project", join(cwd, "nowhere")).status).toBe(13);
  });
});

describe("models", () => {
  test("have versions, and aliases that move and go back", () => {
    expect(good("models")).toMatch(/office +2 +- +logistic/);
    expect(good("models", "promote", "office:1")).toBe("office@champion is version 1\n");
    expect(good("models", "promote", "office")).toBe("office@champion is version 2, before it was 1\n");
    expect(good("models", "promote", "office:1", "--alias", "nightShift")).toBe(
      "office@nightShift is version 1\n",
    );
    expect(good("models", "rollback", "office")).toBe("office@champion is version 1, before it was 2\n");
    expect(failing("models", "rollback", "office").status).toBe(18);
    expect(failing("models", "promote", "office:2", "--expected", "2")).toMatchObject({ status: 17 });
    const model = json<{ aliases: Record<string, { version: number }>; versions: object[] }>(
      "models",
      "show",
      "office",
    );
    expect(model.aliases).toMatchObject({ champion: { version: 1 }, nightShift: { version: 1 } });
    expect(model.versions).toHaveLength(2);
    expect(good("models", "show", "office")).toContain("champion, nightShift");
    expect(good("models", "alias", "office@nightShift", "--remove")).toContain("taken away");
  });

  test("are used by reference wherever a model file is", () => {
    const reference = (name: string): unknown => {
      const {
        type: _,
        model,
        ...report
      } = json<Record<string, unknown>>("explain", name, "rows.csv", "--limit", "2");
      return [report, model === name];
    };
    good("models", "promote", "office:1");
    expect(reference("office:1")).toEqual(reference("first.orb"));
    expect(reference("office@champion")).toEqual(reference("first.orb"));
    expect(reference("office:2")).toEqual(reference("second.orb"));
    const accuracy = (model: string): number =>
      json<{ metrics: { accuracy: number } }>("evaluate", model, "rows.csv", "--no-audit", "--no-record")
        .metrics.accuracy;
    expect(accuracy("office:2")).toBe(accuracy("second.orb"));
    good("export", "office", "--onnx", "office.onnx");
    expect(existsSync(join(cwd, "office.onnx"))).toBe(true);
    good("models", "export", "office@champion", "-o", "champion.orb");
    expect(readFileSync(join(cwd, "champion.orb")).equals(readFileSync(join(cwd, "first.orb")))).toBe(true);
    expect(good("inspect", "champion.orb")).toContain("boosting");
  });

  test("of the registry bring what their training knew: the rows to hold simple rules beside", () => {
    const report = json<{ training?: { names: string[] } }>(
      "evaluate",
      "office:1",
      "rows.csv",
      "--no-audit",
      "--no-record",
    );
    expect(report.training?.names).toEqual(["rows.csv"]);
  });

  test("that are not there are told", () => {
    for (const command of [["detect", "x.pcap", "--model"], ["explain"]])
      expect(run([...command, "nobody"])).toMatchObject({
        status: 18,
        err: expect.stringContaining("'nobody' is no file, and there is no model 'nobody'"),
      });
    expect(run(["explain", "nobody.orb"]).status).toBe(3);
    expect(run(["explain", "office@nobody"])).toMatchObject({ status: 18 });
  });

  test("are registered from files, and removed unless an alias names them", () => {
    expect(good("models", "register", "second.orb", "--as", "spare")).toBe(
      "second.orb is registered as spare:1\n",
    );
    expect(failing("models", "register", "rows.csv", "--as", "spare").status).toBe(8);
    expect(failing("models", "register", "second.orb", "--as", "bundled").status).toBe(18);
    good("models", "promote", "spare");
    expect(failing("models", "remove", "spare:1").err).toContain("'spare:1' is spare@champion");
    good("models", "alias", "spare@champion", "--remove");
    expect(good("models", "remove", "spare")).toBe("removed spare\n");
    expect(failing("models", "show", "spare").status).toBe(18);
  });

  test("are changed by nobody without an entry in the audit log", async () => {
    const store = openFileStore(join(home, "store"));
    const log = accessLog(store, Date.now, randomBytes);
    const { entries } = await log.read({ limit: 100 });
    await store.close();
    const spare = entries.filter(({ target }) => target.startsWith("spare"));
    expect(spare.reverse().map(({ what, target, detail }) => [what, target, detail])).toEqual([
      ["models register", "spare:1", expect.stringMatching(/^sha256 [0-9a-f]{64}$/)],
      ["models promote", "spare@champion", "from none to 1"],
      ["models alias --remove", "spare@champion", "from 1 to none"],
      ["models remove", "spare", undefined],
    ]);
    expect(new Set(spare.map(({ from }) => from))).toEqual(new Set(["command line"]));
  });
});

describe("what is recorded is brought elsewhere", () => {
  test("as event files", () => {
    const [{ id }] = runs("--model", "first.orb");
    const [line] = good("runs", "export", id, "--tensorboard", "events").split("\n");
    expect(line).toContain(join("events", id, "events.out.tfevents."));
    expect(readdirSync(join(cwd, "events", id))).toHaveLength(1);
  });

  test("to MLflow, with its versions and aliases", async () => {
    const server = await startFakeMlflow();
    const [{ id }] = runs("--model", "first.orb");
    const exporting = startOrbweaver(
      ["runs", "export", id, "--mlflow", "--experiment", "traffic", "--json"],
      {
        cwd,
        environment: {
          ORBWEAVER_HOME: home,
          MLFLOW_TRACKING_URI: server.url,
          MLFLOW_TRACKING_TOKEN: "s3cret",
        },
      },
    );
    const { status, out, err } = await exporting.ended;
    await server.stop();
    expect({ status, err, problems: server.problems }).toEqual({ status: 0, err: "", problems: [] });
    expect(JSON.parse(out)).toMatchObject({
      mlflow: { experiment: "traffic", versions: [{ name: "office" }] },
    });
    expect([...server.authorizations]).toEqual(["Bearer s3cret"]);
    expect(server.models.get("office")?.aliases.get("champion")).toBe("1");
    expect([...server.artefacts.keys()].map((path) => path.split("/artifacts/")[1]).sort()).toEqual([
      "model/model.orb",
      "progress.json",
      "record.json",
    ]);
    const kept = server.artefacts.get(
      [...server.artefacts.keys()].find((path) => path.endsWith("model.orb")) ?? "",
    );
    expect(kept?.bytes.equals(readFileSync(join(cwd, "first.orb")))).toBe(true);
  });

  test("by itself, when a training or an evaluation has ended", async () => {
    const server = await startFakeMlflow();
    const environment = { ORBWEAVER_HOME: home, MLFLOW_TRACKING_URI: server.url };
    const ended = async (...args: string[]) => {
      const { status, out, err } = await startOrbweaver(args, { cwd, environment }).ended;
      expect({ status, err }, args.join(" ")).toEqual({ status: 0, err: "" });
      return out;
    };
    const fast = ["--set", "iterations=2", "--name", "told"];
    expect(await ended("train", "rows.csv", "-o", "told.orb", ...fast)).toContain(`logged to ${server.url}`);
    await ended("train", "rows.csv", "-o", "told.orb", ...fast, "--seed", "2");
    await ended("evaluate", "told.orb", "rows.csv");
    expect(server.models.get("told")).toMatchObject({ versions: [{}, {}], aliases: new Map() });
    await ended("models", "promote", "told:2");
    expect(server.models.get("told")?.aliases.get("champion")).toBe("2");
    expect(server.problems).toEqual([]);
    await server.stop();
    // A server that is gone costs a warning, not the model.
    const { status, err } = run(["train", "rows.csv", "-o", "told.orb", ...fast], { environment });
    expect({ status, err }).toEqual({ status: 0, err: expect.stringContaining("is not logged to MLflow") });
  });

  test("only where somewhere is named", () => {
    const [{ id }] = runs();
    expect(failing("runs", "export", id).status).toBe(2);
    expect(failing("runs", "export", id, "--mlflow").err).toContain("no MLflow server is named");
    expect(failing("runs", "export", id, "--mlflow", "http://127.0.0.1:1").status).toBe(19);
  });
});

describe("a store that cannot be written", () => {
  // Where a file is, no folder can be made.
  const blocked = { environment: { ORBWEAVER_HOME: "/dev/null/own" } };

  test("costs no result, and is said", () => {
    const { status, out, err } = run(
      ["train", "rows.csv", "-o", "kept.orb", "--set", "iterations=2"],
      blocked,
    );
    expect(status).toBe(0);
    expect(out).toContain("kept.orb:");
    expect(err).toMatch(/^orbweaver: warning: the run is not recorded: cannot write \/dev\/null\/own/);
    expect(existsSync(join(cwd, "kept.orb.run.json"))).toBe(true);
    const judged = run(["evaluate", "kept.orb", "rows.csv", "--no-audit", "--json"], blocked);
    expect(judged.status).toBe(0);
    expect(judged.err).toContain("the run is not recorded");
    expect(JSON.parse(judged.out)).toHaveProperty("metrics.accuracy");
  });

  test("is told at once where a name was asked for", () => {
    const { status, err } = run(["train", "rows.csv", "-o", "named.orb", "--name", "office"], blocked);
    expect(status).toBe(4);
    expect(err).toContain("cannot write /dev/null/own");
    expect(existsSync(join(cwd, "named.orb"))).toBe(false);
  });

  test.runIf(process.getuid?.() === 0)("can be read by whoever may", () => {
    for (const path of [home, join(home, "store")]) chmodSync(path, 0o755);
    chmodSync(join(home, "store", "journal"), 0o644);
    const { status, out } = run(["runs", "list", "--json"], { user: NOBODY });
    expect(status).toBe(0);
    expect((JSON.parse(out) as { runs: object[] }).runs.length).toBeGreaterThan(2);
  });
});
