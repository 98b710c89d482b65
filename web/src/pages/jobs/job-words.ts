// Jobs in words: what one is about, how it stands, and where what it made is looked at.

import type { Job } from "../../api/client.ts";

export const STATES = ["queued", "running", "finished", "failed", "cancelled", "interrupted"] as const;
export type JobState = Job["state"];

export const STATE_WORDS: Readonly<Record<JobState, { text: string; colour: string; meaning: string }>> = {
  queued: { text: "waiting", colour: "gray", meaning: "Waits until the jobs before it have ended." },
  running: { text: "running", colour: "petrol", meaning: "Is being worked on." },
  finished: { text: "finished", colour: "green", meaning: "Has ended well." },
  failed: { text: "failed", colour: "red", meaning: "Has ended without what was asked for." },
  cancelled: { text: "cancelled", colour: "gray", meaning: "Was stopped by somebody." },
  interrupted: { text: "interrupted", colour: "orange", meaning: "The server ended while it ran." },
};

/** Names of what a request is about, in the order in which they tell most. */
const SUBJECTS = ["name", "dataset", "model", "input", "rows", "training", "sources", "runs"] as const;

/**
 * What a job is about, from its request: a name, a model, a data set, files by what they are called where that is known. Empty
 * where the request names nothing.
 */
export function subjectOf({ request }: Pick<Job, "request">, files: ReadonlyMap<string, string>): string {
  const asked = (request ?? {}) as Record<string, unknown>;
  const parts = SUBJECTS.flatMap((name) => namesIn(asked[name], files));
  return [...new Set(parts)].slice(0, 3).join(", ");
}

function namesIn(value: unknown, files: ReadonlyMap<string, string>): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.slice(0, 3).flatMap((one) => namesIn(one, files));
  if (typeof value !== "object" || value === null) return [];
  const { dataset, upload, capture } = value as Record<string, unknown>;
  if (typeof dataset === "string") return [dataset];
  if (typeof upload === "string") return [files.get(upload) ?? `upload ${upload}`];
  return typeof capture === "string" ? [files.get(capture) ?? `capture ${capture}`] : [];
}

/** Seconds that it ran, until now where it goes on; undefined where it never did. */
export function tookS({ started, ended }: Pick<Job, "started" | "ended">, nowMs: number): number | undefined {
  if (started === undefined) return undefined;
  return Math.max(0, ((ended === undefined ? nowMs : Date.parse(ended)) - Date.parse(started)) / 1000);
}

export interface Made {
  /** Address within the console. */
  to: string;
  text: string;
}

/** Where what a job made, or judged, is looked at. */
export function madeBy({
  id,
  kind,
  request,
  summary,
}: Pick<Job, "id" | "kind" | "request" | "summary">): Made[] {
  const found = (summary ?? {}) as Record<string, unknown>;
  const asked = (request ?? {}) as { input?: { capture?: unknown }; dataset?: unknown };
  const made: Made[] = [];
  const dataset = kind === "split" ? asked.dataset : found["dataset"];
  if (typeof dataset === "string") {
    const [name = ""] = dataset.split(/[:@]/, 1);
    made.push({ to: `/datasets/of/${encodeURIComponent(name)}`, text: `Data set ${name}` });
  }
  if (typeof found["run"] === "string")
    made.push({ to: `/train/runs/${encodeURIComponent(found["run"])}`, text: `Run ${found["run"]}` });
  if (kind === "train" && typeof found["model"] === "string") {
    const [name = ""] = found["model"].split(":", 1);
    made.push({ to: `/models/${encodeURIComponent(name)}`, text: `Model ${found["model"]}` });
  }
  const capture = asked.input?.capture;
  if (kind === "score" && typeof capture === "string" && summary !== undefined)
    made.push({ to: `/captures/${capture}?job=${id}`, text: "Verdicts on the capture" });
  return made;
}
