// What a house rule is.

import type { Tree } from "./tree.ts";

export interface Rule {
  /** What the rule wants, as a sentence. */
  wants: string;
  /** Everything that breaks it, one line each. */
  problems: (tree: Tree) => string[];
  /** Files that break it when they are put into a tidy tree, and the problem that must be reported. */
  broken: { files: Readonly<Record<string, string>>; problem: string };
}
