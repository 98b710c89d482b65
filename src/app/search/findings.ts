// What makes scores on the rows untrue, for the table of a comparison: the audit of data sets, run once on what was named.

import { OrbweaverError } from "../../base/errors.ts";
import type { ComparedFinding } from "../../report/comparison-contract.ts";

export interface FindingsOptions {
  /** Files and data sets. */
  rows: readonly string[];
  /** Names that the class column may have. */
  labels: readonly string[];
  seed: number;
  signal?: AbortSignal;
  onProgress?: (progress: { step: string; share?: number }) => void;
}

/** Name of the class column of imported files, whatever it was called before. */
const IMPORTED_LABEL = "label";

/** Worst first; of several names each finding says which it is about. Throws `cancelled`. */
export async function findingsOf(options: FindingsOptions): Promise<ComparedFinding[]> {
  const { rows } = options;
  const { SEVERITIES } = await import("../../dataset/audit/contract.ts");
  const found: ComparedFinding[] = [];
  for (const name of rows) {
    const about = rows.length > 1 ? `${name}: ` : "";
    for (const finding of await auditOf(name, options))
      found.push({ ...finding, message: `${about}${finding.message}` });
  }
  const rank = ({ severity }: ComparedFinding): number => -SEVERITIES.indexOf(severity);
  return found.sort((a, b) => rank(a) - rank(b));
}

/** Findings on one table, by the first name of the class column that it knows. */
async function auditOf(training: string, options: FindingsOptions): Promise<ComparedFinding[]> {
  const { labels, seed, signal, onProgress } = options;
  const { auditDataset } = await import("../audit-dataset.ts");
  let failure: OrbweaverError | undefined;
  for (const label of new Set([...labels, IMPORTED_LABEL])) {
    try {
      const { findings } = await auditDataset({ training, label, seed, signal, onProgress });
      return findings.map(({ code, severity, message }) => ({ code, severity, message }));
    } catch (cause) {
      if (!(cause instanceof OrbweaverError) || cause.code === "cancelled") throw cause;
      failure ??= cause;
    }
  }
  return [{ code: "not-audited", severity: "warning", message: `not audited: ${failure?.message}` }];
}
