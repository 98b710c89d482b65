// The compiled kernels that grow whole trees, and the kinds of their jobs. Knows nothing of forests.

import { KERNEL_BASE64 } from "../forest-kernels.generated.ts";
import { KernelModule, type SharedKernels, type Workspace } from "../workspace.ts";

/** The kernels of src/learner/assembly/forest.ts: all of them are jobs. */
export type ForestKernels = SharedKernels;

/** Kinds of jobs; their words are listed in the source of the kernels. */
export const FOREST_JOB = { grow: 1, pack: 2, merge: 3, keep: 4 } as const;

/** Rows of a block of packing, as the kernels have it. */
export const PACK_ROWS = 512;

/** States of a slot, as the kernels have them. */
export const SLOT_STATE = { idle: 0, start: 1, growing: 2, finished: 3 } as const;

/** Bytes of records, as the kernels have them. */
export const RECORD_BYTES = { table: 128, slot: 320, frame: 40, node: 32, feature: 16, set: 32 } as const;

/** No tree asks more questions on the way to a leaf. */
export const DEEPEST = 1_024;
/** Numbers below it have their x ln x in a table. */
export const LOGARITHMS = 8_192;
/** Heaviest entry of a tree's list of rows. */
export const HEAVIEST_ENTRY = 0xfffff;

export const FOREST_KERNELS = new KernelModule<ForestKernels>(KERNEL_BASE64);

/** The memory of one fit of a forest. */
export type ForestWorkspace = Workspace<ForestKernels>;
