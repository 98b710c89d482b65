// docs/reference/metrics.md, held against the table of figures. ORBWEAVER_UPDATE_DOCS=1 writes its table anew.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { METRICS } from "../../src/evaluate/metric-table.ts";
import { ROOT } from "../support/command.ts";
import { markdownTable, withTables } from "../support/page-tables.ts";

const PAGE = join(ROOT, "docs/reference/metrics.md");

test("the page tells every figure of the table", () => {
  const figures = markdownTable(
    ["Figure", "Name", "Better is", "From", "Meaning"],
    METRICS.map(({ id, title, greaterIsBetter, from, meaning }) => [
      `\`${id}\``,
      title,
      greaterIsBetter ? "more" : "less",
      from,
      meaning,
    ]),
  );
  const kept = readFileSync(PAGE, "utf8");
  const page = withTables(kept, { figures });
  if (process.env["ORBWEAVER_UPDATE_DOCS"] === "1") writeFileSync(PAGE, page);
  else expect(kept).toBe(page);
});
