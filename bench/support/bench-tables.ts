// Tables that learners are measured on, and their files: column after column of float64, labels of int32, and facts as JSON.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../src/base/random.ts";
import { readTable } from "../../src/dataset/row-reader.ts";
import { SCHEMAS } from "../../src/feature/schemas/_index.ts";
import type { LabelledTable, TableSchema } from "../../src/feature/table.ts";
import { denseTable } from "./dense.ts";
import { DATA, type LabelKind, readKdd, takeRows, toTables } from "./kdd.ts";

/** What is fitted, and what it is judged on. */
export interface TablePair {
  training: LabelledTable;
  test: LabelledTable;
  benign: string[];
}

/** Data sets by name; the seed matters where no official test set is. */
export const BENCH_TABLES: Readonly<Record<string, (seed: number) => TablePair | Promise<TablePair>>> = {
  "nsl-binary": () => kddPair("nsl-kdd/KDDTrain+.txt.gz", "nsl-kdd/KDDTest+.txt.gz", "binary"),
  "nsl-groups": () => kddPair("nsl-kdd/KDDTrain+.txt.gz", "nsl-kdd/KDDTest+.txt.gz", "groups"),
  "kdd-binary": () => kddPair("kdd/kddcup.data_10_percent.gz", "kdd/corrected.gz", "binary"),
  "kdd-groups": () => kddPair("kdd/kddcup.data_10_percent.gz", "kdd/corrected.gz", "groups"),
  cic: (seed) => randomPair("cic/csecicids2018_improved_sample5000.csv.gz", seed),
  apa: (seed) => randomPair("apa/APA-DDoS-Dataset.csv.gz", seed),
  "dense-binary": (seed) => densePair(2, seed),
  "dense-groups": (seed) => densePair(5, seed),
};

function kddPair(training: string, test: string, kind: LabelKind): TablePair {
  const [first, second] = toTables([readKdd(training), readKdd(test)], kind);
  return { training: first, test: second, benign: ["normal"] };
}

/** 70 % of the rows by chance, and the rest. */
async function randomPair(file: string, seed: number): Promise<TablePair> {
  const { table } = await readTable([join(DATA, file)], { label: "Label", knownSchemas: SCHEMAS });
  const rows = new Random(seed).shuffle(Int32Array.from({ length: table.rowCount }, (_, row) => row));
  const cut = Math.round(rows.length * 0.7);
  return {
    training: takeRows(table, rows.subarray(0, cut)),
    test: takeRows(table, rows.subarray(cut)),
    benign: table.classes.filter((name) => /^benign$/i.test(name)),
  };
}

/** Continuous columns, no two rows alike: the worst case for every shortcut. */
function densePair(classes: number, seed: number): TablePair {
  const table = denseTable({ rows: 120_000, columns: 78, classes, seed });
  const rows = Int32Array.from({ length: table.rowCount }, (_, row) => row);
  return {
    training: takeRows(table, rows.subarray(0, 100_000)),
    test: takeRows(table, rows.subarray(100_000)),
    benign: ["class 0"],
  };
}

/** What lies beside the numbers. */
export interface TableFacts {
  schema: TableSchema;
  classes: readonly string[];
  benign: string[];
  rows: { training: number; test: number };
  /** Indices of categorical columns, and how many categories they have. */
  categorical: number[];
  categoryCounts: number[];
}

export function writePair(folder: string, { training, test, benign }: TablePair): TableFacts {
  const { columns } = training.schema;
  const categorical = [...columns.keys()].filter((index) => columns[index].kind === "categorical");
  for (const [name, table] of Object.entries({ training, test })) {
    const numbers = table.values.map((column) => Buffer.from(Float64Array.from(column).buffer));
    writeFileSync(join(folder, `${name}.f64`), Buffer.concat(numbers));
    writeFileSync(join(folder, `${name}.i32`), Buffer.from(Int32Array.from(table.labels).buffer));
  }
  const facts = {
    schema: training.schema,
    classes: training.classes,
    benign,
    rows: { training: training.rowCount, test: test.rowCount },
    categorical,
    categoryCounts: categorical.map((index) => columns[index].categories.length),
  };
  writeFileSync(join(folder, "facts.json"), JSON.stringify(facts));
  return facts;
}

export function readFacts(folder: string): TableFacts {
  return JSON.parse(readFileSync(join(folder, "facts.json"), "utf8"));
}

/** One of the two tables of a folder. */
export function readBenchTable(folder: string, name: "training" | "test", facts: TableFacts): LabelledTable {
  const rowCount = facts.rows[name];
  const numbers = readFileSync(join(folder, `${name}.f64`));
  const labels = readFileSync(join(folder, `${name}.i32`));
  return {
    schema: facts.schema,
    classes: facts.classes,
    rowCount,
    values: facts.schema.columns.map(
      (_, index) => new Float64Array(numbers.buffer, numbers.byteOffset + index * rowCount * 8, rowCount),
    ),
    labels: new Int32Array(labels.buffer, labels.byteOffset, rowCount),
  };
}
