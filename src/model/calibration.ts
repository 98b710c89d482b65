// Calibration: a learner's probabilities, bent so that they come true as often as they say. Applied here, fitted in the
// learner room. Knows no learner.
//
// Two classes are calibrated by the log-odds of the second. More classes: temperature bends all at once; Platt and isotonic
// calibrate each class against the rest and divide by the sum (Zadrozny and Elkan 2002).

import { OrbweaverError } from "../base/errors.ts";
import type { Container, SectionArray } from "./container.ts";

/** One function for two classes, one for each class of more. */
export type Calibration =
  | { method: "none" }
  /** Probability 1 / (1 + exp(-(slope × log-odds + offset))) (Platt 1999). */
  | { method: "platt"; slopes: Float64Array; offsets: Float64Array }
  /** softmax(log p / temperature) (Guo et al. 2017). */
  | { method: "temperature"; temperature: number }
  /** Steps between points, joined by lines (Zadrozny and Elkan 2002). Function f has points starts[f] to starts[f + 1]. */
  | { method: "isotonic"; starts: Uint32Array; from: Float64Array; to: Float64Array };

/** Log-odds are held within this distance of 0: probabilities of 0 and 1 have none. */
export const LOG_ODDS_LIMIT = 40;

/** Functions that a model of so many classes has. */
export function functionsOf(classes: number): number {
  return classes === 2 ? 1 : classes;
}

/** Log-odds of a probability, within LOG_ODDS_LIMIT. */
export function logOddsOf(probability: number): number {
  if (!(probability > 0)) return -LOG_ODDS_LIMIT;
  if (probability >= 1) return LOG_ODDS_LIMIT;
  const value = Math.log(probability) - Math.log1p(-probability);
  return Math.max(-LOG_ODDS_LIMIT, Math.min(LOG_ODDS_LIMIT, value));
}

/** Calibrates probabilities in place: `count × classes` from `at` on. Each row still sums to 1. */
export function calibrate(
  calibration: Calibration,
  classes: number,
  count: number,
  out: Float64Array,
  at: number,
): void {
  if (calibration.method === "none") return;
  if (calibration.method === "temperature") {
    temper(calibration.temperature, classes, count, out, at);
    return;
  }
  for (let row = 0; row < count; row++) {
    const first = at + row * classes;
    if (classes === 2) {
      const second = bent(calibration, 0, out[first + 1]);
      out[first] = 1 - second;
      out[first + 1] = second;
    } else bendRow(calibration, classes, out, first);
  }
}

type PerClass = Extract<Calibration, { method: "platt" | "isotonic" }>;

function bendRow(calibration: PerClass, classes: number, out: Float64Array, first: number): void {
  let sum = 0;
  for (let index = 0; index < classes; index++) sum += bent(calibration, index, out[first + index]);
  // Where every class is deemed impossible the learner's own probabilities stand.
  if (!(sum > 0)) return;
  for (let index = 0; index < classes; index++)
    out[first + index] = bent(calibration, index, out[first + index]) / sum;
}

/** One function at one probability. */
function bent(calibration: PerClass, index: number, probability: number): number {
  if (calibration.method === "isotonic") return interpolated(calibration, index, probability);
  const { slopes, offsets } = calibration;
  return 1 / (1 + Math.exp(-(slopes[index] * logOddsOf(probability) + offsets[index])));
}

function interpolated(
  { starts, from, to }: Extract<Calibration, { method: "isotonic" }>,
  index: number,
  value: number,
): number {
  let low = starts[index];
  let high = starts[index + 1] - 1;
  if (value <= from[low]) return to[low];
  if (value >= from[high]) return to[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle] <= value) low = middle;
    else high = middle;
  }
  const share = (value - from[low]) / (from[high] - from[low]);
  return to[low] + share * (to[high] - to[low]);
}

function temper(temperature: number, classes: number, count: number, out: Float64Array, at: number): void {
  for (let row = 0; row < count; row++) {
    const first = at + row * classes;
    let largest = 0;
    for (let index = 0; index < classes; index++) largest = Math.max(largest, out[first + index]);
    let sum = 0;
    for (let index = 0; index < classes; index++) {
      const share = out[first + index] / largest;
      out[first + index] = share > 0 ? Math.exp(Math.log(share) / temperature) : 0;
      sum += out[first + index];
    }
    for (let index = 0; index < classes; index++) out[first + index] /= sum;
  }
}

const METHODS = ["none", "platt", "temperature", "isotonic"] as const;

/** Sections of a calibration: its method, and numbers. */
export function calibrationSections(calibration: Calibration): [string, SectionArray][] {
  const method: [string, SectionArray] = ["CALM", Uint8Array.of(METHODS.indexOf(calibration.method))];
  switch (calibration.method) {
    case "none":
      return [method];
    case "platt":
      return [method, ["CALS", calibration.slopes], ["CALO", calibration.offsets]];
    case "temperature":
      return [method, ["CALT", Float64Array.of(calibration.temperature)]];
    case "isotonic":
      return [method, ["CALI", calibration.starts], ["CALF", calibration.from], ["CALV", calibration.to]];
  }
}

/** The calibration in a container. Throws `model-corrupt`. */
export function decodeCalibration({ sections }: Container, classes: number): Calibration {
  const functions = functionsOf(classes);
  const numbers = (name: string, length?: number): Float64Array => {
    const section = sections.get(name);
    require(section instanceof Float64Array && section.every(Number.isFinite), name);
    require(length === undefined || section.length === length, name);
    return section as Float64Array;
  };
  const code = sections.get("CALM");
  require(code instanceof Uint8Array && code.length === 1, "CALM");
  switch (METHODS[code[0]]) {
    case "none":
      return { method: "none" };
    case "platt":
      return { method: "platt", slopes: numbers("CALS", functions), offsets: numbers("CALO", functions) };
    case "temperature": {
      const [temperature] = numbers("CALT", 1);
      require(temperature > 0, "CALT");
      return { method: "temperature", temperature };
    }
    case "isotonic": {
      const starts = sections.get("CALI");
      require(starts instanceof Uint32Array && starts.length === functions + 1 && starts[0] === 0, "CALI");
      const from = numbers("CALF", starts[functions]);
      const to = numbers("CALV", starts[functions]);
      for (let index = 0; index < functions; index++) {
        require(starts[index] < starts[index + 1] && starts[index + 1] <= from.length, "CALI");
        for (let point = starts[index]; point < starts[index + 1]; point++) {
          require(to[point] >= 0 && to[point] <= 1, "CALV");
          require(point === starts[index] || from[point] > from[point - 1], "CALF");
        }
      }
      return { method: "isotonic", starts, from, to };
    }
    default:
      return require(false, "CALM") as never;
  }
}

function require(condition: boolean, section: string): asserts condition {
  if (!condition)
    throw new OrbweaverError("model-corrupt", `the model file is damaged: section '${section}' is not valid`);
}
