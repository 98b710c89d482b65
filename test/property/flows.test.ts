// Any stream of packets - a few hosts, times that jump, fragments, resets, steps back - is metered whole and bounded: every
// packet in exactly one flow, no flow older than its bounds, no table fuller than allowed, sums that agree; and rows that do
// not depend on calls of `advance`, batches or the hash seed.
// A failing run prints its seed and path, which `fc.assert` takes to repeat it.

import fc from "fast-check";
import { expect, test } from "vitest";
import { RowMeter, type RowMeterOptions, schemaById } from "../../src/feature/row-meter.ts";
import { CLOCK_RESET_US, CONNECTION_DEFAULTS, type FlowObserver } from "../../src/flow/contract.ts";
import { Meter } from "../../src/flow/meter.ts";
import { END_REASONS } from "../../src/flow/reasons.ts";
import type { Packet } from "../../src/packet/packet.ts";
import { type PacketSketch, packetOf } from "../support/packets.ts";

const SECOND = 1_000_000;
const RUNS = { numRuns: 200 };
const { idleTimeoutUs, activeTimeoutUs, lingerUs } = CONNECTION_DEFAULTS;

/** Gaps before a packet: none, short, about every timeout, far ahead, a little back, far back. */
const gap = fc.oneof(
  { weight: 60, arbitrary: fc.integer({ min: 0, max: 2000 }) },
  { weight: 30, arbitrary: fc.integer({ min: 0, max: 6 * SECOND }) },
  {
    weight: 20,
    arbitrary: fc.constantFrom(
      4_999_999,
      5 * SECOND,
      29_999_999,
      30 * SECOND,
      30_000_001,
      60 * SECOND,
      60_000_001,
    ),
  },
  { weight: 10, arbitrary: fc.integer({ min: 40 * SECOND, max: 400 * SECOND }) },
  { weight: 10, arbitrary: fc.integer({ min: -20 * SECOND, max: -1 }) },
  { weight: 1, arbitrary: fc.constantFrom(-CLOCK_RESET_US, -CLOCK_RESET_US - 1, -2 * CLOCK_RESET_US) },
);

const host = fc.integer({ min: 1, max: 3 });
const port = fc.constantFrom(53, 80, 40_000);

