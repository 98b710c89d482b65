// Data sets in the browser: an import with its repairs, profile and audit, a split, and a recipe that is form and YAML at once.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importDataset } from "../../../src/app/import.ts";
import { hasBrowser, type Page, SIZES } from "../../support/browser.ts";
import { openConsole, overflows, seriousProblems, type TestConsole } from "../../support/console.ts";
import { dataTest, sharedData } from "../../support/data.ts";

const HOSTILE = `<img src=x onerror="window.ran=true">`;
const LONG = { timeout: 300_000 };
const SOON = { timeout: 120_000 };

/** Rows with two classes, a column whose name would be markup, odd beginnings and ends of lines, and rows that are none. */
function defective(rows: number): string {
  const quoted = `"${HOSTILE.replaceAll('"', '""')}"`;
  const lines = Array.from({ length: rows }, (_, index) => {
    const bytes = (index * 37) % 1000;
    return `${bytes},${index % 7},${quoted},${bytes > 500 ? "attack" : "benign"}`;
  });
  return `\uFEFF${[`bytes,packets,${quoted},label`, ...lines, "12,many,x,benign", "13,1"].join("\r\n")}`;
}

describe.skipIf(!hasBrowser && !process.env["CI"])("data sets in the console", () => {
  let up: TestConsole;
  beforeAll(async () => {
    up = await openConsole();
  }, 120_000);
  afterAll(() => up?.close());

  async function isHarmless(page: Page): Promise<boolean> {
    return (await page.evaluate(
      "window.ran !== true && document.querySelector('img[src=x]') === null",
    )) as boolean;
  }

  test("an empty project says what to do", LONG, async () => {
    const { page, complaints } = await up.open("/datasets");
    await page.getByText("No data sets yet").waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a file with defects is imported, and every repair told", LONG, async () => {
    const { page, complaints } = await up.open("/datasets/import");
    await page
      .getByLabel("Choose files of rows")
      .setInputFiles({ name: "odd rows.csv", mimeType: "text/csv", buffer: Buffer.from(defective(400)) });
    await page.getByRole("button", { name: "Advanced" }).click();
    await page.getByLabel("Rejected rows at the most").fill("5");
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByRole("link", { name: "odd-rows" }).waitFor(SOON);
    const repairs = page.getByRole("table", { name: "Repairs and remarks" });
    await repairs.getByText("passed over a byte order mark").waitFor();
    const rejected = await page.getByLabel("The first rejected rows").textContent();
    expect(rejected).toContain("many");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Rejected rows as CSV" }).click(),
    ]);
    expect(readFileSync(await download.path(), "utf8")).toContain("many");
    expect(await isHarmless(page)).toBe(true);
    expect(complaints).toEqual([]);
    await page.getByRole("link", { name: "odd-rows" }).click();
    // Names of columns and values are texts, whatever they hold.
    await page.getByRole("table", { name: "Columns" }).getByText(HOSTILE, { exact: true }).waitFor();
    await page.getByRole("tab", { name: "Rows" }).click();
    await page.getByRole("grid").getByText(HOSTILE, { exact: true }).nth(3).waitFor();
    expect(await isHarmless(page)).toBe(true);
    expect(await seriousProblems(page)).toEqual([]);
    await page.context().close();
  });

  test("a profile and an audit are made and shown", LONG, async () => {
    const { page, complaints } = await up.open("/datasets/of/odd-rows?tab=profile");
    await page.getByRole("button", { name: "Make the profile" }).click();
    const columns = page.getByRole("table", { name: "Columns of the profile" });
    await columns.waitFor(SOON);
    await columns.getByRole("button", { name: "bytes" }).click();
    await page.getByRole("img", { name: "Histogram of bytes" }).waitFor();
    await page.waitForURL(/column=bytes/);
    const classes = await page.getByRole("list", { name: "Rows of each class" }).textContent();
    expect(classes).toContain("attack204");
    expect(classes).toContain("benign196");
    await columns.getByRole("button", { name: HOSTILE }).click();
    await page.getByRole("list", { name: `Most frequent values of ${HOSTILE}` }).waitFor();
    expect(await isHarmless(page)).toBe(true);
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole("tab", { name: "Audit" }).click();
    await page.getByRole("button", { name: "Make the audit" }).click();
    // The class follows from one column, which an audit has to see.
    const finding = page.getByRole("article", { name: "shortcut-column" });
    await finding.waitFor(SOON);
    expect(await finding.textContent()).toContain("bytes");
    expect(await seriousProblems(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a split is made by a form, and its parts can be looked at", LONG, async () => {
    const { page } = await up.open("/datasets/of/odd-rows?tab=splits");
    await page.getByText("Not split yet").waitFor();
    await page.getByRole("button", { name: "Split", exact: true }).click();
    const parts = page.getByRole("table", { name: "Parts of random" });
    await parts.waitFor(SOON);
    const { data } = await up.client.api.GET("/datasets/{name}", { params: { path: { name: "odd-rows" } } });
    const { splits } = data as unknown as {
      splits: { random: { parts: { name: string; rows: number }[] } };
    };
    for (const { name, rows } of splits.random.parts)
      expect(await parts.getByRole("row", { name: new RegExp(`^${name}`) }).textContent()).toContain(
        String(rows),
      );
    await page.context().close();
  });

  test("a recipe is built, form and YAML in step, and run", LONG, async () => {
    const { page, complaints } = await up.open("/datasets/prepare?from=odd-rows");
    const yaml = page.getByLabel("Recipe as YAML");
    await page.getByText("The recipe is right: 2 steps").waitFor();
    await page.getByRole("combobox", { name: "One more step" }).click();
    await page.getByRole("option", { name: "missing" }).click();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await expect.poll(() => yaml.inputValue()).toContain("- missing: drop");
    await page.getByRole("button", { name: /3 missing/ }).click();
    await page.getByRole("combobox", { name: "Strategy" }).click();
    await page.getByRole("option", { name: "median" }).click();
    await expect.poll(() => yaml.inputValue()).toContain("- missing: median");
    await page.getByText("learns medians").waitFor();
    // Before the split nothing may be learnt: the server says where, and the button waits.
    await page.getByRole("button", { name: "Move step 3, missing, up" }).click();
    await page
      .getByText(/step 2 \(missing\): learns medians from rows and stands before the split/)
      .waitFor();
    expect(await page.getByRole("button", { name: "Run the recipe" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Move step 2, missing, down" }).click();
    await page.getByText("The recipe is right: 3 steps").waitFor();
    // The other way: what is written is read, and what cannot be read is told with its line.
    const text = await yaml.inputValue();
    await yaml.fill(`${text}  - drop: [packets\n`);
    await page.getByText("The recipe is not right yet").waitFor();
    await yaml.fill(`${text}  # a comment\n  - drop: packets\n`);
    await page.getByRole("button", { name: /4 drop packets/ }).waitFor();
    await page.getByLabel("Name", { exact: true }).fill("clean");
    await expect.poll(() => yaml.inputValue()).toContain("# a comment");
    await page.getByText("The recipe is right: 4 steps").waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Run the recipe" }).click();
    await page.getByRole("link", { name: "clean", exact: true }).click(SOON);
    await page.getByText("split recipe").waitFor();
    const { data } = await up.client.api.GET("/datasets/{name}", { params: { path: { name: "clean" } } });
    const { tables, recipe } = data as unknown as {
      tables: { clean: { columns: { name: string }[] } };
      recipe: { steps: unknown[] };
    };
    expect(tables.clean.columns.map(({ name }) => name)).not.toContain("packets");
    expect(recipe.steps).toEqual([
      { duplicates: "drop" },
      { split: "random" },
      { missing: "median" },
      { drop: "packets" },
    ]);
    expect(complaints.filter((line) => !line.includes("422"))).toEqual([]);
    await page.context().close();
  });

  dataTest(
    "a published table is shown with what was repaired in it",
    async () => {
      await importDataset({
        sources: [sharedData("cic/original_format_ids2017_sample.csv")],
        out: "cic",
        project: up.started.work.root,
      });
      const { page } = await up.open("/datasets/of/cic");
      const remarks = page.getByRole("table", { name: "Repairs and remarks" });
      await remarks.getByText("renamed 49 columns from the 2017 style").waitFor();
      await remarks.getByText("'Flow Duration' is negative, which it cannot be").waitFor();
      await page.context().close();
    },
    120_000,
  );

  test("a viewer looks, and changes nothing", LONG, async () => {
    const { page } = await up.openAs("viewer", "/datasets/of/odd-rows");
    await page.getByRole("table", { name: "Columns" }).waitFor();
    expect(await page.getByRole("button", { name: "Remove" }).count()).toBe(0);
    await page.goto(`${up.address}/console/datasets/import`);
    await page.getByText("Your role does not allow this").waitFor();
    await page.context().close();
  });

  test("every part fits a phone, and axe finds nothing serious in the dark", LONG, async () => {
    for (const path of [
      "",
      "/of/odd-rows",
      "/of/odd-rows?tab=profile",
      "/import",
      "/prepare?from=odd-rows",
    ]) {
      const { page } = await up.open(`/datasets${path}`, { viewport: SIZES.phone, colorScheme: "dark" });
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle");
      expect(await overflows(page), path).toBe(false);
      expect(await seriousProblems(page), path).toEqual([]);
      await page.context().close();
    }
  });

  test("a data set is removed once that is confirmed", LONG, async () => {
    const { page } = await up.open("/datasets/of/odd-rows");
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Leave it" }).click();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.waitForURL("**/console/datasets");
    await expect
      .poll(async () => (await up.client.api.GET("/datasets")).data?.datasets.map(({ name }) => name))
      .not.toContain("odd-rows");
    await page.context().close();
  });
});
