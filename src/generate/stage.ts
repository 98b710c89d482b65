// What a scenario works with: its share of time, its random numbers, its drawn parameters, and short ways to start
// connections, datagram conversations and trains of arrivals. Knows no single scenario.

import { OrbweaverError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import type { ChoiceParameter, NumberParameter, ScenarioParameter, TrafficClass } from "./contract.ts";
import { DatagramSession } from "./datagram.ts";
import type { Host } from "./host.ts";
import { EchoSession } from "./icmp.ts";
import type { FlowRecord, Tag } from "./ledger.ts";
import type { BodyKind } from "./payload.ts";
import type { Actor } from "./schedule.ts";
import type { Script } from "./script.ts";
import { type CloseStyle, type TcpOptions, TcpSession } from "./tcp.ts";
import { type Flow, type World, weighted } from "./world.ts";

/** One kind of attack or everyday traffic. One file each in scenarios/. */
export interface Scenario {
  name: string;
  label: TrafficClass;
  attack: boolean;
  title: string;
  description: string;
  parameters: readonly ScenarioParameter[];
  /** Schedules the first events. Called once, before the clock runs. */
  start(stage: Stage): void;
}

export type ConnectOptions = Omit<TcpOptions, "flow" | "tag"> & {
  client: Host;
  server: Host;
  port: number;
  clientPort?: number;
  version?: 4 | 6;
  /** Time from now until the first SYN, µs. */
  delayUs?: number;
  tag?: Tag;
};

export type TalkOptions = {
  client: Host;
  server: Host;
  port: number;
  /** A fixed port of the client; the conversation then shares its record with others of the same ports. */
  clientPort?: number;
  version?: 4 | 6;
  script: Script;
  delayUs?: number;
  tag?: Tag;
  trafficClass?: number;
  ttl?: number;
  exact?: boolean;
  onEnd?: (nowUs: number) => void;
};

/** Ways in which well-behaved connections end, by weight. */
const USUAL_CLOSES: Readonly<Record<CloseStyle, number>> = {
  "client-fin": 46,
  "server-fin": 26,
  "both-fin": 3,
  "half-close": 2,
  "client-reset": 7,
  "server-reset": 2,
  "server-fin-client-reset": 5,
  "client-fin-client-reset": 4,
  open: 5,
};

/** Share of everyday connections of which the capture misses a part. */
const PARTIAL_SHARE = 0.06;

export class Stage {
  readonly world: World;
  readonly random: Random;
  readonly scenario: Scenario;
  readonly tag: Tag;
  readonly startUs: number;
  readonly endUs: number;
  readonly intensity: number;
  readonly #drawn: ReadonlyMap<string, number | string>;

  constructor(options: {
    world: World;
    random: Random;
    scenario: Scenario;
    tag: Tag;
    startUs: number;
    endUs: number;
    intensity: number;
    drawn: ReadonlyMap<string, number | string>;
  }) {
    this.world = options.world;
    this.random = options.random;
    this.scenario = options.scenario;
    this.tag = options.tag;
    this.startUs = options.startUs;
    this.endUs = options.endUs;
    this.intensity = options.intensity;
    this.#drawn = options.drawn;
  }

  get nowUs(): number {
    return this.world.scheduler.nowUs;
  }

  /** The same stage for everyday traffic that an attack brings along. */
  cover(): Stage {
    const tag: Tag = { label: "benign", scenario: this.scenario.name };
    return new Stage({ ...this, tag, drawn: this.#drawn });
  }

  number(name: string): number {
    return this.#drawn.get(name) as number;
  }

  choice(name: string): string {
    return this.#drawn.get(name) as string;
  }

  /** Opens a connection; its client's port is taken unless given. */
  connect(options: ConnectOptions): TcpSession {
    const { world, random } = this;
    const { client, server } = options;
    const version = options.version ?? world.version(random, client, server);
    const clientPort = options.clientPort ?? client.takePort("tcp");
    const flow: Flow = { client, server, version, clientPort, serverPort: options.port };
    const tag = options.tag ?? this.tag;
    const session = new TcpSession(world, random, { ...options, flow, tag });
    if (tag.label === "benign" && random.chance(PARTIAL_SHARE)) hidePart(session.record, random);
    session.start(this.nowUs + (options.delayUs ?? 0));
    return session;
  }

  /** Starts a conversation of datagrams, unless its ports are held by another class just now. */
  talk(options: TalkOptions): boolean {
    const { world, random } = this;
    const { client, server, clientPort } = options;
    const version = options.version ?? world.version(random, client, server);
    const tag = options.tag ?? this.tag;
    const flow: Flow = { client, server, version, clientPort: clientPort ?? 0, serverPort: options.port };
    let record: FlowRecord | undefined;
    if (clientPort === undefined) flow.clientPort = client.takePort("udp");
    else {
      record = world.sharedRecord(tag, "udp", flow);
      if (record === undefined) return false;
    }
    const { script, trafficClass, ttl, exact, onEnd } = options;
    const session = new DatagramSession(world, random, {
      flow,
      tag,
      script,
      record,
      trafficClass,
      ttl,
      exact,
      onEnd,
    });
    if (record === undefined && tag.label === "benign" && random.chance(PARTIAL_SHARE / 3))
      hidePart(session.record, random);
    session.start(this.nowUs + (options.delayUs ?? 0));
    return true;
  }

  ping(options: {
    from: Host;
    to: Host;
    count: number;
    intervalUs: number;
    length: number;
    body?: BodyKind;
    answered?: number;
    tag?: Tag;
    onEnd?: (nowUs: number) => void;
  }): void {
    const { world, random } = this;
    const { from, to, count, intervalUs, length, onEnd } = options;
    new EchoSession(world, random, {
      tag: options.tag ?? this.tag,
      from,
      to,
      version: world.version(random, from, to),
      count,
      intervalUs,
      length,
      body: options.body ?? "binary",
      answered: options.answered ?? 1,
      identifier: random.integer(1, 65535),
      ...(onEnd === undefined ? {} : { onEnd }),
    }).start(this.nowUs);
  }

  /** Calls `act` after a delay. */
  after(delayUs: number, act: (nowUs: number) => void): void {
    this.world.scheduler.at(this.nowUs + delayUs, new Once(act), 0);
  }

  /** Calls `act` again and again, `gapUs()` apart, from the start (or soon after) to the end of the scenario. */
  repeat(gapUs: () => number, act: (nowUs: number) => void, firstAfterUs = 0): void {
    const train = new Train(this, gapUs, act);
    this.world.scheduler.at(Math.max(this.startUs, this.nowUs) + firstAfterUs, train, 0);
  }

  /** Calls `act` at random moments, on average `perSecond` times a second; at least once. */
  arrivals(perSecond: number, act: (nowUs: number) => void): void {
    const meanUs = 1_000_000 / (perSecond * this.intensity);
    const { random } = this;
    const firstUs = Math.min(
      random.exponential(meanUs),
      (this.endUs - this.startUs) * 0.3 * random.uniform(),
    );
    this.repeat(() => random.exponential(meanUs), act, firstUs);
  }

  closeStyle(weights: Readonly<Partial<Record<CloseStyle, number>>> = USUAL_CLOSES): CloseStyle {
    return weighted(this.random, weights as Readonly<Record<CloseStyle, number>>);
  }

  /** Usual ways to end: style and pauses. */
  usualClose(): Pick<TcpOptions, "close" | "closeDelayUs" | "answerCloseDelayUs"> {
    const { random } = this;
    return {
      close: this.closeStyle(),
      closeDelayUs: random.chance(0.6)
        ? random.integer(0, 3000)
        : Math.floor(random.logUniform(3000, 15_000_000)),
      answerCloseDelayUs: random.chance(0.7) ? 0 : Math.floor(random.logUniform(100, 3_000_000)),
    };
  }
}

class Once implements Actor {
  readonly #act: (nowUs: number) => void;

  constructor(act: (nowUs: number) => void) {
    this.#act = act;
  }

  wake(nowUs: number): void {
    this.#act(nowUs);
  }
}

class Train implements Actor {
  readonly #stage: Stage;
  readonly #gapUs: () => number;
  readonly #act: (nowUs: number) => void;

  constructor(stage: Stage, gapUs: () => number, act: (nowUs: number) => void) {
    this.#stage = stage;
    this.#gapUs = gapUs;
    this.#act = act;
  }

  wake(nowUs: number): void {
    if (nowUs > this.#stage.endUs) return;
    this.#act(nowUs);
    this.#stage.world.scheduler.at(nowUs + this.#gapUs(), this, 0);
  }
}

/** Lets the capture miss the beginning, the end, one direction, or all but a glimpse. */
function hidePart(record: FlowRecord, random: Random): void {
  const kind = random.uniform();
  if (kind < 0.45) record.skipPackets = Math.floor(random.logUniform(1, 60));
  else if (kind < 0.65) record.limitPackets = Math.floor(random.logUniform(1, 40));
  else if (kind < 0.85) {
    record.skipPackets = Math.floor(random.logUniform(1, 40));
    record.limitPackets = Math.floor(random.logUniform(1, 20));
  } else record.hidden = random.chance(0.5) ? "source" : "destination";
}

function drawNumber(random: Random, parameter: NumberParameter): number {
  switch (parameter.scale) {
    case "linear":
      return parameter.low + random.uniform() * (parameter.high - parameter.low);
    case "logarithmic":
      return random.logUniform(parameter.low, parameter.high);
    case "integer":
      return random.integer(parameter.low, parameter.high);
  }
}

/** The parameters of a scenario: given, or drawn. All are drawn, so that giving one changes no other. */
export function drawParameters(
  random: Random,
  scenario: Scenario,
  given: Readonly<Record<string, number | string>>,
): ReadonlyMap<string, number | string> {
  requireKnown(scenario, given);
  const values = new Map<string, number | string>();
  for (const parameter of scenario.parameters) {
    const drawn =
      "choices" in parameter ? weighted(random, parameter.choices) : drawNumber(random, parameter);
    const value = given[parameter.name];
    values.set(parameter.name, value === undefined ? drawn : checked(scenario, parameter, value));
  }
  return values;
}

function requireKnown(scenario: Scenario, given: Readonly<Record<string, number | string>>): void {
  const names = scenario.parameters.map((parameter) => parameter.name);
  for (const name of Object.keys(given)) {
    if (!names.includes(name))
      throw new OrbweaverError(
        "usage",
        `scenario '${scenario.name}' has no parameter '${name}', expected one of ${names.join(", ") || "none"}`,
      );
  }
}

function checked(
  scenario: Scenario,
  parameter: NumberParameter | ChoiceParameter,
  value: number | string,
): number | string {
  const what = `parameter '${parameter.name}' of scenario '${scenario.name}'`;
  if ("choices" in parameter) {
    const names = Object.keys(parameter.choices);
    if (names.includes(String(value))) return String(value);
    throw new OrbweaverError("usage", `${what} is '${value}', expected one of ${names.join(", ")}`);
  }
  const number = Number(value);
  if (number >= parameter.low && number <= parameter.high)
    return parameter.scale === "integer" ? Math.floor(number) : number;
  throw new OrbweaverError(
    "usage",
    `${what} is ${value}, expected ${parameter.low} to ${parameter.high} ${parameter.unit}`,
  );
}
