// Meters connections for an observer: packets in; openings, packets and endings of flows out.
//
// The work is done by assembly/meter.ts, which says what is guaranteed; this class hands it packets and hands its news on.
// Rows do not come this way: engines accumulate within WebAssembly (src/feature).

import { OrbweaverError } from "../base/errors.ts";
import {
  compileWasm,
  decodeBase64,
  instantiateWasm,
  sharedWasmMemory,
  type WasmModule,
} from "../base/wasm.ts";
import { PACKET_BYTES, readPacket, writePacket } from "../packet/memory.ts";
import { Packet } from "../packet/packet.ts";
import {
  CONNECTION_DEFAULTS,
  type ConnectionOptions,
  type FlowObserver,
  MAXIMUM_FLOWS_DEFAULT,
} from "./contract.ts";
import { METER_COUNTS, type MeterLedger, meterLedgerOf, meterNowUs } from "./counts.ts";
import { icmpCounterparts } from "./icmp.ts";
import { KERNEL_BASE64 } from "./kernels.generated.ts";

export interface MeterOptions {
  observer: FlowObserver;
  lifecycle?: Partial<ConnectionOptions>;
  /** Flows in the table at the most. */
  maximumFlows?: number;
  /** Ages of a flow at which the observer is told, µs, ascending. */
  marksUs?: readonly number[];
  /** Seed of the table's hash; changes no result. Give a secret one where hostile traffic is metered. */
  hashSeed?: number;
}

/** What assembly/traced.ts exports. */
interface Kernels {
  reserve(bytes: number): number;
  icmpAddress(): number;
  setup(
    maximumFlows: number,
    seed: number,
    marks: number,
    idleUs: number,
    unansweredUs: number,
    activeUs: number,
    lingerUs: number,
  ): number;
  setMark(mark: number, ageUs: number): void;
  countsAddress(): number;
  push(packet: number): void;
  advance(nowUs: number): void;
  end(limit: number): number;
}

let compiled: WasmModule | undefined;

export class Meter {
  readonly #kernels: Kernels;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #counts: Float64Array;
  readonly #packetAddress: number;
  /** The packet that is being metered; others that the meter tells of were held. */
  #pushed: Packet | undefined;
  readonly #held = new Packet();

  constructor(options: MeterOptions) {
    const memory = sharedWasmMemory();
    const { observer } = options;
    compiled ??= compileWasm(decodeBase64(KERNEL_BASE64));
    this.#kernels = instantiateWasm<Kernels>(compiled, memory, {
      flowOpened: (flow: number, packet: number, forward: number, continued: number) =>
        observer.open(flow, this.#packetAt(packet), forward !== 0, continued !== 0),
      packetAdded: (flow: number, packet: number, forward: number) =>
        observer.add(flow, this.#packetAt(packet), forward !== 0),
      markReached: (flow: number, mark: number, atUs: number) => observer.mark(flow, mark, atUs),
      clockForgotten: () => observer.forget(),
      flowEnded: (flow: number, reason: number, atUs: number) => observer.end(flow, reason, atUs),
    });
    const marks = options.marksUs ?? [];
    const maximumFlows = Math.max(1, options.maximumFlows ?? MAXIMUM_FLOWS_DEFAULT);
    const { idleTimeoutUs, unansweredTimeoutUs, activeTimeoutUs, lingerUs } = {
      ...CONNECTION_DEFAULTS,
      ...options.lifecycle,
    };
    const done = this.#kernels.setup(
      maximumFlows,
      options.hashSeed ?? 0,
      marks.length,
      idleTimeoutUs,
      unansweredTimeoutUs,
      activeTimeoutUs,
      lingerUs,
    );
    if (done === 0) throw memoryRefused(maximumFlows);
    for (const [mark, ageUs] of marks.entries()) this.#kernels.setMark(mark, ageUs);
    this.#packetAddress = this.#kernels.reserve(PACKET_BYTES);
    const icmp = this.#kernels.icmpAddress();
    this.#words = new Int32Array(memory.buffer);
    this.#numbers = new Float64Array(memory.buffer);
    this.#counts = new Float64Array(memory.buffer, this.#kernels.countsAddress(), METER_COUNTS);
    new Int16Array(memory.buffer, icmp, 512).set(icmpCounterparts());
  }

  /** Newest packet time seen, µs; −Infinity before the first packet. */
  get nowUs(): number {
    return meterNowUs(this.#counts);
  }

  /** Meters one packet. The packet is read during the call only; a later fragment is given its datagram's ports. */
  push(packet: Packet): void {
    this.#pushed = packet;
    writePacket(packet, this.#words, this.#numbers, this.#packetAddress, 0);
    this.#kernels.push(this.#packetAddress);
    this.#pushed = undefined;
  }

  /**
   * Announces that no packet older than `nowUs` will come (packet time: a live source passes the wall clock minus its
   * lateness). Hands out what is due by then; changes no flow's content.
   */
  advance(nowUs: number): void {
    this.#kernels.advance(nowUs);
  }

  /**
   * Ends the input: everything held or open is handed out, as if silence followed for ever, so that flows hold the same
   * whether the silence was announced by `advance` or not; only the reason tells. One call hands out about `limit`
   * flows at the most; true when none is left.
   */
  end(limit = Number.POSITIVE_INFINITY): boolean {
    return this.#kernels.end(limit) !== 0;
  }

  ledger(): MeterLedger {
    return meterLedgerOf(this.#counts);
  }

  #packetAt(address: number): Packet {
    const packet = address === this.#packetAddress ? (this.#pushed ?? this.#held) : this.#held;
    readPacket(this.#words, this.#numbers, address, packet, 0);
    return packet;
  }
}

/** For tables that do not fit into 4 GiB of memory, or into the machine. */
export function memoryRefused(maximumFlows: number): OrbweaverError {
  return new OrbweaverError(
    "usage",
    `no memory for a table of ${maximumFlows} flows; ask for fewer (the default is ${MAXIMUM_FLOWS_DEFAULT})`,
  );
}
