// Predictions in the browser: a file of real rows, a row of the form, a file that does not fit, who may, and texts that would be markup.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPlace } from "../../../src/app/place.ts";
import { registerModel } from "../../../src/app/registry.ts";
import { hasBrowser, type Page, SIZES } from "../../support/browser.ts";
import { openConsole, overflows, seriousProblems, type TestConsole } from "../../support/console.ts";
import { dataTest, sharedData } from "../../support/data.ts";
import { temporaryFolder } from "../../support/rows.ts";
import { clientRows, schemaTable, servedModel } from "../../support/served-models.ts";

const CLASSES = ["normal", "dos", "probe"];
const HOSTILE = `<img src=x onerror="window.ran=true">`;
const LONG = { timeout: 300_000 };
const SOON = { timeout: 120_000 };

describe.skipIf(!hasBrowser && !process.env["CI"])("predictions in the console", () => {
  let up: TestConsole;

  beforeAll(async () => {
    const project = temporaryFolder();
    const { store } = await openPlace({ project, create: true });
    for (const schema of ["kdd", "apa", "cic-v3"]) {
      const model = await servedModel({ schema, classes: CLASSES, trees: 5 });
      await registerModel(store, model.encode(), { name: schema });
    }
    await store.close();
    up = await openConsole({ models: ["bundled", "kdd"], place: { project } });
  }, 120_000);
  afterAll(() => up?.close());

  async function choose(page: Page, name: string, text: string): Promise<void> {
    await page
      .getByLabel("Choose a file of rows")
      .setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  }

  async function judged(page: Page): Promise<Page> {
    await page.getByRole("button", { name: "Judge the rows" }).click();
    return page;
  }

  const rows = clientRows(schemaTable("kdd", CLASSES), 40);
  const columns = Object.keys(rows[0]);
  const csv = [
    [`"host ${HOSTILE.replaceAll('"', '""')}"`, ...columns].join(","),
    ...rows.map((row, index) =>
      [`"${HOSTILE.replaceAll('"', '""')} ${index}"`, ...Object.values(row)].join(","),
    ),
  ].join("\n");

  test(
    "a CSV: each row with its class and probabilities, as POST /predict answers, and texts stay texts",
    LONG,
    async () => {
      const { page, complaints } = await up.open("/predict?model=kdd");
      await choose(page, "rows.csv", csv);
      // What the model does not take is kept unless somebody chooses.
      await page.getByText(`host ${HOSTILE}`, { exact: true }).first().waitFor();
      await judged(page);
      const table = page.getByRole("grid", { name: "Verdicts" });
      await table.waitFor(SOON);
      await table.getByText(`${HOSTILE} 0`, { exact: true }).waitFor();
      const { data } = await up.client.api.POST("/models/{ref}/predict", {
        params: { path: { ref: "kdd" } },
        body: { rows } as never,
      });
      const { predictions } = data as { predictions: { class_label: string; confidence: number }[] };
      const found = await table
        .getByRole("row")
        .evaluateAll((all) =>
          all.slice(1, 11).map((row) => [...row.children].slice(0, 3).map((cell) => cell.textContent ?? "")),
        );
      expect(found.map(([, label]) => label)).toEqual(
        predictions.slice(0, 10).map(({ class_label }) => class_label),
      );
      for (const [index, [, , probability]] of found.entries())
        expect(Number.parseFloat(probability.replace(/[<>]/, "")) / 100).toBeCloseTo(
          predictions[index].confidence,
          3,
        );
      const counts = await page.getByRole("list", { name: "Rows of each class" }).textContent();
      for (const name of CLASSES)
        expect(counts).toContain(
          `${name}${predictions.filter(({ class_label }) => class_label === name).length}`,
        );
      expect(
        await page.evaluate("window.ran === true || document.querySelector('img[src=x]') !== null"),
      ).toBe(false);
      expect(await seriousProblems(page)).toEqual([]);
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "CSV", exact: true }).click(),
      ]);
      const saved = readFileSync(await download.path(), "utf8")
        .trimEnd()
        .split("\n");
      expect(saved).toHaveLength(rows.length + 1);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test("a row of the form: what POST /predict answers, reasons and the command line", LONG, async () => {
    const { page, complaints } = await up.open("/predict?tab=row&model=kdd");
    await page.getByLabel("src_bytes", { exact: true }).fill("many");
    await page.getByText("A number is expected").waitFor();
    expect(await page.getByRole("button", { name: "Judge the row" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Fill in the example" }).click();
    await page.getByLabel("src_bytes", { exact: true }).fill("4321");
    await page.getByRole("button", { name: "Judge the row" }).click();
    const command = (await page.getByRole("region", { name: "Command" }).textContent()) ?? "";
    const row = JSON.parse(/--data-raw '(.*)'$/.exec(command)?.[1] ?? "") as Record<string, unknown>;
    expect(row).toMatchObject({ service: "http", src_bytes: 4321 });
    expect(Object.keys(row)).toHaveLength(41);
    const { data } = await up.client.api.POST("/models/{ref}/predict", {
      params: { path: { ref: "kdd" }, query: { reasons: 12 } },
      body: row as never,
    });
    const verdict = data as unknown as {
      class_label: string;
      confidence: number;
      reasons: { feature: string }[];
    };
    const probabilities = page.getByRole("list", { name: "Probability of each class" });
    expect(await probabilities.getByRole("listitem").first().textContent()).toContain(
      `${verdict.class_label}${(verdict.confidence * 100).toFixed(2)} %`,
    );
    const reasons = page.getByRole("list", { name: "What each field added to the score" });
    expect(await reasons.getByRole("listitem").count()).toBe(verdict.reasons.length);
    expect(await reasons.getByRole("listitem").first().textContent()).toContain(verdict.reasons[0].feature);
    expect(command).toContain(`'${up.address}/models/kdd/predict?reasons=12'`);
    expect(command).toContain(`"X-API-Key: $ORBWEAVER_KEY"`);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.each(["bundled", "apa:1", "cic-v3:1"])(
    "the example of %s is judged as it stands",
    LONG,
    async (model) => {
      const { page, complaints } = await up.open(`/predict?tab=row&model=${encodeURIComponent(model)}`);
      await page.getByRole("button", { name: "Judge the row" }).click();
      await page.getByRole("list", { name: "Probability of each class" }).waitFor();
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test("a file that does not fit: which columns are missing, in the server's words", LONG, async () => {
    const { page } = await up.open("/predict?model=bundled");
    await choose(page, "rows.csv", csv);
    await judged(page);
    const alert = page.getByRole("alert");
    await alert.waitFor(SOON);
    expect(await alert.textContent()).toMatch(/has no column 'protocol'.*and 1\d\d more; schema flow/);
    await page.getByRole("table", { name: "Fields of the model" }).waitFor();
    await page.context().close();
  });

  dataTest(
    "real rows of NSL-KDD, without a header",
    async () => {
      const whole = gunzipSync(readFileSync(sharedData("nsl-kdd/KDDTest+.txt.gz"))).toString();
      const { page } = await up.open("/predict?model=kdd%3A1");
      await choose(page, "KDDTest+.txt", whole.split("\n").slice(0, 500).join("\n"));
      await judged(page);
      await page.getByRole("grid", { name: "Verdicts" }).waitFor(SOON);
      await page.getByText("500 of 500 rows").waitFor();
      await page.context().close();
    },
    180_000,
  );

  test("a viewer judges rows of the form, and is told why no files", LONG, async () => {
    const { page } = await up.openAs("viewer", "/predict?model=kdd");
    await page.getByText("Your role does not allow this").waitFor();
    expect(await page.getByRole("button", { name: "Judge the rows" }).count()).toBe(0);
    await page.context().close();
  });

  test("both parts fit a phone, and axe finds nothing serious in the dark", LONG, async () => {
    for (const tab of ["file", "row"]) {
      const { page } = await up.open(`/predict?model=kdd&tab=${tab}`, {
        viewport: SIZES.phone,
        colorScheme: "dark",
      });
      await page.getByRole("tab", { selected: true }).waitFor();
      await page.waitForLoadState("networkidle");
      expect(await overflows(page)).toBe(false);
      expect(await seriousProblems(page)).toEqual([]);
      await page.context().close();
    }
  });
});
