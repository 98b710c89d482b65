// One TCP connection, both ends and the way between them: a small but real TCP. Knows no application and no label.
//
// Each end keeps the state of RFC 9293 (sequence numbers, windows, FIN and RST), congestion control as in RFC 5681 and
// 6582 (NewReno), timers as in RFC 6298, delayed acknowledgments, SACK blocks (RFC 2018), timestamps and window
// scaling (RFC 7323), keep-alive and zero-window probes. Losses, jitter, queues and overtaking happen on the way, before
// or behind the tap, so retransmissions, duplicates and gaps in the capture come about as in real ones.
//
//   client --- delay, loss, queue ---> (tap: the frame is emitted) --- delay, loss ---> server       and back
//
// Sequence numbers are kept relative to each end's initial one: SYN is 0, data begins at 1.

import type { Random } from "../base/random.ts";
import { TCP_ACK, TCP_CWR, TCP_ECE, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN } from "../packet/packet.ts";
import type { Host } from "./host.ts";
import { IcmpError, quoteNetwork } from "./icmp.ts";
import type { FlowRecord, Tag } from "./ledger.ts";
import { bodyBase } from "./payload.ts";
import type { Actor } from "./schedule.ts";
import type { Script, Step } from "./script.ts";
import type { Flow, World } from "./world.ts";

/** What becomes of the request to connect. */
export type Acceptance = "accept" | "refuse" | "ignore" | "unreachable";

/** How a connection ends. "open": it just falls silent. */
export type CloseStyle =
  | "client-fin"
  | "server-fin"
  | "both-fin"
  | "half-close"
  | "client-reset"
  | "server-reset"
  | "server-fin-client-reset"
  | "client-fin-client-reset"
  | "open";

export interface TcpOptions {
  flow: Flow;
  tag: Tag;
  script: Script;
  accept?: Acceptance;
  close?: CloseStyle;
  /** Time between the last message and the end, µs. */
  closeDelayUs?: number;
  /** Time until the other side ends too, µs. */
  answerCloseDelayUs?: number;
  /** Time after which the client breaks off by RST whatever goes on, µs. */
  abortAfterUs?: number;
  /** Silence after which the client (or the server) probes whether the other is there, µs. */
  keepAliveUs?: number;
  keepAliveByServer?: boolean;
  /** Bytes per µs at which the client's application reads; default at once. */
  clientReadRate?: number;
  /** Receive buffer of the client, for slow readers. */
  clientBuffer?: number;
  trafficClass?: number;
  /** Times a client that finds no answer asks again; default by flavour. */
  synRetries?: number;
  /** Called once when the connection is over or has fallen silent for good. */
  onEnd?: (nowUs: number) => void;
}

const MODE_START = 0;
const MODE_STEP = 1;
const MODE_CLOSE = 2;
const MODE_ANSWER_CLOSE = 3;
const MODE_RETRANSMIT = 4; // + side
const MODE_DELAYED_ACK = 6; // + side
const MODE_READ = 8; // + side
const MODE_KEEP_ALIVE = 10; // + side
const MODE_SYN_AGAIN = 12;
const MODE_RESET_LATER = 13; // + side

const SEGMENT_AT_TAP = 0;
const SEGMENT_ARRIVES = 1;

const CLIENT = 0;
const SERVER = 1;
type Side = 0 | 1;

/** Bytes a sender's application writes ahead of what is acknowledged. */
const SEND_BUFFER = 131_072;
const MAXIMUM_RTO_US = 60_000_000;
const MAXIMUM_TIMEOUTS = 7;

interface Message {
  start: number;
  end: number;
  head: Uint8Array;
  base: number;
  next: Message | undefined;
}

const NO_BYTES = new Uint8Array(0);

/** One segment on its way. */
class Segment implements Actor {
  session: TcpSession | undefined;
  side: Side = CLIENT;
  sequence = 0;
  length = 0;
  acknowledgment = 0;
  flags = 0;
  window = 0;
  timestamp = 0;
  timestampEcho = 0;
  message: Message | undefined;
  sack: number[] | undefined;

  wake(nowUs: number, code: number): void {
    if (code === SEGMENT_AT_TAP) this.session!.atTap(this, nowUs);
    else this.session!.arrived(this, nowUs);
  }
}

const freeSegments: Segment[] = [];

class End {
  readonly host: Host;
  readonly initial: number;
  mss: number;
  /** Longest segment handed to the network; several MSS where the capturing host coalesces. */
  segmentLimit: number;
  // --- sending
  una = 0;
  next = 0;
  highest = 0;
  written = 1;
  finQueued = false;
  finSent = false;
  unaMessage: Message | undefined;
  lastMessage: Message | undefined;
  congestionWindow = 0;
  threshold = Infinity;
  duplicateAcks = 0;
  recover = -1;
  peerWindow = 0;
  smoothedUs = 0;
  variationUs = 0;
  rtoUs: number;
  timeouts = 0;
  timedSequence = -1;
  timedAtUs = 0;
  rtoAtUs = Infinity;
  rtoEventUs = Infinity;
  linkFreeUs = 0;
  lastTapUs = 0;
  // --- receiving
  received = 0;
  outOfOrder: number[] = [];
  finAt = -1;
  finReceived = false;
  ackBytes = 0;
  quickAcks: number;
  ackEvery: number;
  ackAtUs = Infinity;
  ackEventUs = Infinity;
  buffer: number;
  bufferLimit: number;
  unread = 0;
  readRate = Infinity;
  readAtUs = 0;
  readPending = false;
  advertised = 0;
  lastArrivalUs = 0;
  peerTimestamp = 0;
  established = false;
  closed = false;

