// What the server says of data sets, and what jobs on them write, as far as these pages read it.

import type { Schemas } from "../../api/client.ts";

export type Manifest = Schemas["Dataset"];
export type Table = Manifest["tables"][string];
export type Split = Manifest["splits"][string];

export interface Profile {
  name: string;
  rows: number;
  columns: ColumnProfile[];
  classes?: {
    column: string;
    count: number;
    list: { name: string; rows: number; share: number }[];
    unlabelled: number;
    imbalance: number;
  };
  sample: { rows: number; seed?: number };
  pearson?: Matrix;
  spearman?: Matrix;
  cramersV?: Matrix;
  classTies: { column: string; measure: string; value: number }[];
  remarks: string[];
}

export interface Matrix {
  columns: string[];
  /** Null where it is not defined. */
  values: (number | null)[][];
}

export interface ColumnProfile {
  name: string;
  role: string;
  unit: string;
  description: string;
  kind: "number" | "time" | "category" | "text";
  missing: number;
  distinct: { count: number; exact: boolean };
  constant: boolean;
  infinite?: number;
  zeros?: number;
  negative?: number;
  mean?: number;
  standardDeviation?: number;
  quantiles?: { share: number; value: number }[];
  histogram?: Histogram;
  top: { value: number | string; rows: number }[];
}

export interface Histogram {
  scale: "values" | "linear" | "log";
  bins: { low: number; high: number; rows: number; byClass?: number[] }[];
}

export interface Audit {
  training: { name: string; rows: number; features: number; labelled: number };
  test?: { name: string; rows: number };
  majority?: { className: string; accuracy: number };
  sample: { seed: number; trainingRows: number; rowsMax: number };
  findings: Finding[];
  counts: Record<Severity, number>;
  skipped: string[];
}

export type Severity = "info" | "warning" | "error";

export interface Finding {
  code: string;
  severity: Severity;
  message: string;
  columns?: string[];
  rows?: number;
  advice: string;
  papers: string[];
}
