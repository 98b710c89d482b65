// Recipes: which sources, and which steps in which order. YAML in, checked as a whole; the same form is built by flags.
//
// A step is a mapping with one key, its name; its options are checked by the step's own form. What learns from rows must
// stand behind the split, where there is one: that is checked here, before any row is read.

import { stringify } from "yaml";
import * as z from "zod";
import { OrbweaverError } from "../../base/errors.ts";
import { parseFormed } from "../yaml-form.ts";
import type { Step } from "./step.ts";
import { STEPS } from "./steps/_index.ts";
import { TRAINING_PART } from "./working.ts";

export interface RecipeStep {
  step: Step;
  /** As the step's form gives them. */
  options: unknown;
}

export interface Recipe {
  /** Name of the data set that is made. */
  name?: string;
  /** Data sets, their tables and parts, or files. */
  sources: readonly string[];
  label?: string;
  columns: "union" | "common";
  steps: readonly RecipeStep[];
  /** As it was given, for the manifest. */
  given: GivenRecipe;
}

const STEPS_MAX = 200;
const SOURCES_MAX = 10_000;

const stepForm = z.unknown().transform((value, context): RecipeStep => {
  const fail = (message: string): never => {
    context.issues.push({ code: "custom", message, input: value });
    return z.NEVER;
  };
  const isText = typeof value === "string";
  if (!isText && (typeof value !== "object" || value === null || Array.isArray(value)))
    return fail("expected a step, such as 'duplicates: drop'");
  const names = isText ? [value] : Object.keys(value);
  const [name] = names;
  if (names.length !== 1) return fail(`found ${names.length} keys, expected one: the name of the step`);
  const step = STEPS.find((candidate) => candidate.name === name);
  if (step === undefined)
    return fail(`there is no step '${name}'; there are ${STEPS.map((one) => one.name).join(", ")}`);
  const found = step.form.safeParse(isText ? {} : (value as Record<string, unknown>)[name]);
  if (found.success) return { step, options: found.data };
  for (const issue of found.error.issues)
    context.issues.push({ ...(issue as object), path: [name, ...issue.path] } as never);
  return z.NEVER;
});

const recipeForm = z.strictObject({
  name: z.string().min(1).optional(),
  sources: z
    .union([
      z
        .string()
        .min(1)
        .transform((one) => [one]),
      z.array(z.string().min(1)).max(SOURCES_MAX),
    ])
    .default([]),
  label: z.string().min(1).optional(),
  columns: z.enum(["union", "common"]).default("union"),
  steps: z.array(stepForm).max(STEPS_MAX).default([]),
});

/** A recipe as it is written: plain data. */
export interface GivenRecipe {
  name?: string;
  sources?: string | readonly string[];
  label?: string;
  columns?: "union" | "common";
  steps?: readonly unknown[];
}

/** Reads a recipe. Throws `recipe-invalid`, naming line and place. */
export function parseRecipe(text: string, path: string): Recipe {
  const code = "recipe-invalid";
  const given = parseFormed(z.record(z.string(), z.unknown()), { text, path, code });
  const found = parseFormed(recipeForm, { text, path, code });
  return checked({ ...found, given: given as GivenRecipe }, `'${path}', `);
}

/** A recipe that was built rather than read. Throws `recipe-invalid`. */
export function recipeOf(given: GivenRecipe): Recipe {
  return parseRecipe(recipeText(given), "recipe");
}

/** The same as YAML. */
export function recipeText(given: GivenRecipe): string {
  return stringify(given, { lineWidth: 100 });
}

/** "step 3 (missing)". */
export function placeOf(steps: readonly RecipeStep[], index: number): string {
  return `step ${index + 1} (${steps[index].step.name})`;
}

function checked(recipe: Recipe, where: string): Recipe {
  const { steps } = recipe;
  const invalid = (what: string): OrbweaverError => new OrbweaverError("recipe-invalid", `${where}${what}`);
  const splits = steps.flatMap(({ step }, index) => (step.name === "split" ? [index] : []));
  if (splits.length > 1)
    throw invalid(`${placeOf(steps, splits[1])}: the table is split already by step ${splits[0] + 1}`);
  const [split] = splits;
  steps.forEach(({ step, options }, index) => {
    const fitted = step.fits(options);
    if (split === undefined && step.name === "balance") {
      throw invalid(
        `${placeOf(steps, index)}: balancing touches training rows only, and there are none without a step 'split' before it`,
      );
    }
    if (fitted === undefined || split === undefined) return;
    if (index < split) {
      throw invalid(
        `${placeOf(steps, index)}: learns ${fitted} from rows and stands before the split; put it behind step ${split + 1}, so that it sees training rows only`,
      );
    }
    if (!hasTraining(steps[split].options)) {
      throw invalid(
        `${placeOf(steps, index)}: learns ${fitted} from the part '${TRAINING_PART}', and ${placeOf(steps, split)} makes none`,
      );
    }
  });
  return recipe;
}

/** Whether a split makes a part to train on; of official parts that are not named, that is seen later. */
function hasTraining(options: unknown): boolean {
  const { by, parts, sources } = options as { by: string; parts?: object; sources?: object };
  if (by === "folds") return false;
  return by === "official"
    ? sources === undefined || TRAINING_PART in sources
    : TRAINING_PART in (parts ?? {});
}
