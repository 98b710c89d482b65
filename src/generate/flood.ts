// Floods: many packets made by tools towards one victim, with what the victim answers. Knows no scenario's name.
//
// Sources can be one, few, many or a new one for every packet; ports fixed, counting or random; and so on. Each of
// these tells is drawn on its own, so none of them alone gives a flood away. A packet's record is that of its ports and
// addresses; as a flood may have millions, records are handed out (and begun anew if needed) when many are open.

import type { Random } from "../base/random.ts";
import { TCP_ACK, TCP_RST, TCP_SYN } from "../packet/packet.ts";
import { type Address, ipv4 } from "./address.ts";
import type { Host } from "./host.ts";
import { IcmpError, quoteNetwork } from "./icmp.ts";
import type { FlowRecord } from "./ledger.ts";
import { type BodyKind, bodyBase } from "./payload.ts";
import { emitTcp, emitUdp, type Pace, paced, type RawOptions, type RawPacket } from "./raw.ts";
import type { Actor } from "./schedule.ts";
import type { Stage } from "./stage.ts";
import { weighted } from "./world.ts";

export type SourcePlan = "one" | "few" | "botnet" | "spoofed" | "spoofed-inside";
export type PortPlan = "fixed" | "few" | "sequential" | "random";
/** "limited" answers stop after some in every second, as back logs and rate limits do. */
export type VictimAnswer =
  | "syn-ack"
  | "syn-ack-limited"
  | "reset"
  | "reset-limited"
  | "icmp-limited"
  | "reply"
  | "silence";

export interface FloodOptions {
  transport: "tcp" | "udp";
  /** TCP flags of the packets. */
  flags: number;
  victim: Host;
  sources: SourcePlan;
  sourcePorts: PortPlan;
  /** Ports of the victim; empty for any port. */
  targetPorts: readonly number[];
  perSecond: number;
  pace: Pace;
  /** Most packets that follow the first from the same ports, as impatient tools and stacks repeat them. */
  repeats: number;
  answer: VictimAnswer;
  length: () => number;
  body: BodyKind;
  head?: (() => Uint8Array) | undefined;
  /** Sources are honest servers that were asked in the victim's name; this is their port. */
  reflectorPort?: number | undefined;
}

/** How the tool writes headers; drawn once for a flood. */
interface Style {
  randomTtl: boolean;
  identification: "stack" | "random" | "fixed";
  fixedIdentification: number;
  dontFragment: boolean | undefined;
  window: "stack" | "random" | "fixed";
  fixedWindow: number;
  /** The same sequence number in every packet. */
  fixedSequence: number | undefined;
  options: RawOptions;
  dataOptions: RawOptions;
  answersPerSecond: number;
  synAckRetries: number;
  /** The source's own stack resets what it did not ask for (unless a firewall rule keeps it silent). */
  resets: boolean;
}

/** Addresses and ports of one packet. */
interface Shot {
  bot: Host;
  source: Address | undefined;
  sourcePort: number;
  targetPort: number;
  key: number;
}

/** Pairs of source and target port. */
const PORT_PAIRS = 65_536 * 65_536;
/** Records open at a time before those at rest are handed out. */
const OPEN_RECORDS = 50_000;

export class Flood implements Actor {
  readonly stage: Stage;
  readonly options: FloodOptions;
  readonly style: Style;
  readonly version: 4 | 6;
  readonly #random: Random;
  readonly #bots: Host[] = [];
  readonly #gap: () => number;
  readonly #records = new Map<number, FlowRecord>();
  readonly #ports: readonly number[];
  #shot: Shot | undefined;
  #shots = 0;
  #repeats = 0;
  #answersLeft = 0;
  #answerWindowUs = 0;

