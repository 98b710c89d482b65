// Scans by made packets: one probe after another, and what targets answer. Knows no scenario's name.
//
// Each probe is an exchange of its own: sent, perhaps answered, perhaps sent again, perhaps reset by the scanner's own
// stack. Targets that do not exist cost nothing but an address.

import type { Random } from "../base/random.ts";
import { TCP_ACK, TCP_RST, TCP_SYN } from "../packet/packet.ts";
import type { Address } from "./address.ts";
import type { Host } from "./host.ts";
import { IcmpError, quoteNetwork } from "./icmp.ts";
import type { FlowRecord } from "./ledger.ts";
import { bodyBase } from "./payload.ts";
import { emitTcp, emitUdp, type Pace, paced, type RawOptions, type RawPacket } from "./raw.ts";
import type { Actor } from "./schedule.ts";
import type { Stage } from "./stage.ts";
import { weighted } from "./world.ts";

/** What a target does about a probe. "open-silent": it takes the packet and says nothing (UDP, FIN and the like). */
export type TargetState = "open" | "open-silent" | "closed" | "filtered" | "unreachable" | "absent";

export interface Target {
  host: Host;
  /** Where the host stands for many addresses. */
  address?: Address | undefined;
  port: number;
  state: TargetState;
}

export interface ProbeOptions {
  transport: "tcp" | "udp";
  flags: number;
  scanner: Host;
  targets: Iterator<Target, void>;
  perSecond: number;
  pace: Pace;
  /** The scanner keeps one port, counts, or draws one for each probe. */
  sourcePorts: "fixed" | "sequential" | "random";
  /** Times a probe without answer is sent again. */
  retries: number;
  retryUs: number;
  payload?: ((port: number) => Uint8Array) | undefined;
}

/** How the tool writes headers; drawn once for a scan. */
interface Style {
  window: number | undefined;
  options: RawOptions;
  identification: number | "random" | undefined;
  ttl: "stack" | "random" | "fixed";
  sequence: number | undefined;
  /** The scanner's stack knows nothing of the probe and resets the answer. */
  resets: boolean;
  dontFragment: boolean | undefined;
}

export class Scan implements Actor {
  readonly stage: Stage;
  readonly options: ProbeOptions;
  readonly style: Style;
  readonly #gap: () => number;
  #port: number;

  constructor(stage: Stage, options: ProbeOptions) {
    const { random } = stage;
    this.stage = stage;
    this.options = options;
    this.#gap = paced(random, options.pace, options.perSecond * stage.intensity);
    this.style = drawStyle(random, (options.flags & TCP_SYN) !== 0);
    this.#port = random.integer(1024, 64_000);
  }

  start(delayUs = 0): void {
    this.stage.world.scheduler.at(this.stage.startUs + delayUs, this, 0);
  }

  wake(nowUs: number): void {
    if (nowUs > this.stage.endUs) return;
    const result = this.options.targets.next();
    if (result.done) return;
    new Probe(this, result.value, this.#sourcePort()).start();
    this.stage.world.scheduler.at(nowUs + this.#gap(), this, 0);
  }

  #sourcePort(): number {
    switch (this.options.sourcePorts) {
      case "fixed":
        return this.#port;
      case "sequential":
        this.#port = this.#port >= 65_000 ? 1024 : this.#port + 1;
        return this.#port;
      case "random":
        return this.stage.random.integer(1024, 65_535);
    }
  }
}

const SEND = 0;
const ANSWER = 1;
const RESET = 2;
const GIVE_UP = 3;

class Probe implements Actor {
  readonly #scan: Scan;
  readonly #target: Target;
  readonly #sourcePort: number;
  readonly #record: FlowRecord;
  readonly #sequence: number;
  readonly #answerSequence: number;
  #sent = 0;

