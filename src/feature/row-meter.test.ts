import { expect, test } from "vitest";
import { type PacketSketch, packetOf } from "../../test/support/packets.ts";
import { CLOCK_RESET_US } from "../flow/contract.ts";
import { LAYER_DNS, type Packet } from "../packet/packet.ts";
import { CONNECTION_STATES } from "./measures/tcp.ts";
import { IDLE_THRESHOLD_US } from "./measures/timing.ts";
import type { FlowIdentity } from "./row.ts";
import { RowMeter, type RowMeterOptions, schemaById } from "./row-meter.ts";

const schema = schemaById("flow");
const SECOND = 1_000_000;

interface MeteredRow {
  identity: FlowIdentity;
  values: Record<string, number>;
}

function rowsOf(sketches: PacketSketch[], options: Partial<RowMeterOptions> = {}): MeteredRow[] {
  const rows: MeteredRow[] = [];
  const meter = new RowMeter({
    schema,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        const values = batch.values.subarray(row * batch.columnCount, (row + 1) * batch.columnCount);
        rows.push({
          identity: batch.identity(row),
          values: Object.fromEntries(schema.columns.map((column, index) => [column.name, values[index]])),
        });
      }
    },
    ...options,
  });
  for (const sketch of sketches) meter.push(packetOf(sketch));
  meter.end();
  return rows;
}

const client = { from: "10.0.0.1:40000", to: "10.0.0.2:80" };
const server = { from: "10.0.0.2:80", to: "10.0.0.1:40000" };

/** A small HTTP exchange with round numbers. */
const exchange: PacketSketch[] = [
  { ...client, at: 1000, flags: "S", sequence: 99, window: 64240 },
  { ...server, at: 3000, flags: "SA", sequence: 499, window: 65160 },
  { ...client, at: 4000, flags: "A", sequence: 100, window: 502 },
  { ...client, at: 5000, flags: "PA", sequence: 100, payload: 100, window: 502 },
  { ...server, at: 9000, flags: "PA", sequence: 500, payload: 300, window: 500 },
  { ...server, at: 9500, flags: "PA", sequence: 800, payload: 100, window: 500 },
  { ...client, at: 10000, flags: "FA", sequence: 200, window: 501 },
  { ...server, at: 11000, flags: "FA", sequence: 900, window: 500 },
  { ...client, at: 12000, flags: "A", sequence: 201, window: 501 },
];

test("the schema has between 60 and 120 columns, each with a meaning, none an identifier", () => {
  expect(schema.columns.length).toBeGreaterThanOrEqual(60);
  expect(schema.columns.length).toBeLessThanOrEqual(120);
  for (const column of schema.columns) {
    expect(column.description.length, column.name).toBeGreaterThan(10);
    expect(column.name).toMatch(/^[a-z0-9_]+$/);
    expect(column.name).not.toMatch(/address|(^|_)port$|timestamp|_us$/);
  }
});

