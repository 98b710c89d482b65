// The rhythm of password guessing: attempts one after another on some connections at a time, until time or luck ends it.
// Shared by the brute-force scenarios.

import type { ScenarioParameter } from "../contract.ts";
import type { Host } from "../host.ts";
import type { Script } from "../script.ts";
import type { ConnectOptions, Stage } from "../stage.ts";
import { drawVictim } from "./common.ts";

export const BRUTE_FORCE_PARAMETERS: readonly ScenarioParameter[] = [
  {
    name: "parallel",
    unit: "connections",
    low: 1,
    high: 16,
    scale: "logarithmic",
    description: "Connections at a time from each source",
  },
  {
    name: "pause",
    unit: "s",
    low: 0.001,
    high: 8,
    scale: "logarithmic",
    description: "Pause between a connection and the next",
  },
  {
    name: "sources",
    unit: "hosts",
    low: 1,
    high: 12,
    scale: "logarithmic",
    description: "Machines that guess",
  },
  {
    name: "targets",
    unit: "hosts",
    low: 1,
    high: 4,
    scale: "integer",
    description: "Servers that are tried",
  },
  {
    name: "attempts",
    unit: "attempts",
    low: 1,
    high: 6,
    scale: "integer",
    description: "Passwords tried on a connection",
  },
  {
    name: "dropped",
    unit: "ratio",
    low: 0,
    high: 0.25,
    scale: "linear",
    description: "Share of connections that the server turns away early",
  },
];

export interface Guessing {
  port: number;
  script: () => Script;
  /** The conversation of a connection that the server turns away. */
  droppedScript: () => Script;
}

/** Starts all guessers. */
export function startGuessing(stage: Stage, guessing: Guessing): void {
  const { random, world } = stage;
  const targets = Array.from({ length: random.chance(0.7) ? 1 : stage.number("targets") }, () =>
    drawVictim(stage),
  );
  const allInside = targets.every((target) => target.inside);
  const sources = random.chance(0.6) ? 1 : Math.max(1, Math.floor(stage.number("sources") * stage.intensity));
  const parallel = Math.max(1, Math.floor(stage.number("parallel")));
  for (let index = 0; index < sources; index++) {
    const source = world.newAttacker(!allInside || random.chance(0.3));
    for (let lane = 0; lane < parallel; lane++) {
      const delayUs = stage.startUs - stage.nowUs + Math.floor(random.exponential(300_000));
      stage.after(delayUs, () => guess(stage, guessing, source, targets));
    }
  }
}

function guess(stage: Stage, guessing: Guessing, client: Host, targets: readonly Host[]): void {
  if (stage.nowUs > stage.endUs) return;
  const { random } = stage;
  const dropped = random.chance(stage.number("dropped"));
  const pauseUs = Math.floor(random.logNormal(stage.number("pause") * 1_000_000, 0.4));
  const options: ConnectOptions = {
    client,
    server: random.pick(targets),
    port: guessing.port,
    script: dropped ? guessing.droppedScript() : guessing.script(),
    accept: random.chance(0.01) ? "ignore" : "accept",
    close: dropped
      ? stage.closeStyle({ "server-fin": 6, "server-reset": 4 })
      : stage.closeStyle({
          "client-fin": 50,
          "server-fin": 30,
          "client-reset": 8,
          "server-fin-client-reset": 6,
          "client-fin-client-reset": 6,
        }),
    closeDelayUs: random.integer(0, 20_000),
    synRetries: random.integer(0, 4),
    onEnd: () => stage.after(pauseUs, () => guess(stage, guessing, client, targets)),
  };
  stage.connect(options);
}
