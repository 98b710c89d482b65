// The compiled kernels of src/learner/assembly/distance.ts. Knows no algorithm.

import { KERNEL_BASE64 } from "../distance-kernels.generated.ts";
import { KernelModule, type SharedKernels, type Workspace } from "../workspace.ts";

/** Arguments are byte addresses unless named otherwise; see the source of the kernels. */
export interface VectorKernels extends SharedKernels {
  copyPoint(first: number, index: number, numbers: number, codes: number, out: number): void;
  subtractRow(errors: number, row: number, amount: number, count: number): void;
  stepPair(
    errors: number,
    firstRow: number,
    secondRow: number,
    amount: number,
    rise: number,
    fall: number,
    count: number,
    result: number,
  ): void;
  chooseSecond(errors: number, row: number, fall: number, error: number, count: number, result: number): void;
}

/** Blocks of an item of the job, as the kernels have it. */
export const ITEM_BLOCKS = 32;

/** Numbers of a row of the matrix from which threads pay. */
export const THREADED_NUMBERS = 100_000;

export const VECTOR_KERNELS = new KernelModule<VectorKernels>(KERNEL_BASE64);

/** The memory of one fit. */
export type VectorWorkspace = Workspace<VectorKernels>;
