// A recipe as text that a form changes: the YAML is what counts, comments and all; the form is read from it and changes the places
// that it is about.

import { type Document, isMap, isSeq, LineCounter, parseDocument, type YAMLSeq } from "yaml";

export interface RecipeStep {
  name: string;
  /** As it is written; undefined where the step stands alone. */
  options: unknown;
}

export interface ReadRecipe {
  name?: string;
  sources: string[];
  label?: string;
  columns?: string;
  steps: RecipeStep[];
}

export type Reading = { recipe: ReadRecipe } | { problem: string };

const STYLE = { lineWidth: 100 };
const ALIASES_MAX = 100;

/** What a text says as far as a form can show it; the server checks all of it. */
export function readRecipe(text: string): Reading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0]);
    return { problem: `line ${line}: ${broken.message.split("\n")[0].replace(/ at line .*$/, "")}` };
  }
  const given: unknown = document.toJS({ maxAliasCount: ALIASES_MAX }) ?? {};
  if (typeof given !== "object" || Array.isArray(given))
    return { problem: "expected a recipe: steps, and the name of the data set" };
  const { name, sources, label, columns, steps = [] } = given as Record<string, unknown>;
  if (!Array.isArray(steps)) return { problem: "steps: expected a list" };
  const read = steps.map(stepOf);
  const odd = read.indexOf(undefined);
  if (odd >= 0) return { problem: `steps[${odd + 1}]: expected a step, such as 'duplicates: drop'` };
  return {
    recipe: {
      ...(typeof name === "string" ? { name } : {}),
      sources: typeof sources === "string" ? [sources] : Array.isArray(sources) ? sources.map(String) : [],
      ...(typeof label === "string" ? { label } : {}),
      ...(typeof columns === "string" ? { columns } : {}),
      steps: read as RecipeStep[],
    },
  };
}

function stepOf(given: unknown): RecipeStep | undefined {
  if (typeof given === "string") return { name: given, options: undefined };
  if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
  const entries = Object.entries(given);
  return entries.length === 1 ? { name: entries[0][0], options: entries[0][1] } : undefined;
}

/** A member of the recipe; undefined takes it away. */
export function withMember(
  text: string,
  name: "name" | "sources" | "label" | "columns",
  value: string | readonly string[] | undefined,
): string {
  return changed(text, (document) => {
    if (value === undefined || value.length === 0) document.delete(name);
    else if (document.has(name) || !isMap(document.contents)) document.set(name, document.createNode(value));
    else document.contents.items.splice(placeOf(document, name), 0, document.createPair(name, value));
  });
}

/** Members stand in this order, before the steps. */
const MEMBERS = ["name", "sources", "label", "columns"];

function placeOf(document: Document, name: string): number {
  return MEMBERS.slice(0, MEMBERS.indexOf(name)).filter((before) => document.has(before)).length;
}

export function withStep(text: string, at: number, { name, options }: RecipeStep): string {
  return changed(text, (document) => {
    stepsOf(document).items[at] = document.createNode({ [name]: options });
  });
}

export function withNewStep(text: string, { name, options }: RecipeStep): string {
  return changed(text, (document) => {
    stepsOf(document).items.push(document.createNode({ [name]: options }));
  });
}

export function withoutStep(text: string, at: number): string {
  return changed(text, (document) => {
    stepsOf(document).items.splice(at, 1);
  });
}

/** Moves a step to another place. */
export function withStepAt(text: string, from: number, to: number): string {
  return changed(text, (document) => {
    const { items } = stepsOf(document);
    if (to < 0 || to >= items.length) return;
    const [step] = items.splice(from, 1);
    items.splice(to, 0, step);
  });
}

function changed(text: string, change: (document: Document) => void): string {
  const document = parseDocument(text) as unknown as Document;
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
  change(document);
  return document.toString(STYLE);
}

function stepsOf(document: Document): YAMLSeq {
  const there = document.get("steps");
  if (isSeq(there)) {
    // An empty list is written in brackets; one with steps is not.
    there.flow = false;
    return there;
  }
  const made = document.createNode([]) as YAMLSeq;
  document.set("steps", made);
  made.flow = false;
  return made;
}
