// The table of a live source's verdicts in a real browser: of a capture that is played, and of a real interface that is metered
// over HTTP while tcpreplay sends frames into it.

import { spawnSync } from "node:child_process";
import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, type OpenedPage, type Page, workPerFrame } from "../../support/browser.ts";
import { ROOT } from "../../support/command.ts";
import { openConsole, overflows, seriousProblems, type TestConsole } from "../../support/console.ts";
import { temporaryFolder } from "../../support/rows.ts";
import { liveTest, Veth } from "../../support/veth.ts";

const CAPTURE = join(ROOT, "assets", "demo.pcap.gz");
const NAME = "office";
/** On a machine that is busy with other tests. */
const PATIENCE_MS = 30_000;
const MANY = { timeout: 120_000 };

let up: TestConsole;
let capture: string;
/** Pages of the test that runs. */
const opened: OpenedPage[] = [];

async function open(path: string): Promise<OpenedPage> {
  const page = await up.open(path);
  page.page.context().setDefaultTimeout(PATIENCE_MS);
  opened.push(page);
  return page;
}

const COLUMNS = ["Began (UTC)", "Class", "Probability", "From", "To"];

/** Texts of the rows that are drawn, by the heading of their column. */
async function rowsOf(page: Page): Promise<Record<string, string>[]> {
  const grid = page.getByRole("grid");
  const headers = await grid.getByRole("columnheader").allInnerTexts();
  const rows = await grid.getByRole("row").all();
  const texts = await Promise.all(rows.slice(1).map((row) => row.getByRole("gridcell").allInnerTexts()));
  return texts.map((cells) => Object.fromEntries(cells.map((text, index) => [headers[index], text])));
}

/** "1,234 of 5,678 verdicts": what passes the filter, and all. */
async function held(page: Page): Promise<number[]> {
  const text = await page.getByTestId("held").innerText();
  return [...(/^(?:([\d,]+) of )?([\d,]+) verdicts/.exec(text) ?? [])]
    .slice(1)
    .map((number) => Number(number?.replaceAll(",", "")));
}

