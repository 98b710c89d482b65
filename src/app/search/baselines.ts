// What any model must beat, as rows of the same table: rules that need no learning to speak of, chosen on the training rows
// of each fold and judged like the candidates.

import { type Baseline, type BaselineId, fitBaselines } from "../../evaluate/baselines.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { Fitted } from "./measure.ts";

export interface BaselineFacts {
  id: BaselineId;
  name: string;
  /** What it does, in words. */
  rule: string;
}

export const BASELINES: readonly BaselineFacts[] = [
  { id: "majority", name: "majority class", rule: "always the commonest class of the training rows" },
  { id: "best-column", name: "best column", rule: "the best rule from a single column" },
  { id: "depth-2-tree", name: "depth-2 tree", rule: "a tree that asks at most two questions" },
];

/** All baselines of some training rows; where no column helps, those of columns are the majority. */
export function fittedBaselines(training: LabelledTable, benign: readonly string[]): Map<BaselineId, Fitted> {
  const found = fitBaselines(training);
  const [majority] = found;
  const benignClasses = training.classes.filter((name) => benign.includes(name));
  return new Map(
    BASELINES.map(({ id }) => [id, fittedOf(found.find((one) => one.id === id) ?? majority, benignClasses)]),
  );
}

function fittedOf({ classes, shares, leavesOf }: Baseline, benignClasses: readonly string[]): Fitted {
  const width = classes.length;
  return {
    classes,
    benignClasses,
    bytes: 0,
    scoreTable: (table, out) => {
      leavesOf(table).forEach((leaf, row) => {
        out.set(shares.subarray(leaf * width, (leaf + 1) * width), row * width);
      });
    },
  };
}
