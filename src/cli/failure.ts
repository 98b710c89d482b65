// From failures to one clear line, a hint and an exit status by the error table. Knows no command.

import { ERRORS, type ErrorCode, OrbweaverError } from "../base/errors.ts";
import { type Console, printable } from "./output.ts";

/** Prints a failure on standard error and returns the exit status. */
export function reportFailure(failure: unknown, console: Console): number {
  const { code, message, hint } = described(failure);
  const { red, bold, dim } = console.errColours;
  console.note(`${bold(red("orbweaver:"))} ${printable(message)}`);
  if (hint !== "") console.note(dim(printable(hint)));
  if (process.env["ORBWEAVER_DEBUG"] && failure instanceof Error) console.note(failure.stack ?? "");
  return ERRORS[code].exit;
}

function described(failure: unknown): { code: ErrorCode; message: string; hint: string } {
  if (failure instanceof OrbweaverError) return failure;
  const message = failure instanceof Error ? failure.message : String(failure);
  return {
    code: "internal",
    message: `internal error: ${message.split("\n", 1)[0]}`,
    hint: ERRORS.internal.hint,
  };
}

/** A usage error: the message says what was found and what was expected. */
export function usageError(message: string, hint?: string): OrbweaverError {
  return new OrbweaverError("usage", message, hint === undefined ? {} : { hint });
}
