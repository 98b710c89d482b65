// The options by which `meter` and `detect` capture on an interface, and what they say about it.

import { type Command, InvalidArgumentError, Option } from "commander";
import type { CaptureProgramName, Endpoint } from "../app/interfaces.ts";
import type { LiveEvent, MeterRun, MeterSettings } from "../app/meter-capture.ts";
import { ERRORS } from "../base/errors.ts";
import { bytesText, counted, durationText, groupedText } from "../base/number-text.ts";
import { usageError } from "./failure.ts";
import { jsonText } from "./json.ts";
import { positiveNumber, several, wholeNumber } from "./options.ts";
import { type Console, printable } from "./output.ts";
import { tableLines } from "./table.ts";

const SNAP_LENGTH_MIN = 64;
const SNAP_LENGTH_MAX = 262_144;
const BUFFER_MEGABYTES_MAX = 2_047;
const MEGABYTE = 1e6;

/** What the options of `withLiveOptions` give. */
export interface LiveOptionValues {
  interface?: string;
  listInterfaces?: boolean;
  filter?: string;
  exclude?: string[];
  snapLength?: number;
  bufferSize?: number;
  captureProgram?: CaptureProgramName;
  duration?: number;
  count?: number;
  lateness?: number;
  write?: string;
  rotateSize?: number;
  rotateTime?: number;
  keep?: number;
}

export function withLiveOptions(command: Command): Command {
  return command
    .option("-i, --interface <name>", "capture on this interface instead of reading captures", interfaceName)
    .option("--list-interfaces", "print the interfaces and end")
    .option("--filter <filter>", "with -i: frames that are captured, as tcpdump has it: 'tcp port 443'")
    .option(
      "--exclude <host:port>",
      "with -i: leave out what goes to or comes from there; may be repeated",
      several,
    )
    .option(
      "--snap-length <bytes>",
      "with -i: bytes captured of each frame (default: all)",
      wholeNumber(SNAP_LENGTH_MIN, SNAP_LENGTH_MAX),
    )
    .option(
      "--buffer-size <MiB>",
      "with -i: the kernel's buffer for bursts (default: 64)",
      wholeNumber(1, BUFFER_MEGABYTES_MAX),
    )
    .addOption(
      new Option(
        "--capture-program <name>",
        "with -i: what captures (default: the first that is there)",
      ).choices(["dumpcap", "tcpdump"]),
    )
    .option("--duration <seconds>", "with -i: end after this time", positiveNumber)
    .option("--count <n>", "end after this many frames", wholeNumber(1))
    .option(
      "--lateness <seconds>",
      "how late frames of a live source may come; silence is believed after it (default: 2)",
      positiveNumber,
    )
    .option("--write <file>", "also write the frames to this pcap file")
    .option(
      "--rotate-size <MB>",
      "with --write: begin a new file before it grows beyond this",
      positiveNumber,
    )
    .option("--rotate-time <seconds>", "with --write: begin a new file when one is this old", positiveNumber)
    .option("--keep <n>", "with --rotate-size or --rotate-time: keep the newest n files", wholeNumber(1));
}

function interfaceName(text: string): string {
  if (text !== "" && text !== "-" && printable(text) === text) return text;
  throw new InvalidArgumentError("Expected the name of an interface.");
}

/** Options that make no sense without another: its name, and the one it needs. */
const NEEDS: readonly (readonly [
  name: keyof LiveOptionValues,
  flag: string,
  needs: keyof LiveOptionValues,
])[] = [
  ["filter", "--filter", "interface"],
  ["exclude", "--exclude", "interface"],
  ["snapLength", "--snap-length", "interface"],
  ["bufferSize", "--buffer-size", "interface"],
  ["duration", "--duration", "interface"],
  ["rotateSize", "--rotate-size", "write"],
  ["rotateTime", "--rotate-time", "write"],
  ["keep", "--keep", "write"],
];
const NEEDED_FLAGS: Partial<Record<keyof LiveOptionValues, string>> = {
  interface: "-i INTERFACE",
  write: "--write FILE",
};

/** Throws `usage` when there is nothing to read, or options do not go together. */
export function checkLiveOptions(captures: readonly string[], options: LiveOptionValues): void {
  if (options.interface !== undefined && captures.length > 0) {
    throw usageError(`-i ${options.interface} and captures: expected one of both, found '${captures[0]}'`);
  }
  if (options.interface === undefined && captures.length === 0) {
    throw usageError("missing required argument 'capture': name captures, - for standard input, or use -i");
  }
  for (const [name, flag, needs] of NEEDS) {
    if (options[name] === undefined || options[needs] !== undefined) continue;
    throw usageError(`${flag} needs ${NEEDED_FLAGS[needs]}`);
  }
}