  constructor(host: Host, random: Random, coalesce: number) {
    this.host = host;
    this.initial = random.uint32();
    this.mss = host.mss;
    this.segmentLimit = coalesce;
    this.rtoUs = host.flavour.initialRtoUs;
    this.quickAcks = random.chance(0.5) ? random.integer(0, 16) : 0;
    this.ackEvery = random.chance(0.75) ? 2 : random.integer(1, 8);
    this.buffer = host.window;
    this.bufferLimit = random.logUniform(65536, 4_000_000);
  }
}

export class TcpSession implements Actor {
  readonly #world: World;
  readonly #random: Random;
  readonly #flow: Flow;
  readonly #record: FlowRecord;
  readonly #options: TcpOptions;
  readonly #ends: readonly [End, End];
  readonly #usPerByte: number;
  readonly #accept: Acceptance;
  readonly #close: CloseStyle;
  #scaling = false;
  #timestamps = false;
  #sack = false;
  #synFlags = TCP_SYN;
  #synAttempts = 0;
  #resetsSeen = 0;
  #step: Step | undefined;
  #hasSpoken = false;
  #scriptDone = false;
  #waitSide: Side | -1 = -1;
  #waitOffset = 0;
  #waitRoom = false;
  #lastSender: Side = CLIENT;
  #lastActivityUs = 0;
  #inAir = 0;
  #over = false;
  #closing = false;
  /** Nobody will say or end anything any more. */
  #abandoned = false;

  constructor(world: World, random: Random, options: TcpOptions) {
    this.#world = world;
    this.#random = random;
    this.#flow = options.flow;
    this.#options = options;
    this.#accept = options.accept ?? "accept";
    this.#close = options.close ?? "client-fin";
    const { client, server } = options.flow;
    this.#ends = [new End(client, random, world.coalesce), new End(server, random, world.coalesce)];
    this.#usPerByte = Math.max(client.link.usPerByte, server.link.usPerByte);
    this.#record = world.openRecord(options.tag, "tcp", options.flow);
    const reader = this.#ends[CLIENT];
    reader.readRate = options.clientReadRate ?? Infinity;
    if (options.clientBuffer !== undefined) {
      reader.buffer = options.clientBuffer;
      reader.bufferLimit = options.clientBuffer;
    }
    if (client.flavour.name === "apple" && random.chance(0.15)) this.#synFlags = TCP_SYN | TCP_ECE | TCP_CWR;
  }

  /** The label record, to hide parts of the connection from the capture. */
  get record(): FlowRecord {
    return this.#record;
  }

  start(atUs: number): void {
    this.#world.scheduler.at(atUs, this, MODE_START);
  }

  wake(nowUs: number, code: number): void {
    if (this.#over) return;
    switch (code) {
      case MODE_START:
      case MODE_SYN_AGAIN:
        this.#sendSyn();
        break;
      case MODE_STEP:
        this.#speak(nowUs);
        break;
      case MODE_CLOSE:
        this.#beginClose(nowUs);
        break;
      case MODE_ANSWER_CLOSE:
        this.#queueFin(
          this.#close === "server-fin" || this.#close === "server-fin-client-reset" ? CLIENT : SERVER,
          nowUs,
        );
        break;
      case MODE_RETRANSMIT:
      case MODE_RETRANSMIT + 1:
        this.#onRetransmitTimer((code - MODE_RETRANSMIT) as Side, nowUs);
        break;
      case MODE_DELAYED_ACK:
      case MODE_DELAYED_ACK + 1:
        this.#onAckTimer((code - MODE_DELAYED_ACK) as Side, nowUs);
        break;
      case MODE_READ:
      case MODE_READ + 1:
        this.#onRead((code - MODE_READ) as Side, nowUs);
        break;
      case MODE_KEEP_ALIVE:
      case MODE_KEEP_ALIVE + 1:
        this.#onKeepAlive((code - MODE_KEEP_ALIVE) as Side, nowUs);
        break;
      case MODE_RESET_LATER:
      case MODE_RESET_LATER + 1:
        this.#reset((code - MODE_RESET_LATER) as Side);
        break;
    }
  }

  // --- the way ----------------------------------------------------------------------------------------------

  #send(side: Side, sequence: number, length: number, flags: number): void {
    const world = this.#world;
    const nowUs = world.scheduler.nowUs;
    const from = this.#ends[side];
    const segment = freeSegments.pop() ?? new Segment();
    segment.session = this;
    segment.side = side;
    segment.sequence = sequence;
    segment.length = length;
    segment.flags = flags;
    segment.acknowledgment = from.received;
    segment.window = flags & TCP_RST ? 0 : this.#windowField(from, (flags & TCP_SYN) !== 0, nowUs);
    segment.timestamp = this.#timestamps || flags & TCP_SYN ? from.host.timestamp(nowUs) : 0;
    segment.timestampEcho = from.peerTimestamp;
    segment.message = length > 0 ? messageAt(from.unaMessage, sequence) : undefined;
    segment.sack = this.#sack && from.outOfOrder.length > 0 ? from.outOfOrder.slice(-6) : undefined;
    if (flags & TCP_ACK) {
      from.ackBytes = 0;
      from.ackAtUs = Infinity;
    }
    this.#lastActivityUs = nowUs;