  constructor(stage: Stage, options: FloodOptions) {
    const { random, world } = stage;
    this.stage = stage;
    this.options = options;
    this.#random = random;
    this.#gap = paced(random, options.pace, options.perSecond * stage.intensity);
    this.style = drawStyle(random);
    // An attack comes from elsewhere, or from infected machines of the site; the latter always when the victim is outside.
    const inside =
      options.sources === "spoofed-inside" ||
      !options.victim.inside ||
      (options.sources !== "spoofed" && random.chance(0.25));
    const spoofed = options.sources === "spoofed" || options.sources === "spoofed-inside";
    const count =
      spoofed || options.sources === "one"
        ? 1
        : options.sources === "few"
          ? random.integer(2, 20)
          : random.integer(21, 400);
    for (let index = 0; index < count; index++) this.#bots.push(world.newAttacker(inside));
    const can6 =
      !spoofed &&
      options.victim.address6 !== undefined &&
      this.#bots.every((bot) => bot.address6 !== undefined);
    this.version = can6 && random.chance(world.share6) ? 6 : 4;
    this.#ports = Array.from({ length: options.sourcePorts === "few" ? random.integer(2, 30) : 1 }, () =>
      random.integer(1024, 65535),
    );
  }

  start(): void {
    this.stage.world.scheduler.at(this.stage.startUs, this, 0);
  }

  wake(nowUs: number): void {
    if (nowUs > this.stage.endUs) return;
    if (this.#records.size >= OPEN_RECORDS) this.#flush(this.stage.world.stampUs);
    if (this.#shot === undefined || this.#repeats-- <= 0) {
      this.#shot = this.#aim();
      this.#repeats = this.options.repeats > 0 ? this.#random.integer(0, this.options.repeats) : 0;
    }
    this.#fire(this.#shot, nowUs);
    this.stage.world.scheduler.at(nowUs + this.#gap(), this, 0);
  }

  /** The record of a shot, opened when there is none. */
  record(shot: Shot): FlowRecord {
    let record = this.#records.get(shot.key);
    if (record === undefined) {
      record = this.stage.world.ledger.open(this.stage.tag, {
        protocol: this.options.transport,
        source: shot.source ?? shot.bot.address(this.version),
        sourcePort: shot.sourcePort,
        destination: this.options.victim.address(this.version),
        destinationPort: shot.targetPort,
      });
      this.#records.set(shot.key, record);
    }
    return record;
  }

  #aim(): Shot {
    const random = this.#random;
    const { sources, targetPorts } = this.options;
    const index = this.#shots++;
    const botIndex = index % this.#bots.length;
    const bot = this.#bots[botIndex];
    const sourcePort = this.#sourcePort(Math.floor(index / this.#bots.length));
    const targetPort =
      targetPorts.length === 0 ? random.integer(1, 65535) : targetPorts[random.uint32() % targetPorts.length];
    const ports = sourcePort * 65536 + targetPort;
    const { plan } = this.stage.world;
    // Keys: public addresses are never walked twice, so a number of its own tells each shot apart.
    if (sources === "spoofed")
      return { bot, source: ipv4(plan.outside(true)), sourcePort, targetPort, key: -1 - index };
    if (sources === "spoofed-inside") {
      const word = plan.spoofedInside();
      return { bot, source: ipv4(word), sourcePort, targetPort, key: (word & 0xffff) * PORT_PAIRS + ports };
    }
    return { bot, source: undefined, sourcePort, targetPort, key: botIndex * PORT_PAIRS + ports };
  }

  #sourcePort(round: number): number {
    const { reflectorPort, sourcePorts } = this.options;
    if (reflectorPort !== undefined) return reflectorPort;
    switch (sourcePorts) {
      case "fixed":
      case "few":
        return this.#ports[this.#random.uint32() % this.#ports.length];
      case "sequential":
        return 1024 + ((this.#ports[0] + round) % 64512);
      case "random":
        return 1024 + (this.#random.uint32() % 64512);
    }
  }

  #fire(shot: Shot, nowUs: number): void {
    const { options, style } = this;
    const random = this.#random;
    const { world } = this.stage;
    const record = this.record(shot);
    const packet: RawPacket = {
      from: shot.bot,
      to: options.victim,
      source: shot.source,
      version: this.version,
      sourcePort: shot.sourcePort,
      destinationPort: shot.targetPort,
      ttl: style.randomTtl ? random.integer(30, 250) : undefined,
      identification: this.#identification(),
      dontFragment: style.dontFragment,
      base: bodyBase(random, options.body),
      length: options.length(),
      head: options.head?.(),
    };
    let sequence = 0;
    let acknowledgment = 0;
    if (options.transport === "udp") emitUdp(world, record, packet, true);
    else {
      sequence = style.fixedSequence ?? random.uint32();
      if (options.flags & TCP_ACK) acknowledgment = style.fixedSequence === undefined ? random.uint32() : 1;
      const tcpOptions = options.flags & TCP_SYN ? style.options : style.dataOptions;
      emitTcp(
        world,
        record,
        packet,
        {
          sequence,
          acknowledgment,
          flags: options.flags,
          window: this.#window(shot.bot),
          options: tcpOptions,
        },
        true,
      );
    }
    if (options.answer !== "silence")
      this.#answer(shot, { sequence, acknowledgment, length: packet.length }, nowUs);
    else if (options.sources === "spoofed" && this.#repeats <= 0) this.#forget(shot, record);
  }

  #identification(): number | undefined {
    const { identification, fixedIdentification } = this.style;
    if (identification === "stack") return undefined;
    return identification === "fixed" ? fixedIdentification : this.#random.uint32() & 0xffff;
  }

  #window(bot: Host): number {
    const { window, fixedWindow } = this.style;
    if (window === "fixed") return fixedWindow;
    return window === "stack" ? bot.window : this.#random.integer(1, 65535);
  }

  #answer(shot: Shot, sent: Sent, nowUs: number): void {
    const { answer, victim } = this.options;
    if (answer.endsWith("limited")) {
      if (nowUs >= this.#answerWindowUs) {
        this.#answerWindowUs = nowUs + 1_000_000;
        this.#answersLeft = this.style.answersPerSecond;
      }
      if (this.#answersLeft-- <= 0) return;
    }
    if (answer !== "icmp-limited") {
      new Exchange(this, shot, sent).start(this.#random);
      return;
    }
    const { world, tag } = this.stage;
    const to = shot.source === undefined ? shot.bot : world.like(shot.bot, shot.source);
    new IcmpError(world, tag.scenario, victim, to, this.version, "port", quoteNetwork(world.builder)).send(
      this.#random,
    );
  }

  /** Hands out the record of a shot whose addresses never come again. */
  #forget(shot: Shot, record: FlowRecord): void {
    this.stage.world.ledger.close(record);
    this.#records.delete(shot.key);
  }

  /** Hands out the records that have no frame at this very moment. */
  #flush(stampUs: number): void {
    for (const [key, record] of this.#records) {
      if (record.endUs === stampUs) continue;
      this.stage.world.ledger.close(record);
      this.#records.delete(key);
    }
  }
}