/** Settings of the metering that follow. Throws `parameter-invalid`, `usage`. */
export async function liveSettings(options: LiveOptionValues): Promise<Partial<MeterSettings>> {
  const { parseEndpoint, requireRotation } = await import("../app/interfaces.ts");
  const exclude: Endpoint[] = (options.exclude ?? []).map(parseEndpoint);
  const rotation = {
    sizeBytes: options.rotateSize === undefined ? undefined : options.rotateSize * MEGABYTE,
    ageUs: options.rotateTime === undefined ? undefined : options.rotateTime * 1e6,
    keep: options.keep,
  };
  requireRotation(rotation);
  const live = options.interface === undefined ? undefined : liveOf(options.interface, options, exclude);
  const write = options.write === undefined ? undefined : { path: options.write, ...rotation };
  return { live, write, maxFrames: options.count, latenessS: options.lateness };
}

function liveOf(
  name: string,
  options: LiveOptionValues,
  exclude: Endpoint[],
): NonNullable<MeterSettings["live"]> {
  return {
    interface: name,
    filter: options.filter,
    exclude,
    snapLength: options.snapLength,
    bufferMegabytes: options.bufferSize,
    program: options.captureProgram,
    durationMs: options.duration === undefined ? undefined : options.duration * 1000,
  };
}

/** Prints the interfaces, for --list-interfaces. */
export async function listInterfaces(
  console: Console,
  options: LiveOptionValues & { json?: boolean },
): Promise<number> {
  const { listCaptureInterfaces } = await import("../app/interfaces.ts");
  const found = await listCaptureInterfaces(options.captureProgram);
  if (options.json) await console.line(jsonText({ type: "interfaces", interfaces: found }));
  else {
    const rows = found.map(({ name, description }) => [printable(name), printable(description)]);
    for (const line of tableLines([{}, {}], rows)) await console.line(line.trim());
  }
  return 0;
}

/** Says on standard error that capturing began, or was interrupted. */
export function tellLive(console: Console, event: LiveEvent, quiet: boolean | undefined): void {
  if (quiet) return;
  const { bold, yellow, dim } = console.errColours;
  if (event.kind === "started") {
    console.note(dim(`capturing on ${printable(event.interface)} with ${event.program}; Ctrl-C ends it`));
  } else {
    console.note(
      `${bold(yellow("orbweaver: warning:"))} the capture was interrupted: ${printable(event.words)}; starting it again`,
    );
  }
}

type LiveRun = Pick<MeterRun, "live" | "ledger" | "captures" | "writtenCaptures">;

/**
 * Says on standard error what the capture lost and why it ended. Returns the exit status that this asks for: 0 unless it
 * ended without being asked to.
 */
export function tellOfLive(console: Console, run: LiveRun, quiet: boolean | undefined): number {
  const { bold, red, yellow, dim } = console.errColours;
  const { live, ledger, writtenCaptures } = run;
  if (writtenCaptures !== undefined && !quiet) console.note(dim(writtenText(writtenCaptures)));
  if (live === undefined) return 0;
  for (const remark of quiet ? [] : lossRemarks(live, ledger)) {
    console.note(`${bold(yellow("orbweaver: warning:"))} ${remark}`);
  }
  if (live.failure === undefined) return 0;
  const { exit, hint } = ERRORS[live.failure.code];
  console.note(`${bold(red("orbweaver:"))} ${printable(live.failure.message)}`);
  console.note(dim(hint));
  return exit;
}

function lossRemarks(live: NonNullable<LiveRun["live"]>, ledger: LiveRun["ledger"]): string[] {
  const remarks: string[] = [];
  const lost = ledger.framesLostBefore ?? 0;
  if (lost > 0) {
    remarks.push(
      `${counted(lost, "frame")} lost while capturing: a larger --buffer-size or a --filter helps`,
    );
  }
  if (live.gapCount > 0) {
    remarks.push(
      `the capture was interrupted ${counted(live.gapCount, "time")}, for ${durationText(live.gapUs)} in all`,
    );
  }
  if (live.lossesUnknown > 0) {
    remarks.push(`${live.program} did not always say how many frames it lost`);
  }
  if (ledger.late > 0) {
    remarks.push(`${counted(ledger.late, "frame")} came later than --lateness allows`);
  }
  return remarks;
}

function writtenText({ paths, removed, frames, bytes }: NonNullable<LiveRun["writtenCaptures"]>): string {
  const where = paths.length === 1 ? printable(paths[0]) : counted(paths.length, "file");
  const gone = removed === 0 ? "" : `, ${groupedText(removed)} older ones removed`;
  return `${counted(frames, "frame")}, ${bytesText(bytes)} written to ${where}${gone}`;
}
