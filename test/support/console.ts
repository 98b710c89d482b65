// The console for tests: a server of its own in a folder of its own, as `orbweaver up` starts it, a browser that is logged in, and
// what is asked of every page: that axe finds nothing serious, and that nothing went wrong in it.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { addFirstUser, addUser } from "../../src/app/access.ts";
import { type Client, createClient } from "../../src/client/index.ts";
import { type Started, type StartOptions, startServing } from "../../src/http/start.ts";
import { type OpenedPage, openBrowser, type Page, type TestBrowser } from "./browser.ts";
import { temporaryFolder } from "./rows.ts";

export interface TestConsole {
  started: Started;
  browser: TestBrowser;
  address: string;
  login: { name: string; password: string };
  /** A client that is logged in as the administrator. */
  client: Client;
  /** A page that is logged in, at a path of the console: "/overview". */
  open(path: string, options?: Parameters<TestBrowser["open"]>[0]): Promise<OpenedPage>;
  /** A page that is logged in as a user with less rights. */
  openAs(role: "viewer" | "analyst", path: string): Promise<OpenedPage>;
  close(): Promise<void>;
}

/** Cheap hashes: no test is about guessing these passwords. */
const COSTS = { log2N: 10, r: 8, p: 1 };
/** The console that `npm run build` made, or one that was built elsewhere: npx vite build -c web/vite.config.ts --outDir FOLDER. */
const BUILT = process.env["ORBWEAVER_TEST_CONSOLE"] ?? true;
const ACTOR = { who: "test", from: "test" };

export async function openConsole(options: Partial<StartOptions> = {}): Promise<TestConsole> {
  const folder = temporaryFolder();
  const [started, browser] = await Promise.all([
    startServing({
      pages: BUILT,
      models: ["bundled"],
      place: { project: join(folder, "place"), create: true },
      security: { costs: COSTS },
      ...options,
    }),
    openBrowser(),
  ]);
  const { address } = started;
  const login = await addFirstUser(started.access, ACTOR, "admin");
  if (login === undefined) throw new Error("there was a user already");
  const client = createClient({ baseUrl: address });
  await client.login(login.name, login.password);
  const openWith = async (
    { name, password }: { name: string; password: string },
    path: string,
    given?: Parameters<TestBrowser["open"]>[0],
  ): Promise<OpenedPage> => {
    const own = createClient({ baseUrl: address });
    const tokens = await own.login(name, password);
    const opened = await browser.open(given);
    const kept = JSON.stringify(JSON.stringify(tokens));
    await opened.page.context().addInitScript(`localStorage["orbweaver.tokens"] ??= ${kept}`);
    await opened.page.goto(`${address}/console${path}`);
    return opened;
  };
  return {
    started,
    browser,
    address,
    login,
    client,
    open: (path, given) => openWith(login, path, given),
    async openAs(role, path) {
      const password = `a long password of a ${role}`;
      const name = `${role}-${started.access.users.list().length}`;
      await addUser(started.access, ACTOR, { name, role, password });
      return openWith({ name, password }, path);
    },
    async close() {
      await browser.close();
      await started.close();
    },
  };
}

interface AxeResult {
  violations: {
    id: string;
    impact: string;
    help: string;
    nodes: { html: string; failureSummary?: string }[];
  }[];
}

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What is still fading or sliding has colours that nobody is to read yet; what turns for ever is not waited for. */
const STILL = `document.getAnimations().every(
  ({ playState, effect }) => playState !== "running" || effect?.getComputedTiming().endTime === Infinity,
)`;

/** What axe finds in a page that is serious or critical (WCAG 2.2 A and AA), a line for each element, once nothing moves in it. */
export async function seriousProblems(page: Page): Promise<string[]> {
  // Not waitForFunction, which evaluates within the page, where the content security policy forbids it.
  while (!(await page.evaluate(STILL))) await page.waitForTimeout(20);
  await page.evaluate(readFileSync(AXE, "utf8"));
  const { violations } = (await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })`,
  )) as AxeResult;
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ html, failureSummary = "" }) =>
          `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary.replaceAll(/\s+/g, " ").slice(0, 300)}`,
      ),
    );
}

/** Whether a page is wider than its window: what is wide has to scroll within itself. */
export function overflows(page: Page): Promise<boolean> {
  return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1");
}
