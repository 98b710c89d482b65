// Decides which verdicts a person sees as they come, and counts the rest: all of what is new, ever fewer of what
// repeats. Of verdicts alike the first few are shown, then the 10th, the 100th, the 1,000th. Bounded; knows no terminal.

/** Kinds of verdicts remembered; when there are more, the memory starts anew. */
const KINDS_MAX = 8192;
const SHOWN_FIRST = { attack: 4, benign: 2 } as const;

/** What verdicts are likened by. */
export interface Shown {
  readonly className: string;
  readonly attack: boolean;
  readonly service: string;
  readonly source: string;
  readonly destination: string;
}

export class Thinning {
  readonly #counts = new Map<string, number>();
  #folded = new Map<string, number>();

  /** True when the verdict is to be shown; else it is folded away and counted. */
  admits(verdict: Shown): boolean {
    const count = this.#count(verdict);
    const first = verdict.attack ? SHOWN_FIRST.attack : SHOWN_FIRST.benign;
    if (count <= first || isPowerOfTen(count)) return true;
    this.#folded.set(verdict.className, (this.#folded.get(verdict.className) ?? 0) + 1);
    return false;
  }

  /** Verdicts folded away since the last call, by class. */
  takeFolded(): [className: string, count: number][] {
    const folded = [...this.#folded];
    this.#folded = new Map();
    return folded;
  }

  /** How many verdicts like this one there were, by source or by target, whichever is more. */
  #count(verdict: Shown): number {
    if (!verdict.attack) return this.#raise(`${verdict.className} ${verdict.service}`);
    return Math.max(
      this.#raise(`${verdict.className} ${verdict.source} *`),
      this.#raise(`${verdict.className} * ${verdict.destination}`),
    );
  }

  #raise(kind: string): number {
    if (this.#counts.size >= KINDS_MAX) this.#counts.clear();
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return count;
  }
}

function isPowerOfTen(count: number): boolean {
  return count >= 10 && 10 ** Math.round(Math.log10(count)) === count;
}