    const { link } = from.host;
    const departure = Math.max(nowUs, from.linkFreeUs);
    if (departure - nowUs > link.queueUs || (link.loss > 0 && this.#random.chance(link.loss))) {
      this.#free(segment);
      return;
    }
    from.linkFreeUs = departure + (length + 66) * this.#usPerByte;
    let tapUs = departure + link.delayUs + (link.jitterUs > 1 ? this.#random.exponential(link.jitterUs) : 0);
    if (link.reorder > 0 && this.#random.chance(link.reorder))
      tapUs += this.#random.uniform() * (500 + link.delayUs * 0.1);
    else {
      tapUs = Math.max(tapUs, from.lastTapUs);
      from.lastTapUs = tapUs;
    }
    this.#inAir++;
    world.scheduler.at(tapUs, segment, SEGMENT_AT_TAP);
  }

  atTap(segment: Segment, nowUs: number): void {
    this.#emit(segment);
    const to = this.#ends[(1 - segment.side) as Side];
    const { link } = to.host;
    if (link.loss > 0 && this.#random.chance(link.loss)) {
      this.#free(segment);
      this.#inAir--;
      this.#endIfDone(nowUs);
      return;
    }
    let arrivalUs = nowUs + link.delayUs + (link.jitterUs > 1 ? this.#random.exponential(link.jitterUs) : 0);
    if (link.reorder > 0 && this.#random.chance(link.reorder)) arrivalUs += this.#random.uniform() * 500;
    else {
      arrivalUs = Math.max(arrivalUs, to.lastArrivalUs);
      to.lastArrivalUs = arrivalUs;
    }
    this.#world.scheduler.at(arrivalUs, segment, SEGMENT_ARRIVES);
  }

  arrived(segment: Segment, nowUs: number): void {
    this.#inAir--;
    if (!this.#over) this.#receive((1 - segment.side) as Side, segment, nowUs);
    this.#free(segment);
    this.#endIfDone(nowUs);
  }

  #free(segment: Segment): void {
    segment.session = undefined;
    segment.message = undefined;
    segment.sack = undefined;
    freeSegments.push(segment);
  }

  #emit(segment: Segment): void {
    const world = this.#world;
    const { builder } = world;
    const from = this.#ends[segment.side];
    const to = this.#ends[(1 - segment.side) as Side];
    const flow = this.#flow;
    const route = builder.route(from.host, to.host, flow.version);
    route.trafficClass = this.#options.trafficClass ?? 0;
    this.#writeOptions(segment, from, to);
    builder.startPayload(20 + builder.optionsLength);
    if (segment.length > 0) this.#writePayload(segment);
    const fromClient = segment.side === CLIENT;
    const length = builder.finishTcp(
      fromClient ? flow.clientPort : flow.serverPort,
      fromClient ? flow.serverPort : flow.clientPort,
      {
        sequence: (from.initial + segment.sequence) >>> 0,
        acknowledgment: segment.flags & TCP_ACK ? (to.initial + segment.acknowledgment) >>> 0 : 0,
        flags: segment.flags,
        window: segment.window,
      },
    );
    world.emit(this.#record, length, segment.side === CLIENT);
    if (segment.flags & TCP_SYN && segment.side === CLIENT && this.#accept === "unreachable") {
      const quote = quoteNetwork(builder);
      new IcmpError(world, this.#options.tag.scenario, to.host, from.host, flow.version, "host", quote).send(
        this.#random,
      );
    }
  }

  #writePayload(segment: Segment): void {
    const { builder } = this.#world;
    let at = segment.sequence;
    const end = at + segment.length;
    let message = segment.message;
    while (at < end && message !== undefined) {
      const stop = Math.min(end, message.end);
      const offset = at - message.start;
      if (offset < message.head.length) {
        const headStop = Math.min(message.head.length, stop - message.start);
        builder.append(message.head, offset, headStop);
        at = message.start + headStop;
      }
      if (at < stop) builder.appendBody(message.base, at - message.start, stop - at);
      at = stop;
      message = message.next;
    }
    // A keep-alive probe may carry one byte that was sent before.
    if (at < end) builder.append(ONE_ZERO, 0, 1);
  }

  #writeOptions(segment: Segment, from: End, to: End): void {
    const { builder } = this.#world;
    const { options } = builder;
    let at = 0;
    if (segment.flags & TCP_SYN) {
      const answer = (segment.flags & TCP_ACK) !== 0;
      at = writeSynOptions(
        options,
        from.host,
        answer ? to.host : undefined,
        segment.timestamp,
        segment.timestampEcho,
      );
    } else if (!(segment.flags & TCP_RST)) {
      if (this.#timestamps) at = writeTimestamp(options, at, segment.timestamp, segment.timestampEcho);
      if (segment.sack !== undefined) at = writeSack(options, at, segment.sack, to.initial);
    }
    builder.optionsLength = at;
  }

  // --- opening ----------------------------------------------------------------------------------------------

  #sendSyn(): void {
    const end = this.#ends[CLIENT];
    const { nowUs } = this.#world.scheduler;
    if (this.#synAttempts++ === 0) {
      end.timedSequence = 1;
      end.timedAtUs = nowUs;
    }
    end.next = 1;
    end.highest = 1;
    this.#send(CLIENT, 0, 0, this.#synAttempts > 2 ? TCP_SYN : this.#synFlags);
    this.#armRetransmit(CLIENT, nowUs);
  }

  #receiveSyn(segment: Segment, nowUs: number): void {
    const server = this.#ends[SERVER];
    switch (this.#accept) {
      case "ignore":
      case "unreachable":
        return;
      case "refuse":
        server.received = 1;
        this.#send(SERVER, 0, 0, TCP_RST | TCP_ACK);
        server.received = 0;
        return;
      case "accept":
        break;
    }
    server.received = Math.max(server.received, 1);
    server.peerTimestamp = segment.timestamp;
    server.peerWindow = segment.window;
    server.next = Math.max(server.next, 1);
    server.highest = Math.max(server.highest, 1);
    this.#negotiate();
    this.#send(SERVER, 0, 0, TCP_SYN | TCP_ACK);
    server.timedSequence = server.una === 0 && server.timeouts === 0 ? 1 : -1;
    server.timedAtUs = nowUs;
    this.#armRetransmit(SERVER, nowUs);
  }

  /** What both sides can: MSS, window scaling, SACK, timestamps. */
  #negotiate(): void {
    const [client, server] = this.#ends;
    if (server.congestionWindow > 0) return;
    const both = (name: "scale" | "sack" | "timestamp"): boolean =>
      client.host.flavour.options.includes(name) && server.host.flavour.options.includes(name);
    this.#scaling = both("scale");
    this.#sack = both("sack");
    this.#timestamps = both("timestamp");
    const mss =
      Math.min(client.host.mss, server.host.mss, this.#flow.version === 6 ? 1440 : 1460) -
      (this.#timestamps ? 12 : 0);
    for (const end of this.#ends) {
      // A jumbo path only exists where both ends have it; the cap above keeps to Ethernet.
      const coalesce = end.segmentLimit;
      end.mss = mss;
      end.segmentLimit = Math.max(mss, Math.min(mss * coalesce, 62_000));
      end.congestionWindow = end.host.flavour.initialWindow * mss;
      if (!this.#scaling) {
        end.buffer = Math.min(end.buffer, 65535);
        end.bufferLimit = Math.min(end.bufferLimit, 65535);
      }
    }
  }

  #establish(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    if (end.established) return;
    end.established = true;
    end.timeouts = 0;
    if (side === CLIENT) this.#fetchStep();
    const step = this.#step;
    // The server may be told that it is connected only when the client's first words are on their way.
    if (step !== undefined && !this.#hasSpoken && step.fromClient === (side === CLIENT))
      this.#later(step.thinkUs, nowUs);
    else if (step === undefined && side === CLIENT) this.#planClose(nowUs);
    const { abortAfterUs } = this.#options;
    if (abortAfterUs !== undefined && side === CLIENT)
      this.#world.scheduler.at(nowUs + abortAfterUs, this, MODE_RESET_LATER + CLIENT);
    const { keepAliveUs } = this.#options;
    if (keepAliveUs !== undefined && side === (this.#options.keepAliveByServer ? SERVER : CLIENT))
      this.#world.scheduler.at(nowUs + keepAliveUs, this, MODE_KEEP_ALIVE + side);
  }

  // --- talking ----------------------------------------------------------------------------------------------

  #fetchStep(): void {
    const result = this.#options.script.next();
    this.#step = result.done ? undefined : result.value;
    this.#scriptDone = this.#step === undefined;
  }

  #later(thinkUs: number, nowUs: number): void {
    this.#world.scheduler.at(nowUs + thinkUs, this, MODE_STEP);
  }

  /** Writes the due step and those that follow at once, and arranges for the next. */
  #speak(nowUs: number): void {
    let step = this.#step;
    this.#hasSpoken = true;
    while (step !== undefined) {
      const side: Side = step.fromClient ? CLIENT : SERVER;
      const end = this.#ends[side];
      if (end.closed || end.finQueued) return;
      this.#lastSender = side;
      this.#write(end, step);
      this.#fetchStep();
      const following = this.#step;
      if (following === undefined || following.fromClient !== step.fromClient) {
        this.#waitSide = (1 - side) as Side;
        this.#waitOffset = end.written;
        this.#pump(side, nowUs);
        if (following === undefined) this.#planClose(nowUs);
        return;
      }
      if (following.thinkUs > 0 || end.written - end.una > SEND_BUFFER) {
        this.#pump(side, nowUs);
        if (end.written - end.una > SEND_BUFFER) this.#waitRoom = true;
        else this.#later(following.thinkUs, nowUs);
        return;
      }
      step = following;
    }
  }

  #write(end: End, step: Step): void {
    const message: Message = {
      start: end.written,
      end: end.written + step.length,
      head: step.head.length > 0 ? step.head : NO_BYTES,
      base: bodyBase(this.#random, step.body),
      next: undefined,
    };
    end.written = message.end;
    if (end.lastMessage !== undefined) end.lastMessage.next = message;
    end.unaMessage ??= message;
    end.lastMessage = message;
  }

  /** The side that waited for the other's message may go on. */
  #heard(side: Side, nowUs: number): void {
    if (this.#waitSide !== side || this.#ends[side].received < this.#waitOffset) return;
    this.#waitSide = -1;
    if (this.#step !== undefined) this.#later(this.#step.thinkUs, nowUs);
    else this.#planCloseAfterHearing(nowUs);
  }

  // --- ending -----------------------------------------------------------------------------------------------

  #planClose(nowUs: number): void {
    if (this.#closing) return;
    const initiator = initiatorOf(this.#close);
    // Who spoke last may end at once; the other side first hears all of it.
    if (this.#waitSide !== -1 && (initiator !== this.#lastSender || this.#close === "open")) return;
    this.#planCloseAfterHearing(nowUs);
  }

  #planCloseAfterHearing(nowUs: number): void {
    if (this.#closing || !this.#scriptDone) return;
    this.#closing = true;
    this.#world.scheduler.at(nowUs + (this.#options.closeDelayUs ?? 0), this, MODE_CLOSE);
  }

  #beginClose(nowUs: number): void {
    switch (this.#close) {
      case "open":
        this.#abandoned = true;
        this.#endIfDone(nowUs);
        return;
      case "client-reset":
        this.#reset(CLIENT);
        return;
      case "server-reset":
        this.#reset(SERVER);
        return;
      case "both-fin":
        this.#queueFin(CLIENT, nowUs);
        this.#queueFin(SERVER, nowUs);
        return;
      case "client-fin-client-reset": {
        this.#queueFin(CLIENT, nowUs);
        const delayUs = this.#options.answerCloseDelayUs ?? 1000;
        this.#world.scheduler.at(nowUs + delayUs, this, MODE_RESET_LATER + CLIENT);
        return;
      }
      case "server-fin":
      case "server-fin-client-reset":
        this.#queueFin(SERVER, nowUs);
        return;
      case "client-fin":
      case "half-close":
        this.#queueFin(CLIENT, nowUs);
        return;
    }
  }

  #queueFin(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    if (end.closed || end.finQueued) return;
    end.finQueued = true;
    this.#pump(side, nowUs);
  }

  #onFinReceived(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    if (end.finQueued) return;
    const delayUs = this.#options.answerCloseDelayUs ?? 0;
    if (this.#close === "server-fin-client-reset" && side === CLIENT) {
      this.#world.scheduler.at(nowUs + delayUs, this, MODE_RESET_LATER + CLIENT);
    } else if (delayUs === 0) this.#queueFin(side, nowUs);
    else this.#world.scheduler.at(nowUs + delayUs, this, MODE_ANSWER_CLOSE);
  }

  #reset(side: Side): void {
    const end = this.#ends[side];
    if (end.closed) return;
    end.closed = true;
    end.rtoAtUs = Infinity;
    end.ackAtUs = Infinity;
    this.#send(side, end.highest, 0, this.#random.chance(0.5) ? TCP_RST | TCP_ACK : TCP_RST);
    this.#endIfDone(this.#world.scheduler.nowUs);
  }

