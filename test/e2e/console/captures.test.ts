// Captures in the console, from a large file that is sent in to the bytes of a packet; a table of a million rows; and captures of
// somebody who hopes that the page believes what they say.

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generate, presetOptions } from "../../../src/app/generate.ts";
import { CaptureWriter } from "../../../src/capture/write.ts";
import type { Job } from "../../../src/client/index.ts";
import { fileLiteral, openDuck } from "../../../src/dataset/duck.ts";
import { copyTable, readTableFacts } from "../../../src/dataset/store/table-parquet.ts";
import { hasBrowser, type Page, SIZES, workPerFrame } from "../../support/browser.ts";
import { ROOT } from "../../support/command.ts";
import { openConsole, overflows, seriousProblems, type TestConsole } from "../../support/console.ts";
import {
  ascii,
  be16,
  dns,
  dnsLabels,
  ethernet,
  ipv4,
  join as joined,
  tcp,
  udp,
} from "../../support/frames.ts";
import { temporaryFolder } from "../../support/rows.ts";

const DEMO = join(ROOT, "assets", "demo.pcap.gz");
const LARGE_BYTES = 50_000_000;
const MANY_ROWS = 1_000_000;
/** Sending, judging and drawing on a machine that does other things, too. */
const PATIENT = { timeout: 300_000 };

