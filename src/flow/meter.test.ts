import { expect, test } from "vitest";
import { type PacketSketch, packetOf } from "../../test/support/packets.ts";
import { CLOCK_RESET_US, FIRST_FRAGMENTS_REMEMBERED, type FlowObserver, HELD_MAXIMUM } from "./contract.ts";
import { Meter, type MeterOptions } from "./meter.ts";
import { END_REASONS } from "./reasons.ts";

const SECOND = 1_000_000;

/** Writes down what the meter tells. */
class Recorder implements FlowObserver {
  readonly events: string[] = [];
  readonly counts = new Map<number, number>();

  open(flow: number, _packet: unknown, forward: boolean, continued: boolean): void {
    this.counts.set(flow, 1);
    this.events.push(`open${forward ? "" : " reversed"}${continued ? " continued" : ""}`);
  }

  add(flow: number): void {
    this.counts.set(flow, (this.counts.get(flow) ?? 0) + 1);
  }

  mark(_flow: number, mark: number, atUs: number): void {
    this.events.push(`mark ${mark} at ${atUs / SECOND}`);
  }

  forget(): void {
    this.events.push("forget");
  }

  end(flow: number, reason: number, atUs: number): void {
    this.events.push(`end ${END_REASONS[reason]} ${this.counts.get(flow)} at ${atUs / SECOND}`);
  }
}

function metered(
  sketches: PacketSketch[],
  options: Partial<MeterOptions> = {},
): { events: string[]; meter: Meter } {
  const observer = new Recorder();
  const meter = new Meter({ observer, ...options });
  for (const sketch of sketches) meter.push(packetOf(sketch));
  meter.end();
  return { events: observer.events, meter };
}

const back = { from: "10.0.0.2:80", to: "10.0.0.1:40000" };

test("a closed connection keeps its last ACK and ends after lingering", () => {
  const { events } = metered([
    { flags: "S" },
    { ...back, flags: "SA", at: 1 },
    { flags: "FA", at: 2 },
    { ...back, flags: "FA", at: 3 },
    { flags: "A", at: 4 },
    { from: "10.0.0.9:1", to: "10.0.0.8:2", protocol: "udp", at: 10 * SECOND },
  ]);
  expect(events).toEqual(["open", "end closed 5 at 5.000003", "open", "end end-of-input 1 at 70"]);
});

test("a reset ends the flow after lingering, whatever strays in", () => {
  const { events } = metered([
    { flags: "S" },
    { ...back, flags: "RA", at: 1 },
    { ...back, flags: "R", at: 4 * SECOND },
    { flags: "S", from: "10.0.0.7:1", at: 6 * SECOND },
  ]);
  expect(events[1]).toBe("end reset 3 at 5.000001");
});

test("a reset behind both FINs neither prolongs the flow nor changes its reason", () => {
  const { events } = metered([
    { flags: "S" },
    { ...back, flags: "FA", at: 1 },
    { flags: "FA", at: 2 },
    { flags: "R", at: 4 * SECOND },
    { flags: "S", from: "10.0.0.7:1", at: 6 * SECOND },
  ]);
  expect(events[1]).toBe("end closed 4 at 5.000002");
});

test("a closed connection is not cut by age while it lingers", () => {
  const chat = Array.from(
    { length: 10 },
    (_, index): PacketSketch => ({ flags: "A", at: index * 30 * SECOND }),
  );
  const { events } = metered([
    ...chat,
    { flags: "FA", at: 299 * SECOND },
    { ...back, flags: "FA", at: 299 * SECOND },
    { flags: "A", at: 301 * SECOND },
  ]);
  expect(events.filter((event) => event.startsWith("open"))).toEqual(["open"]);
});

test("a new SYN on a closed connection is a new flow", () => {
  const { events } = metered([{ flags: "S" }, { ...back, flags: "RA", at: 1 }, { flags: "S", at: 2 }]);
  expect(events).toEqual(["open", "end reused 2 at 0.000002", "open", "end end-of-input 1 at 30.000002"]);
});

