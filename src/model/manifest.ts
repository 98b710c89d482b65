// Checks that a parsed header is a manifest, field by field, before anything believes it.

import { OrbweaverError } from "../base/errors.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import type { ModelCard, ModelManifest, TrainingFacts } from "./contract.ts";

/** Most that a manifest may hold. */
export const MANIFEST_LIMITS = {
  columns: 16_384,
  classes: 4_096,
  categories: 1 << 20,
  sections: 256,
} as const;

type Fields = Record<string, unknown>;

/** The manifest in a header, with known fields only. Throws `model-corrupt`, naming the field. */
export function checkManifest(header: unknown): ModelManifest {
  const fields = object(header, "manifest");
  const schema = object(fields["schema"], "schema");
  const classes = texts(fields["classes"], "classes", MANIFEST_LIMITS.classes);
  require(new Set(classes).size === classes.length, "classes");
  return {
    kind: text(fields["kind"], "kind"),
    ...taskOf(fields["task"]),
    formatVersion: count(fields["formatVersion"], "formatVersion"),
    schema: {
      id: text(schema["id"], "schema.id"),
      fingerprint: text(schema["fingerprint"], "schema.fingerprint"),
      columns: list(schema["columns"], "schema.columns", MANIFEST_LIMITS.columns).map(checkColumn),
    },
    classes,
    benignClasses: texts(fields["benignClasses"], "benignClasses", MANIFEST_LIMITS.classes),
    training: checkTraining(fields["training"], classes.length),
    card: checkCard(fields["card"]),
  };
}

function taskOf(value: unknown): Pick<ModelManifest, "task"> {
  if (value === undefined) return {};
  require(value === "anomaly", "task");
  return { task: "anomaly" };
}

function checkColumn(value: unknown, index: number): ColumnSpecification {
  const name = `schema.columns[${index}]`;
  const fields = object(value, name);
  const kind = fields["kind"];
  require(kind === "numeric" || kind === "categorical", `${name}.kind`);
  return {
    name: text(fields["name"], `${name}.name`),
    kind,
    unit: text(fields["unit"], `${name}.unit`),
    categories: texts(fields["categories"], `${name}.categories`, MANIFEST_LIMITS.categories),
    description: text(fields["description"], `${name}.description`),
  };
}

function checkTraining(value: unknown, classCount: number): TrainingFacts {
  const fields = object(value, "training");
  const classCounts = list(fields["classCounts"], "training.classCounts", MANIFEST_LIMITS.classes);
  require(classCounts.length === classCount, "training.classCounts");
  const parameters = object(fields["parameters"], "training.parameters");
  for (const [name, parameter] of Object.entries(parameters)) {
    require(["number", "string", "boolean"].includes(typeof parameter), `training.parameters.${name}`);
  }
  const metrics = object(fields["metrics"], "training.metrics");
  for (const [name, metric] of Object.entries(metrics))
    require(typeof metric === "number", `training.metrics.${name}`);
  require(Number.isFinite(fields["seed"]), "training.seed");
  return {
    learner: text(fields["learner"], "training.learner"),
    parameters: parameters as TrainingFacts["parameters"],
    seed: fields["seed"] as number,
    trainingRows: count(fields["trainingRows"], "training.trainingRows"),
    validationRows: count(fields["validationRows"], "training.validationRows"),
    classCounts: classCounts.map((entry, index) => count(entry, `training.classCounts[${index}]`)),
    iterations: count(fields["iterations"], "training.iterations"),
    metrics: metrics as TrainingFacts["metrics"],
  };
}

function checkCard(value: unknown): ModelCard {
  const fields = object(value, "card");
  const sections = list(fields["sections"], "card.sections", MANIFEST_LIMITS.sections).map((entry, index) => {
    const section = object(entry, `card.sections[${index}]`);
    return {
      heading: text(section["heading"], `card.sections[${index}].heading`),
      text: text(section["text"], `card.sections[${index}].text`),
    };
  });
  return { title: text(fields["title"], "card.title"), sections };
}

function object(value: unknown, name: string): Fields {
  require(typeof value === "object" && value !== null && !Array.isArray(value), name);
  return value as Fields;
}

function list(value: unknown, name: string, limit: number): unknown[] {
  require(Array.isArray(value) && value.length <= limit, name);
  return value as unknown[];
}

function text(value: unknown, name: string): string {
  require(typeof value === "string", name);
  return value as string;
}

function texts(value: unknown, name: string, limit: number): string[] {
  return list(value, name, limit).map((entry, index) => text(entry, `${name}[${index}]`));
}

function count(value: unknown, name: string): number {
  require(Number.isSafeInteger(value) && (value as number) >= 0, name);
  return value as number;
}

function require(condition: boolean, name: string): asserts condition {
  if (!condition)
    throw new OrbweaverError("model-corrupt", `the model file is damaged: its field '${name}' is not valid`);
}