test("a plain exchange gives the figures that one counts by hand", () => {
  const [row, ...others] = rowsOf(exchange);
  expect(others).toEqual([]);
  expect(row.values).toMatchObject({
    duration: 11000,
    packets: 9,
    forward_packets: 5,
    backward_packets: 4,
    payload_bytes: 500,
    forward_payload_bytes: 100,
    backward_payload_bytes: 400,
    backward_payload_packets: 2,
    payload_max: 300,
    backward_payload_mean: 100,
    forward_wire_bytes: 5 * 54 + 100,
    forward_header_mean: 40,
    payload_ratio: 4,
    packet_ratio: 0.8,
    iat_min: 500,
    iat_max: 4000,
    iat_mean: 11000 / 8,
    forward_iat_max: 5000,
    backward_iat_min: 500,
    forward_syn: 1,
    backward_syn: 1,
    forward_fin: 1,
    backward_fin: 1,
    forward_psh: 1,
    backward_psh: 2,
    forward_ack: 4,
    backward_ack: 4,
    forward_window_first: 64240,
    forward_window_min: 501,
    backward_window_min: 500,
    handshake_rtt: 3000,
    handshake_server: 2000,
    response_time: 4000,
    early_size_1: 100,
    early_size_2: -300,
    early_size_3: -100,
    early_gap_2: 4000,
    early_gap_3: 500,
    forward_retransmitted: 0,
    forward_out_of_order: 0,
    forward_ttl_min: 64,
    fragments: 0,
    idle_count: 0,
    active_max: 11000,
    connection_state: CONNECTION_STATES.indexOf("SF"),
    service: schema.columns.find((column) => column.name === "service")!.categories.indexOf("http"),
    protocol: 6,
    source_connections_short: 1,
    destination_half_open_short: 0,
    pair_attempts_long: 1,
  });
  expect(row.values.early_size_4).toBeNaN();
  expect(row.values.idle_mean).toBeNaN();
  expect(row.values.payload_std).toBeCloseTo(
    Math.sqrt((100 ** 2 + 300 ** 2 + 100 ** 2) / 9 - (500 / 9) ** 2),
    9,
  );
  const gaps = [2000, 1000, 1000, 4000, 500, 500, 1000, 1000];
  const mean = 11000 / 8;
  expect(row.values.iat_std).toBeCloseTo(
    Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / 8),
    9,
  );
  expect(row.identity).toMatchObject({
    flow: 1,
    startUs: 1000,
    endUs: 12000,
    sourceAddress: "10.0.0.1",
    destinationPort: 80,
    transport: "tcp",
    endReason: "closed",
  });
});

test("missing is missing, not zero", () => {
  const [row] = rowsOf([{ ...client, flags: "S" }]);
  for (const name of [
    "iat_mean",
    "packet_rate",
    "handshake_rtt",
    "backward_payload_min",
    "backward_ttl_min",
  ]) {
    expect(row.values[name], name).toBeNaN();
  }
  expect(row.values.forward_entropy).toBeNaN();
  expect(row.values.backward_packets).toBe(0);
});

test("nothing is infinite: what the opener did not send divides nothing", () => {
  const answers = [0, 10].map((at): PacketSketch => ({ ...server, at, flags: "PA", payload: 10 }));
  const [row] = rowsOf([{ ...server, flags: "SA" }, ...answers]);
  expect(row.values).toMatchObject({ forward_packets: 0, backward_packets: 3 });
  expect(row.values.packet_ratio).toBeNaN();
  expect(row.values.payload_ratio).toBeNaN();
  for (const value of Object.values(row.values)) expect(Math.abs(value)).not.toBe(Number.POSITIVE_INFINITY);
});

test("lengths that hardly differ keep the digits of their deviation", () => {
  const count = 100_000;
  const sketches = Array.from(
    { length: count },
    (_, at): PacketSketch => ({ protocol: "udp", at, payload: at === 7 ? 1447 : 1448 }),
  );
  const [row] = rowsOf(sketches);
  // One of n lengths is shorter by one: the variance is (n − 1) / n².
  expect(row.values.payload_std / (Math.sqrt(count - 1) / count)).toBeCloseTo(1, 9);
});

test("a flow lasts from its earliest to its latest packet, in whatever order they came", () => {
  const udp = { protocol: "udp" as const };
  const [row] = rowsOf([
    { ...udp, at: 500 },
    { ...udp, at: 200 },
    { ...udp, at: 900 },
  ]);
  expect(row.values.duration).toBe(700);
  expect(row.identity).toMatchObject({ startUs: 200, endUs: 900 });
});

