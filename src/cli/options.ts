// Options that several commands share, and how their values are read.

import { type Command, InvalidArgumentError, Option } from "commander";
import type { MeterSettings } from "../app/meter-capture.ts";
import type { ShellOptions } from "./shell.ts";

/** A whole number of at least `minimum`. */
export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text.replaceAll("_", ""));
    if (/^\d[\d_]*$/.test(text) && value >= minimum && value <= maximum) return value;
    const range =
      maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };
}

/** A number above 0. */
export function positiveNumber(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("Expected a number above 0.");
}

/** A probability above 0 and up to 1. */
export function probability(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("Expected a probability above 0 and up to 1.");
}

/** Any whole number, for seeds. */
export function seed(text: string): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError("Expected a whole number.");
}

/** Names separated by commas; may be given several times. */
export function names(text: string, before: string[] = []): string[] {
  const found = text.split(",").map((name) => name.trim());
  if (found.some((name) => name === ""))
    throw new InvalidArgumentError("Expected names separated by commas.");
  return [...before, ...found];
}

/** Any text; may be given several times. */
export function several(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** Shards and the thread that conducts them. */
const THREADS_MAXIMUM = 64;

/** What the options of `withMeterOptions` give. */
export interface MeterOptionValues {
  tunnels?: boolean;
  idleTimeout?: number;
  activeTimeout?: number;
  earlyPackets?: number;
  earlySeconds?: number;
  maxFlows?: number;
  threads?: number;
  anonymise?: boolean;
  anonymiseKey?: string;
}

export function withMeterOptions(command: Command): Command {
  return command
    .option("--tunnels", "look into IP-in-IP, 6in4, GRE and VXLAN")
    .option("--idle-timeout <seconds>", "silence that ends a flow (default: 60)", positiveNumber)
    .option(
      "--active-timeout <seconds>",
      "age at which a flow is cut and goes on as a new one (default: 300)",
      positiveNumber,
    )
    .option("--early-packets <n>", "also give an early row when a flow has this many packets", wholeNumber(1))
    .option(
      "--early-seconds <s>",
      "also give an early row when a flow has been open this long",
      positiveNumber,
    )
    .option(
      "--max-flows <n>",
      "flows held at once; the one silent longest makes room (default: 524288)",
      wholeNumber(16, 1 << 24),
    )
    .option(
      "--threads <n>",
      "threads that meter captures of the schemas flow, cic and cic-…; the rows are the same (default: 1)",
      wholeNumber(1, THREADS_MAXIMUM),
    )
    .option("--anonymise", "replace addresses by Crypto-PAn in all that is written or told")
    .option(
      "--anonymise-key <file>",
      "anonymise with the key of this file (default: ORBWEAVER_ANONYMISE_KEY)",
    );
}

export function meterSettings(options: MeterOptionValues): MeterSettings {
  return {
    tunnels: options.tunnels,
    idleTimeoutS: options.idleTimeout,
    activeTimeoutS: options.activeTimeout,
    earlyPackets: options.earlyPackets,
    earlyAfterS: options.earlySeconds,
    maximumFlows: options.maxFlows,
    threads: options.threads,
    ...(options.anonymise || options.anonymiseKey !== undefined
      ? { anonymise: { keyFile: options.anonymiseKey } }
      : {}),
  };
}

/** --project. */
export function withProjectOption(command: Command): Command {
  return command.option("--project <folder>", "the project's folder (default: the nearest one upwards)");
}

/** What the options of `withRecordOptions` give. */
export interface RecordOptionValues {
  project?: string;
  /** False for --no-record. */
  record?: boolean;
}

/** --project and --no-record. */
export function withRecordOptions(command: Command): Command {
  return withProjectOption(command).option(
    "--no-record",
    "keep no record of the run (default: `orbweaver runs` lists it)",
  );
}

/** --json, --quiet and --no-color. */
export function withShellOptions(command: Command, json: string): Command {
  return command
    .option("--json", json)
    .option("-q, --quiet", "no progress and no remarks on standard error")
    .addOption(new Option("--no-color", "no colours (as with the environment variable NO_COLOR)"));
}

export type { ShellOptions };

/** Text below the options of a command's help. */
export function examples(lines: readonly (readonly [command: string, meaning: string])[]): string {
  const shown = lines.map(([command, meaning]) => `  # ${meaning}\n  $ ${command}`);
  return `\nExamples:\n${shown.join("\n")}\n`;
}
