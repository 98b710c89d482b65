// Figures of the fits of a training while it runs: a curve for each fit, kept in a file that is written now and then, so that
// whoever comes late sees them whole.
//
// What it guarantees: bounded room, however many fits and iterations there are: each curve is thinned, and the oldest ones give way.

import { renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ProgressLog } from "../runs.ts";

/** File among the results of a job. */
export const FIGURES_FILE = "figures.json";
/** Iterations of a curve, and curves, at the most. */
export const POINTS_MAX = 300;
export const FITS_MAX = 24;
/** How often the file is written at the most, ms. */
const WRITE_MS = 400;

export interface FitCurve {
  /** Which fit: "boosting, fold 2 of 5", "the model". */
  name: string;
  /** Iterations planned. */
  total: number;
  points: { done: number; metrics: Record<string, number> }[];
}

export class FitFigures {
  readonly #path: string;
  readonly #fits = new Map<string, { total: number; log: ProgressLog }>();
  #writtenMs = Number.NEGATIVE_INFINITY;

  /** @param folder of the job's results */
  constructor(folder: string) {
    this.#path = join(folder, FIGURES_FILE);
  }

  add(name: string, fit: { done: number; total: number; metrics: Readonly<Record<string, number>> }): void {
    const metrics = Object.fromEntries(
      Object.entries(fit.metrics).filter(([, value]) => Number.isFinite(value)),
    );
    if (fit.done === 0 || Object.keys(metrics).length === 0) return;
    const known = this.#fits.get(name) ?? { total: fit.total, log: new ProgressLog(POINTS_MAX) };
    this.#fits.set(name, known);
    known.log.add(fit.done, metrics);
    for (const oldest of this.#fits.keys()) {
      if (this.#fits.size <= FITS_MAX) break;
      this.#fits.delete(oldest);
    }
    if (performance.now() - this.#writtenMs >= WRITE_MS) this.write();
  }

  curves(): FitCurve[] {
    return [...this.#fits].map(([name, { total, log }]) => ({ name, total, points: log.entries }));
  }

  /** A full disk costs the curves, not the training. */
  write(): void {
    this.#writtenMs = performance.now();
    if (this.#fits.size === 0) return;
    try {
      writeFileSync(`${this.#path}.partial`, JSON.stringify(this.curves()));
      renameSync(`${this.#path}.partial`, this.#path);
    } catch {
      // As said above.
    }
  }
}

/** The curves of a job until now; none where it has no fits. */
export async function readFitCurves(folder: string): Promise<FitCurve[]> {
  try {
    return JSON.parse(await readFile(join(folder, FIGURES_FILE), "utf8")) as FitCurve[];
  } catch {
    return [];
  }
}
