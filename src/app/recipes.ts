// What recipes may hold, and whether one is right: for forms that build them. Runs no step and reads no rows.

import * as z from "zod";
import { type GivenRecipe, parseRecipe } from "../dataset/prepare/recipe.ts";
import { STEPS } from "../dataset/prepare/steps/_index.ts";
import { splitOptionsForm } from "../dataset/split/contract.ts";

export interface StepFacts {
  name: string;
  summary: string;
  /** JSON Schema of its options. Its member `short` names the option that may stand alone. */
  form: unknown;
}

export interface CheckedRecipe {
  /** As it was written: plain data. */
  given: GivenRecipe;
  /** What each step learns from rows; null for nothing. */
  learns: (string | null)[];
}

export function listRecipeSteps(): StepFacts[] {
  return STEPS.map(({ name, summary, form }) => ({ name, summary, form: optionsSchema(form) }));
}

/** JSON Schema of the options of a split, one alternative for each way to split. */
export function splitSchema(): unknown {
  return optionsSchema(splitOptionsForm);
}

/** Reads a recipe in YAML. Throws `recipe-invalid`, naming line and place. */
export function checkRecipe(text: string): CheckedRecipe {
  const { given, steps } = parseRecipe(text, "recipe");
  return { given, learns: steps.map(({ step, options }) => step.fits(options) ?? null) };
}

function optionsSchema(form: z.ZodType): unknown {
  // Texts that stand for lists have no schema of their own; the lists have.
  return z.toJSONSchema(form, { io: "output", unrepresentable: "any" });
}
