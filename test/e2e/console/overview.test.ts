// The overview in a real browser: a live source is started by its form, looked at while a capture is played, and stopped.

import { createReadStream } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Schemas } from "../../../src/client/index.ts";
import { hasBrowser, type OpenedPage } from "../../support/browser.ts";
import { ROOT } from "../../support/command.ts";
import { openConsole, overflows, seriousProblems, type TestConsole } from "../../support/console.ts";

const CAPTURE = join(ROOT, "assets", "demo.pcap.gz");
const NAME = "office";
/** On a machine that is busy with other tests. */
const PATIENCE_MS = 30_000;
const MANY = { timeout: 120_000 };

let up: TestConsole;
let capture: string;
/** Pages of the test that runs. */
const opened: OpenedPage[] = [];

async function open(path: string, role?: "viewer"): Promise<OpenedPage> {
  const page = role === undefined ? await up.open(path) : await up.openAs(role, path);
  page.page.context().setDefaultTimeout(PATIENCE_MS);
  opened.push(page);
  return page;
}

async function source(name: string): Promise<Schemas["Source"] | undefined> {
  return (await up.client.api.GET("/sources")).data?.sources.find((one) => one.name === name);
}

/** Unless it is played already. */
async function play(name: string, speed: number): Promise<void> {
  if ((await source(name)) !== undefined) return;
  await up.client.api.POST("/sources", { body: { name, from: { capture, speed } } });
}

describe.skipIf(!hasBrowser && !process.env["CI"])("the overview", () => {
  beforeAll(async () => {
    up = await openConsole();
    const sent = await up.client.uploadCapture(createReadStream(CAPTURE), { name: "demo.pcap.gz" });
    capture = sent.id;
  }, 60_000);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(({ page }) => page.context().close()));
  });
  afterAll(() => up?.close());

  test("without a source offers to start one, and does", MANY, async () => {
    const { page, complaints } = await open("/overview");
    await page.getByRole("heading", { name: "Start a live source" }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole("combobox", { name: "Capture" }).click();
    await page.getByRole("option", { name: /^demo\.pcap\.gz/ }).click();
    await page.getByLabel("Speed").fill("50");
    await page.getByLabel("Name of the source").fill(NAME);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForURL(`**/overview?source=${NAME}`);
    await page.getByRole("heading", { name: "Traffic" }).waitFor();
    expect(await source(NAME)).toMatchObject({ kind: "replay", capture, speed: 50, state: "running" });
    expect(complaints).toEqual([]);
  });

  test("shows figures that move, and they are those of the server", MANY, async () => {
    await play(NAME, 50);
    const { page, complaints } = await open("/overview");
    await page.getByRole("heading", { name: "Traffic" }).waitFor();
    const total = page.getByText(/^[\d,]+ since it began/).first();
    const before = numberOf(await total.innerText());
    await expect
      .poll(async () => numberOf(await total.innerText()), { timeout: PATIENCE_MS })
      .toBeGreaterThan(before);
    const told = numberOf(await total.innerText());
    expect(told).toBeLessThanOrEqual((await source(NAME))?.counts.frames ?? 0);
    // Charts are drawn.
    await page
      .getByRole("img", { name: /^Verdicts of the last five minutes by class: .*scan [\d,]+/ })
      .waitFor();
    await expect.poll(() => page.locator("canvas").count(), { timeout: PATIENCE_MS }).toBe(5);
    const charge = page.getByRole("table", { name: "The model in charge" });
    expect(await charge.innerText()).toMatch(/bundled[\s\S]*flow, 120 columns/);
    expect(await overflows(page)).toBe(false);
    expect(await seriousProblems(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("has alerts with their evidence, talkers, and a ledger whose sums agree", MANY, async () => {
    await play(NAME, 50);
    const { page } = await open("/overview");
    const alerts = page.getByRole("table", { name: "Alerts" });
    await alerts.getByText("scan").first().waitFor();
    await alerts
      .getByRole("button", { name: /^Evidence of alert/ })
      .first()
      .click();
    await alerts.getByText(/The strongest flow was judged/).waitFor();
    expect(await alerts.getByRole("listitem").first().innerText()).toMatch(/ = .*\([+−-]/);
    const { data } = await up.client.api.GET("/sources/{name}/talkers", { params: { path: { name: NAME } } });
    const first = data?.bytes.top[0]?.address ?? "nobody";
    await page.getByRole("list", { name: "Top talkers, by bytes" }).getByText(first).waitFor();
    await page.getByText("All 14 sums agree").waitFor();
    const rows = page.getByRole("table", { name: "Sums that must agree" }).getByRole("row");
    expect(await rows.count()).toBe(15);
    for (const row of (await rows.allInnerTexts()).slice(1)) {
      const [, left, right, agree] = row.split("\t");
      expect([left, agree], row).toEqual([right, "yes"]);
    }
    // An alert leads to the verdict of its first flow.
    const id = await alerts.locator("a code").first().innerText();
    await alerts.locator("a").first().click();
    await page.waitForURL(`**/live/${NAME}?*`);
    expect(await page.getByLabel("Community ID").inputValue()).toBe(id);
  });

  test("lets verdicts be held still", MANY, async () => {
    await play(NAME, 50);
    const { page } = await open("/overview");
    const grid = page.getByRole("grid", { name: "The newest verdicts" });
    await grid.getByRole("row").nth(5).waitFor();
    const panel = page.locator("section", { has: grid });
    await panel.getByRole("button", { name: "Pause" }).click();
    const held = await grid.innerText();
    const counted = (await source(NAME))?.counts.verdicts ?? 0;
    await expect
      .poll(async () => (await source(NAME))?.counts.verdicts, { timeout: PATIENCE_MS })
      .toBeGreaterThan(counted + 500);
    expect(await grid.innerText()).toBe(held);
    await panel.getByRole("button", { name: "Go on" }).click();
    await expect.poll(() => grid.innerText(), { timeout: PATIENCE_MS }).not.toBe(held);
  });

  test("says when the connection is lost, and goes on by itself", MANY, async () => {
    await play(NAME, 50);
    const { page } = await open("/overview");
    await page.getByText("live", { exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.getByText("connection lost, trying again").waitFor();
    await page.context().setOffline(false);
    await page.getByText("live", { exact: true }).waitFor();
  });

  test("a viewer sees all of it and no button that changes something", MANY, async () => {
    await play(NAME, 50);
    const { page } = await open("/overview", "viewer");
    await page.getByRole("heading", { name: "Loss ledger" }).waitFor();
    for (const name of ["Stop", "Start another", "Start"])
      expect(await page.getByRole("button", { name, exact: true }).count(), name).toBe(0);
  });

  test("a source is chosen in the address, and stopped", MANY, async () => {
    await play(NAME, 50);
    await play("second", 10);
    const { page } = await open("/overview?source=second");
    await page.getByText("played 10 times as fast").waitFor();
    await page.getByRole("combobox", { name: "Live source" }).click();
    await page.getByRole("option", { name: NAME }).click();
    await page.waitForURL(`**/overview?source=${NAME}`);
    await page.goBack();
    await page.getByText("played 10 times as fast").waitFor();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByText("second was stopped.").waitFor();
    expect(await source("second")).toBeUndefined();
    await page.getByText("played 50 times as fast").waitFor();
  });
});

function numberOf(text: string): number {
  return Number(/[\d,]+/.exec(text)?.[0].replaceAll(",", ""));
}