  #endIfDone(nowUs: number): void {
    if (this.#over || this.#inAir > 0) return;
    const [client, server] = this.#ends;
    const orderly =
      client.finReceived && server.finReceived && finAcknowledged(client) && finAcknowledged(server);
    // After a reset, the other end closes when it hears of it; should the reset be lost, its own timer ends it.
    if (orderly || (client.closed && server.closed)) this.#finish(nowUs, true);
    else if (client.closed !== server.closed && idle(client.closed ? server : client))
      this.#finish(nowUs, true);
    else if (this.#abandoned && idle(client) && idle(server)) this.#finish(nowUs, false);
  }

  #finish(nowUs: number, release: boolean): void {
    if (this.#over) return;
    this.#over = true;
    const flow = this.#flow;
    this.#world.ledger.close(this.#record);
    if (release) flow.client.release("tcp", flow.clientPort);
    this.#options.onEnd?.(nowUs);
  }

  // --- sending ----------------------------------------------------------------------------------------------

  #pump(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    if (!end.established || end.closed) return;
    const limit = end.una + Math.min(end.congestionWindow, Math.max(end.peerWindow, 0));
    while (end.next < end.written) {
      const left = end.written - end.next;
      const room = limit - end.next;
      let length = Math.min(left, end.segmentLimit, room);
      if (length <= 0) break;
      // No silly windows: a segment cut by the window waits, unless nothing is under way.
      if (length < left && length < end.mss) {
        if (end.next > end.una) break;
      } else if (length < left && length > end.mss) length -= length % end.mss;
      this.#sendData(side, end.next, length, nowUs);
      end.next += length;
      if (end.next > end.highest) end.highest = end.next;
    }
    if (end.finQueued && end.next === end.written) {
      end.finSent = true;
      end.next++;
      end.highest = Math.max(end.highest, end.next);
      this.#send(side, end.written, 0, TCP_FIN | TCP_ACK);
      this.#armRetransmit(side, nowUs);
    }
    // Nothing under way but a closed window: the retransmission timer probes it.
    if (end.una === end.next && end.next < end.written) this.#armRetransmit(side, nowUs);
  }

