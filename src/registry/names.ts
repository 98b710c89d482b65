// What models and aliases may be called.

import { OrbweaverError } from "../base/errors.ts";

/** The model that comes with the package; no name of the registry. */
export const BUNDLED = "bundled";

const NAME_MAX = 100;
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
/** Endings of files, which names cannot have, so that a file that is missing is called a file. */
const FILE_ENDINGS = /\.(orb|onnx|json)$/i;

/** Whether a text can be the name of a model or an alias. */
export function isName(text: string): boolean {
  return text.length <= NAME_MAX && NAME.test(text) && !FILE_ENDINGS.test(text) && text !== BUNDLED;
}

/** Throws `name-invalid`. */
export function requireName(text: string, what: "model" | "alias"): string {
  if (isName(text)) return text;
  const shown = JSON.stringify(text.slice(0, NAME_MAX));
  throw new OrbweaverError(
    "name-invalid",
    `the name of the ${what} is ${shown}, expected letters, digits and . _ - between them`,
  );
}
