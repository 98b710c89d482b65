// A fit in steps: columns are selected, a learner learns from them, its probabilities are calibrated on rows that it has
// not seen, and on others what is unknown is learnt. Every step is fitted on the training rows that it is given, so that a fold
// of a cross-validation repeats all of them. With no step beside the learner its model comes out as it is.

import { OrbweaverError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import { type LabelledTable, schemaFingerprint, takeRows } from "../feature/table.ts";
import type { Calibration } from "../model/calibration.ts";
import type { Caution, Model } from "../model/contract.ts";
import { PIPELINE_FORMAT_VERSION, PIPELINE_KIND, PipelineModel } from "../model/kinds/pipeline.ts";
import type { UnknownRule } from "../model/unknown.ts";
import { CALIBRATION_METHODS, type CalibrationMethod, fitCalibration } from "./calibration.ts";
import { checkTrainingTable } from "./check.ts";
import type { FitContext, Learner, ParameterValues } from "./contract.ts";
import {
  type Selection,
  type SelectionReport,
  type SelectionStep,
  selectColumns,
  selectionText,
} from "./selection/index.ts";
import { manifestOf, partStratified } from "./training.ts";
import { fitUnknown } from "./unknown.ts";

export interface PipelineSpecification {
  learner: Learner;
  parameters: ParameterValues;
  /** Steps that leave columns out, in order. */
  selection?: readonly SelectionStep[];
  calibration?: CalibrationMethod;
  unknown?: {
    method: Caution["method"];
    /** Above 0 and below 1. */
    coverage: number;
  };
  /** Told what each step of the selection said. */
  onSelection?: (report: readonly SelectionReport[]) => void;
  /** Share of each class's rows that is kept from the learner for calibration and what is unknown: 0.05 to 0.5. */
  calibrationShare?: number;
}

/** Share kept aside unless told otherwise. */
export const CALIBRATION_SHARE_DEFAULT = 0.2;
/** Coverage of what is called known unless told otherwise. */
export const COVERAGE_DEFAULT = 0.99;

/** Streams of the seed. */
const STREAM = { aside: 101, halves: 102 } as const;

/**
 * Fits all steps.
 *
 * @throws what the learner throws; `parameter-invalid` for steps that do not fit; `training-data` when too few rows are left
 */
export async function fitPipeline(
  table: LabelledTable,
  specification: PipelineSpecification,
  context: FitContext,
): Promise<Model> {
  const { learner, parameters, selection = [], calibration, unknown } = specification;
  checkSpecification(specification);
  if (selection.length === 0 && calibration === undefined && unknown === undefined)
    return learner.fit(table, parameters, context);
  checkTrainingTable(table);
  const aside = calibration === undefined && unknown === undefined ? 0 : shareOf(specification);
  const { training, validation } = parted(table, aside, context.seed, STREAM.aside);
  const rows = rowsOf(table, training);
  const selected =
    selection.length > 0 ? await selectColumns(rows, undefined, selection, context) : undefined;
  if (selected) specification.onSelection?.(selected.report);
  const inner = await learner.fit(columnsOf(rows, selected), parameters, {
    ...context,
    ...(context.validation && { validation: columnsOf(context.validation, selected) }),
  });
  return withSteps(table, rowsOf(table, validation), rows, inner, selected, specification, context);
}

function checkSpecification({
  learner,
  calibration,
  unknown,
  calibrationShare,
}: PipelineSpecification): void {
  refuse(
    calibration !== undefined && !CALIBRATION_METHODS.includes(calibration),
    `calibration is '${calibration}', expected ${CALIBRATION_METHODS.join(", ")}`,
  );
  refuse(
    learner.task === "anomaly" && (calibration !== undefined || unknown !== undefined),
    `learner '${learner.id}' knows benign rows only: its probabilities cannot be calibrated, and every anomaly is unknown`,
  );
  const coverage = unknown?.coverage ?? COVERAGE_DEFAULT;
  refuse(!(coverage > 0 && coverage < 1), `coverage is ${coverage}, expected a number above 0 and below 1`);
  const share = calibrationShare ?? CALIBRATION_SHARE_DEFAULT;
  refuse(!(share >= 0.05 && share <= 0.5), `the calibration share is ${share}, expected 0.05 to 0.5`);
}

/** Calibrates and learns what is unknown, each on its own rows, and puts the model together. */
function withSteps(
  table: LabelledTable,
  aside: LabelledTable,
  training: LabelledTable,
  inner: Model,
  selected: Selection | undefined,
  specification: PipelineSpecification,
  context: FitContext,
): Model {
  const { calibration: method, unknown } = specification;
  const columns = selected?.columns ?? everyColumn(table);
  const metrics: Record<string, number> = { ...inner.manifest.training.metrics };
  // Sets are only right on rows that the calibration has not seen either.
  const both = method !== undefined && unknown !== undefined;
  const halves = parted(aside, both ? 0.5 : 0, context.seed, STREAM.halves);
  const calibrating = rowsOf(aside, both ? halves.validation : halves.training);
  const cautious = rowsOf(aside, halves.training);
  let calibration: Calibration = { method: "none" };
  if (method !== undefined) {
    const fitted = fitCalibration(method, scoresOf(inner, columnsOf(calibrating, selected)), calibrating);
    calibration = fitted.calibration;
    Object.assign(metrics, {
      calibrationRows: calibrating.rowCount,
      logLossUncalibrated: fitted.before,
      logLossCalibrated: fitted.after,
    });
  }
  const facts = inner.manifest.training;
  const pipeline = (rule: UnknownRule): PipelineModel =>
    new PipelineModel(
      {
        ...manifestOf(table, context, {
          ...facts,
          kind: PIPELINE_KIND,
          formatVersion: PIPELINE_FORMAT_VERSION,
          title: inner.manifest.card.title.replace(/ over schema .*$/, ""),
          parameters: { ...facts.parameters, ...stepParameters(specification) },
          validationRows: facts.validationRows + aside.rowCount,
          classCounts: inner.manifest.task === undefined ? countsOf(table) : facts.classCounts,
          metrics,
        }),
        classes: [...inner.manifest.classes],
        benignClasses: [...inner.manifest.benignClasses],
        ...(inner.manifest.task && { task: inner.manifest.task }),
      },
      inner,
      { columns, calibration, unknown: rule },
    );
  const known = pipeline({ method: "none" });
  if (unknown === undefined) return known;
  const { rule, figures } = fitUnknown(unknown, training, cautious, scoresOf(known, cautious));
  Object.assign(metrics, { cautionRows: cautious.rowCount, ...figures });
  return pipeline(rule);
}

/** The steps beside the learner, as parameters for people. */
function stepParameters({ selection = [], calibration, unknown }: PipelineSpecification): ParameterValues {
  return {
    ...(selection.length > 0 && { select: selectionText(selection) }),
    ...(calibration && { calibrate: calibration }),
    ...(unknown && { unknown: unknown.method, coverage: unknown.coverage }),
  };
}

function countsOf(table: LabelledTable): number[] {
  const counts = new Array<number>(table.classes.length).fill(0);
  for (let row = 0; row < table.rowCount; row++) counts[table.labels[row]]++;
  return counts;
}

function scoresOf(model: Model, table: LabelledTable): Float64Array {
  const out = new Float64Array(table.rowCount * model.manifest.classes.length);
  model.scoreTable(table, out);
  return out;
}

function shareOf({ calibrationShare }: PipelineSpecification): number {
  return calibrationShare ?? CALIBRATION_SHARE_DEFAULT;
}

function parted(table: LabelledTable, share: number, seed: number, stream: number) {
  const own = new Random(seed).fork(stream).uint32();
  return partStratified(table.labels, table.rowCount, table.classes.length, share, own);
}

/** The given rows of a table; the table itself when they are all. */
function rowsOf(table: LabelledTable, rows: Int32Array): LabelledTable {
  return rows.length === table.rowCount ? table : takeRows(table, rows);
}

/** The selected columns of a table, under a schema of their own. */
function columnsOf(table: LabelledTable, selected: Selection | undefined): LabelledTable {
  if (selected === undefined || selected.columns.length === table.schema.columns.length) return table;
  const columns = Array.from(selected.columns, (column) => table.schema.columns[column]);
  const { id, fingerprint } = table.schema;
  return {
    ...table,
    schema: { id, columns, fingerprint: schemaFingerprint(id, columns, `selected from ${fingerprint}`) },
    values: Array.from(selected.columns, (column) => table.values[column]),
  };
}

function everyColumn(table: LabelledTable): Int32Array {
  return Int32Array.from(table.schema.columns.keys());
}

function refuse(condition: boolean, message: string): void {
  if (condition) throw new OrbweaverError("parameter-invalid", message);
}