  constructor(scan: Scan, target: Target, sourcePort: number) {
    this.#scan = scan;
    this.#target = target;
    this.#sourcePort = sourcePort;
    const { random, world, tag } = scan.stage;
    this.#sequence = scan.style.sequence ?? random.uint32();
    this.#answerSequence = random.uint32();
    this.#record = world.ledger.open(tag, {
      protocol: scan.options.transport,
      source: scan.options.scanner.address4,
      sourcePort,
      destination: target.address ?? target.host.address4,
      destinationPort: target.port,
    });
  }

  start(): void {
    this.wake(this.#scan.stage.nowUs, SEND);
  }

  wake(_nowUs: number, code: number): void {
    switch (code) {
      case SEND:
        this.#send();
        return;
      case ANSWER:
        this.#answer();
        return;
      case RESET:
        this.#reset();
        this.#close();
        return;
      case GIVE_UP:
        this.#close();
        return;
    }
  }

  #close(): void {
    this.#scan.stage.world.ledger.close(this.#record);
  }

  #later(delayUs: number, code: number): void {
    this.#scan.stage.world.scheduler.at(this.#scan.stage.nowUs + delayUs, this, code);
  }

  #send(): void {
    const { options, style, stage } = this.#scan;
    const { random, world } = stage;
    const payload = options.payload?.(this.#target.port);
    const packet: RawPacket = {
      from: options.scanner,
      to: this.#target.host,
      destination: this.#target.address,
      version: 4,
      sourcePort: this.#sourcePort,
      destinationPort: this.#target.port,
      ttl:
        style.ttl === "stack"
          ? undefined
          : style.ttl === "random"
            ? random.integer(37, 59)
            : 255 - options.scanner.link.hops,
      identification: style.identification === "random" ? random.uint32() & 0xffff : style.identification,
      dontFragment: style.dontFragment,
      base: 0,
      length: 0,
      head: payload,
    };
    if (options.transport === "udp") emitUdp(world, this.#record, packet, true);
    else {
      const window = style.window ?? random.pick([1024, 2048, 3072, 4096]);
      const { flags } = options;
      emitTcp(
        world,
        this.#record,
        packet,
        { sequence: this.#sequence, acknowledgment: 0, flags, window, options: style.options },
        true,
      );
    }
    this.#sent++;
    this.#expect(random);
  }

  /** Arranges for what comes back, if anything does. */
  #expect(random: Random): void {
    const { host, state } = this.#target;
    const { link } = host;
    const { options, stage } = this.#scan;
    const lost = link.loss > 0 && random.chance(link.loss);
    const waitUs = 2 * link.delayUs + random.exponential(link.jitterUs + 40);
    if (!lost && (state === "open" || (state === "closed" && options.transport === "tcp"))) {
      this.#later(waitUs, ANSWER);
      return;
    }
    if (!lost && (state === "unreachable" || state === "closed")) {
      const kind = state === "closed" ? "port" : random.chance(0.5) ? "host" : "filtered";
      const from = this.#target.address === undefined ? host : stage.world.like(host, this.#target.address);
      new IcmpError(
        stage.world,
        stage.tag.scenario,
        state === "unreachable" ? stage.world.gateway : from,
        options.scanner,
        4,
        kind,
        quoteNetwork(stage.world.builder),
      ).send(random);
      this.#close();
      return;
    }
    if (this.#sent <= options.retries) this.#later(options.retryUs, SEND);
    else this.#close();
  }

  #answer(): void {
    const { options, style, stage } = this.#scan;
    const { host, state } = this.#target;
    const packet: RawPacket = {
      from: host,
      to: options.scanner,
      source: this.#target.address,
      version: 4,
      sourcePort: this.#target.port,
      destinationPort: this.#sourcePort,
      base: bodyBase(stage.random, "binary"),
      length: options.transport === "udp" ? stage.random.integer(12, 300) : 0,
    };
    if (options.transport === "udp") {
      // A service answers in the asker's words where these are a protocol's, with the bit of an answer set.
      const asked = options.payload?.(this.#target.port);
      const head = asked !== undefined && asked.length >= 12 ? asked.slice() : undefined;
      if (head !== undefined) head[2] |= 0x80;
      const answer = head === undefined ? packet : { ...packet, head, length: 0 };
      emitUdp(stage.world, this.#record, answer, false);
      this.#close();
      return;
    }
    const taken = (this.#sequence + (options.flags & TCP_SYN ? 1 : 0)) >>> 0;
    if (state === "open") {
      const answer = {
        sequence: this.#answerSequence,
        acknowledgment: taken,
        flags: TCP_SYN | TCP_ACK,
        window: host.window,
      };
      emitTcp(stage.world, this.#record, packet, { ...answer, options: "syn" }, false);
      if (style.resets) this.#later(2 * options.scanner.link.delayUs + 30, RESET);
      else this.#later(0, GIVE_UP);
      return;
    }
    const reset = { sequence: 0, acknowledgment: taken, flags: TCP_RST | TCP_ACK, window: 0 };
    emitTcp(stage.world, this.#record, packet, { ...reset, options: "none" }, false);
    this.#close();
  }

  #reset(): void {
    const { options, stage } = this.#scan;
    const packet: RawPacket = {
      from: options.scanner,
      to: this.#target.host,
      destination: this.#target.address,
      version: 4,
      sourcePort: this.#sourcePort,
      destinationPort: this.#target.port,
      base: 0,
      length: 0,
    };
    const reset = { sequence: (this.#sequence + 1) >>> 0, acknowledgment: 0, flags: TCP_RST, window: 0 };
    emitTcp(stage.world, this.#record, packet, { ...reset, options: "none" }, true);
  }
}

function drawStyle(random: Random, syn: boolean): Style {
  return {
    window: random.chance(0.3)
      ? undefined
      : random.pick([1024, 1024, 65535, 64240, 5840, 29200, 8192, 512, 14600]),
    options: syn ? weighted(random, { none: 3, mss: 4, syn: 4 }) : "none",
    identification:
      weighted(random, { stack: 4, random: 4, fixed: 2 }) === "stack"
        ? undefined
        : random.chance(0.7)
          ? "random"
          : random.pick([54321, 0, 1, 256]),
    ttl: weighted(random, { stack: 5, random: 3, fixed: 2 }),
    sequence: random.chance(0.3) ? random.uint32() : undefined,
    resets: random.chance(0.8),
    dontFragment: random.chance(0.4) ? random.chance(0.5) : undefined,
  };
}
