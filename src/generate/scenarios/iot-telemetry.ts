// Machines that report by the clock. Benign, though as regular as a beacon.

import { modbusScript, mqttScript } from "../applications/data.ts";
import { unknownScript } from "../applications/media.ts";
import { AGENTS, hostName, path } from "../applications/names.ts";
import { drawTls, overTls } from "../applications/tls.ts";
import { requestHead, responseHead } from "../applications/web.ts";
import { flavourNamed } from "../flavour.ts";
import type { Host } from "../host.ts";
import { type Step, step } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "iot-telemetry",
  label: "benign",
  attack: false,
  title: "Telemetry of devices",
  description:
    "Sensors and appliances report at regular intervals: MQTT and Modbus over long connections, short web posts, datagrams.",
  parameters: [
    {
      name: "devices",
      unit: "hosts",
      low: 1,
      high: 80,
      scale: "logarithmic",
      description: "Devices of the site",
    },
    {
      name: "period",
      unit: "s",
      low: 1,
      high: 300,
      scale: "logarithmic",
      description: "Median time between reports",
    },
  ],
  start(stage) {
    const devices = Math.max(1, Math.floor(stage.number("devices") * stage.intensity));
    const collector = stage.random.chance(0.6)
      ? stage.world.newOutside("server")
      : stage.world.insideServer(stage.random);
    for (let index = 0; index < devices; index++) installDevice(stage, collector, stage.number("period"));
  },
};

/** One device that reports until the end. */
export function installDevice(stage: Stage, collector: Host, medianSeconds: number): void {
  const { random, world } = stage;
  const device = world.newClient(flavourNamed(random.pick(["embedded", "embedded", "linux", "android"])));
  const periodUs = random.logNormal(medianSeconds * 1_000_000, 0.5);
  const jitter = random.chance(0.6) ? 0.003 : 0.1;
  const report = drawReport(stage, device, collector);
  const gap = (): number => periodUs * (1 + jitter * (2 * random.uniform() - 1));
  stage.repeat(gap, report, Math.min(periodUs * random.uniform(), (stage.endUs - stage.startUs) * 0.5));
}

function drawReport(stage: Stage, client: Host, server: Host): () => void {
  const { random } = stage;
  const kind = random.uniform();
  if (kind < 0.3) {
    const secure = random.chance(0.5);
    return opened(() => {
      const script = secure
        ? overTls(random, drawTls(random, hostName(random)), mqttScript(random))
        : mqttScript(random);
      stage.connect({
        client,
        server,
        port: secure ? 8883 : 1883,
        script,
        ...stage.usualClose(),
        keepAliveUs: 60_000_000,
      });
    });
  }
  if (kind < 0.4)
    return opened(
      () =>
        void stage.connect({
          client,
          server,
          port: 502,
          script: modbusScript(random),
          ...stage.usualClose(),
        }),
    );
  if (kind < 0.75) {
    const host = hostName(random);
    const target = path(random);
    const length = Math.floor(random.logUniform(20, 900));
    const secure = random.chance(0.6);
    const close = stage.closeStyle();
    return () => {
      const script = post(stage, host, target, length);
      stage.connect({
        client,
        server,
        port: secure ? 443 : 80,
        script: secure ? overTls(random, drawTls(random, host), script) : script,
        close,
        closeDelayUs: random.integer(0, 5000),
      });
    };
  }
  const port = random.pick([5683, 8125, 2055, 30_000, 514, 1700]);
  const clientPort = random.chance(0.5) ? random.integer(1024, 30_000) : undefined;
  return () =>
    void stage.talk({
      client,
      server,
      port: port === 5683 || port === 514 || port === 2055 ? 30_001 : port,
      script: shortened(unknownScript(random)),
      ...(clientPort !== undefined && { clientPort }),
    });
}

/** A report that opens a connection once; later ones travel on it. */
function opened(open: () => void): () => void {
  let done = false;
  return () => {
    if (!done) open();
    done = true;
  };
}

function* shortened(script: Iterator<Step, void>): Generator<Step, void> {
  for (let count = 0; count < 2; count++) {
    const result = script.next();
    if (result.done) return;
    yield { ...result.value, thinkUs: Math.min(result.value.thinkUs, 200_000) };
  }
}

function* post(stage: Stage, host: string, target: string, length: number): Generator<Step, void> {
  const { random } = stage;
  const head = requestHead(random, {
    method: "POST",
    path: target,
    host,
    agent: random.pick(AGENTS.slice(-3)),
    length,
  });
  yield step(true, random.integer(100, 9000), head, head.length + length, "text");
  const answer = responseHead(
    random,
    random.pick(["200 OK", "204 No Content", "202 Accepted"]),
    "application/json",
    2,
  );
  yield step(false, random.integer(900, 60_000), `${answer}{}`);
}
