// A conversation of UDP datagrams: what is sent when, by whom. Knows no application and no label.
//
// Each step's delay counts from the frame before it at the tap; a change of direction adds the way there and back.
// Datagrams can be lost on the way; nobody sends them again unless the script says so.

import type { Random } from "../base/random.ts";
import { LABEL_GAP_US } from "./contract.ts";
import type { Host } from "./host.ts";
import type { FlowRecord, Tag } from "./ledger.ts";
import { bodyBase } from "./payload.ts";
import type { Actor } from "./schedule.ts";
import type { Script, Step } from "./script.ts";
import type { Flow, World } from "./world.ts";

/** Most bytes of payload. */
const LONGEST_OVER_IPV6 = 1440;
const LONGEST_DATAGRAM = 60_000;

export interface DatagramOptions {
  flow: Flow;
  tag: Tag;
  script: Script;
  /** A record that others feed too; without one the conversation has its own and gives its client's port back. */
  record?: FlowRecord;
  trafficClass?: number;
  /** Fixed TTL or hop limit of the client's packets at the tap (multicast). */
  ttl?: number;
  /** No losses and no extra delay: a script of its own timing. */
  exact?: boolean;
  onEnd?: (nowUs: number) => void;
}

export class DatagramSession implements Actor {
  readonly #world: World;
  readonly #random: Random;
  readonly #options: DatagramOptions;
  #record: FlowRecord;
  #step: Step | undefined;
  #fromClient = true;
  #first = true;

  constructor(world: World, random: Random, options: DatagramOptions) {
    this.#world = world;
    this.#random = random;
    this.#options = options;
    this.#record = options.record ?? world.openRecord(options.tag, "udp", options.flow);
  }

  get record(): FlowRecord {
    return this.#record;
  }

  start(atUs: number): void {
    this.#fetch(atUs);
  }

  wake(nowUs: number): void {
    const step = this.#step!;
    const { flow, exact } = this.#options;
    const from = step.fromClient ? flow.client : flow.server;
    const to = step.fromClient ? flow.server : flow.client;
    this.#first = false;
    this.#fromClient = step.fromClient;
    if (exact || from.link.loss === 0 || !this.#random.chance(from.link.loss)) this.#emit(step, from, to);
    this.#fetch(nowUs);
  }

  #fetch(nowUs: number): void {
    const result = this.#options.script.next();
    if (result.done) {
      this.#finish(nowUs);
      return;
    }
    this.#step = result.value;
    this.#world.scheduler.at(nowUs + result.value.thinkUs + this.#way(result.value), this, 0);
  }

  /** Time that the way adds: to the side that answers and back to the tap. */
  #way(step: Step): number {
    const { flow, exact } = this.#options;
    if (exact) return 0;
    const { link } = step.fromClient ? flow.client : flow.server;
    const jitterUs = link.jitterUs > 1 ? this.#random.exponential(link.jitterUs) : 0;
    return step.fromClient === this.#fromClient || this.#first ? jitterUs : 2 * link.delayUs + jitterUs;
  }

  #emit(step: Step, from: Host, to: Host): void {
    const world = this.#world;
    const { builder } = world;
    const { flow, trafficClass, ttl, tag } = this.#options;
    const idleUs = world.stampUs - this.#record.endUs;
    if (this.#options.record !== undefined && this.#record.packets > 0 && idleUs > LABEL_GAP_US) {
      // The shared record may have ended in the silence; while another class holds it, this side stays silent.
      const record = world.sharedRecord(tag, "udp", flow);
      if (record === undefined) return;
      this.#record = record;
    }
    const route = builder.route(from, to, flow.version);
    route.trafficClass = trafficClass ?? 0;
    route.dontFragment = from.flavour.dontFragment && step.length > 600;
    if (ttl !== undefined && step.fromClient) route.ttl = ttl;
    builder.startPayload(8);
    builder.append(step.head);
    // Only IPv4 is fragmented; over IPv6, senders keep below the path's limit.
    const longest = flow.version === 6 ? Math.max(step.head.length, LONGEST_OVER_IPV6) : LONGEST_DATAGRAM;
    const length = Math.min(step.length, longest);
    if (length > step.head.length)
      builder.appendBody(bodyBase(this.#random, step.body), 0, length - step.head.length);
    const sourcePort = step.fromClient ? flow.clientPort : flow.serverPort;
    const frameLength = builder.finishUdp(sourcePort, step.fromClient ? flow.serverPort : flow.clientPort);
    world.emit(this.#record, frameLength, step.fromClient);
  }

  #finish(nowUs: number): void {
    const { flow, record, onEnd } = this.#options;
    if (record === undefined) {
      this.#world.ledger.close(this.#record);
      flow.client.release("udp", flow.clientPort);
    }
    onEnd?.(nowUs);
  }
}