interface Sent {
  sequence: number;
  acknowledgment: number;
  length: number;
}

const ANSWER = 0;
const ANSWER_AGAIN = 1;
const RESET = 2;

/** What comes back for one packet: an answer of the victim, repeated while it hears nothing, or a reset by the source. */
class Exchange implements Actor {
  readonly #flood: Flood;
  readonly #shot: Shot;
  readonly #sent: Sent;
  #sequence = 0;
  #again = 0;

  constructor(flood: Flood, shot: Shot, sent: Sent) {
    this.#flood = flood;
    this.#shot = shot;
    this.#sent = sent;
  }

  start(random: Random): void {
    const { link } = this.#flood.options.victim;
    this.#sequence = random.uint32();
    const delayUs = 2 * link.delayUs + random.exponential(link.jitterUs + 30);
    this.#flood.stage.world.scheduler.at(this.#flood.stage.nowUs + delayUs, this, ANSWER);
  }

  wake(nowUs: number, code: number): void {
    const { options, style, stage } = this.#flood;
    const { scheduler } = stage.world;
    if (code === RESET) {
      this.#reset();
      return;
    }
    this.#emitAnswer();
    if (!options.answer.startsWith("syn-ack")) return;
    if (this.#shot.source === undefined && style.resets) {
      if (code === ANSWER) scheduler.at(nowUs + 2 * this.#shot.bot.link.delayUs + 40, this, RESET);
    } else if (this.#again++ < style.synAckRetries)
      scheduler.at(nowUs + 1_000_000 * (1 << (this.#again - 1)), this, ANSWER_AGAIN);
  }

  #emitAnswer(): void {
    const { options, stage, version } = this.#flood;
    const { sequence, acknowledgment, length } = this.#sent;
    const shot = this.#shot;
    const packet: RawPacket = {
      from: options.victim,
      to: shot.bot,
      destination: shot.source,
      version,
      sourcePort: shot.targetPort,
      destinationPort: shot.sourcePort,
      base: 0,
      length: options.answer === "reply" ? 64 : 0,
    };
    const record = this.#flood.record(shot);
    if (options.transport === "udp") {
      emitUdp(stage.world, record, packet, false);
      return;
    }
    if (options.answer.startsWith("syn-ack")) {
      const window = options.victim.window;
      const answer = {
        sequence: this.#sequence,
        acknowledgment: (sequence + 1) >>> 0,
        flags: TCP_SYN | TCP_ACK,
        window,
      };
      emitTcp(stage.world, record, packet, { ...answer, options: "syn" }, false);
      return;
    }
    // A reset takes its number from the acknowledgment, or acknowledges what it refuses (RFC 9293, 3.10.7.1).
    const bare = (options.flags & TCP_ACK) !== 0;
    const taken = (sequence + length + (options.flags & TCP_SYN ? 1 : 0)) >>> 0;
    const reset = {
      sequence: bare ? acknowledgment : 0,
      acknowledgment: bare ? 0 : taken,
      flags: bare ? TCP_RST : TCP_RST | TCP_ACK,
      window: 0,
    };
    emitTcp(stage.world, record, packet, { ...reset, options: "none" }, false);
  }

  #reset(): void {
    const { options, stage, version } = this.#flood;
    const shot = this.#shot;
    const packet: RawPacket = {
      from: shot.bot,
      to: options.victim,
      version,
      sourcePort: shot.sourcePort,
      destinationPort: shot.targetPort,
      base: 0,
      length: 0,
    };
    const reset = { sequence: (this.#sent.sequence + 1) >>> 0, acknowledgment: 0, flags: TCP_RST, window: 0 };
    emitTcp(stage.world, this.#flood.record(shot), packet, { ...reset, options: "none" }, true);
  }
}

function drawStyle(random: Random): Style {
  return {
    randomTtl: random.chance(0.25),
    identification: weighted(random, { stack: 4, random: 5, fixed: 2 }),
    fixedIdentification: random.uint32() & 0xffff,
    dontFragment: random.chance(0.4) ? random.chance(0.5) : undefined,
    window: weighted(random, { stack: 4, random: 2, fixed: 4 }),
    fixedWindow: random.pick([512, 1024, 64, 0, 16384, 65535, 64240, 8192, 5840, 29200]),
    fixedSequence: random.chance(0.15) ? random.uint32() : undefined,
    options: weighted(random, { none: 5, syn: 5, mss: 1 }),
    dataOptions: weighted(random, { none: 7, timestamp: 3 }),
    answersPerSecond: Math.floor(random.logUniform(1, 500)),
    synAckRetries: random.integer(0, 5),
    resets: random.chance(0.6),
  };
}
