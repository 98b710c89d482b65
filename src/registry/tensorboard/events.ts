// A run as an event file of TensorBoard: figures by iteration, histograms of weights and of what matters, the network's graph.
//
// Knows no run's files: what is told is given. Moments of iterations are not kept with a run, so they are spread evenly over the
// time that it took. Field numbers: tensorboard/compat/proto, event.proto, summary.proto, graph.proto.

import { MessageWriter } from "../../base/message-writer.ts";
import { graphMessage, type ModelGraph } from "./graph.ts";
import { histogramMessage } from "./histogram.ts";
import { recordFile } from "./record-file.ts";

export interface RunEvents {
  /** Moments in seconds since 1970. */
  startedS: number;
  endedS: number;
  /** Figures of iterations, ascending. */
  progress: readonly { done: number; metrics: Readonly<Record<string, number>> }[];
  /** Figures of the whole run, told at its last iteration. */
  metrics: Readonly<Record<string, number>>;
  histograms: Readonly<Record<string, ArrayLike<number>>>;
  graph?: ModelGraph;
}

const FILE_VERSION = "brain.Event:2";
const WRITER = "orbweaver";

/** The bytes of the file. */
export function eventFile(events: RunEvents): Uint8Array {
  const { startedS, endedS, progress, metrics, histograms, graph } = events;
  const last = progress.at(-1)?.done ?? 0;
  const atS = (done: number): number => startedS + (endedS - startedS) * (last === 0 ? 1 : done / last);
  const messages = [
    event(startedS, 0).text(3, FILE_VERSION).message(10, new MessageWriter().text(1, WRITER)),
    ...(graph === undefined ? [] : [event(startedS, 0).message(4, graphMessage(graph))]),
    ...progress.flatMap(({ done, metrics: figures }) => scalars(atS(done), done, figures, "")),
    ...scalars(endedS, last, metrics, "run/"),
    ...Object.entries(histograms).flatMap(([name, values]) => {
      const message = histogramMessage(values);
      return message === undefined
        ? []
        : [summary(endedS, last, new MessageWriter().text(1, name).message(5, message))];
    }),
  ];
  return recordFile(messages.map((message) => message.finish()));
}

/** TensorBoard takes files with `tfevents` in their name. */
export function eventFileName(run: string, startedS: number): string {
  return `events.out.tfevents.${Math.floor(startedS).toString().padStart(10, "0")}.${run}`;
}

function event(timeS: number, step: number): MessageWriter {
  return new MessageWriter().double(1, timeS).int(2, step);
}

function scalars(
  timeS: number,
  step: number,
  figures: Readonly<Record<string, number>>,
  prefix: string,
): MessageWriter[] {
  return Object.entries(figures)
    .filter(([, value]) => Number.isFinite(value))
    .map(([name, value]) =>
      summary(timeS, step, new MessageWriter().text(1, `${prefix}${name}`).float(2, value)),
    );
}

function summary(timeS: number, step: number, value: MessageWriter): MessageWriter {
  return event(timeS, step).message(5, new MessageWriter().message(1, value));
}
