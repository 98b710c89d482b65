// The one place where a search, and training after it, has a model fitted: selection, learner, calibration, what is unknown.

import { OrbweaverError } from "../../base/errors.ts";
import type { LabelledTable } from "../../feature/table.ts";
import { CALIBRATION_METHODS, type CalibrationMethod } from "../../learner/calibration.ts";
import type { FitContext } from "../../learner/contract.ts";
import { COVERAGE_DEFAULT, fitPipeline, type PipelineSpecification } from "../../learner/pipeline.ts";
import { parseSelection, selectionText } from "../../learner/selection/index.ts";
import type { Model } from "../../model/contract.ts";
import type { Candidate } from "./space.ts";

/** Steps beside the learner. */
export type Steps = Pick<PipelineSpecification, "selection" | "calibration" | "unknown">;

export interface StepOptions {
  /** As parseSelection reads it. */
  select?: string;
  calibrate?: string;
  unknown?: string;
  /** Share of known rows that is to be called known; COVERAGE_DEFAULT unless given. */
  coverage?: number;
}

const UNKNOWN_METHODS = ["conformal", "density"] as const;

/** Throws `parameter-invalid` for steps that are none. */
export function stepsOf({ select, calibrate, unknown, coverage }: StepOptions): Steps {
  if (coverage !== undefined && unknown === undefined)
    throw new OrbweaverError(
      "parameter-invalid",
      "coverage says how much is known: name a method with --unknown",
    );
  return {
    ...(select !== undefined && { selection: parseSelection(select) }),
    ...(calibrate !== undefined && {
      calibration: oneOf<CalibrationMethod>("--calibrate", CALIBRATION_METHODS, calibrate),
    }),
    ...(unknown !== undefined && {
      unknown: {
        method: oneOf("--unknown", UNKNOWN_METHODS, unknown),
        coverage: coverage ?? COVERAGE_DEFAULT,
      },
    }),
  };
}

function oneOf<Name extends string>(option: string, known: readonly Name[], text: string): Name {
  const found = known.find((name) => name === text);
  if (found !== undefined) return found;
  throw new OrbweaverError("parameter-invalid", `${option} is '${text}', expected ${known.join(" or ")}`);
}

/** The steps as texts that ask for them again. */
export function stepTexts({ selection, calibration, unknown }: Steps): {
  select?: string;
  calibrate?: string;
  unknown?: string;
} {
  return {
    ...(selection !== undefined && { select: selectionText(selection) }),
    ...(calibration !== undefined && { calibrate: calibration }),
    ...(unknown !== undefined && { unknown: `${unknown.method}:${unknown.coverage}` }),
  };
}

/** Throws what the steps throw. */
export function fitCandidate(
  table: LabelledTable,
  { learner, parameters }: Candidate,
  steps: Steps,
  context: FitContext,
): Promise<Model> {
  return fitPipeline(table, { learner, parameters, ...steps }, context);
}
