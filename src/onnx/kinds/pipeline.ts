// The kind "pipeline" as ONNX: its columns, the model inside, its calibration. What is unknown is not told: ONNX has no
// place for it.

import type { PipelineModel } from "../../model/kinds/pipeline.ts";
import { exportCalibration } from "../calibration.ts";
import type { KindScope } from "../contract.ts";
import type { Value } from "../graph.ts";

export function exportPipeline(model: PipelineModel, { graph, features, exact, inner }: KindScope): Value {
  const { columns, calibration } = model.steps;
  const isAll = columns.length === model.manifest.schema.columns.length;
  const probabilities = inner(model.inner, {
    graph,
    features: isAll ? features : graph.columns(features, columns),
    exact: exact || calibration.method !== "none",
  });
  return exportCalibration(calibration, model.manifest.classes.length, graph, probabilities);
}
