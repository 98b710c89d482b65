// Schemas whose rows need captures to be read twice, schemas that have a row for every packet, and schemas with time-outs of
// their own: what they ask of input and settings.

import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { OrbweaverError } from "../base/errors.ts";
import type { CaptureSummary } from "../capture/contract.ts";
import { STANDARD_INPUT } from "../capture/source.ts";
import type { Schema } from "../feature/schema.ts";
import type { MeterSettings } from "./meter-capture.ts";

/** Settings that cut flows, which not every schema leaves to the user, by the options that give them. */
const FLOW_SETTINGS = {
  "--idle-timeout": "idleTimeoutS",
  "--active-timeout": "activeTimeoutS",
  "--early-packets": "earlyPackets",
  "--early-seconds": "earlyAfterS",
} as const satisfies Record<string, keyof MeterSettings>;

/** Throws `usage` for captures that can be read only once where they are to be read twice, and for settings without meaning. */
export async function requirePasses(
  options: MeterSettings & { captures: readonly string[]; schema: Schema; live?: object },
  passes: number,
): Promise<void> {
  const { captures, schema, live } = options;
  if (schema.rowOf === "packet") requireNoFlowSettings(options, schema, "has a row for every packet");
  if (schema.ownTimeouts)
    requireNoFlowSettings(options, schema, "has time-outs of its own, and no early rows");
  if (schema.ignoresSilence && options.idleTimeoutS !== undefined) {
    throw new OrbweaverError(
      "usage",
      `--idle-timeout is about silence, which ends no flow of schema ${schema.id}`,
      {
        hint: "Leave the option out; --active-timeout is the schema's only time-out.",
      },
    );
  }
  if (passes < 2) return;
  if (live !== undefined) throw onlyOnce(schema, "an interface");
  for (const path of captures) {
    if (!(await isStream(path))) continue;
    const name = path === STANDARD_INPUT ? "standard input" : `'${path}'`;
    throw onlyOnce(schema, name);
  }
}

/** Throws `file-read` when the second pass found other captures than the first. */
export function requireUnchanged(before: readonly CaptureSummary[], after: readonly CaptureSummary[]): void {
  for (const [index, { path, frames, wireBytes }] of before.entries()) {
    const found = after[index];
    if (found?.frames === frames && found.wireBytes === wireBytes) continue;
    throw new OrbweaverError(
      "file-read",
      `'${path}' had ${frames} packets when it was read first and ${found?.frames ?? 0} when it was read again`,
      { hint: "It is still being written: wait until it is complete, or copy it." },
    );
  }
}

function requireNoFlowSettings(settings: MeterSettings, schema: Schema, why: string): void {
  for (const [option, name] of Object.entries(FLOW_SETTINGS)) {
    if (settings[name] === undefined) continue;
    throw new OrbweaverError("usage", `${option} cuts flows, and schema ${schema.id} ${why}`, {
      hint: "Leave the option out, or use the schema flow.",
    });
  }
}

/** Whether a path is standard input, a pipe, a socket or a device: what can be read once only, and may fall silent. */
export async function isStream(path: string): Promise<boolean> {
  if (path === STANDARD_INPUT) return true;
  const stats: Stats | undefined = await stat(path).catch(() => undefined);
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}

function onlyOnce(schema: Schema, name: string): OrbweaverError {
  return new OrbweaverError(
    "usage",
    `schema ${schema.id} reads captures twice, and ${name} can be read only once: expected a file`,
    { hint: `Write the capture to a file first, or use schema ${schema.id}-live (totals so far).` },
  );
}
