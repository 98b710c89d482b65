// What a step of a recipe is: the form of its options, whether it learns from rows, and what it makes of a table.

import * as z from "zod";
import type { StepContext, StepOutcome, Working } from "./working.ts";

export interface Step {
  /** As recipes name it. */
  name: string;
  /** What it does, for the guide. */
  summary: string;
  form: z.ZodType;
  /** Whether it only names, types and labels; the table `full` is what stands before the first step that does more. */
  describes: boolean;
  /** What of it learns from rows, in words; undefined where nothing does. Such steps stand behind a split. */
  fits(options: unknown): string | undefined;
  apply(working: Working, options: unknown, context: StepContext): Promise<StepOutcome>;
}

interface Definition<Form extends z.ZodType> {
  name: string;
  summary: string;
  form: Form;
  describes?: boolean;
  fits?(options: z.output<Form>): string | undefined;
  apply(working: Working, options: z.output<Form>, context: StepContext): Promise<StepOutcome>;
}

/** A step whose options are of the type of its form. Options were checked by that form when the recipe was read. */
export function defineStep<Form extends z.ZodType>(definition: Definition<Form>): Step {
  const { name, summary, form, describes = false, fits, apply } = definition;
  return {
    name,
    summary,
    form,
    describes,
    fits: (options) => fits?.(options as z.output<Form>),
    apply: (working, options, context) => apply(working, options as z.output<Form>, context),
  };
}

// --- forms that steps share -----------------------------------------------------------------------------------

export const nameForm = z.string().min(1, { error: "expected the name of a column" });

/** One name or several; in most steps, a name with * stands for all that it matches. */
export const namesForm = z.union([
  nameForm.transform((name) => [name]),
  z.array(nameForm).min(1).max(65_536),
]);

/** A form that may also be given as the one text that stands for `{ [key]: text }`; its JSON Schema tells the key as `short`. */
export function orText<Form extends z.ZodType>(key: string, form: Form) {
  return z
    .preprocess((value) => (typeof value === "string" ? { [key]: value } : value), form)
    .meta({ short: key });
}
