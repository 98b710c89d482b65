// A stop that is asked for while rows are read. Knows no format.

import { OrbweaverError } from "../base/errors.ts";

/** Throws `cancelled` once a stop is asked for. */
export function stopWhenAsked(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new OrbweaverError("cancelled", "reading rows was cancelled");
}

/** Runs reading that may be stopped. However it ends once a stop is asked for, it fails with `cancelled`. */
export async function stoppable<T>(signal: AbortSignal | undefined, read: () => Promise<T>): Promise<T> {
  stopWhenAsked(signal);
  try {
    return await read();
  } finally {
    stopWhenAsked(signal);
  }
}
