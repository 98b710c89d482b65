// A browser for tests of pages: Debian's Chromium, driven by playwright-core, with a context of its own for each page. Whatever a
// page says on its console as an error, or throws, is kept, so that a test can tell that nothing was.

import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

export type { Page } from "playwright-core";

/** Where Debian has it, or where the person says. */
const CHROMIUM = process.env["ORBWEAVER_CHROMIUM"] ?? "/usr/bin/chromium";

export const hasBrowser = existsSync(CHROMIUM);

export const SIZES = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

export interface OpenedPage {
  page: Page;
  /** What went wrong in the page: errors of scripts, refused resources, broken policies. */
  complaints: string[];
}

export interface TestBrowser {
  open(options?: BrowserContextOptions): Promise<OpenedPage>;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return {
    async open(options = {}) {
      const context = await browser.newContext({
        viewport: SIZES.desktop,
        reducedMotion: "reduce",
        ...options,
      });
      // Machines that test are busy with other tests.
      context.setDefaultTimeout(60_000);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (failure) => complaints.push(String(failure)));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      return { page, complaints };
    },
    close: () => browser.close(),
  };
}

/**
 * Milliseconds of processor time that the page's main thread works for a frame, while a script scrolls; the script gives the number of
 * frames. Not the clock's: other programs may have the processor meanwhile; and as much less as a short loop took longer than it does
 * on a processor of today, where many machines share one. Below 20 the page keeps 50 frames a second. The least of three times,
 * since the first also compiles.
 */
export async function workPerFrame(page: Page, script: string): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
  };
  const workOf = async (code: string): Promise<{ seconds: number; result: unknown }> => {
    const before = await worked();
    const result = await page.evaluate(code);
    return { seconds: (await worked()) - before, result };
  };
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 3; turn++) {
    const reference = await workOf(REFERENCE);
    const { seconds, result } = await workOf(script);
    const slowness = Math.max(1, reference.seconds / REFERENCE_SECONDS);
    least = Math.min(least, (seconds * 1_000) / Number(result) / slowness);
  }
  await session.detach();
  return least;
}

/** Twenty million steps that depend on each other, and how long a processor may take for them that bounds are meant for. */
const REFERENCE =
  "(() => { let sum = 0; for (let step = 0; step < 2e7; step++) sum = (sum * 31 + step) | 0; return sum; })()";
const REFERENCE_SECONDS = 0.12;
