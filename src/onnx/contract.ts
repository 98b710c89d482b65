// What the exporter of a model kind is given, and what it gives.

import type { Model } from "../model/contract.ts";
import type { Graph, Value } from "./graph.ts";

export interface KindScope {
  graph: Graph;
  /** Doubles [rows, columns of the model], NaN for missing; codes are those of categories, or -1 for all others. */
  features: Value;
  /** Whether what follows amplifies small differences of the probabilities, as calibration does. */
  exact: boolean;
  /** Adds the operators of a model inside this one. */
  inner: (model: Model, scope: Omit<KindScope, "inner">) => Value;
}
