// Runs a command to its end and measures it: wall time, CPU time of it and its children, peak resident memory.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";

export interface Measured {
  wallSeconds: number;
  /** User and system time of the process tree, as far as /proc shows it (10 ms ticks). */
  cpuSeconds: number;
  peakMegabytes: number;
  exitCode: number;
  output: string;
}

const TICKS_PER_SECOND = 100;

/** This machine, as pages of figures name it. */
export function thisMachine(): string {
  return `${cpus().length} cores of ${cpus()[0]?.model.trim() ?? "unknown"}, Node ${process.version}`;
}

/** Runs `command`; /proc is read every 20 ms for memory and CPU time, so very short runs read low. */
export async function measure(
  command: readonly string[],
  options: { cwd?: string; timeoutMs?: number } = {},
): Promise<Measured> {
  const started = process.hrtime.bigint();
  const child = spawn(command[0], command.slice(1), { cwd: options.cwd, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    if (output.length < 100_000) output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    if (output.length < 100_000) output += chunk.toString();
  });
  let cpuSeconds = 0;
  let peakMegabytes = 0;
  const sample = (): void => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peakMegabytes = Math.max(peakMegabytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
      const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
      cpuSeconds = Math.max(cpuSeconds, ticks / TICKS_PER_SECOND);
    } catch {
      // The process is gone; what was read last stands.
    }
  };
  const timer = setInterval(sample, 20);
  // A program that does not end is stopped, and its exit code then says so.
  const limit = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 120_000);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? -1));
  }).finally(() => {
    clearInterval(timer);
    clearTimeout(limit);
  });
  const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
  return { wallSeconds, cpuSeconds, peakMegabytes, exitCode, output };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
