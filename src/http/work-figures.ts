// Figures of jobs and live sources for /metrics: queue depths, verdicts by class, and the loss ledger of each source.

import type { SourceView } from "../app/live/sources.ts";
import type { Work } from "../app/work.ts";
import type { Figure } from "./services.ts";

export function workFigures({ queue, sources }: Work): Figure[] {
  const { queued, running } = queue.counts();
  const views = sources.list();
  const each = (value: (view: SourceView) => number): Figure["values"] =>
    views.map((view) => ({ labels: { source: view.name }, value: value(view) }));
  return [
    { name: "orbweaver_jobs_queued", help: "Jobs that wait", type: "gauge", values: [{ value: queued }] },
    { name: "orbweaver_jobs_running", help: "Jobs that run", type: "gauge", values: [{ value: running }] },
    {
      name: "orbweaver_source_up",
      help: "1 while a live source runs",
      type: "gauge",
      values: each(({ state }) => (state === "running" ? 1 : 0)),
    },
    {
      name: "orbweaver_source_listeners",
      help: "Listeners of a live source",
      type: "gauge",
      values: each(({ listeners }) => listeners),
    },
    {
      name: "orbweaver_source_frames_total",
      help: "Frames that a live source took in",
      type: "counter",
      values: each(({ counts }) => counts.frames),
    },
    {
      name: "orbweaver_source_bytes_total",
      help: "Bytes on the wire of the frames that a live source took in",
      type: "counter",
      values: each(({ counts }) => counts.bytes),
    },
    {
      name: "orbweaver_source_frames_lost_total",
      help: "Frames that were lost before a live source had them, as the capture program tells at its end",
      type: "counter",
      values: each(({ counts }) => counts.framesLost),
    },
    {
      name: "orbweaver_source_flows_total",
      help: "Flows that a live source opened",
      type: "counter",
      values: each(({ counts }) => counts.flows),
    },
    {
      name: "orbweaver_source_verdicts_total",
      help: "Verdicts of a live source by class",
      type: "counter",
      values: views.flatMap(({ name, counts }) =>
        Object.entries(counts.byClass).map(([label, value]) => ({
          labels: { source: name, class: label },
          value,
        })),
      ),
    },
    {
      name: "orbweaver_source_alerts_total",
      help: "Alerts of a live source",
      type: "counter",
      values: each(({ counts }) => counts.alerts),
    },
    {
      name: "orbweaver_source_untold_total",
      help: "Verdicts of a live source that were counted and not told one by one",
      type: "counter",
      values: each(({ counts }) => counts.untold),
    },
    {
      name: "orbweaver_source_ledger",
      help: "The loss ledger of a live source since it began: what became of every frame and flow",
      type: "gauge",
      values: views.flatMap(({ name, ledger }) =>
        Object.entries(ledger ?? {}).flatMap(([entry, value]) =>
          typeof value === "number" ? [{ labels: { source: name, entry }, value }] : [],
        ),
      ),
    },
  ];
}
