// Mail sent, fetched and relayed; also many short connections to one server, as guessing makes them.

import { imapScript, popScript, smtpScript } from "../applications/mail.ts";
import { drawTls, overTls } from "../applications/tls.ts";
import type { Host } from "../host.ts";
import type { Script } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "mail",
  label: "benign",
  attack: false,
  title: "Mail",
  description:
    "Programs send and fetch mail by SMTP, POP3 and IMAP, in clear, after STARTTLS and over TLS; servers exchange mail.",
  parameters: [
    {
      name: "users",
      unit: "hosts",
      low: 1,
      high: 80,
      scale: "logarithmic",
      description: "Clients of the site",
    },
    {
      name: "rate",
      unit: "sessions/s",
      low: 0.03,
      high: 3,
      scale: "logarithmic",
      description: "Sessions a second in all",
    },
  ],
  start: (stage) =>
    stage.arrivals(stage.number("rate"), () =>
      useMail(stage, stage.world.client(stage.random, Math.floor(stage.number("users")))),
    ),
};

/** One mail session of a client, or between servers. */
export function useMail(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const kinds: readonly {
    weight: number;
    ports: readonly [number, number];
    script: () => Script;
    server: () => Host;
    client?: () => Host;
  }[] = [
    {
      weight: 0.25,
      ports: [587, 465],
      script: () => smtpScript(random),
      server: () => world.service("mail"),
    },
    {
      weight: 0.15,
      ports: [25, 25],
      script: () => smtpScript(random),
      server: () => world.outside(random),
      client: () => world.service("mail-relay", "inside"),
    },
    {
      weight: 0.15,
      ports: [25, 25],
      script: () => smtpScript(random),
      server: () => world.service("mail-relay", "inside"),
      client: () => world.newOutside("server"),
    },
    { weight: 0.2, ports: [110, 995], script: () => popScript(random), server: () => world.service("mail") },
    {
      weight: 0.25,
      ports: [143, 993],
      script: () => imapScript(random),
      server: () => world.service("mail"),
    },
  ];
  let left = random.uniform();
  const kind = kinds.find((candidate) => {
    left -= candidate.weight;
    return left < 0;
  })!;
  const secure = kind.ports[0] !== kind.ports[1] && random.chance(0.55);
  const script = secure ? overTls(random, drawTls(random, "mail.example.net"), kind.script()) : kind.script();
  stage.connect({
    client: kind.client?.() ?? client,
    server: kind.server(),
    port: kind.ports[secure ? 1 : 0],
    script,
    accept: random.chance(0.015) ? random.pick(["ignore", "refuse"] as const) : "accept",
    ...stage.usualClose(),
  });
}