describe.skipIf(!hasBrowser && !process.env["CI"])("live verdicts", () => {
  beforeAll(async () => {
    up = await openConsole();
    const { client } = up;
    const sent = await client.uploadCapture(createReadStream(CAPTURE), { name: "demo.pcap.gz" });
    capture = sent.id;
    await client.api.POST("/sources", { body: { name: NAME, from: { capture, speed: 60 } } });
  }, 60_000);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(({ page }) => page.context().close()));
  });
  afterAll(() => up?.close());

  test("are narrowed, sorted and shared by the address", MANY, async () => {
    const { page, complaints } = await open(`/live/${NAME}?attack=true`);
    await page.getByRole("grid").getByText("scan").first().waitFor();
    // Attacks of others than the scanner, too.
    await page.getByRole("grid").getByText("flood").first().waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    const [shown, all] = await held(page);
    expect(shown).toBeGreaterThan(0);
    expect(shown).toBeLessThan(all);
    const rows = await rowsOf(page);
    expect(Object.keys(rows[0] ?? {})).toEqual(expect.arrayContaining(COLUMNS));
    expect(rows.some(({ Class }) => Class === "benign")).toBe(false);
    await page.getByLabel("Address").fill("215.112.");
    await page.waitForURL(/address=215\.112/);
    await expect.poll(async () => (await held(page))[0]).toBeLessThan(shown);
    expect((await rowsOf(page)).every(({ From, To }) => `${From} ${To}`.includes("215.112."))).toBe(true);
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByLabel("Search").fill("UDP");
    await page.waitForURL(/text=UDP/);
    await expect
      .poll(async () =>
        (await rowsOf(page)).every((row) => JSON.stringify(row).toLowerCase().includes("udp")),
      )
      .toBe(true);
    await page.getByLabel("Search").fill("");
    await page.getByRole("button", { name: "From", exact: true }).click();
    await page.waitForURL(/sort=source_address/);
    await expect
      .poll(async () => {
        // Without ports.
        const from = (await rowsOf(page)).map(({ From = "" }) => From.slice(0, From.lastIndexOf(":")));
        return from.length > 1 && from.join() === from.toSorted().join();
      })
      .toBe(true);
    expect(await seriousProblems(page)).toEqual([]);
    expect(await overflows(page)).toBe(false);
    expect(complaints).toEqual([]);
  });

  test("are taken away as CSV, as they are narrowed", MANY, async () => {
    const { page } = await open(`/live/${NAME}?class=scan`);
    await page.getByRole("grid").getByText("scan").first().waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    const [shown] = await held(page);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV" }).click(),
    ]);
    expect(file.suggestedFilename()).toBe(`${NAME}-verdicts.csv`);
    const lines = readFileSync(await file.path(), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines[0]).toMatch(/^class,attack,.*,community_id,start_us,.*,reasons$/);
    expect(lines.length - 1).toBe(shown);
    expect(lines.slice(1).every((line) => line.startsWith("scan,true,"))).toBe(true);
  });

  test("of a capture that is played lead to the flow in it", MANY, async () => {
    const { page } = await open(`/live/${NAME}?class=scan`);
    const row = page.getByRole("grid").getByRole("row").nth(1);
    await row.waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await row.click();
    await page.waitForURL(new RegExp(`/captures/${capture}/flow\\?.*community_id=1%3A`));
  });

  test("come by the thousand while the table is scrolled", MANY, async () => {
    const body = { name: "fast", from: { capture, speed: 10_000 } };
    await up.client.api.POST("/sources", { body });
    const { page } = await open("/live/fast");
    await expect.poll(async () => (await held(page))[1]).toBeGreaterThan(3_000);
    const [, before] = await held(page);
    expect(await workPerFrame(page, SCROLL)).toBeLessThan(20);
    await expect.poll(async () => (await held(page))[1]).toBeGreaterThan(before);
    // Who scrolled away from the top is not pushed about, and is told of what came.
    await page.getByRole("button", { name: "Show them" }).click();
    await expect.poll(() => page.evaluate("document.querySelector('[role=grid]').scrollTop")).toBe(0);
    await up.client.api.DELETE("/sources/{name}", { params: { path: { name: "fast" } } });
  });

  liveTest(
    "of a real interface that is metered over HTTP are seen, and what was sent is in the ledger",
    async () => {
      const cable = new Veth("console");
      const name = `ow${process.pid}`;
      try {
        bringOut(cable, name);
        const frames = join(temporaryFolder(), "demo.pcap");
        writeFileSync(frames, gunzipSync(readFileSync(CAPTURE)));
        const { client } = up;
        const { data: found } = await client.api.GET("/interfaces");
        expect(found?.interfaces.map((one) => one.name)).toContain(name);
        const { page } = await open("/overview");
        await page.getByRole("button", { name: "Start another" }).click();
        const form = page.getByRole("dialog");
        await form.getByText("A network interface").click();
        await form.getByRole("combobox", { name: "Interface" }).click();
        await page.getByRole("option", { name }).click();
        await form.getByRole("button", { name: "Start", exact: true }).click();
        await page.waitForURL(`**/overview?source=${name}`);
        const sent = cable.replay(frames);
        await expect.poll(() => counted(name)).toBe(sent);
        await page.getByRole("link", { name: "All of them" }).click();
        // Flows that were reset end at once; the others when they were silent.
        await page.getByLabel("Search").fill("reset");
        await page.waitForURL(/text=reset/);
        await page.getByRole("grid").getByRole("row").nth(5).waitFor();
        await page.getByRole("grid").getByRole("row").nth(1).click();
        const drawer = page.getByRole("dialog", { name: "Verdict" });
        expect(await drawer.getByRole("table").innerText()).toMatch(/Ended by\s+reset/);
        expect(await seriousProblems(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Clear" }).click();
        const { data: ended } = await client.api.DELETE("/sources/{name}", { params: { path: { name } } });
        expect(ended?.ledger).toMatchObject({ frames: sent, framesLostBefore: 0 });
        expect(ended?.sums?.filter(({ left, right }) => left !== right)).toEqual([]);
        await page.getByText("ended", { exact: true }).waitFor();
        await expect.poll(async () => (await held(page))[1]).toBeGreaterThan(500);
      } finally {
        cable.remove();
      }
    },
    MANY.timeout,
  );

  async function counted(name: string): Promise<number | undefined> {
    const { data } = await up.client.api.GET("/sources");
    return data?.sources.find((one) => one.name === name)?.counts.frames;
  }
});

/** Scrolls down and up for two seconds, and stays away from the top; gives the number of frames. */
const SCROLL = `(async () => {
  const grid = document.querySelector("[role=grid]");
  const end = performance.now() + 2_000;
  let frames = 0;
  for (let step = 97; performance.now() < end; frames++) {
    await new Promise(requestAnimationFrame);
    grid.scrollTop += step;
    if (grid.scrollTop <= 0 || grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 2) step = -step;
  }
  grid.scrollTop = 2_000;
  return frames;
})()`;

/** Moves the receiving end of a cable to where this process is; the sending end, and all that is sent, stays in its namespace. */
function bringOut({ namespace, receiver }: Veth, name: string): void {
  const run = (command: string, ...args: string[]): void => {
    const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  };
  run("ip", "-n", namespace, "link", "set", receiver, "name", name, "netns", String(process.pid));
  run("sysctl", "-qw", `net.ipv6.conf.${name}.disable_ipv6=1`);
  run("ip", "link", "set", name, "mtu", "65535", "up");
}
