// One flow of a capture judged anew, with every reason: the capture is metered until the flow is handed out, since tables of
// verdicts do not hold what the model saw. Prints nothing.

import { OrbweaverError } from "../base/errors.ts";
import type { FlowIdentity, RowBatch } from "../feature/row.ts";
import { Judge } from "../verdict/verdict.ts";
import { meteredSchema } from "./detect.ts";
import type { ExplainMethod } from "./explain.ts";
import { explainValues, type RowExplanation } from "./explain.ts";
import { columnAmount } from "./explanation-words.ts";
import { meterCaptures } from "./meter-capture.ts";
import type { Model } from "./models.ts";

export interface FlowMeant {
  communityId: string;
  startUs: number;
  /** Number of the flow in its capture, where several began at once. */
  flow?: number;
  /** Of several rows of one flow. */
  endReason?: string;
}

/** What the model saw in one column. */
export interface ColumnValue {
  column: string;
  value: number | string | null;
  unit: string;
  /** In words. */
  text: string;
}

export interface FlowExplanation {
  identity: FlowIdentity;
  threshold: number;
  /** In the order of the model's classes. */
  probabilities: { class: string; probability: number; attack: boolean }[];
  attackProbability: number;
  explanation: RowExplanation & { method: ExplainMethod };
  values: ColumnValue[];
}

export interface ExplainFlowOptions {
  model: Model;
  capture: string;
  meant: FlowMeant;
  threshold?: number;
  /** Class to explain instead of the one that was given. */
  className?: string;
  signal: AbortSignal;
}

/** Columns whose share is told one by one. */
const TOP = 20;

/** @throws `flow-unknown`, `schema-mismatch`, `cancelled`, and what reading captures throws */
export async function explainFlow(options: ExplainFlowOptions): Promise<FlowExplanation> {
  const { model, meant, threshold, className, signal } = options;
  const { identity, values } = await meteredFlow(options);
  const judge = new Judge({ model, threshold, batchRows: 1 });
  judge.judge({ values, count: 1 });
  const { schema, classes } = model.manifest;
  const explanation = await explainValues(model, values, {
    threshold,
    top: TOP,
    signal,
    ...(className === undefined ? {} : { className }),
  });
  if (signal.aborted) throw cancelled(meant);
  return {
    identity,
    threshold: judge.threshold,
    probabilities: classes.map((name, index) => ({
      class: name,
      probability: judge.probabilities[index],
      attack: judge.isAttackClass[index] === 1,
    })),
    attackProbability: judge.attackProbability[0],
    explanation,
    values: schema.columns.map((column, index) => {
      const { amount: _, ...told } = columnAmount(column, values[index], 0);
      return told;
    }),
  };
}

async function meteredFlow(
  options: ExplainFlowOptions,
): Promise<{ identity: FlowIdentity; values: Float64Array }> {
  const { model, capture, meant, signal } = options;
  const enough = new AbortController();
  let found: { identity: FlowIdentity; values: Float64Array } | undefined;
  await meterCaptures({
    captures: [capture],
    schema: meteredSchema(model.manifest),
    signal: AbortSignal.any([signal, enough.signal]),
    onRows: (batch) => {
      // What is handed out when reading is stopped early is not whole.
      if (found !== undefined || enough.signal.aborted || signal.aborted) return;
      const row = rowOf(batch, meant);
      if (row < 0) return;
      const { columnCount } = batch;
      found = {
        identity: batch.identity(row),
        values: batch.values.slice(row * columnCount, (row + 1) * columnCount),
      };
      enough.abort();
    },
  });
  if (signal.aborted) throw cancelled(meant);
  if (found !== undefined) return found;
  throw new OrbweaverError(
    "flow-unknown",
    `the capture has no flow '${meant.communityId.slice(0, 60)}' that began at ${meant.startUs} µs`,
  );
}

/** Times and numbers first: a Community ID is made of each row that is left. */
function rowOf(batch: RowBatch, { communityId, startUs, flow, endReason }: FlowMeant): number {
  for (let row = 0; row < batch.count; row++) {
    if (batch.startUs[row] !== startUs || (flow !== undefined && batch.flow[row] !== flow)) continue;
    const identity = batch.identity(row);
    if (identity.communityId !== communityId) continue;
    if (endReason === undefined || identity.endReason === endReason) return row;
  }
  return -1;
}

function cancelled({ communityId }: FlowMeant): OrbweaverError {
  return new OrbweaverError("cancelled", `looking for flow '${communityId.slice(0, 60)}' was stopped`);
}
