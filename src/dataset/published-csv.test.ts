import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { dataTest, sharedData } from "../../test/support/data.ts";
import { temporaryFolder } from "../../test/support/rows.ts";
import type { NameStyle } from "../feature/published.ts";
import { RowBatch } from "../feature/row.ts";
import { schemaById } from "../feature/row-meter.ts";
import { SCHEMAS } from "../feature/schemas/_index.ts";
import { timestampWriter } from "./published-csv.ts";
import { readTable } from "./row-reader.ts";
import { openRowWriter } from "./row-writer.ts";

const folder = temporaryFolder();
let files = 0;

function newPath(ending: string): string {
  return join(folder, `${++files}.${ending}`);
}

/** 2018-02-14 20:31:05.250 UTC. */
const MOMENT_US = Date.UTC(2018, 1, 14, 20, 31, 5, 250) * 1000;

test("times are told as each data set tells them, in the zone that is asked for", () => {
  expect(timestampWriter("12-hour")(MOMENT_US)).toBe("14/02/2018 08:31:05");
  expect(timestampWriter("12-hour", "America/Halifax")(MOMENT_US)).toBe("14/02/2018 04:31:05");
  expect(timestampWriter("12-hour-half", "America/Halifax")(MOMENT_US)).toBe("14/02/2018 04:31:05 PM");
  expect(timestampWriter("12-hour-half", "Asia/Tokyo")(MOMENT_US)).toBe("15/02/2018 05:31:05 AM");
  const precise = timestampWriter("microseconds");
  expect(precise(MOMENT_US)).toBe("2018-02-14 20:31:05.250");
  expect(precise(MOMENT_US + 1)).toBe("2018-02-14 20:31:05.250001");
  expect(precise(MOMENT_US - 250_000)).toBe("2018-02-14 20:31:05");
  expect(precise(0)).toBe("1970-01-01 00:00:00");
  expect(timestampWriter("12-hour")(0)).toBe("01/01/1970 12:00:00");
});

test("an unknown zone is refused before a file is made", async () => {
  const path = newPath("csv");
  await expect(openRowWriter(path, schemaById("cic"), { timezone: "Mars/Olympus" })).rejects.toMatchObject({
    code: "parameter-invalid",
  });
  expect(() => readFileSync(path)).toThrow();
});

test("names and zones are refused where there are none to choose", async () => {
  await expect(openRowWriter(newPath("csv"), schemaById("flow"), { names: "v3" })).rejects.toMatchObject({
    code: "parameter-invalid",
  });
  const options = { timezone: "UTC" };
  await expect(openRowWriter(newPath("jsonl"), schemaById("cic"), options)).rejects.toMatchObject({
    code: "parameter-invalid",
  });
});

async function written(
  id: string,
  names?: NameStyle,
  label?: string,
): Promise<{ header: string[]; row: string[] }> {
  const schema = schemaById(id);
  const batch = new RowBatch(schema, 1);
  batch.count = 1;
  batch.protocol[0] = 17;
  batch.ports.set([5000, 53]);
  batch.addresses.set([0, 0, 0xffff, 0x0a000001, 0, 0, 0xffff, 0x0a000002]);
  batch.startUs[0] = MOMENT_US;
  batch.values.fill(Number.NaN);
  batch.values[0] = 17;
  batch.values[1] = 1.5;
  const path = newPath("csv");
  const extraColumns = label === undefined ? [] : ([{ name: "label", kind: "text" }] as const);
  const writer = await openRowWriter(path, schema, { names, extraColumns });
  await writer.write(batch, label === undefined ? undefined : () => [label]);
  await writer.close();
  const [header, row] = readFileSync(path, "utf8").trimEnd().split("\n");
  return { header: header.split(","), row: row.split(",") };
}

