// Looks at the start of a source, so that importers can tell what it is. Reads no more than that.

import { firstRecords, tellDelimiter } from "./csv-text.ts";
import { type Duck, fileLiteral, kindOf } from "./duck.ts";
import type { Probe, ProbeColumn } from "./importers/contract.ts";
import { openOrbrowsSource } from "./orbrows-source.ts";
import { PARQUET_SCHEMA_KEY } from "./parquet-writer.ts";
import { HEAD_BYTES, tellRowFile } from "./row-format.ts";
import { parseSchemaText } from "./row-layout.ts";

/** Records that are looked at. */
const RECORDS = 500;
/** Comments of Zeek, which stand before the first record. */
const COMMENT = "#";

/** Throws the file errors, and `rows-format` for what cannot be rows. */
export async function probe(path: string, name: string, duck: Duck): Promise<Probe> {
  const kind = await tellRowFile(path);
  const base = { path, name, bytes: kind.bytes, gzip: kind.gzip, format: kind.format };
  const nothing = { text: "", oddities: [], delimiter: ",", records: [], columns: [] };
  if (kind.format === "parquet") return { ...base, ...nothing, ...(await parquetFacts(path, duck)) };
  if (kind.format === "orbrows") return { ...base, ...nothing, ...orbrowsFacts(path) };
  const text = wholeLines(kind.head);
  const oddities = odditiesOf(kind.head);
  if (kind.format === "jsonl") return { ...base, ...nothing, text, oddities };
  const lines = withoutComments(text);
  const delimiter = tellDelimiter(lines);
  const records = firstRecords(lines, delimiter, RECORDS).map((record) => record.fields);
  return { ...base, ...nothing, text, oddities, delimiter, records };
}

/** The head as text; without its last line where it may have been cut. */
function wholeLines(head: Buffer): string {
  const text = new TextDecoder("utf-8").decode(head).replace(/^\ufeff/, "");
  if (head.length < HEAD_BYTES) return text;
  const end = text.lastIndexOf("\n");
  return end < 0 ? text : text.slice(0, end + 1);
}

const BYTE_ORDER_MARK = Buffer.from("efbbbf", "hex");

function odditiesOf(head: Buffer): string[] {
  const oddities: string[] = [];
  if (head.subarray(0, 3).equals(BYTE_ORDER_MARK)) oddities.push("passed over a byte order mark");
  if (head.includes("\r\n")) oddities.push("lines end with CR LF");
  return oddities;
}

function withoutComments(text: string): string {
  return text.startsWith(COMMENT) ? text.replaceAll(/^#.*\r?\n?/gm, "") : text;
}

async function parquetFacts(path: string, duck: Duck): Promise<Pick<Probe, "columns" | "schema">> {
  const file = fileLiteral(path);
  const described = await duck.connection.runAndReadAll(
    `DESCRIBE FROM read_parquet(${file}, hive_partitioning = false)`,
  );
  const columns = described
    .getRows()
    .map(
      (row): ProbeColumn => ({ name: String(row[0]), type: String(row[1]), kind: kindOf(String(row[1])) }),
    );
  const metadata = await duck.connection.runAndReadAll(
    `SELECT decode(value) FROM parquet_kv_metadata(${file}) WHERE decode(key) = '${PARQUET_SCHEMA_KEY}'`,
  );
  const text: unknown = metadata.getRows()[0]?.[0];
  const schema = typeof text === "string" ? parseSchemaText(text) : undefined;
  return { columns, ...(schema === undefined ? {} : { schema }) };
}

function orbrowsFacts(path: string): Pick<Probe, "columns" | "schema"> {
  const source = openOrbrowsSource(path);
  try {
    const columns = source.columns.map(
      ({ name, kind }): ProbeColumn => ({ name, kind, type: kind === "number" ? "DOUBLE" : "VARCHAR" }),
    );
    return { columns, ...(source.schema === undefined ? {} : { schema: source.schema }) };
  } finally {
    source.close();
  }
}
