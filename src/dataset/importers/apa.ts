// The public APA-DDoS file: packets with the totals of their conversations, under Wireshark's names.
//
// In 195 times of the published file, the digits "162" became "16-Jun 202", as a spreadsheet makes a date of them; they are
// put back. Times are told with the name of their zone.

import { apaSchema } from "../../feature/schemas/apa.ts";
import { apaTimeColumn, isBrokenTime } from "../apa.ts";
import { columnNamesOf } from "../csv-text.ts";
import { identityColumn, labelColumn, schemaColumns, trimmed, zonedUs } from "./columns.ts";
import type { Importer, ImportPlan, Probe } from "./contract.ts";
import { missingColumns } from "./csv.ts";

/** Names of zones as Windows tells them, and those of the IANA data base; fixed offsets, as the name says which half of the year. */
const ZONES: Readonly<Record<string, string>> = {
  "Mountain Daylight Time": "Etc/GMT+6",
  "Mountain Standard Time": "Etc/GMT+7",
  "Pacific Daylight Time": "Etc/GMT+7",
  "Central Daylight Time": "Etc/GMT+5",
  "Eastern Daylight Time": "Etc/GMT+4",
  UTC: "UTC",
};

function plan(probe: Probe): ImportPlan {
  const names = columnNamesOf(probe.records[0] ?? []);
  const at = (name: string): string | undefined => {
    const index = names.indexOf(name);
    return index < 0 ? undefined : `c${index}`;
  };
  const time = at("frame.time") ?? "NULL";
  const zone =
    ZONES[/ ([A-Z][A-Za-z ]+)$/.exec(probe.records[1]?.[names.indexOf("frame.time")] ?? "")?.[1] ?? ""];
  const features = new Set(apaSchema.columns.map(({ name }) => name));
  const mended = `regexp_replace(trim(${time}), '(\\.\\d*)16-Jun 202', '\\1162')`;
  const stamp = `try_strptime(regexp_extract(${mended}, '^\\d+-\\w+ \\d{4} [\\d:]+\\.\\d{9}'), '%d-%b %Y %H:%M:%S.%n')`;
  const us = zonedUs(stamp, zone ?? "UTC");
  const label = names.find((name) => name.toLowerCase() === "label");
  return {
    reader: {
      kind: "csv",
      delimiter: probe.delimiter,
      skip: 1,
      fields: names.map((name) => (features.has(name) ? "number" : "text")),
      nulls: [],
    },
    schema: apaSchema,
    columns: [
      identityColumn("start_us", us),
      identityColumn("source_address", trimmed(at("ip.src") ?? "NULL")),
      identityColumn("destination_address", trimmed(at("ip.dst") ?? "NULL")),
      ...schemaColumns(apaSchema, (name) => at(name) ?? "NULL::DOUBLE"),
      ...(label === undefined ? [] : [labelColumn(trimmed(at(label) as string))]),
    ],
    drops: [],
    rejects: [],
    counts: [
      {
        what: 'repaired times with a date inside the fraction of a second ("16-Jun 202" for "162")',
        sql: isBrokenTime(time),
      },
      { what: "times that could not be read; missing", sql: `${time} IS NOT NULL AND (${us}) IS NULL` },
    ],
    remarks: [
      { what: "addresses and times are kept apart: they are no features" },
      ...(zone === undefined ? [] : [{ what: `read times as ${zone}, and kept them as UTC` }]),
      ...missingColumns(apaSchema, names),
    ],
  };
}

export const apaImporter: Importer = {
  id: "apa",
  title: "APA-DDoS",
  description:
    "Packets with the totals of their conversations, under Wireshark's names. Rows of the schema apa.",
  recognises: (probe) => probe.format === "csv" && apaTimeColumn(columnNamesOf(probe.records[0] ?? [])) >= 0,
  plan,
};
