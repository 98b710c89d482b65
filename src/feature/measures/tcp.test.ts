import { expect, test } from "vitest";
import { type PacketSketch, packetOf } from "../../../test/support/packets.ts";
import { RowMeter, schemaById } from "../row-meter.ts";
import { FAST_RETRANSMISSION_US, REORDER_US } from "./tcp.ts";

const CLIENT = "10.0.0.1:40000";
const SERVER = "10.0.0.2:80";
/** Of the handshake below, µs. */
const ROUND_TRIP = 10_000;

const client = (at: number, flags: string, rest: PacketSketch = {}): PacketSketch => ({ at, flags, ...rest });
const server = (at: number, flags: string, rest: PacketSketch = {}): PacketSketch => ({
  at,
  flags,
  from: SERVER,
  to: CLIENT,
  ...rest,
});
const data = (at: number, sequence: number, payload = 100): PacketSketch =>
  client(at, "PA", { sequence, payload, acknowledgment: 500 });
const acknowledgment = (at: number, number: number): PacketSketch =>
  server(at, "A", { sequence: 500, acknowledgment: number });

const handshake: PacketSketch[] = [
  client(0, "S", { sequence: 99 }),
  server(6000, "SA", { sequence: 499, acknowledgment: 100 }),
  client(ROUND_TRIP, "A", { sequence: 100, acknowledgment: 500 }),
];

/** The measures of the one flow that the packets make. */
function measured(sketches: PacketSketch[]): (name: string) => number {
  const schema = schemaById("flow");
  const rows: number[][] = [];
  const meter = new RowMeter({
    schema,
    onRows: ({ values, count }) => rows.push([...values.slice(0, count * schema.columns.length)]),
  });
  for (const sketch of sketches) meter.push(packetOf(sketch));
  meter.end();
  expect(rows.flat().length).toBe(schema.columns.length);
  return (name) => {
    const column = schema.columns.findIndex(({ measure }) => measure === name);
    if (column < 0) throw new RangeError(name);
    return rows.flat()[column];
  };
}

/** Retransmitted and out of order, of the client, behind the handshake. */
function counts(...sketches: PacketSketch[]): [number, number] {
  const measure = measured([...handshake, ...sketches]);
  expect([measure("backward.retransmitted"), measure("backward.out_of_order")]).toEqual([0, 0]);
  return [measure("forward.retransmitted"), measure("forward.out_of_order")];
}

const RETRANSMITTED = [1, 0];
const OUT_OF_ORDER = [0, 1];
const NEITHER = [0, 0];

test("what ends with the newest segment was sent again, however soon", () => {
  expect(counts(data(20_000, 100), data(20_001, 100))).toEqual(RETRANSMITTED);
  expect(counts(data(20_000, 100), data(20_001, 150, 50))).toEqual(RETRANSMITTED);
});

test("an older segment is out of order within a round trip of the newest, else sent again", () => {
  const [first, third] = [data(20_000, 100), data(21_000, 300)];
  expect(counts(first, third, data(21_000 + ROUND_TRIP - 1, 200))).toEqual(OUT_OF_ORDER);
  expect(counts(first, third, data(21_000 + ROUND_TRIP, 200))).toEqual(RETRANSMITTED);
  // Several, each of a hole of its own.
  expect(counts(first, third, data(21_500, 500), data(21_600, 400), data(21_700, 200))).toEqual([0, 2]);
  const unknown = measured([first, third, data(21_000 + REORDER_US - 1, 200)]);
  expect([unknown("forward.retransmitted"), unknown("forward.out_of_order")]).toEqual(OUT_OF_ORDER);
});

test("what the peer acknowledged before was sent again", () => {
  const sent = [data(20_000, 100), data(20_100, 200)];
  expect(counts(...sent, acknowledgment(26_000, 300), data(26_100, 100))).toEqual(RETRANSMITTED);
  expect(counts(...sent, acknowledgment(26_000, 150), data(26_100, 100))).toEqual(OUT_OF_ORDER);
});

test("what two repeated acknowledgments ask for was sent again, if just asked for", () => {
  const asked = [
    data(20_000, 100),
    data(20_100, 300),
    acknowledgment(26_000, 200),
    acknowledgment(26_100, 200),
    acknowledgment(26_200, 200),
    data(26_300, 400),
  ];
  expect(counts(...asked, data(26_400, 200))).toEqual(RETRANSMITTED);
  expect(counts(...asked.slice(0, 4), data(26_300, 400), data(26_400, 200))).toEqual(OUT_OF_ORDER);
  const lateUs = 26_200 + FAST_RETRANSMISSION_US;
  expect(counts(...asked, data(lateUs, 500), data(lateUs, 200))).toEqual(OUT_OF_ORDER);
});

