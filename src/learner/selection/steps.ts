// Steps of feature selection as text: "variance:0,correlation:0.95,anova:10".

import { OrbweaverError } from "../../base/errors.ts";
import type { ParameterValues } from "../contract.ts";
import { completeParameters } from "../parameters.ts";
import type { SelectionMethod } from "./contract.ts";
import { SELECTION_METHODS } from "./methods/_index.ts";

/** One step: a method and all of its parameters. */
export interface SelectionStep {
  method: string;
  parameters: ParameterValues;
}

const HINT = "Steps are METHOD:VALUE, separated by commas, such as variance:0,correlation:0.95,anova:10.";

/** Throws `parameter-invalid` for a method that is none. */
export function selectionMethod(id: string): SelectionMethod {
  const found = SELECTION_METHODS.find((method) => method.id === id);
  if (found !== undefined) return found;
  const known = SELECTION_METHODS.map((method) => method.id).join(", ");
  throw invalid(`there is no method of selection '${id.slice(0, 40)}'; there are ${known}`);
}

/**
 * Reads steps: METHOD, METHOD:VALUE or METHOD:VALUE:VALUE, separated by commas; what is left out has its default. Throws
 * `parameter-invalid`.
 */
export function parseSelection(text: string): SelectionStep[] {
  return text.split(",").map((part) => {
    const [id, ...values] = part.trim().split(":");
    if (id === "") throw invalid(`a step of selection is empty in '${text.slice(0, 80)}'`);
    const method = selectionMethod(id);
    const { parameters } = method;
    if (values.length > parameters.length) {
      const known = parameters.map(({ name }) => name.toUpperCase()).join(":");
      throw invalid(
        `selection '${part.trim().slice(0, 80)}' has ${values.length} values, expected ${id}:${known}`,
      );
    }
    const given: ParameterValues = {};
    values.forEach((value, index) => {
      given[parameters[index].name] = numberOf(value, id, parameters[index].name);
    });
    return stepOf(method, given);
  });
}

/** The text that gives these steps. */
export function selectionText(steps: readonly SelectionStep[]): string {
  return steps
    .map(({ method, parameters }) => {
      const values = selectionMethod(method).parameters.map(({ name }) => parameters[name]);
      return [method, ...values].join(":");
    })
    .join(",");
}

/** The same steps with all parameters. Throws `parameter-invalid`. */
export function completeSteps(steps: readonly SelectionStep[]): SelectionStep[] {
  return steps.map(({ method, parameters }) => stepOf(selectionMethod(method), parameters));
}

function stepOf(method: SelectionMethod, given: ParameterValues): SelectionStep {
  try {
    return { method: method.id, parameters: completeParameters(method.parameters, given) };
  } catch (cause) {
    if (!(cause instanceof OrbweaverError)) throw cause;
    throw invalid(`selection '${method.id}': ${cause.message}`, cause);
  }
}

function numberOf(text: string, id: string, name: string): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isNaN(number)) return number;
  throw invalid(`selection '${id}': parameter '${name}' is '${text.slice(0, 40)}', expected a number`);
}

function invalid(message: string, cause?: unknown): OrbweaverError {
  return new OrbweaverError("parameter-invalid", message, { hint: HINT, cause });
}
