// Builds src/app/schema-examples.generated.ts: for each schema a row that was really metered, and between which values the columns
// of the bundled capture lie, so that a form for a row can show what is usual.
//
//   npx tsx scripts/build-examples.ts [CAPTURE]
//
// CAPTURE is testing/btest/Traces/http/get.pcap of Zeek (BSD licence): one request of a page and its answer, 14 packets; by default
// where the shared data has it. Of several rows, the one with the most values other than zero is taken.

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { meterCaptures } from "../src/app/meter-capture.ts";
import type { Schema } from "../src/feature/schema.ts";
import { SCHEMAS } from "../src/feature/schemas/_index.ts";

const root = new URL("..", import.meta.url);
const [capture = fileURLToPath(new URL("../shared/data/pcap/zeek-btest/get.pcap", root))] =
  process.argv.slice(2);
const bundled = fileURLToPath(new URL("assets/demo.pcap.gz", root));
const out = fileURLToPath(new URL("src/app/schema-examples.generated.ts", root));

/** Calls with each row. */
async function eachRow(path: string, schema: Schema, take: (row: Float64Array) => void): Promise<void> {
  await meterCaptures({
    captures: [path],
    schema,
    onRows: ({ values, count, columnCount }) => {
      for (let row = 0; row < count; row++)
        take(values.slice(row * columnCount, (row + 1) * columnCount) as Float64Array);
    },
  });
}

async function fullestRow(schema: Schema): Promise<Float64Array> {
  let best: Float64Array | undefined;
  let most = -1;
  await eachRow(capture, schema, (row) => {
    const filled = row.filter((value) => Number.isFinite(value) && value !== 0).length;
    if (filled <= most) return;
    most = filled;
    best = row;
  });
  if (best === undefined) throw new Error(`${capture} gives no row of ${schema.id}`);
  return best;
}

async function extremes(schema: Schema): Promise<{ low: number[]; high: number[] }> {
  const low = schema.columns.map(() => Number.POSITIVE_INFINITY);
  const high = schema.columns.map(() => Number.NEGATIVE_INFINITY);
  await eachRow(bundled, schema, (row) => {
    row.forEach((value, column) => {
      if (!Number.isFinite(value)) return;
      low[column] = Math.min(low[column], value);
      high[column] = Math.max(high[column], value);
    });
  });
  return { low, high };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

const examples: Record<string, unknown> = {};
for (const schema of SCHEMAS) {
  const row = await fullestRow(schema);
  const { low, high } = await extremes(schema);
  const isText = (column: number): boolean => schema.columns[column].kind === "categorical";
  examples[schema.id] = {
    fingerprint: schema.fingerprint,
    row: schema.columns.map(({ categories }, column) =>
      isText(column) ? (categories[row[column]] ?? null) : finite(row[column]),
    ),
    low: low.map((value, column) => (isText(column) ? null : finite(value))),
    high: high.map((value, column) => (isText(column) ? null : finite(value))),
  };
}
writeFileSync(
  out,
  `// A metered row of each schema, and the least and greatest values of its columns in the bundled capture. Written by
// scripts/build-examples.ts; not to be edited.

export interface SchemaExample {
  /** Of the schema that it was made with. */
  fingerprint: string;
  /** In the order of the columns: a number, the name of a category, or null for missing. */
  row: readonly (number | string | null)[];
  low: readonly (number | null)[];
  high: readonly (number | null)[];
}

// biome-ignore format: one line for each list
export const SCHEMA_EXAMPLES: Readonly<Record<string, SchemaExample>> = {
${Object.entries(examples)
  .map(([id, example]) => {
    const members = Object.entries(example as object).map(
      ([name, value]) => `    ${name}: ${JSON.stringify(value)},`,
    );
    return `  ${JSON.stringify(id)}: {\n${members.join("\n")}\n  },`;
  })
  .join("\n")}
};
`,
);
console.log(`${Object.keys(examples).length} schemas`);
