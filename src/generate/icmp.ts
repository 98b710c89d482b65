// ICMP and ICMPv6 messages: echo exchanges and errors about other packets. Knows no scenario.
//
// An error is a flow of its own, from the router or host that complains. It harms nobody, so it is benign even when it
// answers an attack; its scenario is that of what it answers. Sources: RFC 792, RFC 4443.

import type { Random } from "../base/random.ts";
import type { FrameBuilder } from "./frame.ts";
import type { Host } from "./host.ts";
import type { FlowRecord, Tag } from "./ledger.ts";
import type { BodyKind } from "./payload.ts";
import { bodyBase } from "./payload.ts";
import type { Actor } from "./schedule.ts";
import type { World } from "./world.ts";

/** Types and codes of errors: ICMP, then ICMPv6. */
const ERRORS = {
  host: [3, 1, 1, 3],
  port: [3, 3, 1, 4],
  filtered: [3, 13, 1, 1],
  "time-exceeded": [11, 0, 3, 0],
} as const;
export type IcmpErrorKind = keyof typeof ERRORS;

/** The IP header and the first eight bytes behind it of the frame in the builder, as errors quote them. */
export function quoteNetwork(builder: FrameBuilder): Uint8Array {
  const start = builder.vlan >= 0 ? 18 : 14;
  const headerLength = builder.bytes[start] >>> 4 === 6 ? 40 : 20;
  return builder.bytes.slice(start, start + headerLength + 8);
}

/** One error message, sent about a packet that has just passed the tap. */
export class IcmpError implements Actor {
  readonly #world: World;
  readonly #tag: Tag;
  readonly #from: Host;
  readonly #to: Host;
  readonly #version: 4 | 6;
  readonly #kind: IcmpErrorKind;
  readonly #quote: Uint8Array;

  constructor(
    world: World,
    scenario: string,
    from: Host,
    to: Host,
    version: 4 | 6,
    kind: IcmpErrorKind,
    quote: Uint8Array,
  ) {
    this.#world = world;
    this.#tag = { label: "benign", scenario };
    this.#from = from;
    this.#to = to;
    this.#version = version;
    this.#kind = kind;
    this.#quote = quote;
  }

  send(random: Random, extraUs = 0): void {
    const delayUs = 2 * this.#from.link.delayUs + random.exponential(this.#from.link.jitterUs + 20) + extraUs;
    this.#world.scheduler.at(this.#world.nowUs + delayUs, this, 0);
  }

  wake(): void {
    const world = this.#world;
    const { builder } = world;
    const six = this.#version === 6;
    const [type4, code4, type6, code6] = ERRORS[this.#kind];
    const type = six ? type6 : type4;
    const code = six ? code6 : code4;
    const record = icmpRecord(world, this.#tag, this.#from, this.#to, this.#version, type, code);
    if (record === undefined) return;
    builder.route(this.#from, this.#to, this.#version).trafficClass = six ? 0 : 0xc0;
    builder.startPayload(8);
    builder.append(this.#quote);
    world.emit(record, builder.finishIcmp(type, code, 0), true);
  }
}

/** The shared record of one type and code from one host to another. */
export function icmpRecord(
  world: World,
  tag: Tag,
  from: Host,
  to: Host,
  version: 4 | 6,
  type: number,
  code: number,
): FlowRecord | undefined {
  const flow = { client: from, server: to, version, clientPort: type, serverPort: code };
  return world.sharedRecord(tag, version === 6 ? "icmpv6" : "icmp", flow);
}

export interface EchoOptions {
  tag: Tag;
  from: Host;
  to: Host;
  version: 4 | 6;
  count: number;
  intervalUs: number;
  length: number;
  body: BodyKind;
  /** Share of requests that are answered. */
  answered: number;
  identifier: number;
  /** Body length of each request; default `length`. */
  requestLength?: () => number;
  /** Body length of answers; default that of the request. */
  answerLength?: () => number;
  /** Most that is added at random to each interval, µs; default 900. */
  spread?: number;
  onEnd?: (nowUs: number) => void;
}

const REQUEST = 0;
const REPLY = 1;

/** A train of echo requests and their replies. */
export class EchoSession implements Actor {
  readonly #world: World;
  readonly #random: Random;
  readonly #options: EchoOptions;
  readonly #base: number;
  #sent = 0;
  #answered = 0;

  constructor(world: World, random: Random, options: EchoOptions) {
    this.#world = world;
    this.#random = random;
    this.#options = options;
    this.#base = bodyBase(random, options.body);
  }

  start(atUs: number): void {
    this.#world.scheduler.at(atUs, this, REQUEST);
  }

  wake(nowUs: number, code: number): void {
    if (code === REPLY) {
      this.#emit(true, ++this.#answered);
      return;
    }
    const options = this.#options;
    const random = this.#random;
    this.#sent++;
    this.#emit(false, this.#sent);
    if (random.chance(options.answered)) {
      const { link } = options.to;
      const waitUs = 2 * link.delayUs + random.exponential(link.jitterUs + 10);
      this.#world.scheduler.at(nowUs + waitUs, this, REPLY);
    } else this.#answered++;
    if (this.#sent < options.count) {
      this.#world.scheduler.at(
        nowUs + options.intervalUs + random.uniform() * (options.spread ?? 900),
        this,
        REQUEST,
      );
    } else options.onEnd?.(nowUs);
  }

  #emit(reply: boolean, sequence: number): void {
    const world = this.#world;
    const { builder } = world;
    const { tag, version, identifier } = this.#options;
    const from = reply ? this.#options.to : this.#options.from;
    const to = reply ? this.#options.from : this.#options.to;
    const type = version === 6 ? (reply ? 129 : 128) : reply ? 0 : 8;
    const record = icmpRecord(world, tag, from, to, version, type, 0);
    if (record === undefined) return;
    builder.route(from, to, version);
    builder.startPayload(8);
    const { requestLength, answerLength } = this.#options;
    const wanted = (reply ? answerLength : requestLength)?.() ?? this.#options.length;
    // Only IPv4 is fragmented.
    const length = version === 6 ? Math.min(wanted, 1440) : wanted;
    if (length > 0) builder.appendBody(this.#base, 0, length);
    world.emit(record, builder.finishIcmp(type, 0, ((identifier << 16) | (sequence & 0xffff)) >>> 0), true);
  }
}
