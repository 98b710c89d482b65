// The command line from end to end: generated traffic through all commands, exit statuses, pipes, Ctrl-C.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { checkLedger, type Ledger } from "../../src/app/ledger.ts";
import { buildCommand, jsonLines, orbweaver, PROGRAM, ROOT, startOrbweaver } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const COMMANDS = [
  "meter",
  "generate",
  "label",
  "import",
  "datasets",
  "prepare",
  "profile",
  "split",
  "audit",
  "export",
  "train",
  "learners",
  "compare",
  "runs",
  "models",
  "evaluate",
  "explain",
  "detect",
  "up",
  "serve",
  "inspect",
  "import-model",
  "anonymise",
  "schemas",
  "jobs",
  "user",
  "key",
];
const SCENARIOS = [
  "web",
  "dns",
  "ssh",
  "syn-flood:start=10,duration=10,rate=60",
  "horizontal-scan:duration=20,intensity=0.2",
];
const cwd = temporaryFolder();

function run(...args: string[]) {
  return orbweaver(args, { cwd });
}

/** Runs a command that must succeed, and returns its output. */
function good(...args: string[]): string {
  const { status, out, err } = run(...args);
  expect(err, args.join(" ")).toBe("");
  expect(status, args.join(" ")).toBe(0);
  return out;
}

function generated(name: string, seed: number): void {
  const scenarios = SCENARIOS.flatMap((scenario) => ["--scenario", scenario]);
  good(
    "generate",
    ...scenarios,
    "--seed",
    String(seed),
    "--duration",
    "40",
    "-o",
    `${name}.pcap`,
    "--labels",
    `${name}.csv`,
  );
}

beforeAll(() => {
  buildCommand();
  generated("train", 3);
  generated("test", 4);
  good("label", "train.pcap", "--labels", "train.csv", "--out", "train.parquet", "--unmatched", "drop");
  good("label", "test.pcap", "--labels", "test.csv", "--out", "test.parquet", "--unmatched", "drop");
  good(
    "train",
    "train.parquet",
    "--label",
    "label",
    "--out",
    "model.orb",
    "--set",
    "iterations=30",
    "--seed",
    "5",
  );
});

describe("help", () => {
  test("every command has help with examples and --json", () => {
    for (const command of COMMANDS) {
      const out = good(command, "--help");
      expect(out, command).toMatch(/^Usage: orbweaver /);
      expect(out, command).toContain("Examples:");
      expect(out, command).toContain("--json");
      expect(good("help", command), command).toBe(out);
    }
  });

  test("the list of commands and the version", () => {
    const out = good("--help");
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(good("--version").trim()).toBe(version);
    expect(good()).toBe(out);
  });

  test("the help of train lists the learners, and `learners` every parameter of one", () => {
    expect(good("train", "--help")).toMatch(/^ {2}boosting +Gradient-boosted/m);
    expect(good("learners")).toMatch(/^ {2}boosting +Gradient-boosted/m);
    const out = good("learners", "boosting");
    for (const name of ["iterations", "learningRate", "earlyStopping"])
      expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
    const [listed] = jsonLines(good("learners", "--json"));
    expect(listed["learners"]).toContainEqual(expect.objectContaining({ id: "boosting" }));
    expect(run("learners", "none").err).toContain("'none'");
  });
});

