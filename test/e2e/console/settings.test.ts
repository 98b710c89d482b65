// Settings in the console: users, keys, passwords and the audit log, as an administrator and as those who are none.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../src/client/index.ts";
import { hasBrowser, SIZES } from "../../support/browser.ts";
import { openConsole, overflows, seriousProblems, type TestConsole } from "../../support/console.ts";

const TABS = ["account", "users", "keys", "log", "api"];

describe.skipIf(!hasBrowser && !process.env["CI"])("the settings of the console", () => {
  let up: TestConsole;
  beforeAll(async () => {
    up = await openConsole();
  });
  afterAll(() => up?.close());

  test("a user is added with a password that is shown once, gets another role, and is removed", async () => {
    const { page, complaints } = await up.open("/settings?tab=users");
    await page.getByRole("button", { name: "Add a user" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("ann");
    await dialog.getByRole("button", { name: "Add" }).click();
    const password = String(await page.getByRole("region", { name: "Password" }).textContent());
    const client = createClient({ baseUrl: up.address });
    await client.login("ann", password);
    await page.getByRole("combobox", { name: "Role of ann" }).click();
    await page.getByRole("option", { name: "analyst" }).click();
    await page.getByText("ann is analyst now").waitFor();
    // Another role ends the sessions of the one before.
    await expect(client.api.GET("/models")).rejects.toMatchObject({ status: 401 });
    await client.login("ann", password);
    expect((await client.api.GET("/auth/me")).data?.permissions).toContain("write");
    await page.getByRole("button", { name: "More for ann" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("ann is removed").waitFor();
    await expect(client.login("ann", password)).rejects.toMatchObject({ status: 401 });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("that the last administrator stays is told in the server's words", async () => {
    const { page } = await up.open("/settings?tab=users");
    await page.getByRole("combobox", { name: "Role of admin" }).click();
    await page.getByRole("option", { name: "viewer" }).click();
    await page.getByText("'admin' is the last admin and must keep the role admin").waitFor();
    expect((await up.client.api.GET("/auth/me")).data?.permissions).toContain("admin");
    await page.context().close();
  });

  test("a key is made, shown once, counts, and counts no more when it is revoked", async () => {
    const { page } = await up.open("/settings?tab=keys");
    await page.getByText("No API keys").waitFor();
    await page.getByRole("button", { name: "Make a key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("nightly");
    await dialog.getByRole("checkbox", { name: "read" }).check();
    await dialog.getByRole("button", { name: "Make" }).click();
    const secret = String(await page.getByRole("region", { name: "API key", exact: true }).textContent());
    const client = createClient({ baseUrl: up.address, key: secret });
    expect((await client.api.GET("/auth/me")).data).toMatchObject({
      name: "nightly",
      permissions: expect.arrayContaining(["read", "predict"]),
    });
    await page.reload();
    await page.getByRole("table", { name: "API keys" }).getByText("nightly").waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole("button", { name: "Revoke nightly" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("revoked", { exact: true }).waitFor();
    await expect(client.api.GET("/models")).rejects.toMatchObject({ status: 401 });
    await page.context().close();
  });

  test("the audit log tells it all, and is looked through by who and what", async () => {
    await up.client.api.POST("/users", {
      body: { name: "bob", role: "viewer", password: "a long enough one" },
    });
    const { page } = await up.open("/settings?tab=log");
    await page.getByRole("cell", { name: "user.add" }).first().waitFor();
    await page.getByLabel("What").fill("user.add");
    await page.getByRole("button", { name: "Look" }).click();
    await page.waitForURL("**/console/settings?tab=log&what=user.add");
    await expect.poll(() => page.getByRole("cell", { name: "login", exact: true }).count()).toBe(0);
    await page.getByRole("row").filter({ hasText: "bob" }).getByText("admin").first().waitFor();
    await page.context().close();
  });

  test("a viewer changes the own password, and is told what is for administrators", async () => {
    const { page, complaints } = await up.openAs("viewer", "/settings");
    for (const tab of ["Users", "API keys", "Audit log"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.getByText("Your role does not allow this").waitFor();
    }
    await page.getByRole("tab", { name: "Account" }).click();
    await page.locator('input[autocomplete="current-password"]').fill("a long password of a viewer");
    for (const input of await page.locator('input[autocomplete="new-password"]').all())
      await input.fill("another sentence that is long");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    const name =
      up.started.access.users.list().find(({ name: one }) => one.startsWith("viewer-"))?.name ?? "";
    const client = createClient({ baseUrl: up.address });
    await client.login(name, "another sentence that is long");
    // What the page asked for with the old login is refused by then.
    expect(complaints.filter((line) => !line.includes("401"))).toEqual([]);
    await page.context().close();
  });

  test.each(TABS)("%s: axe finds nothing serious, and nothing is too wide", async (tab) => {
    for (const [size, colorScheme] of [
      ["desktop", "dark"],
      ["phone", "light"],
    ] as const) {
      const { page, complaints } = await up.open(`/settings?tab=${tab}`, {
        viewport: SIZES[size],
        colorScheme,
      });
      await page.getByRole("tabpanel").waitFor();
      await page.waitForLoadState("networkidle");
      expect(await seriousProblems(page), `${tab}, ${size}`).toEqual([]);
      expect(await overflows(page), `${tab}, ${size}`).toBe(false);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  test("without authentication the page says how to begin", async () => {
    const open = await openConsole({ security: { authentication: "off", costs: { log2N: 4, r: 1, p: 1 } } });
    try {
      const { page, complaints } = await open.browser.open();
      await page.goto(`${open.address}/console/settings?tab=users`);
      await page.getByText("This server asks nobody who they are").waitFor();
      await page.getByText("orbweaver user add NAME --role admin").waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await open.close();
    }
  });
});