test("on a closed connection only a SYN opens a new flow, not a late SYN-ACK", () => {
  const { events } = metered([
    { flags: "S" },
    { ...back, flags: "RA", at: 1 },
    { ...back, flags: "SA", at: 2 },
  ]);
  expect(events).toEqual(["open", "end reset 3 at 5.000001"]);
});

test("silence of exactly the timeout keeps a flow; one microsecond more ends it", () => {
  const udp = { protocol: "udp" as const, to: "10.0.0.2:5000" };
  expect(metered([udp, { ...udp, at: 60 * SECOND }]).events).toEqual(["open", "end end-of-input 2 at 120"]);
  expect(metered([udp, { ...udp, at: 60 * SECOND + 1 }]).events).toEqual([
    "open",
    "end idle 1 at 60",
    "open",
    "end end-of-input 1 at 120.000001",
  ]);
});

test("an attempt that nobody answers ends sooner", () => {
  const { events } = metered([{ flags: "S" }, { from: "10.0.0.9:1", flags: "S", at: 40 * SECOND }]);
  expect(events[1]).toBe("end idle 1 at 30");
});

test("a flow older than the active timeout is cut and continued in the same direction", () => {
  const sketches: PacketSketch[] = Array.from({ length: 12 }, (_, index) => ({
    at: index * 30 * SECOND,
    protocol: "udp",
    from: "10.0.0.1:6000",
    to: "10.0.0.2:5000",
  }));
  sketches.push({ at: 331 * SECOND, protocol: "udp", from: "10.0.0.2:5000", to: "10.0.0.1:6000" });
  const { events } = metered(sketches);
  expect(events).toEqual(["open", "end active 11 at 330", "open continued", "end end-of-input 2 at 391"]);
});

test("who opened is forward: SYN-ACK first and well-known port first are turned round", () => {
  expect(metered([{ ...back, flags: "SA" }]).events[0]).toBe("open reversed");
  expect(metered([{ ...back, flags: "A" }]).events[0]).toBe("open reversed");
  expect(metered([{ flags: "A" }]).events[0]).toBe("open");
  expect(metered([{ from: "10.0.0.1:53", to: "10.0.0.2:9999", protocol: "udp" }]).events[0]).toBe(
    "open reversed",
  );
});

test("a full table hands out the flow that was silent longest", () => {
  const sketches = [1, 2, 3, 4].map((host) => ({ from: `10.0.1.${host}:9`, flags: "S", at: host }));
  const { events, meter } = metered(sketches, { maximumFlows: 3 });
  expect(events.filter((event) => event.startsWith("end"))[0]).toBe("end evicted 1 at 0.000004");
  expect(meter.ledger()).toMatchObject({
    flowsOpened: 4,
    flowsOpen: 0,
    flowsEnded: { evicted: 1, "end-of-input": 3 },
  });
});

test("of several kinds of flows too, the one that was silent longest makes room", () => {
  const udp: PacketSketch = { protocol: "udp", to: "10.0.0.2:5000" };
  const evicted = (sketches: PacketSketch[]): string[] =>
    metered(sketches, { maximumFlows: 2 }).events.filter((event) => event.startsWith("end evicted"));
  const third: PacketSketch = { flags: "S", from: "10.0.0.9:9", at: 9 };
  // Told apart by how many packets they hold.
  const twice = [udp, { ...udp, at: 1 }];
  expect(evicted([...twice, { flags: "S", at: 2 }, third])).toEqual(["end evicted 2 at 0.000009"]);
  expect(evicted([udp, { flags: "S", at: 2 }, { ...udp, at: 3 }, third])).toEqual([
    "end evicted 1 at 0.000009",
  ]);
});

test("a flow that speaks again waits behind those that were silent longer", () => {
  const flow = (port: number, at: number): PacketSketch => ({
    protocol: "udp",
    from: `10.0.0.1:${port}`,
    to: "10.0.0.2:5000",
    at: at * SECOND,
  });
  const { events } = metered([flow(2001, 0), flow(2002, 10), flow(2001, 20), flow(2003, 85)]);
  expect(events.slice(2, 4)).toEqual(["end idle 1 at 70", "end idle 2 at 80"]);
});

