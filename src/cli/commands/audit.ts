// orbweaver audit: what makes scores on a data set untrue.

import { type Command, Option } from "commander";
import type { AuditFinding, AuditReport, Severity } from "../../app/audit-dataset.ts";
import { ERRORS } from "../../base/errors.ts";
import { counted, groupedText } from "../../base/number-text.ts";
import { jsonText } from "../json.ts";
import { examples, seed, wholeNumber, withProjectOption, withShellOptions } from "../options.ts";
import { type Console, printable } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { wrapped } from "../table.ts";

interface Options extends ShellOptions {
  label?: string;
  failOn?: Severity;
  out?: string;
  seed?: number;
  sampleRows?: number;
  project?: string;
}

/** As in src/dataset/audit/contract.ts, which is loaded only when the command runs. */
const SEVERITIES: readonly Severity[] = ["info", "warning", "error"];

export function registerAudit(program: Command, shell: Shell): void {
  const command = program
    .command("audit")
    .summary("what makes scores on a data set untrue")
    .description(
      "Look for repeats, leaks, shortcuts, shifts and other faults of training and test rows. Each finding comes with figures, what to do, and who warned of it.",
    )
    .argument(
      "<training>",
      "a data set with its split; or the training rows: NAME, NAME@PART or a file of rows",
    )
    .argument("[test]", "the test rows: NAME, NAME@PART or a file of rows")
    .option("-l, --label <column>", "class column (default: that of the data set)")
    .addOption(
      new Option(
        "--fail-on <severity>",
        `exit with ${ERRORS["audit-found"].exit} when a finding is at least this severe`,
      ).choices(SEVERITIES),
    )
    .option("-o, --out <file>", "also write the report as JSON")
    .option("--seed <n>", "chooses the sample (default: 1)", seed)
    .option(
      "--sample-rows <n>",
      "rows of each table that are looked at where not all are (default: 200000)",
      wholeNumber(100, 10_000_000),
    );
  withProjectOption(command);
  withShellOptions(command, "the report as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver audit nsl", "A data set; with its split, if it has one"],
        ["orbweaver audit KDDTrain+.txt KDDTest+.txt", "Training and test rows in two files"],
        ["orbweaver audit flows@train flows@test --fail-on error --quiet", "Exit status for a script"],
        ["orbweaver audit flows --json | jq '.findings[].code'", "Codes of the findings"],
      ]),
    )
    .action((training: string, test: string | undefined, options: Options) =>
      shell.run(options, (console, signal) => runAudit(console, signal, { training, test }, options)),
    );
}

async function runAudit(
  console: Console,
  signal: AbortSignal,
  tables: { training: string; test: string | undefined },
  options: Options,
): Promise<number> {
  const { auditDataset, isAtLeast, saveReport, shortReference } = await import("../../app/audit-dataset.ts");
  const { failOn, out } = options;
  const report = await auditDataset({
    ...tables,
    label: options.label,
    seed: options.seed,
    sampleRows: options.sampleRows,
    project: options.project,
    signal,
    onProgress: ({ step, share }) =>
      console.live(() => (share === undefined ? step : `${(share * 100).toFixed(0)} %  ${step}`)),
  });
  console.clearLive();
  const json = jsonText({ type: "audit", ...report });
  if (out !== undefined) await saveReport(out, `${json}\n`);
  if (options.json) await console.line(json);
  else for (const line of reportLines(console, report, shortReference)) await console.line(line);
  const fails = failOn !== undefined && report.findings.some(({ severity }) => isAtLeast(severity, failOn));
  return fails ? ERRORS["audit-found"].exit : 0;
}

function reportLines(console: Console, report: AuditReport, shortOf: (paper: string) => string): string[] {
  const { bold, dim } = console.colours;
  const { training, test, counts, sample, majority } = report;
  const against =
    test === undefined ? "" : `, judged on ${printable(test.name)}: ${counted(test.rows, "row")}`;
  const facts = [
    `${counted(training.features, "feature")}${report.label === undefined ? "" : `, class '${printable(report.label)}' with ${counted(training.classes?.length ?? 0, "value")}`}`,
    ...(majority === undefined
      ? []
      : [
          `always '${printable(majority.className)}' is right in ${(majority.accuracy * 100).toFixed(2)} % of the rows`,
        ]),
    ...(sample.trainingRows < training.rows
      ? [
          `columns were looked at in a sample of ${counted(sample.trainingRows, "row")} (seed ${sample.seed}); counts of rows are of all`,
        ]
      : []),
  ];
  const summary = SEVERITIES.toReversed()
    .map(
      (severity) =>
        `${groupedText(counts[severity])} ${severity}${counts[severity] === 1 || severity === "info" ? "" : "s"}`,
    )
    .join(", ");
  return [
    `${bold(printable(training.name))}: ${counted(training.rows, "row")}${against}`,
    ...facts.map((fact) => dim(`  ${fact}`)),
    ...report.findings.flatMap((finding, index) => {
      const isFirst = report.findings.findIndex(({ code }) => code === finding.code) === index;
      return findingLines(console, finding, isFirst ? shortOf : undefined);
    }),
    "",
    report.findings.length === 0 ? "Nothing found." : `Found: ${summary}.`,
    ...report.skipped.map((text) => dim(`Not looked into: ${printable(text)}.`)),
  ];
}

/** What to do is told once for each code: with the first finding, which comes with `shortOf`. */
function findingLines(
  console: Console,
  finding: AuditFinding,
  shortOf: ((paper: string) => string) | undefined,
): string[] {
  const { bold, dim, red, yellow, cyan } = console.colours;
  const colour = { error: red, warning: yellow, info: cyan }[finding.severity];
  const told = (text: string): string[] =>
    wrapped(printable(text), console.out.width - 5, "").map((line) => `    ${line}`);
  return [
    "",
    `  ${bold(colour(finding.severity))}  ${bold(finding.code)}`,
    ...told(finding.message),
    ...(shortOf === undefined
      ? []
      : told(`${finding.advice} [${finding.papers.map(shortOf).join("; ")}]`).map(dim)),
  ];
}
