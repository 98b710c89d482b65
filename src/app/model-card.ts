// What is known of a model, for those who decide whether to use it: its card, its training, its classes and columns, and which
// columns it rests on.

import type { Model, ModelCard, ModelManifest } from "../model/contract.ts";
import { PipelineModel } from "../model/kinds/pipeline.ts";
import { isOfTrees } from "../model/shapley/trees.ts";
import { finite } from "./plain-json.ts";

export interface ModelCardColumn {
  name: string;
  kind: "numeric" | "categorical";
  unit: string;
  categories: string[];
  description: string;
}

export interface ModelCardFacts {
  kind: string;
  task: "classification" | "anomaly";
  title: string;
  sections: ModelCard["sections"];
  training: ModelManifest["training"];
  classes: { name: string; isBenign: boolean; trainingRows: number }[];
  schema: { id: string; fingerprint: string; columns: ModelCardColumn[] };
  /** Columns that matter to its scores, most first; shares of all. */
  importance: { column: string; share: number }[];
  /** Whether it has trees to look at. */
  hasTrees: boolean;
  /** What it can tell beside probabilities. */
  unknown?: { method: string; coverage: number };
}

export function modelCard(model: Model): ModelCardFacts {
  const { manifest, caution } = model;
  const { kind, task = "classification", card, training, classes, benignClasses, schema } = manifest;
  const { metrics, ...facts } = training;
  return {
    kind,
    task,
    ...card,
    training: { ...facts, metrics: finite(metrics) },
    classes: classes.map((name, index) => ({
      name,
      isBenign: benignClasses.includes(name),
      trainingRows: training.classCounts[index],
    })),
    schema: {
      id: schema.id,
      fingerprint: schema.fingerprint,
      columns: schema.columns.map((column) => ({ ...column, categories: [...column.categories] })),
    },
    importance: [...model.importance()]
      .map((share, column) => ({ column: schema.columns[column].name, share }))
      .filter(({ share }) => share > 0)
      .sort((one, other) => other.share - one.share),
    hasTrees: isOfTrees(model instanceof PipelineModel ? model.inner : model),
    ...(caution && { unknown: { method: caution.method, coverage: caution.coverage } }),
  };
}
