// Judges the bundled model on the real captures of the shared data, which it was not trained on.
//
//   npm run judge                 prints the table and writes it into docs/reference/bundled-model.md
//   npm run judge -- --model F    judges another model and writes nothing
//
// Every flow of a capture counts: MANIFEST.csv says which captures hold attacks, not which of their flows.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { detect } from "../src/app/detect.ts";
import { bundledModelPath, readModel } from "../src/app/models.ts";
import { sharedData } from "../test/support/data.ts";
import { writeSection } from "./support/section.ts";

/** The captures that the aim names: floods, scans, brute force. */
const AIMED = /flood|scan|sweep|guess|spray|starvation/i;

const DOCUMENT = join(import.meta.dirname, "..", "docs", "reference", "bundled-model.md");

interface Judged {
  file: string;
  group: "aimed" | "other-attack" | "benign" | "beacon" | "oddity";
  what: string;
  flows: number;
  flagged: number;
  classes: Record<string, number>;
}

const { values: flags } = parseArgs({
  options: {
    model: { type: "string" },
    json: { type: "boolean", default: false },
    verbose: { type: "boolean" },
  },
});

const model = await readModel(flags.model ?? bundledModelPath());
const judged: Judged[] = [];
for (const entry of manifest()) {
  const classes: Record<string, number> = {};
  let flows = 0;
  let flagged = 0;
  await detect({
    captures: [sharedData(`pcap/${entry.file}`)],
    model,
    onVerdict: (verdict) => {
      if (verdict.early) return;
      flows++;
      classes[verdict.className] = (classes[verdict.className] ?? 0) + 1;
      if (verdict.attack) flagged++;
      const wrong = entry.class === "benign" ? verdict.attack : !verdict.attack && AIMED.test(entry.attack);
      if (flags.verbose && wrong) {
        const { sourceAddress, destinationAddress, destinationPort } = verdict.identity();
        const reasons = verdict.reasons(5).map((reason) => reason.text);
        console.log(
          `${entry.file}: ${verdict.className} ${verdict.probability.toFixed(2)} ${sourceAddress} -> ` +
            `${destinationAddress}:${destinationPort} ${verdict.transport} ${verdict.packets} packets: ${reasons.join("; ")}`,
        );
      }
    },
  });
  judged.push({ file: entry.file, group: groupOf(entry), what: entry.attack, flows, flagged, classes });
}

const text = flags.json ? JSON.stringify(judged, undefined, 2) : report(judged);
console.log(text);
if (flags.model === undefined && !flags.json) writeSection(DOCUMENT, "real captures", text);

function manifest(): { file: string; class: string; attack: string }[] {
  const lines = readFileSync(sharedData("pcap/MANIFEST.csv"), "utf8").trim().split("\n").slice(1);
  return lines.map((line) => {
    const [file, kind, attack] = [...line.matchAll(/("([^"]*)"|[^,]*)(,|$)/g)].map(
      (match) => match[2] ?? match[1],
    );
    return { file, class: kind, attack };
  });
}

function groupOf(entry: { class: string; attack: string }): Judged["group"] {
  if (entry.class === "attack") return AIMED.test(entry.attack) ? "aimed" : "other-attack";
  return entry.class as Judged["group"];
}

function report(rows: readonly Judged[]): string {
  const groups: [Judged["group"], string][] = [
    ["aimed", "Floods, scans, brute force (aim: at least 95 % flagged)"],
    ["benign", "Benign (aim: at most 1 % flagged)"],
    ["beacon", "Beacon"],
    ["other-attack", "Other attacks, which the model does not aim at"],
    ["oddity", "Oddities of protocol, neither attack nor everyday traffic"],
  ];
  const lines: string[] = ["| Captures | Number | Flows | Flagged | Share |", "|---|---:|---:|---:|---:|"];
  for (const [group, title] of groups) {
    const members = rows.filter((row) => row.group === group);
    const flows = sum(members, (row) => row.flows);
    const flagged = sum(members, (row) => row.flagged);
    lines.push(
      `| ${title} | ${members.length} | ${count(flows)} | ${count(flagged)} | ${share(flagged, flows)} |`,
    );
  }
  for (const [group, title] of groups) {
    lines.push("", `### ${title.replace(/ \(aim.*/, "")}`, "");
    lines.push(
      "| Capture | What it is | Flows | Flagged | Share | Verdicts |",
      "|---|---|---:|---:|---:|---|",
    );
    for (const row of rows.filter((candidate) => candidate.group === group)) {
      const verdicts = Object.entries(row.classes)
        .sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]))
        .map(([name, number]) => `${name} ${count(number)}`)
        .join(", ");
      lines.push(
        `| ${row.file} | ${row.what} | ${count(row.flows)} | ${count(row.flagged)} | ${share(row.flagged, row.flows)} | ${verdicts} |`,
      );
    }
  }
  return lines.join("\n");
}

function sum(rows: readonly Judged[], of: (row: Judged) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}

function share(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
}