const step = fc.record({
  gap,
  from: host,
  to: host,
  fromPort: port,
  toPort: port,
  protocol: fc.constantFrom("tcp" as const, "tcp" as const, "udp" as const, "icmp" as const),
  flags: fc.constantFrom("S", "SA", "A", "A", "PA", "FA", "R", "RA", ""),
  payload: fc.constantFrom(0, 0, 1, 100),
  sequence: fc.integer({ min: 0, max: 300 }),
  icmp: fc.record({
    type: fc.constantFrom(0, 3, 8, 11),
    code: fc.constantFrom(0, 1),
    identifier: fc.constantFrom(0, 7),
  }),
  fragment: fc.option(
    fc.record({
      identification: fc.integer({ min: 1, max: 2 }),
      offset: fc.constantFrom(0, 64, 128),
      more: fc.boolean(),
    }),
    { freq: 8, nil: undefined },
  ),
  isIpv6: fc.boolean(),
  withoutIp: fc.integer({ min: 0, max: 30 }).map((number) => number === 0),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const stream = fc.array(step, { minLength: 1, maxLength: 120 });

function packetsOf(steps: readonly Step[]): Packet[] {
  let timeUs = 10 * CLOCK_RESET_US;
  return steps.map((given, index) => {
    timeUs = Math.max(0, timeUs + given.gap);
    const address = (number: number): string => (given.isIpv6 ? `[2001:db8::${number}]` : `10.0.0.${number}`);
    const sketch: PacketSketch = {
      ...given,
      at: timeUs,
      from: `${address(given.from)}:${given.fromPort}`,
      to: `${address(given.to)}:${given.toPort}`,
      flags: given.protocol === "tcp" ? given.flags : "",
      icmp: given.protocol === "icmp" && (given.fragment?.offset ?? 0) === 0 ? given.icmp : undefined,
    };
    const packet = packetOf(sketch);
    if (given.withoutIp) packet.ipVersion = 0;
    packet.ordinal = index + 1;
    return packet;
  });
}

/** What a flow's packets have in common, whichever way they run; ports not, since fragments may come without. */
function pairOf(packet: Packet): string {
  return [packet.protocol, ...[packet.source3, packet.destination3].sort(), packet.ipVersion].join();
}

/** Follows every flow and notes what must not be. */
class Watcher implements FlowObserver {
  readonly seen: number[] = [];
  readonly wrong: string[] = [];
  readonly #open = new Map<number, { pair: string; openedUs: number; closedUs: number }>();
  opened = 0;
  ended = 0;
  meter: Meter | undefined;

  readonly maximumFlows: number;

  constructor(maximumFlows: number) {
    this.maximumFlows = maximumFlows;
  }

  get nowUs(): number {
    return this.meter?.nowUs ?? 0;
  }

  forget(): void {
    if (this.#open.size > 0) this.wrong.push("a new clock with open flows");
  }

  open(flow: number, packet: Packet, forward: boolean): void {
    if (this.#open.has(flow) || flow >= this.maximumFlows)
      this.wrong.push(`flow ${flow} opened twice or outside`);
    this.#open.set(flow, { pair: pairOf(packet), openedUs: this.nowUs, closedUs: Number.POSITIVE_INFINITY });
    this.opened++;
    this.add(flow, packet, forward);
  }

  add(flow: number, packet: Packet, _forward: boolean): void {
    this.seen.push(packet.ordinal);
    const state = this.#open.get(flow);
    if (state === undefined) this.wrong.push(`packet ${packet.ordinal} in a flow that is not open`);
    else if (state.pair !== pairOf(packet)) this.wrong.push(`packet ${packet.ordinal} in a flow of others`);
    else if (this.nowUs - state.openedUs > activeTimeoutUs + lingerUs)
      this.wrong.push("a flow older than its bounds");
  }

  mark(flow: number, _mark: number, atUs: number): void {
    const state = this.#open.get(flow);
    if (state === undefined || atUs !== state.openedUs + 5 * SECOND) this.wrong.push("a mark out of time");
  }

  end(flow: number, reason: number, atUs: number): void {
    const state = this.#open.get(flow);
    if (state === undefined) this.wrong.push(`flow ${flow} ended twice`);
    else if (atUs - state.openedUs > activeTimeoutUs + idleTimeoutUs)
      this.wrong.push("a flow that ended too late");
    if (END_REASONS[reason] === undefined) this.wrong.push("no reason");
    this.#open.delete(flow);
    this.ended++;
  }
}

const bound = fc.integer({ min: 1, max: 12 });

test("every packet is in exactly one flow; flows, table and ledger keep their bounds", () => {
  fc.assert(
    fc.property(stream, bound, fc.integer(), (steps, maximumFlows, hashSeed) => {
      const watcher = new Watcher(maximumFlows);
      const meter = new Meter({
        observer: watcher,
        maximumFlows,
        hashSeed,
        marksUs: [5 * SECOND],
      });
      watcher.meter = meter;
      const packets = packetsOf(steps);
      for (const packet of packets) {
        meter.push(packet);
        const { held, metered, withoutFlow, dropped, flowsOpen, flowsOpened, flowsEnded } = meter.ledger();
        expect(flowsOpen).toBeLessThanOrEqual(maximumFlows);
        expect(metered + held + withoutFlow + dropped).toBe(packet.ordinal);
        expect(metered).toBe(watcher.seen.length);
        expect(flowsOpened - flowsOpen).toBe(
          Object.values(flowsEnded).reduce((sum, count) => sum + count, 0),
        );
      }
      meter.end();
      expect(watcher.wrong).toEqual([]);
      expect(meter.ledger()).toMatchObject({ packets: packets.length, held: 0, flowsOpen: 0 });
      const withIp = packets.filter((packet) => packet.ipVersion !== 0).map((packet) => packet.ordinal);
      expect(watcher.seen.sort((one, other) => one - other)).toEqual(withIp);
      expect(watcher.ended).toBe(watcher.opened);
    }),
    RUNS,
  );
});

/** Every row as one list of numbers: identity, then values. */
function rowsOf(
  packets: readonly Packet[],
  options: Partial<RowMeterOptions>,
  between: (meter: RowMeter, index: number) => void = () => {},
): { rows: number[][]; meter: RowMeter } {
  const rows: number[][] = [];
  const meter = new RowMeter({
    schema: schemaById("flow"),
    ...options,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        rows.push([
          batch.flow[row],
          batch.startUs[row],
          batch.endUs[row],
          batch.reason[row],
          batch.protocol[row],
          ...batch.addresses.subarray(row * 8, row * 8 + 8),
          ...batch.ports.subarray(row * 2, row * 2 + 2),
          ...batch.values.subarray(row * batch.columnCount, (row + 1) * batch.columnCount),
        ]);
      }
    },
  });
  packets.forEach((packet, index) => {
    // The meter gives later fragments their ports, so that each run needs packets of its own.
    meter.push(Object.assign(packetOf({}), packet));
    between(meter, index);
  });
  meter.end();
  return { rows, meter };
}

/** After each packet, the latest moment that no packet to come precedes, and the newest so far. */
function announceable(packets: readonly Packet[]): { newestUs: number; latestUs: number }[] {
  let newestUs = Number.NEGATIVE_INFINITY;
  const newest = packets.map(({ timestampUs }) => {
    newestUs = timestampUs < newestUs - CLOCK_RESET_US ? timestampUs : Math.max(newestUs, timestampUs);
    return newestUs;
  });
  let latestUs = newestUs + 10 * SECOND;
  const latest = packets.map(() => 0);
  for (let index = packets.length - 1; index >= 0; index--) {
    latest[index] = latestUs;
    const isReset = index > 0 && packets[index].timestampUs < newest[index - 1] - CLOCK_RESET_US;
    latestUs = isReset ? newest[index - 1] : Math.min(latestUs, packets[index].timestampUs);
  }
  return newest.map((timeUs, index) => ({ newestUs: timeUs, latestUs: latest[index] }));
}

const SETTINGS: Partial<RowMeterOptions>[] = [
  {},
  { maximumFlows: 3 },
  { earlyPackets: 2, earlyAfterUs: 700_000 },
];

test("rows depend on the packets alone: not on advance, batches or the hash seed", () => {
  const shares = fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), {
    minLength: 120,
    maxLength: 120,
  });
  fc.assert(
    fc.property(
      stream,
      shares,
      fc.integer(),
      fc.constantFrom(...SETTINGS),
      (steps, share, hashSeed, settings) => {
        const packets = packetsOf(steps);
        const plain = rowsOf(packets, settings);
        const times = announceable(packets);
        const advanced = rowsOf(packets, { ...settings, hashSeed, batchRows: 1 }, (meter, index) => {
          const part = share[index];
          const { newestUs, latestUs } = times[index];
          if (part === null) return;
          meter.advance(latestUs > newestUs ? newestUs + part * (latestUs - newestUs) : newestUs);
        });
        expect(advanced.rows.map(withoutEnd)).toEqual(plain.rows.map(withoutEnd));
      },
    ),
    RUNS,
  );
});