test("marks come in time, between the endings", () => {
  const { events } = metered([{ flags: "S" }, { from: "10.0.0.9:1", flags: "S", at: 60 * SECOND }], {
    marksUs: [5 * SECOND, 20 * SECOND],
  });
  expect(events.slice(0, 4)).toEqual(["open", "mark 0 at 5", "mark 1 at 20", "end idle 1 at 30"]);
});

test("advance makes endings known sooner and counts what comes too late", () => {
  const observer = new Recorder();
  const meter = new Meter({ observer });
  meter.push(packetOf({ flags: "S" }));
  meter.advance(30 * SECOND);
  expect(observer.events).toEqual(["open"]);
  meter.advance(31 * SECOND);
  expect(observer.events).toEqual(["open", "end idle 1 at 30"]);
  meter.push(packetOf({ flags: "A", at: 29 * SECOND }));
  expect(meter.ledger().late).toBe(1);
});

test("the end of input is silence without end: the same events as when it is announced, save the reason", () => {
  const sketches: PacketSketch[] = [
    { flags: "S" },
    { ...back, flags: "SA", at: 1 },
    { flags: "S", from: "10.0.0.7:1", at: SECOND },
    { protocol: "udp", at: 2 * SECOND },
  ];
  const run = (announced: boolean): string[] => {
    const observer = new Recorder();
    const meter = new Meter({ observer, marksUs: [5 * SECOND] });
    for (const sketch of sketches) meter.push(packetOf(sketch));
    if (announced) meter.advance(1000 * SECOND);
    meter.end();
    return observer.events;
  };
  expect(run(true).map((event) => event.replace("idle", "end-of-input"))).toEqual(run(false));
  expect(run(false).filter((event) => event.startsWith("mark"))).toHaveLength(3);
});

test("a large step back in time starts a new clock", () => {
  const { events, meter } = metered([
    { flags: "S", at: 2 * CLOCK_RESET_US },
    { flags: "S", at: 0 },
  ]);
  expect(meter.ledger().clockResets).toBe(1);
  expect(events).toEqual([
    "open",
    "end end-of-input 1 at 1230",
    "forget",
    "open",
    "end end-of-input 1 at 30",
  ]);
});

const fragmentOf = (offset: number, more: boolean, identification = 77): PacketSketch => ({
  from: "10.0.0.1:4000",
  to: "10.0.0.2:5000",
  protocol: "udp",
  payload: 64,
  fragment: { identification, offset, more },
});

test("fragments belong to their datagram's flow, in any order", () => {
  const inOrder = [fragmentOf(0, true), fragmentOf(64, true), fragmentOf(128, false)];
  for (const order of [inOrder, [...inOrder].reverse(), [inOrder[1], inOrder[0], inOrder[2]]]) {
    const { events, meter } = metered(order);
    expect(events).toEqual(["open", "end end-of-input 3 at 60"]);
    expect(meter.ledger()).toMatchObject({ held: 0, orphanFragments: 0, metered: 3 });
  }
});

test("fragments behind other headers belong to their datagram's flow too", () => {
  // IPv6: the first fragment's protocol is found behind destination options, which later ones only announce.
  const ends = { from: "[2001:db8::1]:4000", to: "[2001:db8::2]:5000" };
  const options = 60;
  // IPv4: likewise behind an authentication header.
  const authentication = 51;
  for (const [sketch, announced] of [
    [ends, options],
    [{}, authentication],
  ] as const) {
    const first = packetOf({ ...fragmentOf(0, true), ...sketch });
    const later = packetOf({ ...fragmentOf(64, false), ...sketch });
    for (const order of [
      [first, later],
      [later, first],
    ]) {
      later.protocol = announced;
      const observer = new Recorder();
      const meter = new Meter({ observer });
      for (const packet of order) meter.push(packet);
      meter.end();
      expect(observer.events).toHaveLength(2);
      expect(meter.ledger()).toMatchObject({ orphanFragments: 0, metered: 2 });
    }
  }
});

