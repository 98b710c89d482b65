// How soon a page of the console can be used, and how much it loads before: each page in a browser that has cached nothing.
//
//   npx tsx bench/console.ts [--rounds 5]
//   npx tsx bench/console.ts --page          the figures written before, into docs/guide/console.md
//
// `orbweaver up` runs in a process of its own, as its users start it, with the bundled capture played. A page counts as usable when its
// heading is drawn and its main thread rests: the end of the last task of 50 ms or more (the browser's own "long tasks") before three
// pictures in a row come in time. Times are those of the browser, from the start of the navigation. Writes bench/results/console.json.
// Run `npm run build` before.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { createClient } from "../src/client/index.ts";
import { openBrowser, type TestBrowser } from "../test/support/browser.ts";
import { median, thisMachine } from "./support/process.ts";

const { values: flags } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, page: { type: "boolean", default: false } },
});
const ROOT = join(import.meta.dirname, "..");
const RESULT = join(import.meta.dirname, "results/console.json");
const PAGES = ["overview", "captures", "predict", "datasets", "train", "models", "jobs", "settings"] as const;

interface Figures {
  page: string;
  drawnMs: number;
  usableMs: number;
  kilobytes: number;
}

interface Results {
  machine: string;
  load: number;
  rounds: number;
  figures: Figures[];
}

/** Starts the server and gives what it printed, until it is ready. */
async function startUp(
  folder: string,
): Promise<{ address: string; name: string; password: string; stop: () => void }> {
  const child = spawn(
    process.execPath,
    [
      join(ROOT, "bin/orbweaver"),
      "up",
      "--model",
      "bundled",
      "--replay",
      join(ROOT, "assets/demo.pcap.gz"),
      "--speed",
      "10",
      "--port",
      "0",
      "--no-log",
    ],
    {
      cwd: folder,
      env: { ...process.env, ORBWEAVER_HOME: join(folder, "home") },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let out = "";
  for await (const part of child.stdout) {
    out += String(part);
    const address = /Console:\s+(\S+)\/console\//.exec(out)?.[1];
    const login = /Login:\s+(\S+), password (\S+)/.exec(out);
    if (address !== undefined && login !== null)
      return { address, name: login[1], password: login[2], stop: () => child.kill("SIGINT") };
  }
  throw new Error(`orbweaver up told no address: ${out}`);
}

const OBSERVE = `
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longTasks.push(task.startTime + task.duration);
  }).observe({ type: "longtask", buffered: true });
`;

const RESTED = `new Promise((resolve) => {
  let calm = 0;
  let before = performance.now();
  const look = (now) => {
    calm = now - before < 50 ? calm + 1 : 0;
    before = now;
    if (calm < 3) requestAnimationFrame(look);
    else resolve(performance.now());
  };
  requestAnimationFrame(look);
})`;

async function load(browser: TestBrowser, address: string, tokens: string, path: string): Promise<Figures> {
  const { page } = await browser.open();
  let bytes = 0;
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.context().addInitScript(`localStorage["orbweaver.tokens"] ??= ${tokens}; ${OBSERVE}`);
  await page.goto(`${address}/console/${path}`, { waitUntil: "commit" });
  await page.getByRole("heading", { level: 1 }).waitFor();
  const drawnMs = (await page.evaluate("performance.now()")) as number;
  await page.evaluate(RESTED);
  const lastTask = (await page.evaluate("Math.max(0, ...window.longTasks)")) as number;
  await page.context().close();
  return { page: path, drawnMs, usableMs: Math.max(drawnMs, lastTask), kilobytes: bytes / 1_000 };
}

async function measureAll(rounds: number): Promise<Figures[]> {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-bench-"));
  const up = await startUp(folder);
  const browser = await openBrowser();
  try {
    const tokens = JSON.stringify(
      JSON.stringify(await createClient({ baseUrl: up.address }).login(up.name, up.password)),
    );
    const found: Figures[] = [];
    // The first is not counted: it starts the browser's processes.
    await load(browser, up.address, tokens, PAGES[0]);
    for (let round = 0; round < rounds; round++)
      for (const path of PAGES) found.push(await load(browser, up.address, tokens, path));
    return PAGES.map((path) => {
      const own = found.filter(({ page }) => page === path);
      const middle = (figure: (figures: Figures) => number) => Math.round(median(own.map(figure)));
      return {
        page: path,
        drawnMs: middle(({ drawnMs }) => drawnMs),
        usableMs: middle(({ usableMs }) => usableMs),
        kilobytes: middle(({ kilobytes }) => kilobytes),
      };
    });
  } finally {
    await browser.close();
    up.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function pageText({ machine, load: busy, rounds, figures }: Results): string {
  return [
    "| Page | drawn | usable | loaded |",
    "|---|---:|---:|---:|",
    ...figures.map(
      ({ page, drawnMs, usableMs, kilobytes }) =>
        `| ${page} | ${drawnMs} ms | ${usableMs} ms | ${kilobytes} kB |`,
    ),
    "",
    `Medians of ${rounds} loads with nothing cached, charts included. Machine: ${machine}, at a load of ${busy.toFixed(1)}.`,
  ].join("\n");
}

if (!flags.page) {
  const machine = thisMachine();
  const rounds = Number(flags.rounds);
  const results: Results = { machine, load: loadavg()[0], rounds, figures: await measureAll(rounds) };
  writeFileSync(RESULT, `${JSON.stringify(results, undefined, 2)}\n`);
}
const text = pageText(JSON.parse(readFileSync(RESULT, "utf8")) as Results);
console.log(text);
if (flags.page) writeSection(join(ROOT, "docs/guide/console.md"), "console", text);
