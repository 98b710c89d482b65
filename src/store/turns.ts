// Turns for whoever follows something: one at once, one whenever it is due, and one every half second in any case.

const POLL_MS = 500;

/** `prepare` is called before the first turn and with every poll; what it is given makes a turn due. */
export async function* turns(
  signal: AbortSignal,
  prepare: (due: () => void) => void,
): AsyncGenerator<undefined> {
  let wake = (): void => undefined;
  let isDue = true;
  const due = (): void => {
    isDue = true;
    wake();
  };
  const timer = setInterval(() => {
    prepare(due);
    due();
  }, POLL_MS);
  signal.addEventListener("abort", due);
  prepare(due);
  try {
    while (!signal.aborted) {
      if (!isDue)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      isDue = false;
      if (!signal.aborted) yield undefined;
    }
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", due);
  }
}
