// orbweaver jobs: long work of the project, as a server or this command runs it.

import type { Command } from "commander";
import type { JobView } from "../../app/jobs.ts";
import { bytesText, durationText, groupedText } from "../../base/number-text.ts";
import { jsonText } from "../json.ts";
import { examples, wholeNumber, withProjectOption, withShellOptions } from "../options.ts";
import { type Console, printable } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines } from "../table.ts";

interface Options extends ShellOptions {
  project?: string;
  state?: string;
  kind?: string;
  limit?: number;
  from?: number;
}

const LIMIT = 50;

export function registerJobs(program: Command, shell: Shell): void {
  const jobs = program.command("jobs").summary("long work: scoring, imports, trainings");
  jobs.description("List the jobs of the project, show one and its log, cancel one, or run one here.");
  withShellOptions(withProjectOption(jobs), "as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver jobs", "The newest jobs"],
        ["orbweaver jobs show ID", "One job, with its results"],
        ["orbweaver jobs log ID", "What it said"],
        [
          `orbweaver jobs run score '{"input": {"file": "flows.csv"}, "model": "bundled"}'`,
          "Score a file here, as a server would",
        ],
      ]),
    )
    .action((options: Options) => shell.run(options, (console) => listJobs(console, options)));
  const child = (name: string, description: string): Command =>
    withShellOptions(
      withProjectOption(jobs.command(name).description(description)),
      "as JSON on standard output",
    );
  const all = (command: Command): Options => command.optsWithGlobals<Options>();
  child("list", "List jobs, newest first.")
    .option(
      "--state <state>",
      "only those that are queued, running, finished, failed, cancelled or interrupted",
    )
    .option("--kind <kind>", "only those of a kind")
    .option("--limit <n>", `at most this many (default: ${LIMIT})`, wholeNumber(1, 10_000))
    .action((_: Options, command: Command) =>
      shell.run(all(command), (console) => listJobs(console, all(command))),
    );
  child("show", "Show a job and its results.")
    .argument("<id>", "id of the job")
    .action((id: string, _: Options, command: Command) =>
      shell.run(all(command), (console) => showJob(console, id, all(command))),
    );
  child("log", "Show the end of a job's log, or what comes behind a place of it.")
    .argument("<id>", "id of the job")
    .option("--from <byte>", "begin at this byte of the log", wholeNumber(0))
    .action((id: string, _: Options, command: Command) =>
      shell.run(all(command), (console) => showLog(console, id, all(command))),
    );
  child("cancel", "Ask a job to stop.")
    .argument("<id>", "id of the job")
    .action((id: string, _: Options, command: Command) =>
      shell.run(all(command), (console) => cancelJob(console, id, all(command))),
    );
  child("run", "Run a job in this process's name, to its end.")
    .argument(
      "<kind>",
      "score, import, profile, prepare, split, audit, train, compare, evaluate, explain or export",
    )
    .argument("<request>", 'the request as JSON; {"file": PATH} in it means a file, which is copied first')
    .action((kind: string, request: string, _: Options, command: Command) =>
      shell.run(all(command), (console, signal) => runJob(console, signal, { kind, request }, all(command))),
    );
  jobs
    .command("work", { hidden: true })
    .description("Does the work of one job; started by the queue.")
    .action(async () => {
      const { workOnJob } = await import("../../app/jobs.ts");
      await workOnJob();
    });
}

async function withShelf<Result>(
  { project }: Options,
  work: (shelf: Awaited<ReturnType<typeof import("../../app/jobs.ts").openJobShelf>>) => Promise<Result>,
): Promise<Result> {
  const [{ openJobShelf }, { openPlace }] = await Promise.all([
    import("../../app/jobs.ts"),
    import("../../app/place.ts"),
  ]);
  const { place, store } = await openPlace({ project });
  try {
    return await work(await openJobShelf(place, store));
  } finally {
    await store.close();
  }
}

function listJobs(console: Console, options: Options): Promise<number> {
  return withShelf(options, async (shelf) => {
    const { JOB_STATES } = await import("../../app/jobs.ts");
    const { usageError } = await import("../failure.ts");
    const state = JOB_STATES.find((one) => one === options.state);
    if (options.state !== undefined && state === undefined)
      throw usageError(`the state is '${options.state}', expected ${JOB_STATES.join(", ")}`);
    const page = { offset: 0, limit: options.limit ?? LIMIT };
    const { total, jobs } = await shelf.list({ state, kind: options.kind }, page);
    if (options.json) await console.line(jsonText({ total, jobs }));
    else if (jobs.length === 0) await console.line("No jobs.");
    else for (const line of jobLines(jobs, console)) await console.line(line);
    if (!options.quiet && total > jobs.length)
      console.note(`${groupedText(total - jobs.length)} older ones are not shown; see --limit.`);
    return 0;
  });
}