  #sendData(side: Side, sequence: number, length: number, nowUs: number): void {
    const end = this.#ends[side];
    const message = messageAt(end.unaMessage, sequence + length - 1);
    const last = message !== undefined && message.end === sequence + length;
    if (end.timedSequence < 0 && sequence + length > end.highest) {
      end.timedSequence = sequence + length;
      end.timedAtUs = nowUs;
    }
    this.#send(side, sequence, length, last ? TCP_ACK | TCP_PSH : TCP_ACK);
    if (end.rtoAtUs === Infinity) this.#armRetransmit(side, nowUs);
  }

  #retransmitFirst(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    end.timedSequence = -1;
    if (end.una === 0) {
      if (side === CLIENT) this.#sendSyn();
      else this.#send(SERVER, 0, 0, TCP_SYN | TCP_ACK);
      return;
    }
    const length = Math.min(end.mss, end.written - end.una, end.highest - end.una);
    if (length > 0) this.#sendData(side, end.una, length, nowUs);
    else if (end.finSent) this.#send(side, end.written, 0, TCP_FIN | TCP_ACK);
  }

  #armRetransmit(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    end.rtoAtUs = nowUs + end.rtoUs;
    if (end.rtoAtUs < end.rtoEventUs) {
      end.rtoEventUs = end.rtoAtUs;
      this.#world.scheduler.at(end.rtoAtUs, this, MODE_RETRANSMIT + side);
    }
  }

  #onRetransmitTimer(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    if (nowUs >= Math.floor(end.rtoEventUs)) end.rtoEventUs = Infinity;
    if (end.rtoAtUs === Infinity || end.closed) return;
    if (nowUs < Math.floor(end.rtoAtUs)) {
      if (end.rtoAtUs < end.rtoEventUs) {
        end.rtoEventUs = end.rtoAtUs;
        this.#world.scheduler.at(end.rtoAtUs, this, MODE_RETRANSMIT + side);
      }
      return;
    }
    end.rtoAtUs = Infinity;
    if (end.una === end.next && end.next < end.written) {
      this.#probeWindow(side, nowUs);
      return;
    }
    if (end.una === end.highest) return;
    const retries =
      end.una === 0 && side === CLIENT
        ? (this.#options.synRetries ?? end.host.flavour.synRetries)
        : MAXIMUM_TIMEOUTS;
    if (++end.timeouts > retries) {
      this.#giveUp(side, nowUs);
      return;
    }
    end.rtoUs = Math.min(end.rtoUs * 2, MAXIMUM_RTO_US);
    if (end.una > 0) {
      end.threshold = Math.max((end.highest - end.una) / 2, 2 * end.mss);
      end.congestionWindow = end.mss;
      end.recover = -1;
      end.duplicateAcks = 0;
    }
    this.#retransmitFirst(side, nowUs);
    if (end.una > 0) end.next = Math.max(end.una + Math.min(end.mss, end.written - end.una), end.una);
    if (end.una === end.written && end.finSent) end.next = end.written + 1;
    this.#armRetransmit(side, nowUs);
  }

  #giveUp(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    end.closed = true;
    if (end.una > 0 && this.#random.chance(0.3)) this.#send(side, end.highest, 0, TCP_RST | TCP_ACK);
    const other = this.#ends[(1 - side) as Side];
    other.closed = true;
    if (this.#inAir === 0) this.#finish(nowUs, true);
  }

  #probeWindow(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    end.rtoUs = Math.min(end.rtoUs * 2, MAXIMUM_RTO_US);
    this.#send(side, end.una - 1, 0, TCP_ACK);
    this.#armRetransmit(side, nowUs);
  }

  #onKeepAlive(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    const intervalUs = this.#options.keepAliveUs!;
    if (end.closed || end.finSent) return;
    const idleUs = nowUs - this.#lastActivityUs;
    if (idleUs < intervalUs) {
      this.#world.scheduler.at(this.#lastActivityUs + intervalUs, this, MODE_KEEP_ALIVE + side);
      return;
    }
    this.#send(
      side,
      end.highest - 1,
      end.host.flavour.name === "windows" && end.highest > 1 ? 1 : 0,
      TCP_ACK,
    );
    this.#world.scheduler.at(nowUs + intervalUs, this, MODE_KEEP_ALIVE + side);
  }

  // --- receiving --------------------------------------------------------------------------------------------

  #receive(side: Side, segment: Segment, nowUs: number): void {
    const end = this.#ends[side];
    const { flags } = segment;
    if (end.closed) {
      if (!(flags & TCP_RST) && !(flags & TCP_SYN)) this.#send(side, segment.acknowledgment, 0, TCP_RST);
      return;
    }
    if (flags & TCP_RST) {
      this.#receiveReset(side, nowUs);
      return;
    }
    if (flags & TCP_SYN) {
      if (side === SERVER) this.#receiveSyn(segment, nowUs);
      else this.#receiveSynAck(segment, nowUs);
      return;
    }
    if (side === SERVER && !end.established && segment.acknowledgment < 1) return;
    if (end.received === 0) return;
    this.#receiveAck(side, segment, nowUs);
    if (segment.timestamp !== 0 && segment.sequence <= end.received) end.peerTimestamp = segment.timestamp;
    if (segment.length > 0 || flags & TCP_FIN) this.#receiveData(side, segment, nowUs);
    else if (segment.sequence < end.received) this.#send(side, end.highest, 0, TCP_ACK);
  }

  #receiveReset(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    if (!end.established && side === CLIENT && this.#resetsSeen++ < end.host.flavour.retriesAfterReset) {
      end.rtoAtUs = Infinity;
      this.#world.scheduler.at(nowUs + 500_000, this, MODE_SYN_AGAIN);
      return;
    }
    end.closed = true;
    end.rtoAtUs = Infinity;
    end.ackAtUs = Infinity;
    this.#ends[(1 - side) as Side].closed = true;
  }

  #receiveSynAck(segment: Segment, nowUs: number): void {
    const end = this.#ends[CLIENT];
    if (end.established) {
      this.#send(CLIENT, end.highest, 0, TCP_ACK);
      return;
    }
    end.received = 1;
    end.peerTimestamp = segment.timestamp;
    this.#receiveAck(CLIENT, segment, nowUs);
    // A lost acknowledgment is made good by the first data or by the server's asking again.
    this.#send(CLIENT, 1, 0, TCP_ACK);
    this.#establish(CLIENT, nowUs);
    this.#pump(CLIENT, nowUs);
  }

  #receiveAck(side: Side, segment: Segment, nowUs: number): void {
    const end = this.#ends[side];
    const { acknowledgment } = segment;
    const peer = this.#ends[(1 - side) as Side];
    const scale = this.#scaling && !(segment.flags & TCP_SYN) ? 1 << peer.host.scale : 1;
    const window = segment.window * scale;
    const opened = window > end.peerWindow;
    if (acknowledgment > end.una) this.#acknowledged(side, acknowledgment, nowUs);
    else if (
      acknowledgment === end.una &&
      segment.length === 0 &&
      end.highest > end.una &&
      window === end.peerWindow &&
      !(segment.flags & TCP_FIN)
    )
      this.#duplicateAck(side, nowUs);
    end.peerWindow = window;
    if (!end.established && side === SERVER && end.una >= 1) this.#establish(SERVER, nowUs);
    if (end.next < end.written || end.finQueued || opened) this.#pump(side, nowUs);
    if (
      this.#waitRoom &&
      side === this.#lastSender &&
      end.written - end.una <= SEND_BUFFER / 2 &&
      this.#step !== undefined
    ) {
      this.#waitRoom = false;
      this.#later(this.#step.thinkUs, nowUs);
    }
  }

  #acknowledged(side: Side, acknowledgment: number, nowUs: number): void {
    const end = this.#ends[side];
    const bytes = acknowledgment - end.una;
    if (end.timedSequence >= 0 && acknowledgment >= end.timedSequence)
      this.#sampleRoundTrip(end, nowUs - end.timedAtUs);
    end.una = acknowledgment;
    end.timeouts = 0;
    if (end.next < end.una) end.next = end.una;
    while (end.unaMessage !== undefined && end.unaMessage.end <= end.una && end.unaMessage.next !== undefined)
      end.unaMessage = end.unaMessage.next;
    if (end.recover >= 0) {
      if (acknowledgment >= end.recover) {
        end.recover = -1;
        end.congestionWindow = end.threshold;
        end.duplicateAcks = 0;
      } else {
        end.congestionWindow = Math.max(end.congestionWindow - bytes + end.mss, end.mss);
        this.#retransmitFirst(side, nowUs);
      }
    } else {
      end.duplicateAcks = 0;
      const growth =
        end.congestionWindow < end.threshold
          ? Math.min(bytes, 2 * end.mss)
          : (end.mss * end.mss) / end.congestionWindow;
      end.congestionWindow = Math.min(end.congestionWindow + growth, 700 * end.mss);
    }
    end.rtoAtUs = Infinity;
    if (end.una < end.highest) this.#armRetransmit(side, nowUs);
  }

  #sampleRoundTrip(end: End, sampleUs: number): void {
    end.timedSequence = -1;
    if (end.smoothedUs === 0) {
      end.smoothedUs = sampleUs;
      end.variationUs = sampleUs / 2;
    } else {
      end.variationUs += (Math.abs(sampleUs - end.smoothedUs) - end.variationUs) / 4;
      end.smoothedUs += (sampleUs - end.smoothedUs) / 8;
    }
    end.rtoUs = Math.floor(
      Math.max(end.host.flavour.minimumRtoUs, end.smoothedUs + Math.max(4 * end.variationUs, 10_000)),
    );
  }

  #duplicateAck(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    end.duplicateAcks++;
    if (end.recover >= 0) {
      end.congestionWindow += end.mss;
      this.#pump(side, nowUs);
    } else if (end.duplicateAcks === 3 && end.una > 0) {
      end.threshold = Math.max((end.highest - end.una) / 2, 2 * end.mss);
      end.congestionWindow = end.threshold + 3 * end.mss;
      end.recover = end.highest;
      this.#retransmitFirst(side, nowUs);
    }
  }

  #receiveData(side: Side, segment: Segment, nowUs: number): void {
    const end = this.#ends[side];
    const stop = segment.sequence + segment.length;
    if (segment.flags & TCP_FIN) end.finAt = stop;
    const fresh =
      segment.sequence <= end.received &&
      (stop > end.received || (end.finAt === end.received && !end.finReceived));
    if (!fresh) {
      if (segment.sequence > end.received && segment.length > 0)
        insertRange(end.outOfOrder, segment.sequence, stop);
      this.#send(side, end.highest, 0, TCP_ACK);
      return;
    }
    const before = end.received;
    const hadGap = end.outOfOrder.length > 0;
    end.received = Math.max(end.received, stop);
    if (hadGap) end.received = takeRanges(end.outOfOrder, end.received);
    this.#buffered(side, end.received - before, nowUs);
    if (end.finAt === end.received && !end.finReceived) {
      end.received++;
      end.finReceived = true;
      this.#acknowledgeFin(side, nowUs);
      return;
    }
    this.#acknowledgeData(side, end.received - before, hadGap, nowUs);
    this.#heard(side, nowUs);
  }

  #acknowledgeFin(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    this.#heard(side, nowUs);
    const atOnce =
      !end.finQueued &&
      (this.#options.answerCloseDelayUs ?? 0) === 0 &&
      this.#close !== "server-fin-client-reset";
    // Many stacks answer FIN by one segment that is both FIN and acknowledgment.
    if (!(atOnce && this.#random.chance(0.6))) this.#send(side, end.highest, 0, TCP_ACK);
    this.#onFinReceived(side, nowUs);
  }

  #acknowledgeData(side: Side, bytes: number, hadGap: boolean, nowUs: number): void {
    const end = this.#ends[side];
    end.ackBytes += bytes;
    if (hadGap || end.quickAcks > 0 || end.ackBytes >= end.ackEvery * end.mss) {
      if (end.quickAcks > 0) end.quickAcks--;
      this.#send(side, end.highest, 0, TCP_ACK);
    } else if (end.ackAtUs === Infinity) {
      end.ackAtUs = nowUs + end.host.flavour.delayedAckUs;
      if (end.ackAtUs < end.ackEventUs) {
        end.ackEventUs = end.ackAtUs;
        this.#world.scheduler.at(end.ackAtUs, this, MODE_DELAYED_ACK + side);
      }
    }
  }

  #onAckTimer(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    end.ackEventUs = Infinity;
    if (end.ackAtUs === Infinity || end.closed) return;
    if (nowUs < end.ackAtUs) {
      end.ackEventUs = end.ackAtUs;
      this.#world.scheduler.at(end.ackAtUs, this, MODE_DELAYED_ACK + side);
      return;
    }
    this.#send(side, end.highest, 0, TCP_ACK);
  }

  // --- receive window ---------------------------------------------------------------------------------------

  #buffered(side: Side, bytes: number, nowUs: number): void {
    const end = this.#ends[side];
    if (end.buffer < end.bufferLimit)
      end.buffer = Math.min(end.buffer + 2 * bytes, Math.max(end.bufferLimit, end.buffer));
    if (end.readRate === Infinity) return;
    this.#drain(end, nowUs);
    end.unread += bytes;
    if (!end.readPending && end.unread > end.buffer / 2) {
      end.readPending = true;
      const waitUs = Math.max(1000, (end.unread - end.buffer / 4) / end.readRate);
      this.#world.scheduler.at(nowUs + waitUs, this, MODE_READ + side);
    }
  }

  #drain(end: End, nowUs: number): void {
    if (end.readAtUs > 0)
      end.unread = Math.max(0, end.unread - Math.floor((nowUs - end.readAtUs) * end.readRate));
    end.readAtUs = nowUs;
  }

  #onRead(side: Side, nowUs: number): void {
    const end = this.#ends[side];
    end.readPending = false;
    if (end.closed || end.finReceived) return;
    this.#drain(end, nowUs);
    if (end.advertised < 2 * end.mss) this.#send(side, end.highest, 0, TCP_ACK);
  }

  #windowField(end: End, syn: boolean, nowUs: number): number {
    if (end.readRate !== Infinity) this.#drain(end, nowUs);
    end.advertised = Math.max(0, Math.floor(end.buffer - end.unread));
    if (syn) return Math.min(end.advertised, 65535);
    const scaled = this.#scaling ? Math.floor(end.advertised / (1 << end.host.scale)) : end.advertised;
    return Math.min(scaled, 65535);
  }
}

