// What stands around the pages of the console: the login, the menu, the two schemes, and what a browser is allowed to do.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, SIZES } from "../../support/browser.ts";
import { openConsole, overflows, seriousProblems, type TestConsole } from "../../support/console.ts";

const PAGES = ["overview", "captures", "predict", "datasets", "train", "models", "jobs", "settings"];

describe.skipIf(!hasBrowser && !process.env["CI"])("the console", () => {
  let up: TestConsole;
  beforeAll(async () => {
    up = await openConsole();
  });
  afterAll(() => up?.close());

  test("asks who one is, refuses a wrong password, and leads to the page that was wanted", async () => {
    const { page, complaints } = await up.browser.open();
    await page.goto(`${up.address}/console/models`);
    await page.getByLabel("Name").fill(up.login.name);
    await page.locator('input[type="password"]').fill("not the password");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toBe("Name or password is wrong.");
    await page.locator('input[type="password"]').fill(up.login.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { level: 1, name: "Models" }).waitFor();
    // Refusals are answers that were expected; nothing else may have gone wrong.
    expect(complaints.filter((line) => !line.includes("401"))).toEqual([]);
    await page.context().close();
  });

  test("logging out ends the session, also for the server", async () => {
    const { page } = await up.open("/overview");
    const tokens = JSON.parse(String(await page.evaluate('localStorage["orbweaver.tokens"]')));
    await page.getByRole("button", { name: "admin" }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    const answer = await fetch(`${up.address}/auth/refresh`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refresh_token: tokens.refresh_token }),
    });
    expect(answer.status).toBe(401);
    await page.context().close();
  });

  test.each(PAGES)("%s: axe finds nothing serious, nothing went wrong, nothing is too wide", async (name) => {
    for (const [size, scheme] of [
      ["desktop", "light"],
      ["phone", "dark"],
    ] as const) {
      const { page, complaints } = await up.open(`/${name}`, { viewport: SIZES[size], colorScheme: scheme });
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle");
      expect(await seriousProblems(page), `${name}, ${size}, ${scheme}`).toEqual([]);
      expect(await overflows(page), `${name}, ${size}`).toBe(false);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  test("every page is reached by the menu and by its key", async () => {
    const { page } = await up.open("/overview");
    for (const name of PAGES) {
      await page.getByRole("navigation", { name: "Pages" }).locator(`a[href="/console/${name}"]`).click();
      await page.waitForURL(`**/console/${name}`);
    }
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await page.waitForURL("**/console/overview");
    await page.context().close();
  });

  test("the page may run scripts of this server only, and nothing inline", async () => {
    const { page } = await up.open("/overview");
    await page.getByRole("heading", { level: 1 }).waitFor();
    const answer = await fetch(`${up.address}/console/`);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(/script-src ([^;]*)/.exec(policy)?.[1]).toBe("'self'");
    // The browser keeps to it: an element of markup that would run a script does not.
    const ran = await page.evaluate(`(async () => {
      const element = document.createElement("div");
      element.innerHTML = '<img src="data:," onerror="window.ran = true">';
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(element, script);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return window.ran === true;
    })()`);
    expect(ran).toBe(false);
    await page.context().close();
  });

  test("two answers never share the nonce of their styles", async () => {
    const nonces = await Promise.all(
      [1, 2].map(
        async () =>
          /nonce-([^']+)/.exec(
            (await fetch(`${up.address}/console/`)).headers.get("content-security-policy") ?? "",
          )?.[1],
      ),
    );
    expect(nonces[0]).toBeDefined();
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  test("the scheme is chosen and kept", async () => {
    const { page } = await up.open("/overview");
    await page.getByRole("button", { name: "Use the dark scheme" }).click();
    expect(await page.evaluate("document.documentElement.dataset.mantineColorScheme")).toBe("dark");
    await page.reload();
    await page.getByRole("button", { name: "Use the light scheme" }).waitFor();
    await page.context().close();
  });

  test("what is no page says so, and what is no file is not one", async () => {
    const { page } = await up.open("/nowhere");
    await page.getByRole("heading", { name: "No such page" }).waitFor();
    await page.context().close();
    for (const path of ["assets/none.js", "assets/../../../package.json", "assets/%2e%2e/index.html"]) {
      const answer = await fetch(`${up.address}/console/${path}`);
      expect((await answer.text()).includes("devDependencies")).toBe(false);
    }
    expect((await fetch(`${up.address}/console/assets/none.js`)).status).toBe(404);
  });

  test("what is loaded first is small", async () => {
    const { page } = await up.browser.open();
    const sizes: Promise<number>[] = [];
    page.on("response", (answer) => {
      sizes.push(
        answer
          .request()
          .sizes()
          .then(
            (told) => told.responseBodySize,
            () => 0,
          ),
      );
    });
    await page.goto(`${up.address}/console/`);
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await page.waitForLoadState("networkidle");
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(300_000);
    await page.context().close();
  });
});
