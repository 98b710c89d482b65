// Bad input: one clear line that says what was found and what was expected, a hint, and the exit status of the error
// table; never a stack trace, never a hang, never a half-written file.

import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { ERRORS, type ErrorCode } from "../../src/base/errors.ts";
import { decodeContainer, encodeContainer } from "../../src/model/container.ts";
import { buildCommand, jsonLines, orbweaver, ROOT } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const cwd = temporaryFolder();
const NOBODY = 65534;
const CAPTURE_COMMANDS = [
  ["meter"],
  ["detect", "-m", "model.orb"],
  ["label", "-l", "good.csv", "-o", "rows.csv"],
  ["inspect"],
];

function run(...args: string[]) {
  return orbweaver(args, { cwd });
}

/** Runs a command that must fail with a code of the table; returns the line that says why. */
function failure(code: ErrorCode, ...args: string[]): string {
  const { status, out, err } = run(...args);
  const lines = err.trimEnd().split("\n");
  const said = `${args.join(" ")}: ${err}${out}`;
  expect(status, said).toBe(ERRORS[code].exit);
  expect(lines.length, said).toBe(2);
  expect(lines[0], said).toMatch(/^orbweaver: /);
  expect(err, said).not.toMatch(/ {4}at |node:internal/);
  return lines[0];
}

function put(name: string, bytes: Uint8Array | string): void {
  writeFileSync(join(cwd, name), bytes);
}

