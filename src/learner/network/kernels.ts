// The compiled kernels of learners of networks, and the kinds of their jobs. Knows no network.

import { KERNEL_BASE64 } from "../network-kernels.generated.ts";
import { KernelModule, type SharedKernels, type Workspace } from "../workspace.ts";

/** Kinds of jobs; their one word is the address of the batch. */
export const JOB = {
  learn: 1,
  step: 2,
  judge: 3,
  expand: 4,
  stepAutoencoder: 5,
  judgeAutoencoder: 6,
} as const;

/** Rows of a piece of a batch, as the kernels have it. */
export const PIECE_ROWS = 16;

/** Losses, as the kernels number them. */
export const LOSS = { logistic: 0, softmax: 1 } as const;

/** Words of the record of a batch; their meaning is told in the source of the kernels. */
export const BATCH = {
  compact: 0,
  compactBytes: 1,
  columns: 2,
  columnCount: 3,
  rowNumbers: 4,
  place: 5,
  rows: 6,
  expanded: 7,
  expandedBytes: 8,
  layers: 9,
  layerCount: 10,
  loss: 11,
  labels: 12,
  labelWeights: 13,
  losses: 14,
  deltaScale: 15,
  dropoutSeed: 16,
  blocks: 17,
  step: 18,
  networks: 19,
  networkCount: 20,
  errors: 21,
  errorBytes: 22,
} as const;

/** Words of the record of a step. */
export const STEP = { adam: 0, rate: 1, first: 2, second: 3, epsilon: 4, l2: 5 } as const;

export const NETWORK_KERNELS = new KernelModule<SharedKernels>(KERNEL_BASE64);

/** The memory of one fit of networks. */
export type NetworkWorkspace = Workspace<SharedKernels>;

/** Memory of a workspace as 32-bit numbers. */
export function floatsAt(workspace: NetworkWorkspace, at: number, length: number): Float32Array {
  return new Float32Array(workspace.bytes.buffer, at, length);
}