test("in IPv4, datagrams of two protocols may share an identification", () => {
  const other = packetOf({ ...fragmentOf(64, false), protocol: "tcp" });
  const observer = new Recorder();
  const meter = new Meter({ observer });
  meter.push(packetOf(fragmentOf(0, true)));
  meter.push(other);
  meter.end();
  expect(meter.ledger()).toMatchObject({ orphanFragments: 1, flowsOpened: 2 });
});

test("a new clock forgets the first fragments of the old one", () => {
  const { meter } = metered([
    { ...fragmentOf(0, true), at: 2 * CLOCK_RESET_US },
    { ...fragmentOf(64, false), at: 0 },
  ]);
  expect(meter.ledger()).toMatchObject({ clockResets: 1, orphanFragments: 1 });
});

test("a fragment gives up waiting at its own moment, announced or not", () => {
  const run = (announcedUs: number): string[] => {
    const observer = new Recorder();
    const meter = new Meter({ observer, marksUs: [5 * SECOND] });
    meter.push(packetOf({ protocol: "udp" }));
    meter.push(packetOf(fragmentOf(64, false)));
    meter.advance(announcedUs);
    meter.push(packetOf({ protocol: "udp", at: 100 * SECOND }));
    meter.end();
    return observer.events;
  };
  expect(run(0).slice(0, 3)).toEqual(["open", "mark 0 at 5", "open"]);
  for (const seconds of [1, 10, 30, 31, 99]) expect(run(seconds * SECOND)).toEqual(run(0));
});

test("a fragment that waits alone gives up too", () => {
  const meter = new Meter({ observer: new Recorder() });
  meter.push(packetOf(fragmentOf(64, false)));
  meter.advance(30 * SECOND);
  expect(meter.ledger()).toMatchObject({ held: 1, metered: 0 });
  meter.advance(31 * SECOND);
  expect(meter.ledger()).toMatchObject({ held: 0, metered: 1, orphanFragments: 1 });
});

test("of more first fragments than fit, the newest are remembered", () => {
  const count = FIRST_FRAGMENTS_REMEMBERED + 1000;
  const newest = FIRST_FRAGMENTS_REMEMBERED / 2;
  const meter = new Meter({ observer: new Recorder() });
  for (let id = 0; id < count; id++) meter.push(packetOf({ ...fragmentOf(0, true, id), at: id }));
  for (let id = count - newest; id < count; id++)
    meter.push(packetOf({ ...fragmentOf(64, false, id), at: count }));
  // Sets of four that are hit by more than four of the newest forget some of them.
  const { held, orphanFragments } = meter.ledger();
  expect(held + orphanFragments).toBeLessThan(newest / 10);
});

test("a fragment whose first one never comes is metered without ports", () => {
  const { events, meter } = metered([fragmentOf(64, false)]);
  expect(events).toEqual(["open", "end end-of-input 1 at 90"]);
  expect(meter.ledger()).toMatchObject({ held: 0, orphanFragments: 1, metered: 1 });
});

test("held fragments are bounded", () => {
  const sketches = Array.from({ length: HELD_MAXIMUM + 10 }, (_, index) => fragmentOf(64, false, index));
  const observer = new Recorder();
  const meter = new Meter({ observer });
  for (const sketch of sketches) meter.push(packetOf(sketch));
  expect(meter.ledger()).toMatchObject({ held: HELD_MAXIMUM, orphanFragments: 10, metered: 10 });
});

test("packets without an IP header belong to no flow", () => {
  const observer = new Recorder();
  const meter = new Meter({ observer });
  const arp = packetOf({});
  arp.ipVersion = 0;
  meter.push(arp);
  expect(meter.ledger()).toMatchObject({ packets: 1, withoutFlow: 1, metered: 0, flowsOpened: 0 });
});