beforeAll(() => {
  buildCommand();
  const made = run(
    "generate",
    "-s",
    "dns",
    "-s",
    "vertical-scan",
    "--duration",
    "20",
    "-o",
    "good.pcap",
    "--labels",
    "good.csv",
  );
  expect(made.err).toBe("");
  expect(run("label", "good.pcap", "-l", "good.csv", "-o", "good.parquet").status).toBe(0);
  expect(run("train", "good.parquet", "-o", "model.orb", "--set", "iterations=5").status).toBe(0);
  const capture = readFileSync(join(cwd, "good.pcap"));
  put("text.pcap", "this is no capture, although its name says so\n");
  put("empty.pcap", "");
  put("three.pcap", capture.subarray(0, 3));
  put("picture.pcap", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"));
  put("cut.pcap", capture.subarray(0, capture.length - 20));
  put("cut.pcap.gz", gzipSync(capture).subarray(0, -2000));
  put("noise.pcap.gz", Buffer.concat([Buffer.from("1f8b0800000000000003", "hex"), Buffer.alloc(500, 0x5a)]));
  const huge = Buffer.from(capture.subarray(0, 24 + 16));
  huge.writeUInt32LE(0xffffffff, 24 + 8);
  huge.writeUInt32LE(0xffffffff, 24 + 12);
  put("huge.pcap", huge);
  put("damaged.pcap", Buffer.concat([capture.subarray(0, -20), Buffer.alloc(200, 0xff)]));
  mkdirSync(join(cwd, "folder.pcap"));
  mkdirSync(join(cwd, "folder.csv"));
  put("secret.pcap", capture);
  chmodSync(join(cwd, "secret.pcap"), 0);
});

describe("captures", () => {
  test.each([
    ["text.pcap", "capture-format", /text \("this is no capture/],
    ["empty.pcap", "capture-format", /an empty file/],
    ["three.pcap", "capture-format", /expected a pcap or pcapng capture/],
    ["picture.pcap", "capture-format", /PNG/],
    ["folder.pcap", "file-is-directory", /is a directory, expected a capture file/],
    ["missing.pcap", "file-missing", /no such file/],
    ["good.pcap/x", "file-missing", /no such file/],
    ["noise.pcap.gz", "capture-corrupt", /gzip/],
  ] as const)("%s is refused in one line", (name, code, said) => {
    for (const [command, ...options] of CAPTURE_COMMANDS) {
      if (command === "inspect") continue;
      const line = failure(code, command, name, ...options);
      expect(line).toMatch(said);
      expect(line).toContain(name.split("/")[0]);
    }
  });

  test("nothing is written when the input is refused", () => {
    failure("capture-format", "meter", "text.pcap", "-o", "never.parquet");
    failure("capture-format", "label", "good.pcap", "text.pcap", "-l", "good.csv", "-o", "never.csv");
    expect(readdirSync(cwd).filter((name) => /never|partial/.test(name))).toEqual([]);
  });

  test("no permission", () => {
    const asRoot = process.getuid?.() === 0;
    if (asRoot && !readableByAll(ROOT)) return;
    chmodSync(cwd, 0o755);
    const { status, err } = orbweaver(["inspect", join(cwd, "secret.pcap")], asRoot ? { user: NOBODY } : {});
    expect([status, err]).toEqual([
      ERRORS["file-permission"].exit,
      expect.stringMatching(/^orbweaver: .*no permission to read it\n.*\n$/),
    ]);
  });

  test("a file cut in the middle of a packet gives what it has and says so", () => {
    for (const name of ["cut.pcap", "cut.pcap.gz"]) {
      for (const [command, ...options] of CAPTURE_COMMANDS) {
        if (command === "inspect") continue;
        const { status, err } = run(command, name, ...options);
        expect([status, err], `${command} ${name}`).toEqual([
          0,
          expect.stringMatching(/^orbweaver: warning: .*ends inside/),
        ]);
      }
      const [{ capture }] = jsonLines(run("inspect", name, "--json").out) as {
        capture: { frames: number; truncated: boolean };
      }[];
      expect(capture.truncated).toBe(true);
      expect(capture.frames).toBeGreaterThan(50);
    }
  });

  test("a length of 4 GB is damage, told by the exit status; what lies before it is used", () => {
    for (const [name, least] of [
      ["huge.pcap", 0],
      ["damaged.pcap", 50],
    ] as const) {
      const { status, out, err } = run("meter", name, "-o", "before.csv", "--json");
      expect([status, err], name).toEqual([
        ERRORS["capture-corrupt"].exit,
        expect.stringMatching(/^orbweaver: .*4294967295, expected at most/),
      ]);
      const [{ ledger }] = jsonLines(out) as { ledger: { frames: number } }[];
      expect(ledger.frames).toBeGreaterThanOrEqual(least);
    }
  });

  test("--quiet silences warnings, not damage", () => {
    expect(run("meter", "cut.pcap", "--quiet").err).toBe("");
    expect(run("meter", "damaged.pcap", "--quiet").err).toMatch(/^orbweaver: /);
  });
});

describe("models", () => {
  test("a damaged one, a cut one, another file, none", () => {
    const model = readFileSync(join(cwd, "model.orb"));
    for (const at of [9, 40, 400, model.length >> 1, model.length - 5]) {
      const damaged = Buffer.from(model);
      damaged[at] ^= 0x10;
      put("damaged.orb", damaged);
      const { status, err } = run("detect", "good.pcap", "-m", "damaged.orb");
      expect([status, err], `byte ${at}`).toEqual([
        8,
        expect.stringMatching(/^orbweaver: damaged\.orb: .*\n.*\n$/),
      ]);
    }
    put("cut.orb", model.subarray(0, 1000));
    expect(failure("model-corrupt", "detect", "good.pcap", "-m", "cut.orb")).toContain("1000 bytes");
    expect(failure("model-format", "detect", "good.pcap", "-m", "good.pcap")).toContain("not a model");
    expect(failure("model-format", "evaluate", "good.parquet", "good.parquet")).toContain("not a model");
    failure("file-missing", "detect", "good.pcap", "-m", "none.orb");
    put("empty.orb", "");
    failure("model-format", "detect", "good.pcap", "-m", "empty.orb");
  });

  test("a model for another schema", () => {
    const rows = Array.from(
      { length: 60 },
      (_, row) => `${row},${(row * 7) % 13},${row % 2 === 0 ? "benign" : "odd"}`,
    );
    put("table.csv", `a,b,label\n${rows.join("\n")}\n`);
    expect(run("train", "table.csv", "-o", "table.orb", "--set", "iterations=3").status).toBe(0);
    expect(failure("schema-mismatch", "detect", "good.pcap", "-m", "table.orb")).toContain("'csv:table'");
    expect(failure("schema-mismatch", "evaluate", "table.orb", "good.parquet")).toContain("'a'");
    expect(failure("schema-mismatch", "evaluate", "model.orb", "table.csv")).toContain("has no column");
  });

  test("a model for another version of our schema names the first differences", () => {
    const { header, sections } = decodeContainer(new Uint8Array(readFileSync(join(cwd, "model.orb"))));
    const { schema } = header as { schema: { fingerprint: string; columns: { name: string }[] } };
    schema.fingerprint = "0".repeat(32);
    schema.columns[4].name = "packets_of_old";
    put("old.orb", encodeContainer(header, sections));
    expect(failure("schema-mismatch", "detect", "good.pcap", "-m", "old.orb")).toContain("'packets_of_old'");
  });
});

describe("rows, labels and the rest", () => {
  test("rows that are none", () => {
    expect(failure("rows-format", "train", "empty.pcap", "-o", "x.orb")).toContain("empty");
    expect(failure("rows-format", "train", "good.pcap", "-o", "x.orb")).toContain("capture");
    expect(failure("rows-invalid", "train", "good.parquet", "--label", "kind", "-o", "x.orb")).toContain(
      "'kind'",
    );
    failure("file-missing", "evaluate", "model.orb", "none.parquet");
  });

  test("labels that are none", () => {
    failure("file-missing", "label", "good.pcap", "-l", "none.csv", "-o", "x.csv");
    put("odd.yaml", "rules:\n  - lable: scan\n");
    expect(failure("labels-invalid", "label", "good.pcap", "-l", "odd.yaml", "-o", "x.csv")).toContain(
      "odd.yaml",
    );
    failure("labels-invalid", "label", "good.pcap", "-l", "text.pcap", "-o", "x.csv");
  });

  test("targets that cannot be written", () => {
    failure("file-write", "meter", "good.pcap", "-o", "none/rows.csv");
    failure("file-write", "meter", "good.pcap", "-o", "folder.csv");
    failure("rows-format", "meter", "good.pcap", "-o", "rows.unknown");
    failure("file-write", "train", "good.parquet", "-o", "none/x.orb", "--set", "iterations=2");
    failure("file-write", "generate", "-s", "dns", "-o", "none/x.pcap");
    failure("file-write", "generate", "-s", "dns", "-o", "x.pcap", "--labels", "none/x.csv");
    expect(readdirSync(cwd).filter((name) => name.includes("partial"))).toEqual([]);
  });

  test("parameters and scenarios out of range", () => {
    const train = ["train", "good.parquet", "-o", "x.orb", "--set"];
    expect(failure("parameter-invalid", ...train, "iterations=0")).toContain("iterations");
    expect(failure("parameter-invalid", ...train, "rounds=5")).toContain("'rounds'");
    expect(failure("usage", ...train, "iterations")).toContain("NAME=VALUE");
    expect(failure("scenario-unknown", "generate", "-s", "war", "-o", "x.pcap")).toContain("'war'");
    failure("usage", "generate", "-s", "dns:intensity=lots", "-o", "x.pcap");
    failure("usage", "generate", "-o", "x.pcap");
    expect(failure("schema-unknown", "schemas", "show", "zeek")).toContain("'zeek'");
  });

  test("usage errors are exit status 2 and point to the right help", () => {
    for (const [args, said] of [
      [["detct"], /Did you mean detect/],
      [["detect"], /missing required argument/],
      [["detect", "x.pcap", "--modle", "m"], /Did you mean --model/],
      [["meter", "x.pcap", "--early-packets", "none"], /Expected a whole number/],
      [["meter", "x.pcap", "--format", "xml"], /Allowed choices are csv/],
      [["train", "x.csv"], /--out/],
      [["meter", "x.pcap", "--json"], /needs --out FILE/],
    ] as const) {
      expect(failure("usage", ...args)).toMatch(said);
    }
  });

  test("a defect is told without a stack trace, unless it is asked for", () => {
    const { err } = run("inspect", "missing.pcap");
    expect(err).not.toContain("    at ");
    const debug = orbweaver(["inspect", "missing.pcap"], { cwd, environment: { ORBWEAVER_DEBUG: "1" } });
    expect(debug.err).toContain("    at ");
  });
});

/** Whether every user may read a folder and what is above it. */
function readableByAll(folder: string): boolean {
  const open = (statSync(folder).mode & 0o005) === 0o005;
  return open && (dirname(folder) === folder || readableByAll(dirname(folder)));
}