test.each([
  ["S0", [{ ...client, flags: "S" }]],
  [
    "REJ",
    [
      { ...client, flags: "S" },
      { ...server, flags: "RA" },
    ],
  ],
  [
    "RSTOS0",
    [
      { ...client, flags: "S" },
      { ...client, flags: "R" },
    ],
  ],
  [
    "SH",
    [
      { ...client, flags: "S" },
      { ...client, flags: "F" },
    ],
  ],
  [
    "S1",
    [
      { ...client, flags: "S" },
      { ...server, flags: "SA" },
      { ...client, flags: "A" },
    ],
  ],
  [
    "S2",
    [
      { ...client, flags: "S" },
      { ...server, flags: "SA" },
      { ...client, flags: "FA" },
    ],
  ],
  [
    "S3",
    [
      { ...client, flags: "S" },
      { ...server, flags: "SA" },
      { ...server, flags: "FA" },
    ],
  ],
  [
    "RSTO",
    [
      { ...client, flags: "S" },
      { ...server, flags: "SA" },
      { ...client, flags: "R" },
    ],
  ],
  [
    "RSTR",
    [
      { ...client, flags: "S" },
      { ...server, flags: "SA" },
      { ...server, flags: "R" },
    ],
  ],
  [
    "RSTRH",
    [
      { ...server, flags: "SA" },
      { ...server, flags: "R" },
    ],
  ],
  [
    "SHR",
    [
      { ...server, flags: "SA" },
      { ...server, flags: "F" },
    ],
  ],
  [
    "SF",
    [
      { ...client, flags: "S" },
      { ...server, flags: "SA" },
      { ...server, flags: "FA" },
      { ...client, flags: "FA" },
      { ...client, flags: "R" },
    ],
  ],
  ["OTH", [{ ...client, flags: "A", payload: 5 }]],
  ["S0", [{ ...client, protocol: "udp" }]],
  [
    "SF",
    [
      { ...client, protocol: "udp" },
      { ...server, protocol: "udp" },
    ],
  ],
] satisfies [string, PacketSketch[]][])("connection state %s", (state, sketches) => {
  expect(CONNECTION_STATES[rowsOf(sketches)[0].values.connection_state]).toBe(state);
});

test("retransmission, reordering and keep-alive are told apart", () => {
  const opening = exchange.slice(0, 3);
  const data = (at: number, sequence: number, payload = 100): PacketSketch => ({
    ...client,
    at,
    flags: "PA",
    sequence,
    payload,
  });
  const counts = (sketches: PacketSketch[]) => {
    const { values } = rowsOf([...opening, ...sketches])[0];
    return [values.forward_retransmitted, values.forward_out_of_order];
  };
  expect(counts([data(5000, 100), data(6000, 200), data(300000, 200)])).toEqual([1, 0]);
  expect(counts([data(5000, 100), data(6000, 300), data(6500, 200), data(7000, 400)])).toEqual([0, 1]);
  expect(counts([data(5000, 100), data(6000, 300), data(250000, 200), data(250100, 400)])).toEqual([1, 0]);
  expect(counts([data(5000, 100), data(9000000, 199, 1)])).toEqual([0, 0]);
  expect(counts([data(5000, 100), data(6000, 100)])).toEqual([1, 0]);
  // Sequence numbers wrap at 2^32.
  const wrapping = [
    { ...client, flags: "S", sequence: 0xfffffffe },
    { ...client, at: 1, flags: "PA", sequence: 0xffffffff, payload: 10 },
    { ...client, at: 2, flags: "PA", sequence: 9, payload: 10 },
  ];
  expect(rowsOf(wrapping)[0].values.forward_retransmitted).toBe(0);
});

test("entropy is Shannon's over the first 64 bytes", () => {
  const entropy = (payload: Uint8Array) =>
    rowsOf([{ ...client, payload, flags: "PA" }])[0].values.forward_entropy;
  expect(entropy(new Uint8Array(100))).toBe(0);
  expect(entropy(Uint8Array.from({ length: 64 }, (_, index) => index))).toBe(6);
  expect(entropy(Uint8Array.from({ length: 64 }, (_, index) => index & 1))).toBe(1);
  expect(entropy(Uint8Array.of(1, 1, 2, 3))).toBe(1.5);
});

