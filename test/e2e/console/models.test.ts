// Models in the browser: promoting is in force with the next request, rolling back as well; cards, columns, files that others can read.

import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPlace } from "../../../src/app/place.ts";
import { promoteModel, registerModel } from "../../../src/app/registry.ts";
import { hasBrowser, SIZES } from "../../support/browser.ts";
import { openConsole, overflows, seriousProblems, type TestConsole } from "../../support/console.ts";
import { temporaryFolder } from "../../support/rows.ts";
import { clientRows, schemaTable, servedModel } from "../../support/served-models.ts";
import { rowMajor } from "../../support/tables.ts";

const CLASSES = ["normal", "dos", "probe"];
const LONG = 120_000;

describe.skipIf(!hasBrowser && !process.env["CI"])("models in the console", () => {
  let up: TestConsole;
  const table = schemaTable("kdd", CLASSES);
  const rows = clientRows(table, 50);

  beforeAll(async () => {
    const project = temporaryFolder();
    const { store } = await openPlace({ project, create: true });
    for (const seed of [1, 2]) {
      const model = await servedModel({ schema: "kdd", classes: CLASSES, seed, trees: 4 });
      await registerModel(store, model.encode(), { name: "kdd" });
    }
    await promoteModel(store, "kdd:1");
    await store.close();
    up = await openConsole({ models: ["kdd@champion"], shadow: "kdd:2", place: { project } });
  }, LONG);
  afterAll(() => up?.close());

  /** The version that answers the next request. */
  async function answering(): Promise<string> {
    const answer = await up.client.fetch("/predict", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(rows[0]),
    });
    return ((await answer.json()) as { model: { version: string } }).model.version;
  }

  test("promoting a version lets it answer the next request, and rolling back the one before", {
    timeout: LONG,
  }, async () => {
    const { page, complaints } = await up.open("/models");
    await page.getByRole("table", { name: "Models" }).getByRole("link", { name: "kdd" }).click();
    const versions = page.getByRole("table", { name: "Versions of kdd" });
    await versions.waitFor();
    expect(await versions.getByRole("row", { name: /^1/ }).textContent()).toContain("in charge");
    expect(await answering()).toBe("1");
    await page.getByRole("button", { name: "Promote version 2" }).click();
    const dialogue = page.getByRole("dialog");
    await dialogue.getByText("kdd@champion names version 1 now.").waitFor();
    // Nothing happens before it is confirmed.
    expect(await answering()).toBe("1");
    expect(await seriousProblems(page)).toEqual([]);
    const [promoted] = await Promise.all([
      page.waitForResponse(
        (answer) => answer.request().method() === "POST" && answer.url().endsWith("/aliases/champion"),
      ),
      dialogue.getByRole("button", { name: "Promote to champion" }).click(),
    ]);
    expect(promoted.status()).toBe(200);
    expect(await answering()).toBe("2");
    await expect.poll(() => versions.getByRole("row", { name: /^2/ }).textContent()).toContain("in charge");
    await page.getByRole("button", { name: "Roll back champion" }).click();
    await dialogue.getByText("version 1 from the next request on").waitFor();
    await Promise.all([
      page.waitForResponse((answer) => answer.url().endsWith("/aliases/champion/rollback")),
      dialogue.getByRole("button", { name: "Roll back to version 1" }).click(),
    ]);
    expect(await answering()).toBe("1");
    const history = page.getByRole("table", { name: "History of aliases" });
    await history.getByText("rolled back").waitFor();
    expect(await history.getByText("admin").count()).toBe(2);
    // An alias of one's own is made and taken away.
    await page.getByRole("button", { name: "Promote version 2" }).click();
    await dialogue.getByLabel("Alias").fill("next");
    await dialogue.getByRole("button", { name: "Promote to next" }).click();
    await page.getByRole("button", { name: "Remove next" }).click();
    await dialogue.getByRole("button", { name: "Remove the alias" }).click();
    await page.getByRole("button", { name: "Remove next" }).waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a model is taken away as ONNX, which another runtime opens and agrees with", {
    timeout: LONG,
  }, async () => {
    const { page } = await up.open("/models/kdd?version=2");
    await page.getByRole("button", { name: "Download" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "ONNX, one matrix of doubles" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("kdd-2.onnx");
    const session = await ort.InferenceSession.create(new Uint8Array(readFileSync(await download.path())));
    const width = table.schema.columns.length;
    const features = new ort.Tensor("float64", rowMajor(table), [table.rowCount, width]);
    const { label } = await session.run({ features });
    await session.release();
    const answer = await up.client.fetch("/models/kdd:2/predict", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(rows),
    });
    const { predictions } = (await answer.json()) as { predictions: { class_label: string }[] };
    expect(predictions.map(({ class_label }) => class_label)).toEqual([...label.data].slice(0, rows.length));
    await page.context().close();
  });

  test("a card tells classes, facts and importance, and the columns are found by name", {
    timeout: LONG,
  }, async () => {
    const { page, complaints } = await up.open("/models/kdd?tab=card");
    const classes = page.getByRole("table", { name: "Classes of the model" });
    await classes.waitFor();
    expect(await classes.getByRole("row", { name: /dos attack/ }).count()).toBe(1);
    expect(
      await page.getByRole("table", { name: "Importance of columns" }).getByRole("row").count(),
    ).toBeGreaterThan(5);
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole("tab", { name: "Columns" }).click();
    const grid = page.getByRole("grid", { name: "Columns of the model" });
    await grid.getByText("src_bytes").waitFor();
    await page.getByLabel("Find a column").fill("dst_host_srv");
    await expect
      .poll(() => grid.getAttribute("aria-rowcount"))
      .toBe(
        String(
          table.schema.columns.filter(({ name, description }) =>
            `${name} ${description}`.includes("dst_host_srv"),
          ).length + 1,
        ),
      );
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole("tab", { name: "Tree" }).click();
    await page
      .getByRole("img", { name: /^Tree that begins with/ })
      .locator("canvas")
      .waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a challenger is told beside the main model", { timeout: LONG }, async () => {
    const { page } = await up.open("/models/kdd?tab=shadow");
    await page.getByText("Rows that both scored").waitFor();
    await up.client.fetch("/predict", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(rows),
    });
    await expect
      .poll(async () => (await up.client.api.GET("/shadow")).data?.shadow?.rows, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(rows.length);
    const { data } = await up.client.api.GET("/shadow");
    const report = data?.shadow;
    await page.getByText(`${report?.sameClass} rows`, { exact: true }).first().waitFor();
    const differing = (report?.rows ?? 0) - (report?.sameClass ?? 0);
    if (differing > 0)
      expect(
        await page
          .getByRole("table", { name: "Rows that the two call differently" })
          .getByRole("row")
          .count(),
      ).toBeGreaterThan(1);
    await page.context().close();
  });

  test("a viewer sees models and no way to change them; pages fit a phone", { timeout: LONG }, async () => {
    const { page } = await up.openAs("viewer", "/models/kdd");
    await page.getByRole("table", { name: "Versions of kdd" }).waitFor();
    for (const name of [/^Promote/, /^Roll back/, /^Remove/])
      expect(await page.getByRole("button", { name }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Download" }).count()).toBe(1);
    await page.context().close();
    const { page: phone, complaints } = await up.open("/models", {
      viewport: SIZES.phone,
      colorScheme: "dark",
    });
    for (const path of [
      "/models",
      "/models/kdd",
      "/models/kdd?tab=card",
      "/models/kdd?tab=columns",
      "/models/kdd?tab=shadow",
    ]) {
      await phone.goto(`${up.address}/console${path}`);
      await phone.getByRole("heading", { level: 1 }).waitFor();
      await phone.waitForLoadState("networkidle");
      expect(await seriousProblems(phone), path).toEqual([]);
      expect(await overflows(phone), path).toBe(false);
    }
    expect(complaints).toEqual([]);
    await phone.context().close();
  });

  test("a model that is not there says so", { timeout: LONG }, async () => {
    const { page } = await up.open("/models/none");
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("none");
    await page.context().close();
  });
});
