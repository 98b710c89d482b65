// Rows keep their order through every step, also in tables of several row groups, and with any number of threads.

import { join } from "node:path";
import { expect, test } from "vitest";
import { openDuck } from "../../src/dataset/duck.ts";
import { copyTable } from "../../src/dataset/store/table-parquet.ts";
import { column, prepare } from "../support/prepared.ts";
import { temporaryFolder } from "../support/rows.ts";

const folder = temporaryFolder();
const ROWS = 260_000;
const COLUMNS = [
  "i:id:number",
  "f:a:number",
  "f:c:category",
  "i:source_address:text",
  "l:label:category",
].map(column);

/** Each value of `a` comes twice with its label, far apart. */
const SELECT = `SELECT i::DOUBLE AS id, (i % ${ROWS / 2})::DOUBLE AS a, 'c' || (i % 3) AS c,
  '10.0.' || (i % 7) || '.1' AS source_address, if(i % 5 = 0, 'bad', 'good') AS label FROM range(${ROWS}) r(i)`;

test("from merging to balancing", async () => {
  const path = join(folder, "many.parquet");
  const duck = await openDuck({ memoryLimit: "500MB" });
  await copyTable(duck, SELECT, path, { columns: COLUMNS });
  duck.close();
  const steps = [
    { "label-rules": { rules: [{ label: "odd", source: "10.0.3.1" }] } },
    { "label-rules": { rules: [{ label: "first", where: "c = 'c0' and a < 1000" }] } },
    { filter: "a >= 100" },
    { sample: 0.8 },
    { duplicates: { columns: ["a"] } },
    { split: { by: "random", parts: { train: 60, test: 30 } } },
    { missing: "mean" },
    { encode: "ordinal" },
    { duplicates: "drop" },
    { balance: { method: "random-under", target: { good: 20_000 } } },
  ];
  const one = { sources: [path], steps };
  const two = { sources: [path, path], steps: steps.slice(0, 4) };
  const made = await prepare({}, two, { threads: 4 });
  // The second source stands whole behind the first, each in its order.
  const ids = made.clean.map(({ id }) => Number(id));
  const breaks = ids.flatMap((id, at) => (at > 0 && id <= ids[at - 1] ? [at] : []));
  expect(breaks).toHaveLength(1);
  const all = await prepare({}, one, { threads: 4 });
  const byPart = (wanted: boolean): number[] =>
    all.clean.flatMap(({ id }, at) => ((all.parts[at] === "train") === wanted ? [Number(id)] : []));
  for (const part of [byPart(true), byPart(false)]) {
    expect(part.length).toBeGreaterThan(1000);
    expect(part.every((id, at) => at === 0 || id > part[at - 1])).toBe(true);
  }
  // Training rows stand in front of all others.
  expect(all.parts.lastIndexOf("train")).toBe(byPart(true).length - 1);
  for (const { id, a, c, label } of all.clean) {
    const row = Number(id);
    expect([a, c]).toEqual([row % (ROWS / 2), row % 3]);
    const before = row % 7 === 3 ? "odd" : row % 5 === 0 ? "bad" : "good";
    expect(label).toBe(row % 3 === 0 && row % (ROWS / 2) < 1000 ? "first" : before);
  }
  const alone = { threads: 1, rows: false };
  expect((await prepare({}, two, alone)).digests).toEqual(made.digests);
  expect((await prepare({}, one, alone)).digests).toEqual(all.digests);
});
