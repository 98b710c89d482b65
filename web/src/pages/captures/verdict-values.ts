// Rows of the table of a job `score` as rows of verdicts.

import type { Cell, RemoteColumn } from "../../parts/remote-rows.ts";
import type { VerdictRow } from "../../parts/verdicts/verdict-row.ts";

export type JobVerdict = VerdictRow & { row: number };

export function readVerdict(cells: Cell[], columns: readonly RemoteColumn[]): JobVerdict {
  const values: Record<string, Cell | undefined> = Object.create(null);
  for (const [at, { name }] of columns.entries()) values[name] = cells[at] ?? null;
  const text = (name: string): string => String(values[name] ?? "");
  const number = (name: string): number => Number(values[name] ?? Number.NaN);
  const unknown = values["unknown"];
  return {
    row: number("row"),
    class: text("class"),
    attack: values["attack"] === 1,
    confidence: number("confidence"),
    attack_probability: number("attack_probability"),
    unknown: unknown === null || unknown === undefined ? null : unknown === 1,
    flow: number("flow"),
    community_id: text("community_id"),
    start_us: number("start_us"),
    end_us: number("end_us"),
    source_address: text("source_address"),
    source_port: number("source_port"),
    destination_address: text("destination_address"),
    destination_port: number("destination_port"),
    transport: text("transport"),
    end_reason: text("end_reason"),
    ...(values["reasons"] === undefined ? {} : { reasons: text("reasons") }),
  };
}
