// Parameters of learners: defaults filled in, ranges held, unknown names refused.

import { OrbweaverError } from "../base/errors.ts";
import type { ParameterSpecification, ParameterValues } from "./contract.ts";

/**
 * Every parameter of the table with the value given or its default. Throws `parameter-invalid` on an unknown name, a
 * value of another type, or one out of range.
 */
export function completeParameters(
  specifications: readonly ParameterSpecification[],
  given: ParameterValues,
): ParameterValues {
  const known = new Set(specifications.map((specification) => specification.name));
  for (const name of Object.keys(given)) {
    if (known.has(name)) continue;
    throw new OrbweaverError(
      "parameter-invalid",
      `parameter '${name}' is unknown; known are ${[...known].join(", ")}`,
    );
  }
  const complete: ParameterValues = {};
  for (const specification of specifications) {
    const value = Object.hasOwn(given, specification.name)
      ? given[specification.name]
      : specification.default;
    checkParameter(specification, value);
    complete[specification.name] = value;
  }
  return complete;
}

function checkParameter(specification: ParameterSpecification, value: unknown): void {
  const problem = problemOf(specification, value);
  if (problem === undefined) return;
  throw new OrbweaverError(
    "parameter-invalid",
    `parameter '${specification.name}' is ${shown(value)}, expected ${problem}`,
  );
}

/** What was expected, unless the value fits. */
function problemOf(specification: ParameterSpecification, value: unknown): string | undefined {
  const {
    type,
    choices = [],
    minimum = Number.NEGATIVE_INFINITY,
    maximum = Number.POSITIVE_INFINITY,
  } = specification;
  switch (type) {
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "choice":
      return typeof value === "string" && choices.includes(value)
        ? undefined
        : `one of ${choices.join(", ")}`;
    case "text": {
      const fits =
        typeof value === "string" && new RegExp(`^(?:${specification.pattern ?? ".*"})$`).test(value);
      return fits ? undefined : (specification.form ?? "a text");
    }
    case "integer":
    case "number": {
      const fits = typeof value === "number" && value >= minimum && value <= maximum;
      const whole = type === "number" || Number.isInteger(value);
      const kind = type === "number" ? "a number" : "a whole number";
      return fits && whole ? undefined : `${kind} from ${minimum} to ${maximum}`;
    }
  }
}

function shown(value: unknown): string {
  // One line, whatever the text holds.
  return typeof value === "string" ? `'${value.slice(0, 40).replace(/\s+/g, " ")}'` : String(value);
}
