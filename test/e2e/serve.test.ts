// `orbweaver serve` as a user starts it: the address that it prints, an answer, the ends by signals, and ports that are taken.

import { createServer } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { buildCommand, jsonLines, orbweaver, startOrbweaver } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const cwd = temporaryFolder();
const environment = { ORBWEAVER_HOME: cwd };

beforeAll(buildCommand, 300_000);

describe("serve", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "prints its address, answers, and ends cleanly by %s",
    async (signal) => {
      const server = startOrbweaver(["serve", "--port", "0", "--json"], { cwd, environment });
      await server.untilOut((out) => out.includes("\n"));
      const [{ address, models }] = jsonLines(server.out());
      expect(models).toEqual(["bundled"]);
      const health = await fetch(String(address));
      expect(await health.json()).toMatchObject({ health_check: "OK", model: "bundled" });
      const page = await fetch(`${address}/docs/static/swagger-ui-bundle.js`);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain("SwaggerUIBundle");
      server.process.kill(signal);
      const { status, err } = await server.ended;
      expect(status).toBe(0);
      for (const line of jsonLines(err)) expect(line).toHaveProperty("msg");
    },
  );

  test("a port that is in use is told", async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port));
    });
    const { status, err } = orbweaver(["serve", "--port", String(port), "--no-log"], { cwd, environment });
    taken.close();
    expect(status).toBe(34);
    expect(err).toContain(`127.0.0.1, port ${port}, is in use by another program`);
  });

  test.each([
    [["--model", "none"], "none"],
    [["--model", "bundled", "--model", "bundled"], "two models would be served as 'bundled'"],
    [["--port", "70000"], "port"],
    [["--model", "missing.orb"], "no such file"],
  ])("%j is refused in one line", (args, message) => {
    const { status, err } = orbweaver(["serve", "--no-log", ...args], { cwd, environment });
    expect(status).toBeGreaterThan(0);
    expect(status).not.toBe(70);
    expect(err).toContain(message);
    expect(err.trim().split("\n").length).toBeLessThanOrEqual(2);
  });
});
