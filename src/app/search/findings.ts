// What makes scores on the rows untrue, for the table of a comparison: the audit of data sets, run once on what was named.

import { basename } from "node:path";
import { OrbweaverError } from "../../base/errors.ts";
import type { ComparedFinding } from "../../report/comparison-contract.ts";

export interface FindingsOptions {
  /** Files and data sets. */
  rows: readonly string[];
  /** Names that the class column may have. */
  labels: readonly string[];
  /** Columns that are not learnt from; findings about nothing else are left out. */
  exclude?: readonly string[];
  seed: number;
  signal?: AbortSignal;
  onProgress?: (progress: { step: string; share?: number }) => void;
}

/** Name of the class column of imported files, whatever it was called before. */
const IMPORTED_LABEL = "label";

/** Worst first; where tables differ, so that each is looked at alone, findings say which they are about. Throws `cancelled`. */
export async function findingsOf(options: FindingsOptions): Promise<ComparedFinding[]> {
  const { rows } = options;
  const together = await auditOf(rows, options);
  const found: ComparedFinding[] = [];
  if (!(together instanceof OrbweaverError)) found.push(...together);
  else if (rows.length === 1) found.push(notAudited(together));
  else {
    for (const name of rows) {
      const alone = await auditOf([name], options);
      const findings = alone instanceof OrbweaverError ? [notAudited(alone)] : alone;
      found.push(
        ...findings.map((finding) => ({ ...finding, message: `${basename(name)}: ${finding.message}` })),
      );
    }
  }
  const rank = ({ severity }: ComparedFinding): number => SEVERITIES.indexOf(severity);
  return found.sort((a, b) => rank(a) - rank(b));
}

const SEVERITIES: readonly ComparedFinding["severity"][] = ["error", "warning", "info"];

function notAudited({ message }: OrbweaverError): ComparedFinding {
  return { code: "not-audited", severity: "warning", message: `the rows could not be audited: ${message}` };
}

/** Findings on one table of all rows, by the first name of the class column that it knows; or why there are none. */
async function auditOf(
  test: readonly string[],
  options: FindingsOptions,
): Promise<ComparedFinding[] | OrbweaverError> {
  const { labels, seed, signal, onProgress } = options;
  const [{ auditEvaluation }, { SAMPLE_ROWS_DEFAULT }] = await Promise.all([
    import("../evaluation-audit.ts"),
    import("../audit-dataset.ts"),
  ]);
  let failure: OrbweaverError | undefined;
  for (const label of new Set([...labels, IMPORTED_LABEL])) {
    try {
      const sampleRows = SAMPLE_ROWS_DEFAULT;
      const { findings } = await auditEvaluation({ test, label, seed, sampleRows, signal, onProgress });
      return findings
        .filter(
          ({ columns = [] }) =>
            columns.length === 0 || !columns.every((name) => options.exclude?.includes(name)),
        )
        .map(({ code, severity, message }) => ({ code, severity, message }));
    } catch (cause) {
      if (!(cause instanceof OrbweaverError) || cause.code === "cancelled") throw cause;
      failure ??= cause;
    }
  }
  return failure as OrbweaverError;
}
