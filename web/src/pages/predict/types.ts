// The shapes of the interface that this page works with, by short names.

import type { paths } from "../../../../src/client/index.ts";

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

export type Served = Answer<"/models">["served"][number];
export type ModelFields = Answer<"/models/{ref}/fields">;
export type Field = ModelFields["fields"][number];

/** The verdict of one row. */
export interface Verdict {
  class_label: string;
  confidence: number;
  probabilities: Record<string, number>;
  attack: boolean;
  attack_probability: number;
  unknown?: boolean;
  reasons?: Reason[];
  ignored?: string[];
  unknown_categories?: string[];
  model: { name: string; version: string };
}

export interface Reason {
  feature: string;
  value: number | string | null;
  unit: string;
  amount: number;
  text: string;
}