/** Silence that was announced before the end may have ended a flow by itself: the reason, and nothing else, tells. */
function withoutEnd(row: number[]): number[] {
  const reason = END_REASONS[row[3]];
  return reason === "idle" || reason === "end-of-input" ? [...row.slice(0, 3), -1, ...row.slice(4)] : row;
}

test("rows tell of every packet, last no longer than their bounds, and hold no infinity", () => {
  const { columns } = schemaById("flow");
  const at = (name: string): number => 15 + columns.findIndex((column) => column.name === name);
  const [packetsAt, durationAt] = [at("packets"), at("duration")];
  fc.assert(
    fc.property(stream, (steps) => {
      const { rows, meter } = rowsOf(packetsOf(steps), {});
      const ledger = meter.ledger();
      expect(ledger.rows).toBe(rows.length);
      expect(rows.reduce((sum, row) => sum + row[packetsAt], 0)).toBe(ledger.metered);
      for (const row of rows) {
        expect(row[durationAt]).toBe(row[2] - row[1]);
        expect(row[durationAt]).toBeLessThanOrEqual(activeTimeoutUs + lingerUs + CLOCK_RESET_US);
        for (const value of row) expect(Math.abs(value)).not.toBe(Number.POSITIVE_INFINITY);
      }
    }),
    RUNS,
  );
});