test("identity, features and label stand where the data set has them", async () => {
  const { header, row } = await written("cic-v3");
  expect(header.slice(0, 8)).toEqual([
    "Flow ID",
    "Src IP",
    "Src Port",
    "Dst IP",
    "Dst Port",
    "Protocol",
    "Timestamp",
    "Flow Duration",
  ]);
  expect(row.slice(0, 9)).toEqual([
    "10.0.0.1-10.0.0.2-5000-53-17",
    "10.0.0.1",
    "5000",
    "10.0.0.2",
    "53",
    "17",
    "14/02/2018 08:31:05",
    "1.5",
    "NaN",
  ]);
  expect([header.at(-1), row.at(-1)]).toEqual(["Label", "No Label"]);
  expect((await written("cic")).row[8]).toBe("");
});

test("labels stand in the data set's column of labels", async () => {
  const { header, row } = await written("cic-2022", undefined, "DoS Hulk");
  expect([header.at(-1), row.at(-1)]).toEqual(["Label", "DoS Hulk"]);
  expect(header).not.toContain("label");
});

test("snake case is that of the newest names", async () => {
  const { header } = await written("cic-fixed", "snake");
  expect(header).toContain("total_fwd_packet");
  expect(header).toContain("flow_bytes_s");
  expect(header).toContain("fwd_tcp_retrans_count");
  expect(new Set(header).size).toBe(94);
  for (const name of header) expect(name).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
});

/** Names of the first line of a published table. */
function publishedHeader(path: string): string[] {
  const bytes = readFileSync(sharedData(path));
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .slice(0, text.indexOf("\n"))
    .replace(/^\uFEFF/, "")
    .split(",")
    .map((name) => name.trim());
}

dataTest("names of 2017 are those of CIC-IDS2017, which has one of them twice", async () => {
  const published = publishedHeader("cic/original_format_ids2017_sample.csv");
  const once = published.filter((name) => name !== "Fwd Header Length.1");
  expect(once.length).toBe(published.length - 1);
  const dropped = ["Flow ID", "Source IP", "Source Port", "Destination IP", "Protocol", "Timestamp"];
  const { header } = await written("cic-v4", "2017");
  expect(header.filter((name) => !dropped.includes(name))).toEqual(once);
});

dataTest("names of v3 are those of CSE-CIC-IDS2018", async () => {
  const published = publishedHeader("cic/Network_Test_Traffic_cisco.csv");
  const dropped = ["Flow ID", "Src IP", "Src Port", "Dst IP"];
  const { header } = await written("cic-v3");
  expect(header.filter((name) => !dropped.includes(name))).toEqual(published);
});

dataTest("names of cic-2022 are those of the improved data sets", async () => {
  const published = publishedHeader("cic/csecicids2018_improved_sample5000.csv.gz");
  const added = ["id", "Attempted Category"];
  expect((await written("cic-2022")).header).toEqual(published.filter((name) => !added.includes(name)));
});

async function schemaOf(path: string): Promise<{ id: string; warnings: string[] }> {
  const { table, source } = await readTable(path, { knownSchemas: SCHEMAS });
  return { id: table.schema.id, warnings: source.warnings };
}

test("a table of text is taken for rows of the schema whose names it has", async () => {
  const table = async (id: string, names?: NameStyle): Promise<string> => {
    const path = newPath("csv");
    const { header, row } = await written(id, names);
    writeFileSync(path, `${header.join(",")}\n${row.join(",")}\n`);
    return path;
  };
  for (const id of ["cic", "cic-v3", "cic-2022", "cic-fixed"]) {
    expect(await schemaOf(await table(id))).toEqual({ id, warnings: [] });
  }
  const either = await schemaOf(await table("cic-wtmc"));
  expect(either.id).toBe("cic-v4");
  expect(either.warnings).toEqual(["taken for rows of cic-v4: those of 'cic-wtmc' have the same columns"]);
});

dataTest("published tables are rows of the schema that makes them", async () => {
  const improved = await schemaOf(sharedData("cic/csecicids2018_improved_sample5000.csv.gz"));
  expect(improved.id).toBe("cic-2022");
  expect((await schemaOf(sharedData("cic/Network_Test_Traffic_cisco.csv"))).id).toBe("cic-v3");
});