test("a long silence is one idle period between two active ones", () => {
  const udp = { protocol: "udp" as const };
  const [row] = rowsOf([
    { ...udp, at: 0 },
    { ...udp, at: SECOND },
    { ...udp, at: 11 * SECOND },
    { ...udp, at: 14 * SECOND },
  ]);
  expect(row.values).toMatchObject({
    idle_count: 1,
    idle_mean: 10 * SECOND,
    active_mean: 2 * SECOND,
    active_max: 3 * SECOND,
  });
});

test("a scan shows in the context of every flow of it, the first included", () => {
  const probes = Array.from(
    { length: 100 },
    (_, index): PacketSketch => ({
      at: index * 1000,
      flags: "S",
      from: "10.9.9.9:50000",
      to: `10.1.0.${index + 1}:22`,
    }),
  );
  for (const { values } of rowsOf(probes)) {
    expect(values.source_connections_short).toBe(100);
    expect(values.source_unanswered_short).toBe(100);
    expect(Math.abs(values.source_destinations_short - 100)).toBeLessThan(12);
    expect(values.source_ports_short).toBe(1);
    expect(values.destination_connections_short).toBe(1);
  }
});

test("a distributed flood shows at the destination as half-open connections from many sources", () => {
  const flood = Array.from(
    { length: 50 },
    (_, index): PacketSketch => ({
      at: index * 1000,
      flags: "S",
      from: `10.2.0.${index + 1}:50000`,
      to: "10.1.0.1:80",
    }),
  );
  const { values } = rowsOf(flood)[0];
  expect(values.destination_half_open_short).toBe(50);
  expect(Math.abs(values.destination_sources_short - 50)).toBeLessThan(8);
});

test("windows forget", () => {
  const attempt = (at: number, port: number): PacketSketch => ({ at, flags: "S", from: `10.0.0.1:${port}` });
  const rows = rowsOf([attempt(0, 1000), attempt(200 * SECOND, 1001)]);
  expect(rows.map((row) => row.values.pair_attempts_long)).toEqual([1, 1]);
  const near = rowsOf([attempt(0, 1000), attempt(4 * SECOND, 1001)]);
  expect(near.map((row) => row.values.pair_attempts_short)).toEqual([2, 2]);
});

test("a row's values do not tell whether silence was announced before the end", () => {
  const attempts = Array.from(
    { length: 30 },
    (_, index): PacketSketch => ({ at: index * 400_000, flags: "S", from: `10.0.0.1:${2000 + index}` }),
  );
  const run = (announcedUs: number): number[][] => {
    const rows: number[][] = [];
    const meter = new RowMeter({
      schema,
      batchRows: 1,
      onRows: (batch) => rows.push([...batch.values]),
    });
    for (const sketch of attempts) meter.push(packetOf(sketch));
    meter.advance(announcedUs);
    meter.end();
    return rows;
  };
  for (const seconds of [12, 15, 20, 100]) expect(run(seconds * SECOND)).toEqual(run(0));
});

test("early rows change nothing in the rows at the end", () => {
  // The last attempt sees the others when it opens, but not when its surroundings are looked at.
  const attempts = [...Array(30).keys(), 99].map(
    (index): PacketSketch => ({ at: index * 100_000, flags: "S", from: `10.0.0.1:${2000 + index}` }),
  );
  const ends = (options: Partial<RowMeterOptions>): MeteredRow[] =>
    rowsOf(attempts, options).filter((row) => row.identity.endReason !== "early");
  const expected = ends({});
  for (const options of [{ earlyPackets: 1 }, { earlyAfterUs: 1000 }, { earlyAfterUs: 20 * SECOND }]) {
    expect(rowsOf(attempts, options)).toHaveLength(2 * expected.length);
    expect(ends(options)).toEqual(expected);
  }
});

test("a recording that begins earlier does not see the surroundings of the one before", () => {
  const attempts = (startUs: number): PacketSketch[] =>
    Array.from({ length: 20 }, (_, index) => ({
      at: startUs + index * 1000,
      flags: "S",
      from: `10.0.0.1:${2000 + index}`,
    }));
  const rows = rowsOf([...attempts(2 * CLOCK_RESET_US), ...attempts(0)]);
  expect(rows.map(({ values }) => values.pair_attempts_long)).toEqual(Array(40).fill(20));
});

