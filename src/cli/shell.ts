// What every command shares: its console, its exit status, and the way it runs.

import { interruptible } from "./interrupt.ts";
import { Console, Output } from "./output.ts";

/** Options that every command takes. */
export interface ShellOptions {
  /** False for --no-color. */
  color?: boolean;
  quiet?: boolean;
  json?: boolean;
}

export type Work = (console: Console, signal: AbortSignal) => Promise<number>;

export class Shell {
  exitCode = 0;
  readonly #out = new Output(process.stdout);
  readonly #err = new Output(process.stderr);

  console(options: ShellOptions = {}): Console {
    return new Console(this.#out, this.#err, {
      color: options.color !== false,
      quiet: options.quiet === true,
    });
  }

  /** Runs a command's work and keeps its exit status; what is gathered as output is written whatever happens. */
  async run(options: ShellOptions, work: Work): Promise<void> {
    const console = this.console(options);
    await interruptible(console, async (signal) => {
      try {
        this.exitCode = await work(console, signal);
      } finally {
        await console.flush();
      }
    });
    this.#out.check();
  }
}
