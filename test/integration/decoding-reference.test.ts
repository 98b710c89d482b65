// Keeps the tables of docs/reference/decoding.md equal to the code's. ORBWEAVER_UPDATE_DOCS=1 writes them.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { LINK_TYPES } from "../../src/packet/link.ts";
import { PROBLEMS } from "../../src/packet/problems.ts";
import { LAYERS } from "../../src/packet/statistics.ts";
import { TSHARK_DIFFERENCES } from "../support/tshark-differences.ts";

const PAGE = fileURLToPath(new URL("../../docs/reference/decoding.md", import.meta.url));

type Row = readonly (string | number)[];

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

function differences(): string {
  const rows = TSHARK_DIFFERENCES.map(({ what, why, files }) => {
    const frames = Object.values(files).reduce((sum, count) => sum + count, 0);
    return [what, frames, Object.keys(files).length, why];
  });
  return table(["What", "Frames", "Captures", "Why"], rows);
}

const TABLES: Readonly<Record<string, string>> = {
  "link types": table(
    ["Number", "Name", "Carries", "Decoded"],
    LINK_TYPES.map(({ number, name, description, decoded }) => [
      number,
      name,
      description,
      decoded ? "yes" : "no",
    ]),
  ),
  layers: table(
    ["Layer", "Counted when"],
    LAYERS.map(({ name, description }) => [name, description]),
  ),
  problems: table(
    ["Layer", "Reason", "Kind", "Meaning"],
    PROBLEMS.filter(({ kind }) => kind !== "none").map(({ layer, reason, kind, description }) => [
      layer,
      reason,
      kind,
      description,
    ]),
  ),
  differences: differences(),
};

function withTables(page: string): string {
  return page.replace(/<!-- table: (.*) -->\n[\s\S]*?<!-- end -->/g, (_all, name: string) => {
    return `<!-- table: ${name} -->\n${TABLES[name] ?? "no such table"}\n<!-- end -->`;
  });
}

test("the tables of docs/reference/decoding.md are those of the code", () => {
  const page = readFileSync(PAGE, "utf8");
  if (process.env["ORBWEAVER_UPDATE_DOCS"] === "1") writeFileSync(PAGE, withTables(page));
  const kept = readFileSync(PAGE, "utf8");
  for (const name of Object.keys(TABLES)) expect(kept).toContain(`<!-- table: ${name} -->`);
  expect(kept, "run this test with ORBWEAVER_UPDATE_DOCS=1 and look at the difference").toBe(
    withTables(kept),
  );
});
