// The thread in which a challenger scores: a model and blocks of rows in, classes and scores out.
//
// This module is what the thread loads: there it starts to listen, everywhere else it does nothing but tell where it lies. A
// failure ends the thread; whoever started it is told.

import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { decodedModel } from "../models.ts";
import { Predictor } from "./predictor.ts";

/** What the thread is given. */
export interface ShadowTask {
  shadowModel: Uint8Array;
  name: string;
  threshold: number | undefined;
}

/** Rows to score. */
export interface ShadowRows {
  values: Float64Array;
  count: number;
}

/** What the challenger says of them. */
export interface ShadowVerdicts {
  classIndex: Int32Array;
  attackProbability: Float64Array;
  attack: Uint8Array;
  elapsedUs: number;
}

/** Where this module lies, for the thread to load. */
export const THREAD_URL = import.meta.url;

const task = workerData as ShadowTask | null;
if (!isMainThread && parentPort !== null && task?.shadowModel !== undefined) listen(task, parentPort);

function listen({ shadowModel, name, threshold }: ShadowTask, port: NonNullable<typeof parentPort>): void {
  const predictor = new Predictor(decodedModel(shadowModel, name), threshold);
  port.on("message", (rows: ShadowRows) => port.postMessage(verdicts(predictor, rows)));
  port.postMessage("ready");
}

function verdicts(predictor: Predictor, { values, count }: ShadowRows): ShadowVerdicts {
  const start = performance.now();
  predictor.judgeRows(values, 0, count);
  const { judge } = predictor;
  return {
    elapsedUs: (performance.now() - start) * 1000,
    classIndex: judge.classIndex.slice(0, count),
    attackProbability: judge.attackProbability.slice(0, count),
    attack: judge.attack.slice(0, count),
  };
}
