// Ctrl-C that ends cleanly: the first one asks the work to stop and keep what was done, the second one ends at once.

import { ERRORS } from "../base/errors.ts";
import type { Console } from "./output.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** Signals that come this soon behind the first are the same one: a terminal, npm and `timeout` each pass it on. */
const ONE_SIGNAL_MS = 150;

/**
 * Runs work that can be stopped by SIGINT and SIGTERM, or by a reader that leaves.
 *
 * The second signal is the system's to act on: it ends the process whatever that is busy with, by the signal, which
 * shells show as 130 or 143. `process.exit` would wait for a DuckDB that itself waits for this process.
 */
export async function interruptible<T>(
  console: Console,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const release = (): void => {
    for (const name of SIGNALS) process.off(name, onSignal);
  };
  let isFirst = true;
  const onSignal = (): void => {
    if (!isFirst) return;
    isFirst = false;
    setTimeout(release, ONE_SIGNAL_MS).unref();
    controller.abort();
    if (console.err.isTerminal) console.note("stopping; press Ctrl-C again to end at once");
  };
  console.out.onGone(() => controller.abort());
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    // After a stop the timer does it, so that the same signal, passed on late, does not cut off the last words.
    if (isFirst) release();
  }
}

/** Exit status of work that was stopped: by the user, or by a reader that had read enough. */
export function cancelledExit(console: Console): number {
  return console.out.gone ? 0 : ERRORS.cancelled.exit;
}