test("surroundings are looked at again at the end of a flow that spoke since, and only of such", () => {
  const source = "10.0.0.1";
  const udp = (at: number): PacketSketch => ({
    at,
    protocol: "udp",
    from: `${source}:6000`,
    to: "10.0.0.2:5000",
  });
  const others = Array.from(
    { length: 10 },
    (_, index): PacketSketch => ({
      at: 15 * SECOND,
      flags: "S",
      from: `${source}:${2000 + index}`,
      to: "10.0.0.3:80",
    }),
  );
  const seen = (packets: PacketSketch[]): number =>
    rowsOf(packets).find((row) => row.identity.transport === "udp")!.values.source_connections_long;
  expect(seen([udp(0), ...others, udp(20 * SECOND)])).toBe(11);
  expect(seen([udp(0), ...others])).toBe(1);
});

test("a flow that ends before its surroundings were looked at has them looked at then, in any clock", () => {
  const brief = (at: number): PacketSketch[] => [
    { ...client, at, flags: "S" },
    { ...server, at: at + 1, flags: "RA" },
    { ...client, at: at + 2, flags: "S" },
  ];
  for (const { values } of rowsOf([...brief(2 * CLOCK_RESET_US), ...brief(0)])) {
    expect(values.source_connections_short).toBeGreaterThan(0);
  }
});

test("a refusal is no answer, and a continuation no new connection", () => {
  const refused = rowsOf([
    { ...client, flags: "S" },
    { ...server, at: 1, flags: "RA" },
  ]);
  expect(refused[0].values.source_unanswered_short).toBe(1);
  const answered = rowsOf([
    { ...client, flags: "S" },
    { ...server, at: 1, flags: "SA" },
  ]);
  expect(answered[0].values.source_unanswered_short).toBe(0);
  const chat = Array.from(
    { length: 33 },
    (_, index): PacketSketch => ({
      ...(index % 2 === 0 ? client : server),
      at: index * 10 * SECOND,
      protocol: "udp",
    }),
  );
  const rows = rowsOf([...chat, { ...client, at: 330 * SECOND, flags: "S" }]);
  expect(rows.map((row) => row.identity.endReason)).toEqual(["active", "end-of-input", "end-of-input"]);
  const [, continuation, attempt] = rows.sort((one, other) => one.identity.flow - other.identity.flow);
  expect(continuation.values.source_connections_short).toBe(0);
  expect(attempt.values).toMatchObject({ source_connections_long: 1, source_unanswered_long: 1 });
});

test("the service is that of the responder, whoever is seen first", () => {
  const http = schema.columns.find((column) => column.name === "service")!.categories.indexOf("http");
  expect(rowsOf([{ ...server, flags: "SA" }])[0].values.service).toBe(http);
  expect(rowsOf([{ ...client, flags: "S" }])[0].values.service).toBe(http);
});

test("every fragment counts, the first one too", () => {
  const fragment = (offset: number, more: boolean): PacketSketch => ({
    protocol: "udp",
    payload: 64,
    fragment: { identification: 5, offset, more },
  });
  const whole: PacketSketch = { protocol: "udp", payload: 64 };
  const [row] = rowsOf([fragment(0, true), fragment(64, true), fragment(128, false), whole]);
  expect(row.values).toMatchObject({ packets: 4, fragments: 3 });
});

