// Bulk in both directions. Benign, though its volumes are those of floods.

import { sshBulk } from "../applications/shell.ts";
import { fileServerScript, ftpSession } from "../applications/transfer.ts";
import { drawWeb, uploadScript } from "../applications/web.ts";
import type { Host } from "../host.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "file-transfer",
  label: "benign",
  attack: false,
  title: "File transfer",
  description:
    "FTP with its data connections (passive and active), file servers, large downloads and uploads over the web, copies over SSH.",
  parameters: [
    {
      name: "users",
      unit: "hosts",
      low: 1,
      high: 30,
      scale: "logarithmic",
      description: "Clients of the site",
    },
    {
      name: "rate",
      unit: "sessions/s",
      low: 0.03,
      high: 1.2,
      scale: "logarithmic",
      description: "Sessions a second in all",
    },
    {
      name: "size",
      unit: "bytes",
      low: 30_000,
      high: 8_000_000,
      scale: "logarithmic",
      description: "Median size of large files",
    },
  ],
  start: (stage) =>
    stage.arrivals(stage.number("rate"), () =>
      moveFiles(
        stage,
        stage.world.client(stage.random, Math.floor(stage.number("users"))),
        stage.number("size"),
      ),
    ),
};

/** One transfer of a client. */
export function moveFiles(stage: Stage, client: Host, medianBytes: number): void {
  const { random, world } = stage;
  const server = random.chance(0.5) ? world.outside(random) : world.insideServer(random);
  const bytes = Math.min(60_000_000, random.logNormal(medianBytes, 1));
  const kind = random.uniform();
  if (kind < 0.35) ftpSession(stage, client, server);
  else if (kind < 0.6)
    stage.connect({
      client,
      server: world.service("files", "inside"),
      port: 445,
      script: fileServerScript(random),
      ...stage.usualClose(),
    });
  else if (kind < 0.8)
    stage.connect({
      client,
      server,
      ...drawWeb(random, { requests: random.integer(1, 3), medianBytes: bytes, upload: 0 }),
      ...stage.usualClose(),
    });
  else if (kind < 0.9)
    stage.connect({ client, server, port: 443, script: uploadScript(random, bytes), ...stage.usualClose() });
  else
    stage.connect({
      client,
      server,
      port: random.pick([22, 22, 873]),
      script: sshBulk(random, bytes, random.chance(0.5)),
      ...stage.usualClose(),
    });
}
