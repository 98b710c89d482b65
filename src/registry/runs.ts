// Runs: begun, told of, ended. What a run left behind is objects; its document stays small, so that ten thousand are listed quickly.
//
// What it guarantees: a run is seen with all that belongs to its state. One whose process died while it ran is told as interrupted.

import { OrbweaverError } from "../base/errors.ts";
import type { Json, Store, StoredDocument } from "../store/contract.ts";
import { isOfEarlierStart, livenessOf, ownMark } from "../store/process-mark.ts";
import { RUNS, type Run, type RunFacts, type RunOutcome, type RunState } from "./contract.ts";
import { checked, checkedForm, runForm } from "./forms.ts";
import { changing } from "./models.ts";

/** Hexadecimal digits behind the moment in an id. */
const CHANCE_DIGITS = 8;
const MESSAGE_MAX = 1_000;

export interface Ending {
  state: Exclude<RunState, "running">;
  /** Moment in UTC, ISO 8601. */
  at: string;
  elapsedMs: number;
  outcome?: RunOutcome;
  failure?: { code: string; message: string };
}

/** Begins a run at a moment, in UTC, ISO 8601. `chance` is hexadecimal digits that nobody else has. */
export async function beginRun(store: Store, facts: RunFacts, at: string, chance: string): Promise<Run> {
  const id = `${at.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}-${chance.slice(0, CHANCE_DIGITS)}`;
  const run = checked<Run>(
    runForm,
    defined({ ...facts, id, state: "running", started: at, process: ownMark() }),
    `run ${id}`,
  );
  await store.commit([{ collection: RUNS, id, expected: 0, body: run as unknown as Json }]);
  return run;
}

/** Ends a run, with what came of it. Throws `run-unknown`, and `store-conflict` where it has ended. */
export function endRun(store: Store, id: string, ending: Ending): Promise<Run> {
  return changing(async () => {
    const { run, revision } = await readDocument(store, id);
    if (run.state !== "running")
      throw new OrbweaverError("run-ended", `run ${id} is ${run.state} already, expected one that runs`);
    const { process: _, ...kept } = run;
    const { state, at, elapsedMs, outcome, failure } = ending;
    const ended = defined({
      ...kept,
      ...outcome,
      state,
      ended: at,
      elapsedMs: Math.round(elapsedMs),
      ...(failure && { failure: { code: failure.code, message: failure.message.slice(0, MESSAGE_MAX) } }),
    });
    const body = checked<Run>(runForm, ended, `run ${id}`);
    await store.commit([{ collection: RUNS, id, expected: revision, body: body as unknown as Json }]);
    return body;
  });
}

/** The run of an id, or of the beginning or the end of one that no other has. Throws `run-unknown`. */
export async function readRun(store: Store, id: string): Promise<Run> {
  const document = await store.read(RUNS, id);
  if (document !== undefined) return told(checkedForm(runForm, document, `run ${id}`));
  const like =
    id.length < 4
      ? []
      : (await store.list(RUNS)).filter((run) => run.id.startsWith(id) || run.id.endsWith(id));
  if (like.length === 1) return told(checkedForm(runForm, like[0], `run ${like[0].id}`));
  const found = like.length === 0 ? "there is no run" : `${like.length} runs begin or end with`;
  throw new OrbweaverError("run-unknown", `${found} '${id}'`);
}

async function readDocument(store: Store, id: string): Promise<{ run: Run; revision: number }> {
  const document = await store.read(RUNS, id);
  if (document === undefined) throw new OrbweaverError("run-unknown", `there is no run '${id}'`);
  return { run: checkedForm(runForm, document, `run ${id}`), revision: document.revision };
}

/** All runs, newest first. */
export async function listRuns(store: Store): Promise<Run[]> {
  return (await newestFirst(store)).map(toldOf);
}

/** So many of the newest runs from `offset` on, and how many there are: only those are read. */
export async function newestRuns(
  store: Store,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ total: number; runs: Run[] }> {
  const all = await newestFirst(store);
  return { total: all.length, runs: all.slice(offset, offset + limit).map(toldOf) };
}

function toldOf({ body }: StoredDocument): Run {
  return told(body as unknown as Run);
}

async function newestFirst(store: Store): Promise<StoredDocument[]> {
  return (await store.list(RUNS)).reverse().sort(byMoment);
}

/** The second that an id tells (`beginRun`): "20260101-120000". */
const MOMENT_LENGTH = 15;

/** By the moment that a run began. Ids tell the second, runs of one second the rest; ISO 8601 sorts as text does. */
function byMoment(one: StoredDocument, other: StoredDocument): number {
  const [second, otherSecond] = [one.id.slice(0, MOMENT_LENGTH), other.id.slice(0, MOMENT_LENGTH)];
  if (second !== otherSecond) return second < otherSecond ? 1 : -1;
  const [{ started }, { started: otherStarted }] = [toldStart(one), toldStart(other)];
  if (started !== otherStarted) return started < otherStarted ? 1 : -1;
  return one.id < other.id ? 1 : -1;
}

function toldStart({ body }: StoredDocument): Pick<Run, "started"> {
  return body as unknown as Run;
}

/** Removes a run's document; what it left goes with the next sweep. Throws `run-unknown`, `run-running`. */
export function removeRun(store: Store, id: string): Promise<Run> {
  return changing(async () => {
    const run = await readRun(store, id);
    const { revision } = await readDocument(store, run.id);
    if (run.state === "running")
      throw new OrbweaverError("run-running", `run ${run.id} runs, expected one that has ended`);
    await store.commit([{ collection: RUNS, id: run.id, expected: revision, removed: true }]);
    return run;
  });
}

/** Writes down that runs whose process is gone were interrupted. Gives how many. */
export async function markInterrupted(store: Store, at: string): Promise<number> {
  let count = 0;
  for (const { id, revision, body } of await store.list(RUNS)) {
    const run = body as unknown as Run;
    if (run.state !== "running" || told(run).state === "running") continue;
    const { process: _, ...kept } = run;
    const ended = { ...kept, state: "interrupted", ended: at } as unknown as Json;
    await store
      .commit([{ collection: RUNS, id, expected: revision, body: ended }])
      .then(() => count++, ignoreConflict);
  }
  return count;
}

function ignoreConflict(failure: unknown): void {
  if (!(failure instanceof OrbweaverError) || failure.code !== "store-conflict") throw failure;
}

/** A run as it is now. */
function told(run: Run): Run {
  if (run.state !== "running" || run.process === undefined) return run;
  const isGone = livenessOf(run.process) === "dead" || isOfEarlierStart(run.process);
  return isGone ? { ...run, state: "interrupted" } : run;
}

/** Without what is not known. */
function defined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Value;
}
