// Runs Debian's influxd (InfluxDB 1.6) on free ports of the loopback, with a folder of its own that goes with it.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const START_TRIES = 200;
const START_PAUSE_MS = 100;

/** Whether the program is there. */
export function hasInfluxd(): boolean {
  return spawnSync("influxd", ["version"]).status === 0;
}

export interface Influxd {
  port: number;
  /** influx://127.0.0.1:PORT */
  address: string;
  /** Asks the server by itself, not through Orbweaver; the answer as JSON. */
  ask(query: string, database?: string): Promise<InfluxAnswer>;
  /** Writes line protocol by itself; the status and the server's words. */
  write(database: string, lines: string): Promise<{ status: number; text: string }>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface InfluxAnswer {
  results: {
    series?: { name: string; tags?: Record<string, string>; columns: string[]; values: unknown[][] }[];
    error?: string;
  }[];
}

/** `admin` makes the server ask for users, of which it is the only one. */
export async function startInfluxd(
  options: { admin?: { user: string; password: string } } = {},
): Promise<Influxd> {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-influxd-"));
  const [port, rpcPort] = [await freePort(), await freePort()];
  const config = join(folder, "influxdb.conf");
  writeFileSync(config, configuration(folder, port, rpcPort, options.admin !== undefined));
  const child = spawn("influxd", ["-config", config], { stdio: "ignore" });
  const killNow = (): void => void child.kill("SIGKILL");
  process.once("exit", killNow);
  const { admin } = options;
  const headers =
    admin === undefined
      ? undefined
      : { authorization: `Basic ${Buffer.from(`${admin.user}:${admin.password}`).toString("base64")}` };
  const origin = `http://127.0.0.1:${port}`;
  const server: Influxd = {
    port,
    address: `influx://127.0.0.1:${port}`,
    async ask(query, database = "") {
      const parameters = new URLSearchParams({ q: query, db: database, epoch: "u" });
      const response = await fetch(`${origin}/query?${parameters}`, { method: "POST", headers });
      return (await response.json()) as InfluxAnswer;
    },
    async write(database, lines) {
      const response = await fetch(`${origin}/write?db=${database}`, {
        method: "POST",
        headers,
        body: lines,
      });
      return { status: response.status, text: await response.text() };
    },
    async stop(signal = "SIGTERM") {
      process.off("exit", killNow);
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await untilItAnswers(child, `${origin}/ping`);
    if (admin !== undefined)
      await server.ask(`CREATE USER "${admin.user}" WITH PASSWORD '${admin.password}' WITH ALL PRIVILEGES`);
    return server;
  } catch (failure) {
    await server.stop("SIGKILL");
    throw failure;
  }
}

async function untilItAnswers(child: ChildProcess, address: string): Promise<void> {
  for (let attempt = 0; attempt < START_TRIES; attempt++) {
    if (child.exitCode !== null) throw new Error(`influxd ended with status ${child.exitCode}`);
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.status === 204) return;
    await pause(START_PAUSE_MS);
  }
  throw new Error("influxd does not answer");
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function configuration(folder: string, port: number, rpcPort: number, isClosed: boolean): string {
  return `reporting-enabled = false
bind-address = "127.0.0.1:${rpcPort}"
[meta]
dir = "${join(folder, "meta")}"
[data]
dir = "${join(folder, "data")}"
wal-dir = "${join(folder, "wal")}"
query-log-enabled = false
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
auth-enabled = ${isClosed}
log-enabled = false
[ifql]
enabled = false
`;
}