test("questions to DNS are counted, answers not", () => {
  const packet = (at: number, response: boolean): Packet => {
    const packet = packetOf({
      at,
      protocol: "udp",
      payload: 40,
      from: response ? "10.0.0.2:53" : "10.0.0.1:5000",
      to: response ? "10.0.0.1:5000" : "10.0.0.2:53",
    });
    packet.layers |= LAYER_DNS;
    packet.dnsFlags = response ? 0x8180 : 0x0100;
    packet.dnsNameLength = 20 + at;
    return packet;
  };
  const found: number[][] = [];
  const at = (name: string): number => schema.columns.findIndex((column) => column.name === name);
  const meter = new RowMeter({
    schema,
    onRows: (batch) =>
      found.push(["dns_questions", "dns_name_mean", "dns_name_max"].map((name) => batch.values[at(name)])),
  });
  for (const [time, response] of [[0, false], [2, false], [9, true]] as const) meter.push(packet(time, response)); // biome-ignore format: one line
  meter.end();
  expect(found).toEqual([[2, 21, 22]]);
});

test("an older packet comes at no distance, and does not move the clock of its flow back", () => {
  const udp = (at: number): PacketSketch => ({ at, protocol: "udp", payload: 10 });
  const [row] = rowsOf([udp(1000), udp(400), udp(1500)]);
  expect(row.values).toMatchObject({ iat_min: 0, iat_max: 500, iat_mean: 250, early_gap_2: 0 });
});

test("silence of exactly the threshold does not end an active period", () => {
  const udp = (at: number): PacketSketch => ({ at, protocol: "udp" });
  const idle = (us: number): number => rowsOf([udp(0), udp(us)])[0].values.idle_count;
  expect([idle(IDLE_THRESHOLD_US), idle(IDLE_THRESHOLD_US + 1)]).toEqual([0, 1]);
});

test("an early row comes after N packets or T seconds, and the flow's own at its end", () => {
  const udp = (at: number): PacketSketch => ({
    at,
    protocol: "udp",
    from: "10.0.0.1:6000",
    to: "10.0.0.2:5000",
  });
  const packets = [udp(0), udp(SECOND), udp(2 * SECOND), udp(3 * SECOND)];
  const byCount = rowsOf(packets, { earlyPackets: 3 });
  expect(byCount.map((row) => [row.identity.endReason, row.values.packets])).toEqual([
    ["early", 3],
    ["end-of-input", 4],
  ]);
  const byTime = rowsOf(packets, { earlyAfterUs: 1.5 * SECOND });
  expect(byTime.map((row) => [row.identity.endReason, row.values.packets])).toEqual([
    ["early", 2],
    ["end-of-input", 4],
  ]);
});

test("a ping that goes on for long keeps its Community ID, whichever packet opens the continuation", () => {
  const ping = (at: number, request: boolean): PacketSketch => ({
    at,
    protocol: "icmp",
    icmp: { type: request ? 8 : 0, code: 0, identifier: 7 },
    from: request ? "192.168.0.89:0" : "192.168.0.1:0",
    to: request ? "192.168.0.1:0" : "192.168.0.89:0",
  });
  const pings = Array.from({ length: 31 }, (_, index) => [
    ping(index * 10 * SECOND, true),
    ping(index * 10 * SECOND + 5, false),
  ]).flat();
  const rows = rowsOf([...pings, ping(301 * SECOND, true)]);
  expect(rows.map((row) => row.identity.endReason)).toEqual(["active", "end-of-input"]);
  for (const { identity } of rows) {
    expect(identity).toMatchObject({ sourceAddress: "192.168.0.89", sourcePort: 8 });
    expect(identity.communityId).toBe("1:X0snYXpgwiv9TZtqg64sgzUn6Dk=");
  }
});

test("the ledger's sums agree", () => {
  const meter = new RowMeter({ schema, onRows: () => {} });
  for (const sketch of exchange) meter.push(packetOf(sketch));
  meter.end();
  const ledger = meter.ledger();
  const ended = Object.values(ledger.flowsEnded).reduce((sum, count) => sum + count, 0);
  expect(ledger.metered + ledger.withoutFlow + ledger.dropped + ledger.held).toBe(ledger.packets);
  expect(ended + ledger.flowsOpen).toBe(ledger.flowsOpened);
  expect(ledger.rows).toBe(ended);
});
