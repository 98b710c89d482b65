// `orbweaver up` as a user starts it: the console, the first login, a capture that is played, and what is refused.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../src/client/index.ts";
import {
  buildCommand,
  jsonLines,
  orbweaver,
  ROOT,
  type RunningCommand,
  startOrbweaver,
} from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const DEMO = join(ROOT, "assets/demo.pcap.gz");
const cwd = temporaryFolder();
const environment = { ORBWEAVER_HOME: join(cwd, "home") };

interface Up {
  address: string;
  console: string;
  login?: { name: string; password: string };
}

beforeAll(buildCommand, 300_000);

function start(...args: string[]): RunningCommand {
  return startOrbweaver(["up", "--port", "0", "--no-log", ...args], { cwd, environment });
}

async function told(server: RunningCommand): Promise<Up> {
  await server.untilOut((out) => out.includes("\n"));
  return jsonLines(server.out())[0] as unknown as Up;
}

async function stopped(server: RunningCommand): Promise<void> {
  server.process.kill("SIGINT");
  expect((await server.ended).status).toBe(0);
}

describe("up", () => {
  test("prints the console's address and the first login, which counts; the second start prints none", async () => {
    const first = start("--json", "--replay", DEMO, "--speed", "100");
    const up = await told(first);
    const page = await fetch(up.console);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect((await fetch(`${up.address}/sources`)).status).toBe(401);
    const client = createClient({ baseUrl: up.address });
    await client.login(up.login?.name ?? "", up.login?.password ?? "");
    const { data: me } = await client.api.GET("/auth/me");
    expect(me).toMatchObject({ name: "admin", permissions: expect.arrayContaining(["admin"]) });
    let verdicts = 0;
    for await (const { event } of client.sourceEvents("replay"))
      if (event === "verdict" && ++verdicts === 10) break;
    expect(verdicts).toBe(10);
    await stopped(first);

    const second = start("--replay", DEMO);
    await second.untilOut((out) => out.includes("Ctrl-C"));
    expect(second.out()).toContain("Login:      as before");
    expect(second.out()).not.toContain(up.login?.password);
    const [, address = ""] = /Console: +(\S+)\/console\//.exec(second.out()) ?? [];
    const again = createClient({ baseUrl: address });
    await again.login("admin", up.login?.password ?? "");
    // The capture is kept once, however often it is played.
    const { data: captures } = await again.api.GET("/captures");
    expect(captures?.captures).toHaveLength(1);
    await stopped(second);
  });

  test("without a login nobody is added and nobody is asked", async () => {
    const home = { ORBWEAVER_HOME: join(cwd, "open") };
    const server = startOrbweaver(["up", "--port", "0", "--no-log", "--no-auth", "--json"], {
      cwd,
      environment: home,
    });
    const up = await told(server);
    expect(up.login).toBeUndefined();
    expect((await fetch(`${up.address}/sources`)).status).toBe(200);
    await stopped(server);
    expect(orbweaver(["user", "list"], { cwd, environment: home }).out).toContain("No users");
  });

  test("browsers are led from the root to the console, programs get the health", async () => {
    const server = start("--json");
    const { address } = await told(server);
    const page = await fetch(address, { headers: { accept: "text/html" }, redirect: "manual" });
    expect([page.status, page.headers.get("location")]).toEqual([302, "/console/"]);
    expect(await (await fetch(address)).json()).toMatchObject({ health_check: "OK" });
    await stopped(server);
  });

  test.each([
    [["--replay", "missing.pcap"], "'missing.pcap' does not exist"],
    [["--replay", "noise.pcap"], "noise.pcap"],
    [["--speed", "-1"], "speed"],
    [["--host", "0.0.0.0", "--no-auth"], "without authentication"],
  ])("%j is refused in a line", (args, message) => {
    writeFileSync(join(cwd, "noise.pcap"), "this is no capture");
    const { status, err, out } = orbweaver(["up", "--port", "0", "--no-log", ...args], { cwd, environment });
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n +at /);
    expect(status).not.toBe(70);
    expect(status).toBeGreaterThan(0);
    expect(out).toBe("");
  });
});
