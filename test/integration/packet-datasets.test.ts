// The public files of packets, read as rows of our schemas; and a model of one of them, which judges a capture of ours.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { readTable } from "../../src/dataset/row-reader.ts";
import { schemaById } from "../../src/feature/row-meter.ts";
import { SCHEMAS } from "../../src/feature/schemas/_index.ts";
import { buildCommand, jsonLines, orbweaver } from "../support/command.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { temporaryFolder } from "../support/rows.ts";

const cwd = temporaryFolder();

function csvLines(path: string): string[] {
  const bytes = readFileSync(sharedData(path));
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.trimEnd().split(/\r?\n/);
}

/** Columns by name, of a file without quotes in the rows that are asked for. */
function csvColumns(lines: readonly string[]): Map<string, string[]> {
  const [header, ...rows] = lines.map((line) => line.split(","));
  return new Map(header.map((name, index) => [name, rows.map((row) => row[index])]));
}

describe("APA-DDoS", () => {
  const PATH = "apa/APA-DDoS-Dataset.csv.gz";

  dataTest("is read as rows of the schema apa, and its broken times are told", async () => {
    const { table, source } = await readTable(sharedData(PATH), { label: "Label", knownSchemas: SCHEMAS });
    expect(table.schema.fingerprint).toBe(schemaById("apa").fingerprint);
    expect(table.rowCount).toBe(151_200);
    expect(table.classes).toEqual(["Benign", "DDoS-ACK", "DDoS-PSH-ACK"]);
    expect(source.warnings.join()).toContain("195 rows have a date inside the fraction");
    const told = csvColumns(csvLines(PATH));
    for (const [index, { name }] of table.schema.columns.entries()) {
      expect(Array.from(table.values[index]), name).toEqual(told.get(name)?.map(Number));
    }
    expect(source.unused.map(({ column }) => column)).toEqual(["ip.src", "ip.dst", "frame.time"]);
  });

  dataTest(
    "teaches a model that finds floods of ours",
    () => {
      buildCommand();
      const [header, ...rows] = csvLines(PATH);
      const sample = rows.filter((_, index) => index % 10 === 0);
      writeFileSync(join(cwd, "apa.csv"), `${[header, ...sample].join("\r\n")}\r\n`);
      const good = (...args: string[]): string => {
        const { status, out, err } = orbweaver(args, { cwd });
        expect(status, `${args.join(" ")}: ${err}`).toBe(0);
        return out;
      };
      good(
        "train",
        "apa.csv",
        "--label",
        "Label",
        "--out",
        "apa.orb",
        "--set",
        "iterations=30",
        "--seed",
        "1",
      );
      good(
        "generate",
        ...["--scenario", "web"],
        ...["--scenario", "ack-flood:start=5,duration=5,rate=200"],
        ...["--scenario", "psh-ack-flood:start=12,duration=5,rate=200"],
        ...["--seed", "8", "--duration", "20", "-o", "floods.pcap", "--labels", "floods.csv"],
      );
      const flooded = new Set(
        readFileSync(join(cwd, "floods.csv"), "utf8")
          .split("\n")
          .filter((line) => line.includes("ack-flood"))
          .flatMap((line) => line.match(/\b\d+\.\d+\.\d+\.\d+\b|\b[0-9a-f]*:[0-9a-f:]+\b/g) ?? []),
      );
      const lines = jsonLines(good("detect", "floods.pcap", "--model", "apa.orb", "--json"));
      const verdicts = lines.filter(({ type }) => type === "verdict");
      const kinds = new Map<string, number>();
      for (const verdict of verdicts) {
        const hosts = [verdict["source_address"], verdict["destination_address"]] as string[];
        const kind = hosts.every((host) => flooded.has(host)) ? "flood" : "other";
        const name = `${kind} ${verdict["attack"] ? "attack" : "benign"}`;
        kinds.set(name, (kinds.get(name) ?? 0) + 1);
      }
      const share = (kind: string): number => {
        const attacks = kinds.get(`${kind} attack`) ?? 0;
        return attacks / (attacks + (kinds.get(`${kind} benign`) ?? 0));
      };
      expect(share("flood")).toBeGreaterThan(0.9);
      expect(share("other")).toBeLessThan(0.2);
    },
    180_000,
  );
});

describe("AntiNex", () => {
  const legacy = schemaById("antinex-legacy");
  const FILES: readonly (readonly [file: string, rows: number])[] = [
    ["django-netdata-2018-01-28-23-06-05.csv.gz", 1100],
    ["django-netdata-2018-01-28-23-12-13.csv.gz", 7900],
    ["flask-restplus-netdata-2018-01-29-11-30-02.csv.gz", 2600],
    ["react-redux-netdata-2018-01-29-13-36-35.csv.gz", 3100],
    ["v1_django_cleaned_attack.csv.gz", 9000],
    ["v1_django_full_attack.csv.gz", 9000],
    ["v1_flask_cleaned_attack.csv.gz", 2600],
    ["v1_flask_full_attack.csv.gz", 2600],
    ["v1_react_cleaned_attack.csv.gz", 3100],
    ["v1_react_full_attack.csv.gz", 3100],
    ["v1_spring_cleaned_attack.csv.gz", 10_800],
    ["v1_vue_cleaned_attack.csv.gz", 4400],
    ["fulldata_attack_scans.csv", 10],
  ];

  for (const [file, rows] of FILES) {
    dataTest(`${file} is read as rows of antinex-legacy`, async () => {
      const { table, source } = await readTable(sharedData(`antinex/${file}`));
      expect(table.schema.fingerprint).toBe(legacy.fingerprint);
      expect(table.rowCount).toBe(rows);
      expect(source.warnings.join()).toContain("--exclude idx");
      for (const values of table.values) expect(values.some((value) => value < 0)).toBe(false);
      const present = table.schema.columns.filter((_, index) =>
        table.values[index].some((value) => value >= 0),
      );
      const names = present.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(["eth_type", "ip_len", "tcp_seq", "tcp_sport"]));
      expect(names).not.toContain("arp_id");
    });
  }

  dataTest("a labelled file holds the recording that it was made from", async () => {
    const full = await readTable(sharedData("antinex/v1_react_full_attack.csv.gz"), { label: "label_name" });
    const recording = await readTable(sharedData("antinex/react-redux-netdata-2018-01-29-13-36-35.csv.gz"));
    expect(full.table.values).toEqual(recording.table.values);
    expect(full.table.classes).toEqual(["attack"]);
  });
});
