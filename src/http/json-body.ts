// JSON that clients send: parsed with bounds, and without names that could reach into objects' prototypes.
//
// Nesting is bounded before anything is parsed, by counting brackets outside strings. Knows no route.

import { OrbweaverError } from "../base/errors.ts";

/** Most brackets within brackets. */
export const NESTING_MAX = 64;

/** What a body says. Throws `body-invalid`. */
export function parseJson(body: Uint8Array | string): unknown {
  const text = typeof body === "string" ? body : textOf(body);
  if (text.trim() === "") throw invalid("the body is empty, expected JSON");
  requireShallow(text);
  try {
    return JSON.parse(text, text.includes("__proto__") || text.includes("\\u") ? refuseProto : undefined);
  } catch (cause) {
    if (cause instanceof OrbweaverError) throw cause;
    throw invalid(`the body is no JSON: ${(cause as Error).message.replaceAll(/\s+/g, " ").slice(0, 200)}`);
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalid("the body is no UTF-8 text");
  }
}

function refuseProto(name: string, value: unknown): unknown {
  if (name === "__proto__") throw invalid("the body has a member '__proto__', which is refused");
  return value;
}

const QUOTE = 34;
const ESCAPE = 92;

/** Throws `body-invalid` where brackets nest too deep. */
function requireShallow(text: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === ESCAPE) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === 91 || code === 123) {
      if (++depth > NESTING_MAX)
        throw invalid(`brackets nest deeper than ${NESTING_MAX}, at character ${at}`);
    } else if (code === 93 || code === 125) depth--;
  }
}

function invalid(message: string): OrbweaverError {
  return new OrbweaverError("body-invalid", message, {
    fields: [{ field: "body", found: message, expected: "JSON" }],
  });
}