describe("generate", () => {
  test("the same seed gives the same bytes, another one others", () => {
    const before = readFileSync(join(cwd, "train.pcap"));
    generated("again", 3);
    expect(readFileSync(join(cwd, "again.pcap")).equals(before)).toBe(true);
    expect(readFileSync(join(cwd, "again.csv")).equals(readFileSync(join(cwd, "train.csv")))).toBe(true);
    expect(readFileSync(join(cwd, "test.pcap")).equals(before)).toBe(false);
  });

  test("--list names scenarios, --list --scenario their settings, --json both", () => {
    expect(good("generate", "--list")).toMatch(/^ {2}syn-flood +flood/m);
    expect(good("generate", "--list", "--scenario", "syn-flood")).toContain("rate");
    const [listed] = jsonLines(good("generate", "--list", "--json"));
    expect((listed["list"] as unknown[]).length).toBeGreaterThan(20);
  });

  test("a preset is a mix of scenarios, and length and end can be set besides", () => {
    const [result] = jsonLines(
      good("generate", "--preset", "demo", "--packets", "500", "-o", "preset.pcap", "--json"),
    );
    expect(result["summary"]).toMatchObject({ packets: 500, stopped_by_packets: true });
    expect(run("generate", "--preset", "none", "-o", "x.pcap").status).toBe(2);
  });

  test("a capture goes through standard output into another command", () => {
    const shell = `"${process.execPath}" "${PROGRAM}" generate -s dns --duration 5 -o - | "${process.execPath}" "${PROGRAM}" inspect - --json`;
    const piped = spawnSync("bash", ["-c", shell], { encoding: "utf8" });
    const [found] = jsonLines(piped.stdout);
    expect(found).toMatchObject({ type: "capture", capture: { complete: true, truncated: false } });
  });

  test("--packets ends the capture and keeps its labels complete", () => {
    const [result] = jsonLines(
      good(
        "generate",
        "-s",
        "syn-flood",
        "--packets",
        "100",
        "-o",
        "few.pcap",
        "--labels",
        "few.csv",
        "--json",
      ),
    );
    expect(result["summary"]).toMatchObject({ packets: 100, stopped_by_packets: true });
    const [labelled] = jsonLines(good("label", "few.pcap", "-l", "few.csv", "-o", "few.jsonl", "--json"));
    expect(labelled).toMatchObject({ unmatched_rows: 0 });
  });
});

describe("meter", () => {
  test("rows have the same content in every format", () => {
    const csv = good("meter", "test.pcap");
    const rows = csv.trimEnd().split("\n").length - 1;
    for (const ending of ["csv", "parquet", "jsonl", "orbrows"]) {
      const [summary] = jsonLines(good("meter", "test.pcap", "--out", `rows.${ending}`, "--json"));
      expect(summary["written"]).toMatchObject({ rows });
      const [found] = jsonLines(good("inspect", `rows.${ending}`, "--json"));
      expect(found).toMatchObject({ type: "rows", rows: { rows, format: ending, schema: { id: "flow" } } });
    }
    expect(readFileSync(join(cwd, "rows.csv"), "utf8")).toBe(csv);
    expect(jsonLines(good("meter", "test.pcap", "--out", "-", "--format", "jsonl"))).toHaveLength(rows);
  });

  test("several captures are one input, and standard input is one too", () => {
    const capture = readFileSync(join(cwd, "test.pcap"));
    const piped = orbweaver(["meter", "-"], { cwd, input: capture });
    expect(piped.out).toBe(good("meter", "test.pcap"));
    const [both] = jsonLines(good("meter", "test.pcap", "train.pcap", "-o", "both.csv", "--json"));
    const { frames } = both["ledger"] as Ledger;
    const [one] = jsonLines(good("meter", "test.pcap", "-o", "one.csv", "--json"));
    expect(frames).toBeGreaterThan((one["ledger"] as Ledger).frames);
  });

  test("early rows are given besides", () => {
    const [summary] = jsonLines(
      good("meter", "test.pcap", "-o", "early.csv", "--early-packets", "2", "--json"),
    );
    expect((summary["ledger"] as { early_rows: number }).early_rows).toBeGreaterThan(0);
  });

  test("no partial file stays behind", () => {
    expect(readdirSync(cwd).filter((name) => name.includes("partial"))).toEqual([]);
  });
});

