// The Telegraf configuration that is shipped, held against Telegraf's reference and the CSV beside it. Telegraf itself does not
// run here: the points below are written by hand, as its reference says that it makes them of these rows.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../support/command.ts";
import { withImported } from "../support/imported.ts";
import { type Influxd, startInfluxd } from "../support/influxd.ts";
import { describeInfluxd } from "../support/influxd-tests.ts";

const FOLDER = join(ROOT, "examples", "telegraf");
const CONFIGURATION = readFileSync(join(FOLDER, "csv-to-influxdb.conf"), "utf8");
const CSV = readFileSync(join(FOLDER, "flows.csv"), "utf8");

/** Settings by plugin, in Telegraf's reference. */
const REFERENCE: Readonly<Record<string, readonly string[]>> = {
  agent: ["metric_buffer_limit", "metric_batch_size", "precision", "omit_hostname"],
  "inputs.file": [
    "files",
    "name_override",
    "data_format",
    "csv_header_row_count",
    "csv_column_types",
    "csv_timestamp_column",
    "csv_timestamp_format",
    "csv_tag_columns",
    "csv_skip_values",
  ],
  "processors.starlark": ["source"],
  "outputs.influxdb": ["urls", "database", "username", "password"],
  "outputs.file": ["files", "data_format"],
};

const LINES = `flows,Attack\\ Type=normal source="192.0.2.10",duration=1.25,bytes=5450,packets=12,rate=4360,Attack\\ Type="normal" 1709542800000000000
flows,Attack\\ Type=normal source="192.0.2.10",duration=0,bytes=486,packets=4,rate=0,Attack\\ Type="normal" 1709542800000350000
flows,Attack\\ Type=port\\ scan source="203.0.113.7",duration=0.001,bytes=40,packets=1,rate=40000,Attack\\ Type="port scan" 1709542800001000000
flows,Attack\\ Type=flood\\,\\ slow source="203.0.113.7",duration=0.002,bytes=44,packets=1,rate=22000,Attack\\ Type="flood, slow" 1709542800001000000
flows,Attack\\ Type=port\\ scan source="203.0.113.9",duration=3,bytes=1032,packets=3,rate=344,Attack\\ Type="port scan" 1709542803200000000
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  writeFileSync(join(folder, "flows.lp"), LINES);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function setting(name: string): string[] {
  const text = new RegExp(`^ *${name} = \\[(.*)\\]$`, "m").exec(CONFIGURATION)?.[1] ?? "";
  return [...text.matchAll(/"([^"]*)"/g)].map((match) => match[1]);
}

test("the settings are those of the reference", () => {
  let section = "";
  const bare = CONFIGURATION.replace(/'''[\s\S]*?'''/g, '""');
  for (const line of bare.split("\n").map((text) => text.trim())) {
    const heading = /^\[+([\w.]+)\]+$/.exec(line)?.[1];
    if (heading !== undefined) section = heading;
    else if (line !== "" && !line.startsWith("#"))
      expect(REFERENCE[section] ?? []).toContain(line.split(" = ")[0]);
    expect(Object.keys(REFERENCE)).toContain(section || "agent");
  }
});

test("every column of the CSV has its type, and those that are named are there", () => {
  const header = CSV.split("\n")[0].split(",");
  expect(setting("csv_column_types")).toHaveLength(header.length);
  expect(header).toContain("time_us");
  for (const name of setting("csv_tag_columns")) expect(header).toContain(name);
});

test("what Telegraf makes of the CSV is imported as the CSV itself is", async () => {
  const columns = "source, duration, bytes, packets, rate, label";
  const direct = await withImported([join(FOLDER, "flows.csv")], { label: "Attack Type" }, ({ ask }) =>
    ask(`SELECT time_us, ${columns} FROM rows ORDER BY ALL`),
  );
  await withImported(
    [join(folder, "flows.lp")],
    { label: "Attack Type" },
    async ({ result, ask, classes }) => {
      expect(result.rows).toBe(5);
      expect(classes()).toEqual({ normal: 2, "port scan": 2, "flood, slow": 1 });
      const rows = await ask(`SELECT time::DOUBLE, ${columns} FROM rows ORDER BY ALL`);
      expect(rows).toEqual(direct.map(([time, ...others]) => [Number(time), ...others]));
    },
  );
});

describeInfluxd("in a server", () => {
  let server: Influxd;
  beforeAll(async () => {
    server = await startInfluxd();
    await server.ask("CREATE DATABASE traffic");
    await server.write("traffic", LINES);
    // A class that is a tag alone, and one that is a field alone.
    await server.write(
      "traffic",
      LINES.replaceAll(/^flows/gm, "tag_only").replaceAll(/,Attack\\ Type="[^"]*"/g, ""),
    );
    await server.write("traffic", LINES.replaceAll(/^flows,.*? source/gm, "field_only source"));
  });
  afterAll(() => server.stop());

  async function counts(measurement: string): Promise<[unknown, unknown][]> {
    const query = `SELECT COUNT("Attack Type") FROM ${measurement} GROUP BY "Attack Type"`;
    const { results } = await server.ask(query, "traffic");
    return (results[0].series ?? []).map(({ tags, values }) => [tags?.["Attack Type"], values[0][1]]);
  }

  test("classes are counted by name when they are tag and field, and not otherwise", async () => {
    expect(await counts("flows")).toEqual([
      ["flood, slow", 1],
      ["normal", 2],
      ["port scan", 2],
    ]);
    expect(await counts("tag_only")).toEqual([]);
    // Two rows have one time: without a tag the later one replaces the other.
    expect(await counts("field_only")).toEqual([["", 4]]);
  });

  test("the measurement is imported with one command", async () => {
    await withImported(
      [`${server.address}/traffic?measurement=flows`],
      { label: "Attack Type" },
      ({ result, classes }) => {
        expect(result.rows).toBe(5);
        expect(result.sources[0].name).toBe(`${server.address}/traffic?measurement=flows`);
        expect(classes()).toEqual({ normal: 2, "port scan": 2, "flood, slow": 1 });
      },
    );
  });
});
