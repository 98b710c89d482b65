// A model in words: what `inspect` prints. Facts come from the manifest only; nothing is invented.

import type { Model, ModelManifest } from "./contract.ts";

/** Markdown for people: the card, then the facts of training, classes, schema and parameters. */
export function describeModel(model: Model): string {
  const { manifest } = model;
  const blocks = [
    `# ${manifest.card.title}`,
    ...manifest.card.sections.map((section) => `## ${section.heading}\n\n${section.text}`),
    `## Facts\n\n${facts(manifest)}`,
    `## Classes\n\n${classTable(manifest)}`,
    `## Parameters\n\n${pairs(manifest.training.parameters)}`,
  ];
  return `${blocks.join("\n\n")}\n`;
}

function facts({ kind, schema, training }: ModelManifest): string {
  const categorical = schema.columns.filter((column) => column.kind === "categorical").length;
  return [
    `- kind: ${kind}, learner: ${training.learner}, seed: ${training.seed}`,
    `- schema: ${schema.id}, fingerprint ${schema.fingerprint}`,
    `- columns: ${schema.columns.length} (${categorical} categorical)`,
    `- rows: ${training.trainingRows} for training, ${training.validationRows} for validation`,
    `- iterations kept: ${training.iterations}`,
    pairs(training.metrics),
  ]
    .filter((line) => line.length > 0)
    .join("\n");
}

function classTable({ classes, benignClasses, training }: ModelManifest): string {
  const benign = new Set(benignClasses);
  const rows = classes.map(
    (name, index) =>
      `| ${cell(name)} | ${benign.has(name) ? "benign" : "attack"} | ${training.classCounts[index]} |`,
  );
  return ["| Class | Meaning | Training rows |", "|---|---|---:|", ...rows].join("\n");
}

function pairs(values: Record<string, number | string | boolean>): string {
  return Object.entries(values)
    .map(([name, value]) => `- ${name}: ${value}`)
    .join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
