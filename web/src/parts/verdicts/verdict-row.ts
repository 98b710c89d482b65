// One verdict as tables show it, from the table of a job or from a live source: the same names, so that columns, filter and
// search are the same.

export interface VerdictRow {
  class: string;
  attack: boolean;
  confidence: number;
  attack_probability: number;
  /** True where the model says that the flow is like nothing in training. */
  unknown?: boolean | null;
  /** Number of the row in the table of a job, from 1. */
  row?: number;
  flow: number;
  community_id: string;
  start_us: number;
  end_us: number;
  source_address: string;
  source_port: number;
  destination_address: string;
  destination_port: number;
  transport: string;
  end_reason: string;
  /** Told by live sources only. */
  service?: string;
  packets?: number | null;
  wire_bytes?: number | null;
  /** True where the flow goes on. */
  early?: boolean;
  reasons?: string | readonly string[] | null;
}

/** The reasons of a row in one text; empty where none were asked for. */
export function reasonsOf({ reasons }: VerdictRow): string {
  return typeof reasons === "string" ? reasons : (reasons ?? []).join("; ");
}