const ONE_ZERO = new Uint8Array(1);

function initiatorOf(style: CloseStyle): Side {
  return style === "server-fin" || style === "server-reset" || style === "server-fin-client-reset"
    ? SERVER
    : CLIENT;
}

function finAcknowledged(end: End): boolean {
  return end.finSent && end.una > end.written;
}

/** Nothing that a timer would still send. */
function idle(end: End): boolean {
  return end.una === end.highest && end.ackAtUs === Infinity && !(end.next < end.written);
}

function messageAt(from: Message | undefined, sequence: number): Message | undefined {
  let message = from;
  while (message !== undefined && message.end <= sequence) message = message.next;
  return message;
}

/** Inserts [start, stop) into sorted, disjoint ranges held as pairs. */
function insertRange(ranges: number[], start: number, stop: number): void {
  let index = 0;
  while (index < ranges.length && ranges[index + 1] < start) index += 2;
  let low = start;
  let high = stop;
  let last = index;
  while (last < ranges.length && ranges[last] <= high) {
    low = Math.min(low, ranges[last]);
    high = Math.max(high, ranges[last + 1]);
    last += 2;
  }
  ranges.splice(index, last - index, low, high);
}

/** Removes the ranges that `received` has reached; returns how far it gets with them. */
function takeRanges(ranges: number[], received: number): number {
  let reached = received;
  while (ranges.length > 0 && ranges[0] <= reached) {
    reached = Math.max(reached, ranges[1]);
    ranges.splice(0, 2);
  }
  return reached;
}

