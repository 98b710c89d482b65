// Runs Debian's tshark as an oracle: what it says of every frame of a capture, as plain rows.
//
// Fragments are not put together and streams not followed, so that each frame is told by itself, as Orbweaver's decoder
// does. Only the first occurrence of a field is taken: that of the outermost header.

import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { test } from "vitest";
import { dataTest } from "./data.ts";

const run = promisify(execFile);

export function hasTshark(): boolean {
  return spawnSync("tshark", ["--version"]).status === 0;
}

/** tshark starts slowly, and several times as slowly on a machine that is busy with other tests. */
const TIMEOUT_MS = 600_000;

type Declare = (name: string, run: () => void | Promise<void>, timeoutMs?: number) => void;

/** Declares a test that needs shared data and tshark: skipped where one is absent, failing there when CI=true. */
export const tsharkTest = withTshark(dataTest);

/** The same for a test that needs tshark and no shared data. */
export const tsharkAloneTest = withTshark(test);

function withTshark(declare: Declare): Declare {
  return (name, run, timeoutMs = TIMEOUT_MS) => {
    if (hasTshark()) declare(name, run, timeoutMs);
    else if (process.env["CI"] === "true") {
      test(name, () => {
        throw new Error("tshark is not installed (Debian package tshark)");
      });
    } else test.skip(`${name} (skipped: tshark is not installed)`, () => {});
  };
}

const SETTINGS = [
  "ip.defragment:FALSE",
  "ipv6.defragment:FALSE",
  "tcp.desegment_tcp_streams:FALSE",
  "tcp.analyze_sequence_numbers:FALSE",
  "tcp.relative_sequence_numbers:FALSE",
];

/** One frame: field → text, "" where the frame has none. */
export type TsharkRow = Readonly<Record<string, string>>;

/** The rows of all frames of a capture, with the fields asked for and `frame.protocols`; `more` goes to tshark. */
export async function tsharkRows(
  path: string,
  fields: readonly string[],
  more: readonly string[] = [],
): Promise<TsharkRow[]> {
  const settings = SETTINGS.flatMap((setting) => ["-o", setting]);
  const names = ["frame.protocols", ...fields];
  const wanted = names.flatMap((name) => ["-e", name]);
  const form = ["-T", "fields", "-E", "occurrence=f", "-E", "separator=/t"];
  const { stdout } = await run("tshark", ["-n", "-r", path, ...settings, ...more, ...form, ...wanted], {
    maxBuffer: 1 << 28,
  });
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const values = line.split("\t");
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
  });
}
