// A monitoring system looks at many hosts in turn: to a careless eye, a scan. It comes back to the same doors, at a
// moderate pace, and mostly finds them open.

import { snmpScript } from "../applications/services.ts";
import { drawWeb } from "../applications/web.ts";
import type { Host } from "../host.ts";
import { step } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "monitoring",
  label: "benign",
  attack: false,
  title: "Monitoring",
  description:
    "One or two stations look at many hosts in rounds: ping, SNMP, web health checks, connections that are closed at once. Some hosts are down for a while.",
  parameters: [
    { name: "hosts", unit: "hosts", low: 4, high: 120, scale: "logarithmic", description: "Hosts looked at" },
    {
      name: "round",
      unit: "s",
      low: 5,
      high: 120,
      scale: "logarithmic",
      description: "Time of a round over all hosts",
    },
    {
      name: "down",
      unit: "ratio",
      low: 0,
      high: 0.1,
      scale: "linear",
      description: "Share of hosts that are down",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    const station = world.newInsideServer();
    const hosts = Array.from({ length: Math.floor(stage.number("hosts")) }, () =>
      random.chance(0.8) ? world.client(random, 120) : world.outside(random),
    );
    const checks = [...new Set(hosts)].map((host) => drawCheck(stage, station, host));
    let next = 0;
    const gapUs = (stage.number("round") * 1_000_000) / (checks.length * stage.intensity);
    stage.repeat(
      () => gapUs * (0.8 + 0.4 * random.uniform()),
      () => checks[next++ % checks.length](),
      random.uniform() * 1_000_000,
    );
  },
};

function drawCheck(stage: Stage, client: Host, server: Host): () => void {
  const { random } = stage;
  const down = random.chance(stage.number("down"));
  const kind = random.uniform();
  const accept = down ? random.pick(["ignore", "refuse"] as const) : "accept";
  if (kind < 0.25) {
    const count = random.pick([1, 1, 3, 5]);
    return () =>
      stage.ping({
        from: client,
        to: server,
        count,
        intervalUs: random.pick([80_000, 1_000_000]),
        length: random.pick([56, 32, 64]),
        answered: down ? 0 : 1,
      });
  }
  if (kind < 0.5)
    return () =>
      void stage.talk({ client, server, port: 161, version: 4, script: snmpScript(random, !down) });
  const port = random.pick([22, 25, 80, 443, 3306, 5432, 445, 8080, 9100, 5666, 3389]);
  if (kind < 0.75) {
    const close = random.pick(["client-fin", "client-reset"] as const);
    const banner = [22, 25, 3306].includes(port);
    return () => {
      const script = banner
        ? [step(false, 900, port === 22 ? "SSH-2.0-OpenSSH_8.4\r\n" : "220 ready ESMTP\r\n")]
        : [];
      stage.connect({
        client,
        server,
        port: banner && port === 3306 ? 25 : port,
        script: script.values(),
        accept,
        close,
        closeDelayUs: random.integer(0, 3000),
        synRetries: 1,
      });
    };
  }
  return () =>
    void stage.connect({
      client,
      server,
      ...drawWeb(random, { requests: 1, medianBytes: 300, upload: 0 }),
      accept,
      close: "client-fin",
      synRetries: 2,
    });
}
