// The programs that capture for us, as a table: their arguments, what they say when something fails, what they lost.
//
// They need privileges and Orbweaver does not. Both write to standard output: dumpcap pcapng, tcpdump pcap. Sources: the
// manuals dumpcap(1) and tcpdump(1), and what versions 4.0 and 4.99 say. Knows no processes.

import type { ErrorCode } from "../base/errors.ts";

export const CAPTURE_PROGRAM_NAMES = ["dumpcap", "tcpdump"] as const;
export type CaptureProgramName = (typeof CAPTURE_PROGRAM_NAMES)[number];

export interface CaptureArguments {
  interface: string;
  /** A filter of libpcap; "" for none. */
  filter: string;
  /** Bytes kept of a frame; 0 for all. */
  snapLength: number;
  /** The kernel's buffer, MiB. */
  bufferMegabytes: number;
  /** Frames after which it ends; undefined for none. */
  count: number | undefined;
}

export interface CaptureProgram {
  name: CaptureProgramName;
  arguments: (options: CaptureArguments) => string[];
  listArguments: readonly string[];
  /** Frames that the kernel or the program lost, by the last such sentence in what it said. */
  lost: (said: string) => number | undefined;
  /** Asks a running program to say what it lost so far. */
  statisticsSignal?: "SIGUSR1";
}

/** Why a capture program ended, by what it said; the first that matches counts. */
const FAILURES: readonly { code: ErrorCode; pattern: RegExp }[] = [
  { code: "capture-gone", pattern: /interface disappeared|no longer attached|interface went down/i },
  {
    code: "capture-filter",
    pattern:
      /filter expression|capture filter|syntax error|parse error|illegal token|unknown (?:host|port|protocol|network|ether host)|not a valid|rejects all packets|invalid (?:ip|host|port|qualifier)|illegal port/i,
  },
  { code: "capture-permission", pattern: /permission|not permitted/i },
  { code: "capture-interface", pattern: /no such device|no device named|no interface|device unknown/i },
];

const UNINFORMATIVE = /^(?:Capturing on|File: |Packets |listening on|cap_set_proc|\d+ packets?)/;

export const CAPTURE_PROGRAMS: readonly CaptureProgram[] = [
  {
    name: "dumpcap",
    arguments: ({ interface: name, filter, snapLength, bufferMegabytes, count }) => [
      ...["-q", "-i", name, "-B", String(bufferMegabytes)],
      ...(snapLength > 0 ? ["-s", String(snapLength)] : []),
      ...(filter === "" ? [] : ["-f", filter]),
      ...(count === undefined ? [] : ["-c", String(count)]),
      ...["-w", "-"],
    ],
    listArguments: ["-D"],
    // Packets received/dropped on interface 'eth0': 10/3 (pcap:3/dumpcap:0/flushed:0/ps_ifdrop:0) (76.9%)
    // Flushed frames came after the end that was asked for.
    lost: (said) => {
      const found = lastMatch(said, /\(pcap:(\d+)\/dumpcap:(\d+)\/flushed:\d+\/ps_ifdrop:(\d+)\)/g);
      return found === undefined ? undefined : found.reduce((sum, count) => sum + count, 0);
    },
  },
  {
    name: "tcpdump",
    arguments: ({ interface: name, filter, snapLength, bufferMegabytes, count }) => [
      ...["-i", name, "-n", "-B", String(bufferMegabytes * 1024), "-s", String(snapLength)],
      // Every frame is handed on as it comes. Nanoseconds, since in microseconds the first record waits for the second:
      // a variant of the format shares its magic number.
      ...["-U", "--time-stamp-precision=nano"],
      ...(count === undefined ? [] : ["-c", String(count)]),
      ...["-w", "-", "--"],
      ...(filter === "" ? [] : [filter]),
    ],
    listArguments: ["-D"],
    // tcpdump: 3 packets captured, 7 packets received by filter, 0 packets dropped by kernel
    lost: (said) => {
      const kernel = lastMatch(said, /(\d+) packets? dropped by kernel/g);
      const device = lastMatch(said, /(\d+) packets? dropped by interface/g);
      return kernel === undefined ? undefined : kernel[0] + (device?.[0] ?? 0);
    },
    statisticsSignal: "SIGUSR1",
  },
];

export function captureProgram(name: CaptureProgramName): CaptureProgram {
  const found = CAPTURE_PROGRAMS.find((program) => program.name === name);
  if (found === undefined) throw new RangeError(`no capture program ${name}`);
  return found;
}

export interface ProgramFailure {
  code: ErrorCode;
  /** The program's own words, one line. */
  words: string;
}

/** What a program that ended by itself died of. */
export function failureOf(said: string): ProgramFailure {
  const lines = said
    .split("\n")
    .map((line) => line.replace(/^(?:dumpcap|tcpdump): /, "").trim())
    .filter((line) => line !== "" && !UNINFORMATIVE.test(line));
  for (const { code, pattern } of FAILURES) {
    const line = lines.find((candidate) => pattern.test(candidate));
    if (line !== undefined) return { code, words: sentence(lines, line) };
  }
  return { code: "capture-stopped", words: lines[0] ?? "it said nothing" };
}

/** A line, with what stands in brackets about it behind. */
function sentence(lines: readonly string[], line: string): string {
  const detail = lines.map((text) => /\((can't [^()]*|[^()]*error[^()]*)\)/i.exec(text)?.[1]).find(Boolean);
  const words = line.replace(/[.\s]+$/, "");
  return detail === undefined || words.includes(detail) ? words : `${words}: ${detail}`;
}

function lastMatch(text: string, pattern: RegExp): number[] | undefined {
  const matches = [...text.matchAll(pattern)];
  return matches.at(-1)?.slice(1).map(Number);
}

export interface CaptureInterfaceName {
  name: string;
  /** "" where the program says nothing about it. */
  description: string;
}

/** Interfaces as `-D` lists them: "9. lo (Loopback)", "1.eth0 [Up, Running]". */
export function interfacesOf(listed: string): CaptureInterfaceName[] {
  const found: CaptureInterfaceName[] = [];
  for (const line of listed.split("\n")) {
    const [, name, inBrackets, state] =
      /^\d+\.\s*(\S+)(?:\s+\((.*?)\))?(?:\s+\[(.*)\])?\s*$/.exec(line) ?? [];
    if (name === undefined) continue;
    const description = [inBrackets, state].filter((part) => part !== undefined && part !== "none");
    found.push({ name, description: description.join(", ") });
  }
  return found;
}
