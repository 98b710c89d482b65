// Verdicts as text: members of JSON objects, and lines of CSV.
//
// Every row has the same members whatever the schema, so that clients of different services find theirs: "predicted_class" and
// "class_label" of one, "prediction" and "confidence" of another. Labels come from model files of others: in CSV a text that a
// spreadsheet would take for a formula gets an apostrophe. Knows no HTTP.

import type { Predictor } from "./predictor.ts";

export interface AnswerOptions {
  /** Reasons of each row; 0 for none. */
  reasons: number;
}

/** Writes verdicts of the block that a predictor judged last. */
export class AnswerWriter {
  readonly #predictor: Predictor;
  /** The beginning of a row's members, for each class. */
  readonly #heads: readonly string[];
  /** `,"NAME":` of each class's probability, the first without its comma. */
  readonly #names: readonly string[];
  readonly #labels: readonly string[];
  /** For each class, the members of the last row that got it, and its probabilities: the next one is often like it. */
  readonly #lastText: string[];
  readonly #lastProbabilities: Float64Array;

  constructor(predictor: Predictor) {
    const { classes } = predictor.manifest;
    this.#predictor = predictor;
    this.#heads = classes.map((name, index) => {
      const label = JSON.stringify(name);
      return `"predicted_class":${index},"class_label":${label},"prediction":${label},"confidence":`;
    });
    this.#names = classes.map((name, index) => `${index === 0 ? "" : ","}${JSON.stringify(name)}:`);
    this.#labels = classes.map(csvText);
    this.#lastText = classes.map(() => "");
    this.#lastProbabilities = new Float64Array(classes.length ** 2).fill(Number.NaN);
  }

  /** Members of a row, without the braces. */
  members(row: number, { reasons }: AnswerOptions): string {
    const { unknown } = this.#predictor;
    let text = this.#verdict(row);
    if (unknown !== undefined) text += unknown[row] === 1 ? ',"unknown":true' : ',"unknown":false';
    return reasons === 0 ? text : `${text},"reasons":${this.#reasons(row, reasons)}`;
  }

  /** What follows from the probabilities alone. */
  #verdict(row: number): string {
    const { judge, classCount } = this.#predictor;
    const { probabilities } = judge;
    const given = judge.classIndex[row];
    const first = row * classCount;
    const last = this.#lastProbabilities;
    let same = 0;
    while (same < classCount && probabilities[first + same] === last[given * classCount + same]) same++;
    if (same === classCount) return this.#lastText[given];
    let text = `${this.#heads[given] + judge.probability[row]},"probabilities":{`;
    for (let index = 0; index < classCount; index++) {
      text += this.#names[index] + probabilities[first + index];
      last[given * classCount + index] = probabilities[first + index];
    }
    text += judge.attack[row] === 1 ? '},"attack":true' : '},"attack":false';
    text += `,"attack_probability":${judge.attackProbability[row]}`;
    this.#lastText[given] = text;
    return text;
  }

  #reasons(row: number, limit: number): string {
    return JSON.stringify(
      this.#predictor
        .reasons(row, limit)
        // JSON has no infinities.
        .map((reason) => ({
          ...reason,
          value: typeof reason.value === "number" ? finite(reason.value) : reason.value,
        })),
    );
  }

  csvHeader({ reasons }: AnswerOptions): string {
    const names = [
      "predicted_class",
      "class_label",
      "confidence",
      "attack",
      "attack_probability",
      ...(this.#predictor.unknown === undefined ? [] : ["unknown"]),
      ...this.#predictor.manifest.classes.map((name) => `probability ${name}`),
      ...Array.from({ length: reasons }, (_, index) => `reason ${index + 1}`),
    ];
    return `${names.map(csvText).join(",")}\n`;
  }

  csvLine(row: number, { reasons }: AnswerOptions): string {
    const { judge, unknown, classCount } = this.#predictor;
    const given = judge.classIndex[row];
    let text = `${given},${this.#labels[given]},${judge.probability[row]},${judge.attack[row] === 1},${judge.attackProbability[row]}`;
    if (unknown !== undefined) text += `,${unknown[row] === 1}`;
    for (let index = 0; index < classCount; index++)
      text += `,${judge.probabilities[row * classCount + index]}`;
    if (reasons > 0) {
      const found = this.#predictor.reasons(row, reasons);
      for (let index = 0; index < reasons; index++) text += `,${csvText(found[index]?.text ?? "")}`;
    }
    return `${text}\n`;
  }
}

function finite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** How a text begins that a spreadsheet takes for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** A field of CSV (RFC 4180) that no spreadsheet runs. */
export function csvText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
