// Ctrl-C that ends cleanly: the first one asks the work to stop and keep what was done, the second one ends at once.

import { ERRORS } from "../base/errors.ts";
import type { Console } from "./output.ts";

/** Signals that come this soon behind the first are the same one: a terminal, npm and `timeout` each pass it on. */
const ONE_SIGNAL_MS = 500;

/** Runs work that can be stopped by SIGINT and SIGTERM, or by a reader that leaves. */
export async function interruptible<T>(
  console: Console,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let firstMs: number | undefined;
  const onSignal = (): void => {
    firstMs ??= performance.now();
    if (performance.now() - firstMs > ONE_SIGNAL_MS) process.exit(ERRORS.cancelled.exit);
    if (controller.signal.aborted) return;
    controller.abort();
    if (console.err.isTerminal) console.note("stopping; press Ctrl-C again to end at once");
  };
  console.out.onGone(() => controller.abort());
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

/** Exit status of work that was stopped: by the user, or by a reader that had read enough. */
export function cancelledExit(console: Console): number {
  return console.out.gone ? 0 : ERRORS.cancelled.exit;
}
