// The page of an evaluation.
import type { EvaluationReport } from "./evaluation-contract.ts";
import { pageHtml } from "./page.ts";
export function evaluationPage(report: EvaluationReport): string {
  return pageHtml({ title: report.file, subtitle: "", sections: [], footer: [] });
}
