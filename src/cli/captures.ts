// What several commands say about captures: progress while reading, and remarks about what was odd.

import type { CaptureProgress, MeterRun } from "../app/meter-capture.ts";
import { ERRORS } from "../base/errors.ts";
import {
  bytesText,
  counted,
  dateText,
  durationText,
  groupedText,
  momentText,
  timeText,
} from "../base/number-text.ts";
import { type Console, printable } from "./output.ts";

type CaptureSummary = MeterRun["captures"][number];

const BAR_CELLS = 20;
/** Width from which the bar is shown. */
const BAR_WIDTH = 100;

/** One line about how far reading has come. */
export function progressText(progress: CaptureProgress, rest: string, width: number): string {
  const parts: string[] = [];
  const { bytesRead, bytesTotal, frames, elapsedMs } = progress;
  if (bytesTotal !== undefined && bytesTotal > 0) {
    const share = Math.min(1, bytesRead / bytesTotal);
    const filled = Math.round(share * BAR_CELLS);
    if (width >= BAR_WIDTH) parts.push(`[${"#".repeat(filled)}${".".repeat(BAR_CELLS - filled)}]`);
    parts.push(`${String(Math.floor(share * 100)).padStart(3)} %`);
  }
  parts.push(bytesText(bytesRead));
  parts.push(`${groupedText(frames)} packets`);
  parts.push(`${groupedText(frames / Math.max(elapsedMs / 1000, 0.001))}/s`);
  parts.push(rest);
  if (progress.captures > 1) parts.push(`file ${progress.index + 1} of ${progress.captures}`);
  return parts.filter((part) => part !== "").join("  ");
}

/** What was odd about a capture, one line each. */
export function captureRemarks(capture: CaptureSummary): string[] {
  return capture.problems.map(({ message, count }) => {
    const times = count > 1 ? ` (${groupedText(count)} times)` : "";
    return printable(`${nameOf(capture.path)}: ${message}${times}`);
  });
}

/** Problems that mean a damaged file; a file that is merely cut short is none. */
const DAMAGE = new Set(["corrupt", "gzip-corrupt"]);

/**
 * Says on standard error what was odd about the captures. Returns the exit status that this asks for: 0, or that of
 * `capture-corrupt` when a file was damaged, so that what lay behind the damage is not taken for silence.
 */
export function tellOfCaptures(
  console: Console,
  captures: readonly CaptureSummary[],
  quiet: boolean | undefined,
): number {
  const { bold, yellow, red } = console.errColours;
  for (const capture of captures) {
    const isDamaged = captureDamage([capture]) !== 0;
    const prefix = isDamaged ? red("orbweaver:") : yellow("orbweaver: warning:");
    if (quiet && !isDamaged) continue;
    for (const remark of captureRemarks(capture)) console.note(`${bold(prefix)} ${remark}`);
  }
  return captureDamage(captures);
}

/** The exit status that damage asks for; 0 without any. */
export function captureDamage(captures: readonly CaptureSummary[]): number {
  const damaged = captures.some(({ problems }) => problems.some(({ kind }) => DAMAGE.has(kind)));
  return damaged ? ERRORS["capture-corrupt"].exit : 0;
}

/** What there is to say about a capture, one fact per item. */
export function captureFacts(capture: CaptureSummary): string[] {
  const size = `${capture.format}, ${counted(capture.frames, "packet")}, ${bytesText(capture.wireBytes)} on the wire`;
  return capture.frames === 0 ? [size] : [size, spanText(capture.firstUs, capture.lastUs)];
}

/** "2024-03-04 09:00:00 to 09:05:00 UTC (5 min)" */
export function spanText(firstUs: number, lastUs: number): string {
  const end = dateText(firstUs) === dateText(lastUs) ? timeText(lastUs) : momentText(lastUs);
  return `${momentText(firstUs)} to ${end} UTC (${durationText(lastUs - firstUs)})`;
}

export function nameOf(path: string): string {
  return path === "-" ? "standard input" : path;
}
