// Jobs in the console: listed and filtered, followed while they run, their files saved, stopped and removed.

import { appendFileSync, openAsBlob, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NewJob } from "../../../src/client/index.ts";
import { hasBrowser, type Page, SIZES } from "../../support/browser.ts";
import { openConsole, overflows, seriousProblems, type TestConsole } from "../../support/console.ts";

const DEMO = new URL("../../../assets/demo.pcap.gz", import.meta.url).pathname;
/** Verdicts on the bundled capture, as README.md tells them. */
const FLOWS = 2_325;
const HOSTILE = '<img src=x onerror="window.ran=1">.csv';

describe.skipIf(!hasBrowser && !process.env["CI"])("the jobs of the console", () => {
  let up: TestConsole;
  let capture: string;
  beforeAll(async () => {
    up = await openConsole();
    capture = (await up.client.uploadCapture(await openAsBlob(DEMO), { name: "demo.pcap.gz" })).id;
  });
  afterAll(() => up?.close());

  const score = () =>
    up.client.createJob({ kind: "score", request: { input: { capture }, model: "bundled" } } as NewJob);
  const row = (page: Page, kind: string) => page.getByRole("row").filter({ hasText: kind }).first();

  test("nothing yet is said, with the way to a first one", async () => {
    const { page, complaints } = await up.open("/jobs");
    await page.getByText("No jobs yet").waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a job is followed to its end, and its table is saved as CSV", async () => {
    const { id } = await score();
    const { page, complaints } = await up.open("/jobs");
    await row(page, "score").getByText("demo.pcap.gz").waitFor();
    await row(page, "score").getByRole("link", { name: "score" }).click();
    await page.waitForURL(`**/console/jobs/${id}`);
    await page.getByRole("heading", { level: 1, name: "score: bundled, demo.pcap.gz" }).waitFor();
    // Nobody loads the page again: that it ends is told by events.
    await page.getByRole("log").getByText("finished").waitFor({ timeout: 60_000 });
    await page.getByText("Verdicts on the capture").waitFor();
    await page.getByRole("region", { name: "Steps" }).or(page.getByText("scoring")).first().waitFor();
    expect(await page.getByRole("table", { name: "Attempts" }).getByRole("row").count()).toBe(2);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save verdicts" }).click(),
    ]);
    expect(file.suggestedFilename()).toBe(`verdicts-${id}.csv`);
    const lines = readFileSync(await file.path(), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines.length).toBe(FLOWS + 1);
    expect(lines[0]).toContain("community_id");
    const facts = page.getByRole("table", { name: "What was found" });
    expect(await facts.getByRole("row").filter({ hasText: "attacks" }).textContent()).toContain("1,623");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("the log goes back to its beginning, and never holds more lines than it may", async () => {
    const { id } = await score();
    await up.client.untilEnded(id);
    // As a long job would have left it: 12,000 lines of 60 bytes.
    const folder = join(up.started.work.root, "jobs", id);
    const [log] = readdirSync(folder).filter((name) => name.startsWith("log-"));
    const lines = Array.from({ length: 12_000 }, (_, index) => `told ${index}`.padEnd(59, "."));
    appendFileSync(join(folder, log as string), `${lines.join("\n")}\n`);
    const { page } = await up.open(`/jobs/${id}`);
    const box = page.getByRole("log");
    await box.getByText("told 11999").waitFor();
    expect(await box.textContent()).not.toContain("begins: score");
    for (let reads = 0; reads < 6 && (await page.getByText("Load earlier lines").count()) > 0; reads++) {
      const before = await box.textContent();
      await page.getByRole("button", { name: "Load earlier lines" }).click();
      await expect.poll(() => box.textContent()).not.toBe(before);
      const shown = String(await box.textContent()).split("\n");
      expect(shown.length).toBeLessThanOrEqual(5_000);
      // Without a gap, and no line twice.
      const told = shown.flatMap((line) => /^told (\d+)/.exec(line)?.[1] ?? []).map(Number);
      expect(told.every((one, index) => index === 0 || one === (told[index - 1] as number) + 1)).toBe(true);
    }
    expect(await box.textContent()).toContain("begins: score");
    await page.getByRole("button", { name: "To the end" }).click();
    await box.getByText("told 11999").waitFor();
    await page.context().close();
  });

  test("what fails says why, and names of files are only ever text", async () => {
    const upload = await up.client.upload(new Blob(["a,b\n1,2\n"]), { name: HOSTILE });
    const { id } = await up.client.createJob({
      kind: "score",
      request: { input: { upload: upload.id }, model: "bundled" },
    } as NewJob);
    const { page } = await up.open("/jobs?state=failed");
    await expect.poll(async () => (await up.client.untilEnded(id)).state).toBe("failed");
    await row(page, HOSTILE).waitFor();
    expect(await page.getByRole("row").count()).toBe(2);
    await row(page, HOSTILE).getByRole("link").click();
    await page.getByRole("alert").getByText("The job score failed").waitFor();
    await page.getByRole("heading", { level: 1 }).getByText(HOSTILE).waitFor();
    expect(await page.evaluate("window.ran")).toBeUndefined();
    await page.context().close();
  });

  test("what waits is stopped, and what has ended is removed after a question", async () => {
    // A server that runs none: what waits there waits until it is stopped.
    const busy = await openConsole({ jobs: { concurrency: 0 } });
    const sent = await busy.client.uploadCapture(await openAsBlob(DEMO), { name: "demo.pcap.gz" });
    const request = { input: { capture: sent.id }, model: "bundled" };
    const { id } = await busy.client.createJob({ kind: "score", request } as NewJob);
    const { page } = await busy.open(`/jobs/${id}`);
    await page.getByText("Waiting for another job to end").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("cancelled", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.waitForURL("**/console/jobs");
    await expect(busy.client.api.GET("/jobs/{id}", { params: { path: { id } } })).rejects.toMatchObject({
      status: 404,
    });
    await busy.close();
  });

  test("the filter stands in the address", async () => {
    const { page } = await up.open("/jobs");
    await page.getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: "import" }).click();
    await page.waitForURL("**/console/jobs?kind=import");
    await page.getByText("No job is like that").waitFor();
    await page.context().close();
  });

  test("a viewer sees it all and is offered nothing that it may not do", async () => {
    const { id } = await score();
    await up.client.untilEnded(id);
    const { page } = await up.openAs("viewer", `/jobs/${id}`);
    await page.getByRole("button", { name: "Save verdicts" }).waitFor();
    expect(await page.getByRole("button", { name: "Remove" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Ask for it again" }).count()).toBe(0);
    await page.context().close();
  });

  test("axe finds nothing serious, and nothing is too wide", async () => {
    const { data } = await up.client.api.GET("/jobs", { params: { query: { state: "finished" } } });
    for (const path of ["/jobs", `/jobs/${data?.jobs[0]?.id}`])
      for (const [size, colorScheme] of [
        ["desktop", "light"],
        ["phone", "dark"],
      ] as const) {
        const { page, complaints } = await up.open(path, { viewport: SIZES[size], colorScheme });
        await page.getByRole("table").first().waitFor();
        await page.waitForTimeout(300);
        expect(await seriousProblems(page), `${path}, ${size}`).toEqual([]);
        expect(await overflows(page), `${path}, ${size}`).toBe(false);
        expect(complaints).toEqual([]);
        await page.context().close();
      }
  });
});