test("keep-alives and window probes are nothing", () => {
  expect(counts(data(20_000, 100), client(9e6, "A", { sequence: 199 }))).toEqual(NEITHER);
  expect(counts(data(20_000, 100), data(9e6, 199, 1))).toEqual(NEITHER);
  const closed = server(30_000, "A", { sequence: 500, acknowledgment: 200, window: 0 });
  // The probe's byte was not taken, or was: neither way of going on repeats anything.
  expect(counts(data(20_000, 100), closed, data(5e6, 200, 1), data(6e6, 200))).toEqual(NEITHER);
  expect(counts(data(20_000, 100), closed, data(5e6, 200, 1), data(6e6, 201))).toEqual(NEITHER);
});

test("a SYN, SYN-ACK or FIN sent again is a retransmission", () => {
  const again = measured([
    client(0, "S", { sequence: 99 }),
    client(1e6, "S", { sequence: 99 }),
    client(3e6, "S", { sequence: 99 }),
    server(3e6 + 100, "SA", { sequence: 499, acknowledgment: 100 }),
    server(4e6, "SA", { sequence: 499, acknowledgment: 100 }),
    client(4e6 + 100, "A", { sequence: 100, acknowledgment: 500 }),
    server(5e6, "FA", { sequence: 500, acknowledgment: 100 }),
    server(6e6, "FA", { sequence: 500, acknowledgment: 100 }),
  ]);
  expect(again("forward.retransmitted")).toBe(2);
  expect(again("backward.retransmitted")).toBe(2);
});

test("a SYN with another number begins anew", () => {
  const flood = measured([7e8, 5e8, 9e8].map((sequence, index) => client(index, "S", { sequence })));
  expect(flood("forward.retransmitted")).toBe(0);
  const reused = [
    client(5e6, "S", { sequence: 50 }),
    server(5e6 + 10, "SA", { sequence: 20, acknowledgment: 51 }),
    client(5e6 + 20, "PA", { sequence: 51, acknowledgment: 21, payload: 10 }),
    server(5e6 + 30, "PA", { sequence: 21, acknowledgment: 61, payload: 10 }),
  ];
  const before = [data(20_000, 100), acknowledgment(30_000, 200)];
  expect(counts(...before, ...reused)).toEqual(NEITHER);
  expect(counts(...before, ...reused.filter((packet) => packet.flags !== "SA"))).toEqual(NEITHER);
});

test("sequence numbers wrap at 2^32", () => {
  const wrapping = [
    client(0, "S", { sequence: 0xfffffffe }),
    client(1, "PA", { sequence: 0xffffffff, payload: 10 }),
    client(2, "PA", { sequence: 9, payload: 10 }),
  ];
  expect(measured(wrapping)("forward.retransmitted")).toBe(0);
  expect(
    measured([...wrapping, client(3, "PA", { sequence: 0xffffffff, payload: 10 })])("forward.out_of_order"),
  ).toBe(1);
  expect(
    measured([...wrapping, client(3e6, "PA", { sequence: 0xffffffff, payload: 10 })])(
      "forward.retransmitted",
    ),
  ).toBe(1);
});

test("resets take no part: their numbers are often not those of the connection", () => {
  expect(counts(data(20_000, 100), client(20_100, "R", { sequence: 1e9 }), data(20_200, 200))).toEqual(
    NEITHER,
  );
});

test("the round trip is from the last SYN to the ACK of the opener", () => {
  const measure = measured([
    client(0, "S", { sequence: 99 }),
    ...handshake.map((packet) => ({ ...packet, at: 3e6 + (packet.at ?? 0) })),
  ]);
  expect(measure("handshake.rtt")).toBe(ROUND_TRIP);
  expect(measure("handshake.server")).toBe(6000);
  // Packets without ACK, and resets, complete nothing.
  const [syn, synAck, ack] = handshake;
  expect(measured([syn, synAck, client(7000, "P", { payload: 1 }), ack])("handshake.rtt")).toBe(ROUND_TRIP);
  expect(measured([syn, synAck, client(7000, "RA")])("handshake.rtt")).toBeNaN();
  // Behind the handshake a stray SYN changes nothing.
  expect(
    measured([...handshake, client(2e6, "S", { sequence: 99 }), client(3e6, "A")])("handshake.rtt"),
  ).toBe(ROUND_TRIP);
});

test("a zero window is one that closes: not that of SYN, FIN or RST", () => {
  const flags = ["S", "A", "FA", "R", "PA"];
  const measure = measured(flags.map((letters, at) => client(at, letters, { window: 0 })));
  expect(measure("forward.window.zero")).toBe(2);
});