function jobLines(jobs: readonly JobView[], console: Console): string[] {
  const rows = jobs.map((job) => [
    job.id,
    printable(job.kind),
    job.state,
    job.created.slice(0, 19).replace("T", " "),
    tookText(job),
    printable(job.failure?.message ?? job.progress?.step ?? resultText(job)),
  ]);
  const columns = [
    { title: "ID" },
    { title: "KIND" },
    { title: "STATE" },
    { title: "ASKED FOR, UTC" },
    { title: "TOOK", align: "right" as const },
    { title: "", maximum: 60 },
  ];
  return tableLines(columns, rows, { titleStyle: console.colours.bold });
}

function tookText({ started, ended }: JobView): string {
  if (started === undefined || ended === undefined) return "-";
  return durationText((Date.parse(ended) - Date.parse(started)) * 1000);
}

function resultText({ results }: JobView): string {
  return results.map(({ name, bytes }) => `${name} (${bytesText(bytes)})`).join(", ");
}

function showJob(console: Console, id: string, options: Options): Promise<number> {
  return withShelf(options, async (shelf) => {
    const job = await shelf.show(id);
    if (options.json) await console.line(jsonText(job));
    else for (const line of await shownLines(job, console, shelf)) await console.line(line);
    return 0;
  });
}

async function shownLines(
  job: JobView,
  console: Console,
  shelf: { result: (id: string, name: string) => Promise<{ path: string }> },
): Promise<string[]> {
  const { bold } = console.colours;
  const { failure, progress, owner } = job;
  const share = progress?.share === undefined ? "" : ` ${Math.floor(progress.share * 100)} %`;
  const lines = [
    `${bold(printable(job.kind))} ${job.id}: ${job.state}, took ${tookText(job)}`,
    `  asked for ${job.created}${owner === undefined ? "" : ` by ${printable(owner)}`}`,
    `  request ${printable(JSON.stringify(job.request))}`,
    ...(progress === undefined ? [] : [`  ${printable(progress.step)}${share}`]),
    ...(failure === undefined
      ? []
      : [`  ${printable(failure.message)} (${failure.code})`, `  ${printable(failure.hint)}`]),
    ...(job.summary === undefined ? [] : [`  ${printable(JSON.stringify(job.summary))}`]),
  ];
  for (const { name, bytes, description } of job.results) {
    const { path } = await shelf.result(job.id, name);
    lines.push(`  ${bold(name)}: ${printable(description)}, ${bytesText(bytes)}`, `    ${printable(path)}`);
  }
  return lines;
}

function showLog(console: Console, id: string, options: Options): Promise<number> {
  return withShelf(options, async (shelf) => {
    const part = await shelf.log(id, { from: options.from });
    if (options.json) await console.line(jsonText(part));
    else for (const line of part.text.split("\n")) if (line !== "") await console.line(printable(line));
    return 0;
  });
}

function cancelJob(console: Console, id: string, options: Options): Promise<number> {
  return withShelf(options, async (shelf) => {
    const job = await shelf.cancel(id);
    if (options.json) await console.line(jsonText(job));
    else
      await console.line(job.state === "cancelled" ? `job ${id} is cancelled` : `job ${id} is asked to stop`);
    return 0;
  });
}

async function runJob(
  console: Console,
  signal: AbortSignal,
  asked: { kind: string; request: string },
  options: Options,
): Promise<number> {
  const { runJobHere } = await import("../../app/run-job.ts");
  const { ERRORS } = await import("../../base/errors.ts");
  const job = await runJobHere({
    ...asked,
    project: options.project,
    signal,
    onProgress: ({ step, share }) =>
      console.live(() => `${step}${share === undefined ? "" : ` ${Math.floor(share * 100)} %`}`, true),
    onLine: (line) => {
      if (!options.quiet && !options.json) console.note(printable(line));
    },
  });
  console.clearLive();
  if (options.json) await console.line(jsonText(job));
  else
    await withShelf(options, async (shelf) => {
      for (const line of await shownLines(job, console, shelf)) await console.line(line);
    });
  if (job.state === "cancelled") return ERRORS.cancelled.exit;
  return job.failure === undefined ? 0 : (ERRORS[job.failure.code as keyof typeof ERRORS]?.exit ?? 1);
}
