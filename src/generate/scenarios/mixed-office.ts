// Everyday traffic of one site together: the background that the bundled capture and mixtures use.

import { lookup } from "../applications/dns.ts";
import { talkOverUdp } from "../applications/media.ts";
import { browse, checkForUpdates, stayConnected } from "../applications/web.ts";
import type { Host } from "../host.ts";
import type { Scenario, Stage } from "../stage.ts";
import { askStore } from "./database.ts";
import { fail } from "./failures.ts";
import { moveFiles } from "./file-transfer.ts";
import { interact } from "./interactive.ts";
import { useMail } from "./mail.ts";
import { serve } from "./network-services.ts";
import { useSsh } from "./ssh.ts";
import { watch } from "./video.ts";
import { call } from "./voice.ts";
import { useWeb } from "./web.ts";

const DEEDS: readonly { weight: number; act: (stage: Stage, client: Host) => void }[] = [
  { weight: 18, act: browse },
  { weight: 12, act: useWeb },
  { weight: 16, act: (stage, client) => lookup(stage, client, stage.world.service("dns")) },
  { weight: 16, act: serve },
  { weight: 6, act: useMail },
  { weight: 6, act: (stage, client) => checkForUpdates(stage, client, stage.world.outside(stage.random)) },
  { weight: 5, act: (stage, client) => stayConnected(stage, client, stage.world.outside(stage.random)) },
  { weight: 5, act: (stage, client) => moveFiles(stage, client, 100_000) },
  { weight: 4, act: askStore },
  { weight: 3, act: (stage, client) => useSsh(stage, client, 0.3) },
  { weight: 3, act: interact },
  { weight: 2, act: fail },
  { weight: 2, act: (stage, client) => talkOverUdp(stage, client, stage.world.outside(stage.random)) },
  { weight: 1, act: (stage, client) => watch(stage, client, 1.5) },
  { weight: 1, act: call },
];
const TOTAL = DEEDS.reduce((sum, deed) => sum + deed.weight, 0);

export const scenario: Scenario = {
  name: "mixed-office",
  label: "benign",
  attack: false,
  title: "An office",
  description: "All everyday traffic of a site together, in the proportions of an office.",
  parameters: [
    {
      name: "users",
      unit: "hosts",
      low: 2,
      high: 150,
      scale: "logarithmic",
      description: "Clients of the site",
    },
    {
      name: "rate",
      unit: "deeds/s",
      low: 0.3,
      high: 10,
      scale: "logarithmic",
      description: "Things done a second in all",
    },
  ],
  start: (stage) =>
    stage.arrivals(stage.number("rate"), () =>
      act(stage, stage.world.client(stage.random, Math.floor(stage.number("users")))),
    ),
};

function act(stage: Stage, client: Host): void {
  let left = stage.random.uniform() * TOTAL;
  DEEDS.find((deed) => {
    left -= deed.weight;
    return left < 0;
  })!.act(stage, client);
}