/** Options of a SYN by the host's flavour; an answer has only those that the asker has. Returns their length. */
export function writeSynOptions(
  out: Uint8Array,
  host: Host,
  asker: Host | undefined,
  timestamp: number,
  echo: number,
): number {
  let at = 0;
  for (const name of host.flavour.options) {
    if (
      asker !== undefined &&
      name !== "mss" &&
      name !== "nop" &&
      name !== "end" &&
      !asker.flavour.options.includes(name)
    )
      continue;
    switch (name) {
      case "mss":
        out[at++] = 2;
        out[at++] = 4;
        out[at++] = host.mss >>> 8;
        out[at++] = host.mss;
        break;
      case "scale":
        out[at++] = 3;
        out[at++] = 3;
        out[at++] = host.scale;
        break;
      case "sack":
        out[at++] = 4;
        out[at++] = 2;
        break;
      case "timestamp":
        out[at++] = 8;
        out[at++] = 10;
        at = writeWord(out, at, timestamp);
        at = writeWord(out, at, echo);
        break;
      case "nop":
        out[at++] = 1;
        break;
      case "end":
        out[at++] = 0;
        break;
    }
  }
  while (at % 4 !== 0) out[at++] = host.flavour.options.includes("end") ? 0 : 1;
  return at;
}

function writeTimestamp(out: Uint8Array, start: number, timestamp: number, echo: number): number {
  out[start] = 1;
  out[start + 1] = 1;
  out[start + 2] = 8;
  out[start + 3] = 10;
  return writeWord(out, writeWord(out, start + 4, timestamp), echo);
}

function writeSack(out: Uint8Array, start: number, ranges: number[], initial: number): number {
  out[start] = 1;
  out[start + 1] = 1;
  out[start + 2] = 5;
  // Three blocks fit beside timestamps, which is the most that a list of six numbers holds.
  out[start + 3] = 2 + ranges.length * 4;
  let at = start + 4;
  for (const edge of ranges) at = writeWord(out, at, (initial + edge) >>> 0);
  return at;
}

/** Writes a big-endian word; returns the offset behind it. */
export function writeWord(out: Uint8Array, at: number, word: number): number {
  out[at] = word >>> 24;
  out[at + 1] = word >>> 16;
  out[at + 2] = word >>> 8;
  out[at + 3] = word;
  return at + 4;
}