describe.skipIf(!hasBrowser && !process.env["CI"])("captures", () => {
  const folder = temporaryFolder();
  let up: TestConsole;
  let demo: { capture: string; job: Job };

  beforeAll(async () => {
    up = await openConsole();
    const sent = await up.client.uploadCapture(new Uint8Array(readFileSync(DEMO)), { name: "demo.pcap.gz" });
    demo = { capture: sent.id, job: await judged(sent.id) };
  }, 240_000);
  afterAll(() => up?.close());

  async function judged(capture: string): Promise<Job> {
    const request = { input: { capture }, model: "bundled", reasons: 0, keep: [] };
    const asked = await up.client.createJob({ kind: "score", request });
    const job = await up.client.untilEnded(asked.id);
    expect(job.failure).toBeUndefined();
    return job;
  }

  test("one of 50 MB is sent by the page and judged, and its verdicts are narrowed", PATIENT, async () => {
    const path = join(folder, "large.pcap");
    await generate({ ...presetOptions("bench-small-flows"), packets: 520_000, seed: 7, out: path });
    expect(statSync(path).size).toBeGreaterThan(LARGE_BYTES);
    const { page, complaints } = await up.open("/captures");
    page.setDefaultTimeout(200_000);
    await page.locator('input[type="file"]').setInputFiles(path);
    const card = page.getByRole("group", { name: "Upload of large.pcap" });
    await card.getByText(/^Sending · /).waitFor();
    await card.getByText("520,000 frames").waitFor();
    await card.getByRole("link", { name: "Look at the verdicts" }).click();
    const count = page.getByTestId("row-count");
    await count.getByText(/^[\d,]+ of [\d,]+ flows$/).waitFor();
    const all = await rowCount(page);
    expect(all).toBeGreaterThan(100_000);
    await page
      .getByRole("grid")
      .getByText("benign")
      .or(page.getByRole("grid").getByText("scan"))
      .first()
      .waitFor();
    await page.getByRole("textbox", { name: "Port" }).fill("53");
    await page.waitForURL(/port=53/);
    await expect.poll(() => rowCount(page), { timeout: 60_000 }).toBeLessThan(all);
    const lookups = await rowCount(page);
    expect(lookups).toBeGreaterThan(0);
    await page.getByText("Attacks", { exact: true }).last().click();
    await page.waitForURL(/attack=true/);
    await expect.poll(() => rowCount(page), { timeout: 60_000 }).toBeLessThan(lookups);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test(
    "rows are filtered, sorted, shared by their address, and saved as they are seen",
    PATIENT,
    async () => {
      const { page, complaints } = await up.open(`/captures/${demo.capture}`);
      page.setDefaultTimeout(60_000);
      const grid = page.getByRole("grid", { name: "Verdicts" });
      await grid.getByRole("row").nth(3).waitFor();
      const summary = demo.job.summary as { rows: number; byClass: Record<string, number> };
      expect(await rowCount(page)).toBe(summary.rows);
      await page.getByRole("group", { name: "Classes" }).getByRole("button", { name: /scan/ }).click();
      await expect.poll(() => rowCount(page), { timeout: 30_000 }).toBe(summary.byClass["scan"]);
      await grid.getByRole("button", { name: "Attack" }).click();
      await page.waitForURL(/sort=attack_probability/);
      // The same address gives the same rows.
      const address = page.url();
      await page.goto(address);
      await expect.poll(() => rowCount(page), { timeout: 30_000 }).toBe(summary.byClass["scan"]);
      expect(await grid.getByRole("columnheader", { name: "Attack" }).getAttribute("aria-sort")).toBe(
        "ascending",
      );
      await page.getByRole("button", { name: /^Save \d+ rows/ }).click();
      const [saved] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name: "CSV" }).click(),
      ]);
      const lines = readFileSync(await saved.path(), "utf8")
        .trim()
        .split("\n");
      expect(lines.length - 1).toBe(summary.byClass["scan"]);
      expect(lines[0]).toContain("attack_probability");
      await page.getByRole("textbox", { name: "Search" }).fill("nothing has this");
      await page.getByText("No flow fits the filter").waitFor();
      await page.getByRole("button", { name: "Clear" }).click();
      await expect.poll(() => rowCount(page), { timeout: 30_000 }).toBe(summary.rows);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test("a flow shows its verdict, reasons, decisions, and packets to the byte", PATIENT, async () => {
    const { page, complaints } = await up.open(`/captures/${demo.capture}?attack=true`);
    page.setDefaultTimeout(60_000);
    const grid = page.getByRole("grid", { name: "Verdicts" });
    await grid
      .getByRole("row")
      .nth(1)
      .getByText(/flood|scan/)
      .waitFor();
    await grid.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/flow\?/);
    await page.getByRole("heading", { name: "Decision path" }).waitFor();
    const contributions = page.getByRole("list", { name: "Contributions of the columns" });
    expect(await contributions.getByRole("listitem").count()).toBeGreaterThan(5);
    expect(await page.getByRole("table", { name: "Decision path" }).getByRole("row").count()).toBeGreaterThan(
      1,
    );
    await page.locator("canvas").waitFor();
    const packets = page.getByRole("table", { name: "Packets", exact: true });
    await packets.getByRole("row").nth(1).click();
    await page.waitForURL(/packet=1/);
    await page.getByRole("button", { name: /^IPv[46]/ }).click();
    expect(await page.locator("[data-marked]").count()).toBeGreaterThanOrEqual(20);
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Packets as pcap" }).click(),
    ]);
    const header = readFileSync(await saved.path())
      .subarray(0, 4)
      .toString("hex");
    expect(header).toBe("d4c3b2a1");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test(
    "every page is sound for axe and no wider than its window, on a desk and on a phone",
    PATIENT,
    async () => {
      const flow = `/captures/${demo.capture}/flow?job=${demo.job.id}&row=5`;
      for (const path of ["/captures", `/captures/${demo.capture}`, flow])
        for (const [size, colorScheme] of [
          ["desktop", "light"],
          ["phone", "dark"],
        ] as const) {
          const { page, complaints } = await up.open(path, { viewport: SIZES[size], colorScheme });
          page.setDefaultTimeout(60_000);
          await page.getByRole("heading", { level: 1 }).waitFor();
          if (path === flow) await page.locator("canvas").waitFor();
          else if (path !== "/captures") {
            await page.getByRole("grid").getByRole("row").nth(2).waitFor();
            // Until the models are known it is no button to press, and fainter.
            await page.locator("button:enabled").filter({ hasText: "Judge" }).waitFor();
          } else await page.getByRole("link", { name: "demo.pcap.gz" }).waitFor();
          expect(await seriousProblems(page), `${path} ${size}`).toEqual([]);
          expect(await overflows(page), `${path} ${size}`).toBe(false);
          expect(complaints).toEqual([]);
          await page.context().close();
        }
    },
  );

  test("a file that is no capture is refused in the server's words, and nothing is kept of it", async () => {
    const path = join(folder, "photo.pcap");
    writeFileSync(path, "no capture at all");
    const { page } = await up.open("/captures");
    await page.locator('input[type="file"]').setInputFiles(path);
    const card = page.getByRole("group", { name: "Upload of photo.pcap" });
    await card.getByRole("alert").waitFor();
    expect(await card.getByRole("alert").textContent()).toContain(
      "the file is no capture, expected pcap or pcapng, plain or gzip",
    );
    await page.reload();
    await page.getByRole("link", { name: "demo.pcap.gz" }).waitFor();
    expect(await page.getByRole("link", { name: "photo.pcap" }).count()).toBe(0);
    await page.context().close();
  });

  test(
    "a file that is there before the page knows of any model is judged by the one in charge",
    PATIENT,
    async () => {
      const { page, complaints } = await up.open("/settings");
      page.setDefaultTimeout(60_000);
      let known = (): void => {};
      const isKnown = new Promise<void>((resolve) => {
        known = resolve;
      });
      await page.route(`${up.address}/models`, async (route) => {
        await isKnown;
        await route.continue();
      });
      await page.goto(`${up.address}/console/captures`);
      const early = { name: "early.pcap.gz", mimeType: "application/gzip", buffer: readFileSync(DEMO) };
      await page.locator('input[type="file"]').setInputFiles(early);
      const card = page.getByRole("group", { name: "Upload of early.pcap.gz" });
      await card.getByText(/ frames, /).waitFor();
      known();
      await card.getByRole("link", { name: "Look at the verdicts" }).waitFor();
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test("who may only look has nothing to send, play, judge or remove with", PATIENT, async () => {
    const { page, complaints } = await up.openAs("viewer", "/captures");
    await page.getByRole("link", { name: "demo.pcap.gz" }).waitFor();
    expect(await page.locator('input[type="file"]').count()).toBe(0);
    for (const name of [/^Play/, /^Remove/]) expect(await page.getByRole("button", { name }).count()).toBe(0);
    await page.getByRole("button", { name: "Download demo.pcap.gz" }).waitFor();
    await page.getByRole("link", { name: "demo.pcap.gz" }).click();
    await page.getByRole("grid", { name: "Verdicts" }).getByRole("row").nth(2).waitFor({ timeout: 60_000 });
    expect(await page.getByRole("button", { name: "Judge" }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a capture is played as live traffic, and then removed", PATIENT, async () => {
    const sent = await up.client.uploadCapture(new Uint8Array(readFileSync(DEMO)), {
      name: "play me.pcap.gz",
    });
    const { page } = await up.open("/captures");
    await page.getByRole("button", { name: "Play play me.pcap.gz as live traffic" }).click();
    await page.getByRole("textbox", { name: "Name of the source" }).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Play" }).click();
    await page.waitForURL(/\/overview/, { timeout: 60_000 });
    const { data } = await up.client.api.GET("/sources");
    expect(data?.sources).toMatchObject([{ name: "play-me.pcap.gz", capture: sent.id, kind: "replay" }]);
    await up.client.api.DELETE("/sources/{name}", { params: { path: { name: "play-me.pcap.gz" } } });
    await page.goto(`${up.address}/console/captures`);
    await page.getByRole("button", { name: "Remove play me.pcap.gz" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("play me.pcap.gz was removed").waitFor();
    await expect.poll(() => page.getByRole("link", { name: "play me.pcap.gz" }).count()).toBe(0);
    await page.context().close();
  });

  test("a million rows are scrolled with less work than 50 frames a second allow", PATIENT, async () => {
    // Judging a million flows takes longer than everything else here: the rows of a real job are repeated, with numbers and times
    // of their own, in the file that the job made.
    const job = await judged(demo.capture);
    await repeatRows(join(up.started.place.root, "jobs", job.id, "results", "verdicts.parquet"), MANY_ROWS);
    const { page, complaints } = await up.open(`/captures/${demo.capture}?job=${job.id}`);
    page.setDefaultTimeout(60_000);
    const grid = page.getByRole("grid", { name: "Verdicts" });
    await grid.getByRole("row").nth(2).waitFor();
    expect(await rowCount(page)).toBe(MANY_ROWS);
    expect(await grid.getAttribute("aria-rowcount")).toBe(String(MANY_ROWS + 1));
    // Fast enough for 50 frames a second, whatever else the machine does.
    expect(await workPerFrame(page, SCROLL)).toBeLessThan(20);
    // The end of the table is the end of the rows.
    await grid.focus();
    await page.keyboard.press("End");
    await grid
      .locator(`[aria-rowindex="${MANY_ROWS + 1}"]`)
      .getByText(/benign|flood|scan/)
      .waitFor();
    // Sorted by the server, all of them.
    await grid.getByRole("button", { name: "Began (UTC)" }).click();
    await grid.getByRole("button", { name: "Began (UTC)" }).click();
    await page.waitForURL(/order=descending/);
    await grid
      .getByRole("row")
      .nth(1)
      .getByText(/benign|flood|scan/)
      .waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("markup in packets and in the name of a file stays text", PATIENT, async () => {
    const name = `"><svg onload=ran=true><img src=x onerror=ran=true>{{7*7}}\u001b[31m.pcap`;
    const path = join(folder, "hostile.pcap");
    await writeHostile(path);
    const { page, complaints } = await up.open("/captures");
    page.setDefaultTimeout(200_000);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name, mimeType: "application/octet-stream", buffer: readFileSync(path) });
    await page.getByRole("link", { name: "Look at the verdicts" }).click();
    await page
      .getByRole("grid", { name: "Verdicts" })
      .getByRole("row")
      .nth(1)
      .getByText("tcp")
      .or(page.getByRole("gridcell", { name: "udp" }))
      .first()
      .waitFor();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain("<svg onload=ran=true>");
    const found: string[] = [];
    const rows = await rowCount(page);
    expect(rows).toBe(2);
    const pageOfRows = page.url();
    for (let row = 0; row < rows; row++) {
      await page.goto(pageOfRows);
      await page
        .getByRole("grid")
        .getByRole("row")
        .nth(row + 1)
        .getByText(/tcp|udp/)
        .waitFor();
      await page
        .getByRole("grid")
        .getByRole("row")
        .nth(row + 1)
        .click();
      const packets = page.getByRole("table", { name: "Packets", exact: true });
      await packets
        .getByRole("row")
        .filter({ hasText: /PSH ACK|DNS/ })
        .first()
        .click();
      await page.getByRole("table", { name: "Payload", exact: true }).waitFor();
      found.push((await page.locator("main").textContent()) ?? "");
      expect(await page.locator("main svg[onload], main img").count()).toBe(0);
    }
    const text = found.join("\n");
    for (const words of [MARKUP.host, MARKUP.body, MARKUP.label]) expect(text).toContain(words);
    await page.goto(`${up.address}/console/captures`);
    await page.getByText("<svg onload=ran=true>").first().waitFor();
    await page.goto(`${up.address}/console/jobs`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.evaluate("typeof window.ran")).toBe("undefined");
    expect(asked.filter((url) => !url.startsWith(up.address) && !url.startsWith("blob:"))).toEqual([]);
    expect(complaints).toEqual([]);
    const { data } = await up.client.api.GET("/jobs", { params: { query: { kind: "score", limit: 1 } } });
    const csv = await (await up.client.result(data?.jobs[0]?.id ?? "", "verdicts", { format: "csv" })).text();
    for (const cell of csv.split(/[,\n]/)) expect(cell).not.toMatch(/^"?[=+@\t\r]/);
    await page.context().close();
  });
});

async function rowCount(page: Page): Promise<number> {
  const text = (await page.getByTestId("row-count").textContent()) ?? "";
  return /^[\d,]+/.test(text)
    ? Number((/^[\d,]+/.exec(text) as RegExpExecArray)[0].replaceAll(",", ""))
    : Number.NaN;
}

/** Scrolls fast for two seconds; gives the number of frames. */
const SCROLL = `new Promise((resolve) => {
  const grid = document.querySelector('[role="grid"]');
  const end = performance.now() + 2000;
  let frames = 0;
  const step = () => {
    frames++;
    grid.scrollTop += 240;
    if (performance.now() < end) requestAnimationFrame(step);
    else resolve(frames);
  };
  requestAnimationFrame(step);
})`;

/** Writes the table anew with its rows repeated until there are so many. */
async function repeatRows(path: string, rows: number): Promise<void> {
  const duck = await openDuck({ memoryLimit: "1GB" });
  try {
    const facts = await readTableFacts(duck, path);
    const [[there]] = (
      await duck.connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM read_parquet(${fileLiteral(path)})`)
    ).getRows();
    const times = Math.ceil(rows / Number(there));
    await duck.connection.run(`CREATE TABLE once AS FROM read_parquet(${fileLiteral(path)})`);
    const select = `SELECT once.* REPLACE (turn * ${there} + "row" AS "row", start_us + turn * 1e6 AS start_us, end_us + turn * 1e6 AS end_us) FROM range(${times}) AS turns(turn), once LIMIT ${rows}`;
    await copyTable(duck, select, path, facts);
  } finally {
    duck.close();
  }
}

const MARKUP = {
  host: "<script>ran=true</script>",
  body: '"><svg/onload=ran=true><img src=x onerror=ran=true>{{constructor.constructor("ran=true")()}}',
  label: "<img src=x onerror=ran=true>",
} as const;

/** A web session and a lookup whose texts are markup. */
async function writeHostile(path: string): Promise<void> {
  const writer = CaptureWriter.open(path);
  const ends = { source: [10, 0, 0, 1], destination: [10, 0, 0, 2] };
  const back = { source: ends.destination, destination: ends.source };
  const web = { sourcePort: 50_000, destinationPort: 80 };
  const answer = { sourcePort: 80, destinationPort: 50_000 };
  const request = ascii(
    `GET /${MARKUP.body} HTTP/1.1\r\nHost: ${MARKUP.host}\r\nUser-Agent: \u001b[31m=cmd\r\n\r\n`,
  );
  const question = joined(dnsLabels(MARKUP.label, "example"), be16(1), be16(1));
  const frames = [
    ipv4({ ...ends, protocol: 6 }, tcp({ ...web, sequence: 1, flags: 0x02 })),
    ipv4({ ...back, protocol: 6 }, tcp({ ...answer, sequence: 9, acknowledgment: 2, flags: 0x12 })),
    ipv4({ ...ends, protocol: 6 }, tcp({ ...web, sequence: 2, acknowledgment: 10, flags: 0x18 }, request)),
    ipv4({ ...back, protocol: 6 }, tcp({ ...answer, sequence: 10, flags: 0x11 })),
    ipv4(
      { ...ends, protocol: 17 },
      udp({ sourcePort: 5_000, destinationPort: 53 }, dns({ questions: 1 }, question)),
    ),
  ];
  for (const [at, frame] of frames.entries())
    writer.write(1_700_000_000_000_000 + at * 1_000, ethernet(0x0800, frame));
  await writer.close();
}