describe("label, train, evaluate, inspect", () => {
  test("every generated flow finds its label", () => {
    const [result] = jsonLines(
      good("label", "test.pcap", "-l", "test.csv", "-o", "labelled.parquet", "--json"),
    );
    expect(result).toMatchObject({ unmatched_rows: 0 });
    const [found] = jsonLines(good("inspect", "labelled.parquet", "--json"));
    const { classes } = found["rows"] as { classes: { counts: { name: string }[] } };
    expect(classes.counts.map(({ name }) => name).sort()).toEqual(["benign", "flood", "scan"]);
  });

  test("rows that nothing names are kept, left out or labelled", () => {
    writeFileSync(join(cwd, "dns.yaml"), "rules:\n  - label: name-service\n    port: 53\n");
    const label = (...more: string[]): Record<string, unknown> =>
      jsonLines(good("label", "test.pcap", "-l", "dns.yaml", "-o", "rules.csv", "--json", ...more))[0];
    const kept = label();
    const unmatched = kept["unmatched_rows"] as number;
    const rowsOf = (result: Record<string, unknown>): number => (result["written"] as { rows: number }).rows;
    expect(unmatched).toBeGreaterThan(0);
    expect(rowsOf(label("--unmatched", "drop"))).toBe(rowsOf(kept) - unmatched);
    expect(rowsOf(label("--unmatched", "rest"))).toBe(rowsOf(kept));
    expect(readFileSync(join(cwd, "rules.csv"), "utf8").match(/,rest$/gm)).toHaveLength(unmatched);
  });

  test("the same rows and seed give the same model", () => {
    good("train", "train.parquet", "--out", "again.orb", "--set", "iterations=30", "--seed", "5");
    expect(readFileSync(join(cwd, "again.orb")).equals(readFileSync(join(cwd, "model.orb")))).toBe(true);
  });

  test("a model does well on rows like those it was trained on", () => {
    const [result] = jsonLines(good("evaluate", "model.orb", "train.parquet", "--json"));
    expect((result["metrics"] as { accuracy: number }).accuracy).toBeGreaterThan(0.99);
    expect(good("evaluate", "model.orb", "test.parquet")).toContain("TRUTH");
  });

  test("--training compares with simple rules and finds rows of the test in training", () => {
    const [result] = jsonLines(
      good("evaluate", "model.orb", "train.parquet", "--training", "train.parquet", "--json"),
    );
    const { baselines, audit } = result as {
      baselines: { id: string; metrics: { accuracy: number } }[];
      audit: { findings: { code: string }[] };
    };
    expect(baselines.map(({ id }) => id)).toEqual(["majority", "best-column", "depth-2-tree"]);
    expect(baselines[0].metrics.accuracy).toBeLessThan(1);
    expect(audit.findings.map(({ code }) => code)).toContain("shared-rows");
    expect(good("evaluate", "model.orb", "test.parquet", "--training", "train.parquet")).toContain("always ");
  });

  test("inspect --card writes the card of a model as Markdown", () => {
    expect(good("inspect", "model.orb", "--card")).toMatch(/^# .*\n[\s\S]*## Classes/);
    expect(run("inspect", "test.pcap", "--card").status).toBe(2);
  });

  test("inspect tells captures, models and rows by content, whatever their names", () => {
    for (const [from, type] of [
      ["model.orb", "model"],
      ["test.pcap", "capture"],
      ["test.parquet", "rows"],
    ]) {
      writeFileSync(join(cwd, "nameless"), readFileSync(join(cwd, from)));
      expect(jsonLines(good("inspect", "nameless", "--json"))[0]["type"]).toBe(type);
      expect(good("inspect", "nameless").length).toBeGreaterThan(100);
    }
  });
});

describe("detect", () => {
  test("JSON lines: a verdict per row, alerts, a summary whose sums agree", () => {
    const lines = jsonLines(good("detect", "train.pcap", "--model", "model.orb", "--json"));
    const verdicts = lines.filter((line) => line["type"] === "verdict");
    const alerts = lines.filter((line) => line["type"] === "alert");
    const summary = lines.at(-1) as Record<string, Record<string, Record<string, unknown>>>;
    expect(summary["type"]).toBe("summary");
    expect(verdicts.length).toBe(summary["ledger"]["verdict"]["verdicts"]);
    const attacks = verdicts.filter((line) => line["attack"] === true).length;
    expect(attacks).toBe(summary["ledger"]["verdict"]["attacks"]);
    expect(alerts.reduce((sum, alert) => sum + (alert["flows"] as number), 0)).toBe(attacks);
    expect(new Set(alerts.map((alert) => alert["class"]))).toEqual(new Set(["flood", "scan"]));
    expect(verdicts[0]).toMatchObject({
      class: expect.any(String),
      community_id: expect.stringMatching(/^1:/),
    });
    const reasons = verdicts.map((line) => (line["reasons"] as unknown[]).length);
    expect(Math.min(...reasons)).toBeGreaterThan(0);
    expect(Math.max(...reasons)).toBeLessThanOrEqual(3);
  });

  test("--fail-on: an exit status for scripts", () => {
    const detect = (...more: string[]) =>
      run("detect", "train.pcap", "-m", "model.orb", "--quiet", ...more).status;
    expect(detect()).toBe(0);
    expect(detect("--fail-on", "attack")).toBe(20);
    expect(detect("--fail-on", "flood,scan")).toBe(20);
    expect(detect("--fail-on", "attack", "--threshold", "1")).toBe(0);
    const unknown = run("detect", "train.pcap", "-m", "model.orb", "--fail-on", "worm");
    expect([unknown.status, unknown.err]).toEqual([2, expect.stringContaining("'worm'")]);
  });

  test("early verdicts come besides, and the sums still agree", () => {
    const lines = jsonLines(
      good("detect", "train.pcap", "-m", "model.orb", "--json", "--early-packets", "1"),
    );
    const { ledger } = lines.at(-1) as { ledger: { verdict: Record<string, number> } };
    expect(ledger.verdict["early_verdicts"]).toBeGreaterThan(0);
    expect(ledger.verdict["repeated"]).toBeGreaterThan(0);
  });

  test("elsewhere than on a terminal: one line per verdict, no colours, no progress, then the summary", () => {
    const { out, err } = run("detect", "train.pcap", "-m", "model.orb");
    expect(err).toBe("");
    expect(out).not.toContain("\u001b");
    const verdicts = out
      .split("\n")
      .filter((line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z\t(attack|benign)\t/.test(line));
    expect(verdicts.length).toBeGreaterThan(100);
    for (const part of [
      "Packets by protocol",
      "Verdicts",
      "Top talkers",
      "Alerts",
      "Loss ledger",
      "All sums agree.",
    ]) {
      expect(out).toContain(part);
    }
  });

  test("colours follow FORCE_COLOR, and NO_COLOR and --no-color win over it", () => {
    const colourful = (environment: Record<string, string>, ...more: string[]): boolean =>
      orbweaver(["detect", "train.pcap", "-m", "model.orb", ...more], { cwd, environment }).out.includes(
        "\u001b[",
      );
    expect(colourful({ FORCE_COLOR: "1" })).toBe(true);
    expect(colourful({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
    expect(colourful({ FORCE_COLOR: "1" }, "--no-color")).toBe(false);
  });

  test.skipIf(spawnSync("script", ["--version"]).status !== 0)(
    "on a terminal every line fits, and repeats are folded",
    () => {
      for (const width of [80, 140]) {
        const command = `stty cols ${width}; "${process.execPath}" "${PROGRAM}" detect train.pcap -m model.orb`;
        const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], { cwd, encoding: "utf8" });
        const lines = stdout.split("\r\n").map((line) => withoutControls(line.split("\r").at(-1) ?? ""));
        expect(lines.filter((line) => line.length > width)).toEqual([]);
        expect(stdout).toContain("TIME UTC");
        expect(stdout).toMatch(/… [\d,]+ more (flood|scan)/);
        expect(stdout).toContain("\u001b[");
      }
    },
  );
});

describe("pipes and signals", () => {
  test("a reader that leaves is no error", () => {
    for (const command of [
      "meter test.pcap test.pcap test.pcap",
      "detect test.pcap -m model.orb",
      "schemas show flow",
    ]) {
      const shell = `"${process.execPath}" "${PROGRAM}" ${command} | head -1; echo "status \${PIPESTATUS[0]}"`;
      const { stdout, stderr } = spawnSync("bash", ["-c", shell], { cwd, encoding: "utf8" });
      expect(stderr, command).toBe("");
      expect(stdout.trimEnd().split("\n").at(-1), command).toBe("status 0");
    }
  });

  test("a full device is an error of the table", () => {
    if (!statSync("/dev/full", { throwIfNoEntry: false })) return;
    for (const command of ["meter test.pcap", "detect test.pcap -m model.orb", "schemas show flow"]) {
      const shell = `"${process.execPath}" "${PROGRAM}" ${command} > /dev/full`;
      const { status, stderr } = spawnSync("bash", ["-c", shell], { cwd, encoding: "utf8" });
      expect([status, stderr], command).toEqual([4, expect.stringMatching(/no space left on( the)? device/)]);
    }
  });

  test("Ctrl-C while judging: the summary of what was seen, exit status 130", async () => {
    const command = startOrbweaver(["detect", "-", "-m", "model.orb", "--json", "--early-packets", "1"], {
      cwd,
    });
    command.process.stdin.write(readFileSync(join(cwd, "test.pcap")));
    await command.untilOut((out) => out.includes('"type":"verdict"'));
    command.process.kill("SIGINT");
    const { status, out } = await command.ended;
    const lines = jsonLines(out);
    const summary = lines.at(-1) as {
      type: string;
      cancelled: boolean;
      ledger: { verdict: { verdicts: number } };
    };
    expect([status, summary.type, summary.cancelled]).toEqual([130, "summary", true]);
    expect(lines.filter((line) => line["type"] === "verdict")).toHaveLength(summary.ledger.verdict.verdicts);
  });

  test("Ctrl-C while metering: a whole file of the rows so far", async () => {
    for (const ending of ["parquet", "csv", "orbrows"]) {
      const file = `stopped.${ending}`;
      const command = startOrbweaver(["meter", "-", "--out", file, "--json"], { cwd });
      command.process.stdin.write(readFileSync(join(cwd, "test.pcap")));
      while (!readdirSync(cwd).some((name) => name.includes(file)))
        await new Promise((next) => setTimeout(next, 5));
      command.process.kill("SIGINT");
      const { status, out, err } = await command.ended;
      expect([status, err]).toEqual([130, ""]);
      const [summary] = jsonLines(out) as { cancelled: boolean; written: { rows: number }; ledger: object }[];
      expect(summary.cancelled).toBe(true);
      if (summary.written.rows === 0) continue;
      expect(jsonLines(good("inspect", file, "--json"))[0]).toMatchObject({
        rows: { rows: summary.written.rows },
      });
    }
  });

  test("Ctrl-C while generating: a whole capture with its labels", async () => {
    const args = [
      "generate",
      "-s",
      "syn-flood:rate=60000",
      "--duration",
      "100000",
      "-o",
      "-",
      "--labels",
      "stopped.csv",
    ];
    const command = startOrbweaver(args, { cwd });
    await command.untilOut((out) => out.length > 100_000);
    command.process.kill("SIGINT");
    const { status } = await command.ended;
    expect(status).toBe(130);
    expect(readFileSync(join(cwd, "stopped.csv"), "utf8")).toMatch(/^start_us,.*\n(.*\n)+$/);
  });
});

/** Text without the control sequences of a terminal. */
function withoutControls(text: string): string {
  return text
    .split("\u001b[")
    .map((part, index) => (index === 0 ? part : part.replace(/^[\d;]*[A-Za-z]/, "")))
    .join("");
}

test("the ledger of the JSON summary passes the check of its sums", () => {
  const [summary] = jsonLines(good("meter", "test.pcap", "-o", "checked.csv", "--json"));
  const ledger = camelCased(summary["ledger"]) as Ledger;
  expect(ledger.frames).toBeGreaterThan(0);
  expect(checkLedger(ledger)).toEqual([]);
});

/** Keys as the sources have them; names of reasons and measures have no underscores. */
function camelCased(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      camelCased(item),
    ]),
  );
}
