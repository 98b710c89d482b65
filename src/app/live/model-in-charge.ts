// A model that is whichever is in charge at the moment: what meters without an end judges by the new one as soon as it is.
//
// A new model is taken where its schema and its classes are those of the one before, which what was made for it relies on; else
// the old one goes on, and that is told.

import type { Model } from "../../model/contract.ts";

export class ModelInCharge implements Model {
  readonly #look: () => { model: Model; digest: string };
  #model: Model;
  #digest: string;
  #refused: string | undefined;

  constructor(look: () => { model: Model; digest: string }) {
    const { model, digest } = look();
    this.#look = look;
    this.#model = model;
    this.#digest = digest;
  }

  /** Digest of the one that judges. */
  get digest(): string {
    return this.#digest;
  }

  /** Why a newer one is not taken. */
  get refused(): string | undefined {
    return this.#refused;
  }

  get manifest(): Model["manifest"] {
    return this.#model.manifest;
  }

  get caution(): Model["caution"] {
    return this.#model.caution;
  }

  encode(): Uint8Array {
    return this.#model.encode();
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    this.#refresh();
    this.#model.score(rows, count, out);
  }

  scoreTable: Model["scoreTable"] = (table, out) => {
    this.#refresh();
    this.#model.scoreTable(table, out);
  };

  explain(row: Float64Array, classIndex: number, limit: number): ReturnType<Model["explain"]> {
    return this.#model.explain(row, classIndex, limit);
  }

  importance(): Float64Array {
    return this.#model.importance();
  }

  #refresh(): void {
    const { model, digest } = this.#look();
    if (digest === this.#digest) return;
    const before = this.#model.manifest;
    const after = model.manifest;
    const same = (one: readonly string[], other: readonly string[]): boolean =>
      one.length === other.length && one.every((name, index) => name === other[index]);
    if (after.schema.fingerprint !== before.schema.fingerprint)
      this.#refused = "the newer model has another schema";
    else if (!same(after.classes, before.classes) || !same(after.benignClasses, before.benignClasses))
      this.#refused = "the newer model has other classes";
    else {
      this.#refused = undefined;
      this.#model = model;
      this.#digest = digest;
    }
  }
}
