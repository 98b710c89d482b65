// The compiled kernels of the boosting learner, and the kinds of their jobs. Knows nothing of trees.

import { KERNEL_BASE64 } from "../kernels.generated.ts";
import { KernelModule, type SharedKernels, type Workspace } from "../workspace.ts";

/** The kernels of src/learner/assembly/boosting.ts; arguments are byte addresses unless named otherwise. */
export interface BoostingKernels extends SharedKernels {
  logLoss(
    scores: number,
    classStride: number,
    rowStride: number,
    classes: number,
    labels: number,
    weights: number,
    count: number,
    step: number,
  ): number;
  gather(terms: number, rows: number, count: number, out: number): void;
  partition(rows: number, count: number, codes: number, left: number, scratch: number): number;
  sumTerms(terms: number, count: number, out: number): void;
  listRows(rows: number, count: number): void;
}

/** Kinds of jobs; their words are listed in the source of the kernels. */
export const JOB = { tile: 1, gradient: 2, quantise: 3, softmax: 4, leaf: 5 } as const;

/** Rows of the blocks that gradients are computed in, as the kernels have it. */
export const BLOCK_ROWS = 8_192;

export const BOOSTING_KERNELS = new KernelModule<BoostingKernels>(KERNEL_BASE64);

/** The memory of one boosting fit. */
export type BoostingWorkspace = Workspace<BoostingKernels>;
