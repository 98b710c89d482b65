// The compiled kernels of the linear learners, and the kinds of their jobs.

import { KERNEL_BASE64 } from "../linear-kernels.generated.ts";
import { KernelModule, type SharedKernels, type Workspace } from "../workspace.ts";

/** Kinds of jobs; their words are listed in the source of the kernels, src/learner/assembly/linear.ts. */
export const JOB = { logistic: 1, softmax: 2, hinge: 3, line: 4, product: 5, dual: 6, descent: 7 } as const;

/** Rows whose scores a thread keeps at a time, as the kernels have it. */
export const STRIP = 32;

export const LINEAR_KERNELS = new KernelModule<SharedKernels>(KERNEL_BASE64);

/** The memory of one fit. */
export type LinearWorkspace = Workspace<SharedKernels>;
