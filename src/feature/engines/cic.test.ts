import { expect, test } from "vitest";
import {
  type Bytes,
  ethernet,
  icmp,
  ipv4,
  ipv6,
  join,
  tcp,
  udp,
  vlan,
} from "../../../test/support/frames.ts";
import type { FlowIdentity } from "../row.ts";
import { type RowLedger, RowMeter, type RowMeterOptions, schemaById } from "../row-meter.ts";

const SECOND = 1_000_000;
const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

interface Row {
  identity: FlowIdentity;
  keyReversed: boolean;
  /** By measure. */
  values: Record<string, number>;
}

/** Frames of Ethernet with their times in seconds, metered as a schema says. */
function metered(
  id: string,
  frames: readonly (readonly [timeS: number, frame: Bytes])[],
  options: Partial<RowMeterOptions> = {},
): { rows: Row[]; beforeEnd: number; ledger: RowLedger; meter: RowMeter } {
  const schema = schemaById(id);
  const rows: Row[] = [];
  const meter = new RowMeter({
    schema,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        const values = batch.values.subarray(row * batch.columnCount, (row + 1) * batch.columnCount);
        rows.push({
          identity: batch.identity(row),
          keyReversed: batch.keyReversed?.[row] === 1,
          values: Object.fromEntries(schema.columns.map(({ measure }, index) => [measure, values[index]])),
        });
      }
    },
    ...options,
  });
  for (const [timeS, frame] of frames) {
    const bytes = join(frame);
    meter.frame(bytes, 0, bytes.length, bytes.length, timeS * SECOND, 1);
  }
  meter.flush();
  const beforeEnd = rows.length;
  meter.end();
  return { rows, beforeEnd, ledger: meter.ledger(), meter };
}

const FAITHFUL = ["cic-v3", "cic-v4", "cic-wtmc", "cic-2022", "cic-fixed"];
const A = [10, 0, 0, 1];
const B = [10, 0, 0, 2];

/** A frame of a TCP connection from port 4000 of A to port 80 of B, or back. */
function segment(flags: number, back = false, payload: Bytes = [], sequence = 1): Uint8Array {
  const [source, destination] = back ? [B, A] : [A, B];
  const [sourcePort, destinationPort] = back ? [80, 4000] : [4000, 80];
  const content = tcp({ sourcePort, destinationPort, flags, sequence }, payload);
  return ethernet(0x0800, ipv4({ protocol: 6, source, destination }, content));
}

function datagram(payload: number, back = false): Uint8Array {
  const [source, destination] = back ? [B, A] : [A, B];
  const [sourcePort, destinationPort] = back ? [53, 5000] : [5000, 53];
  const content = udp({ sourcePort, destinationPort }, new Uint8Array(payload));
  return ethernet(0x0800, ipv4({ protocol: 17, source, destination }, content));
}

test("padding is cut off, but behind a VLAN tag the originals take it for payload", () => {
  const content = ipv4({ protocol: 17 }, udp({}, [1, 2]));
  const padding = new Uint8Array(16);
  const plain = ethernet(0x0800, join(content, padding));
  const tagged = ethernet(0x8100, vlan(7, 0x0800, join(content, padding)));
  for (const id of [...FAITHFUL, "cic"]) {
    const { rows } = metered(id, [
      [1, plain],
      [2, plain],
      [3, tagged],
      [4, tagged],
    ]);
    expect([id, rows[0].values["forward.length.total"]]).toEqual([id, id === "cic" ? 8 : 2 + 2 + 18 + 18]);
  }
});

test("cic-fixed drops what its library has no name for, the others give protocol 0, cic the protocol", () => {
  const ospf = ethernet(0x0800, ipv4({ protocol: 89 }, new Uint8Array(24)));
  const frames = [
    [1, ospf],
    [2, ospf],
  ] as const;
  for (const id of ["cic-v3", "cic-v4", "cic-wtmc", "cic-2022"]) {
    expect([id, metered(id, frames).rows.map((row) => row.values["protocol"])]).toEqual([id, [0]]);
  }
  const fixed = metered("cic-fixed", frames);
  expect(fixed.rows).toEqual([]);
  expect(fixed.ledger.withoutFlow).toBe(2);
  expect(metered("cic", frames).rows.map((row) => row.values["protocol"])).toEqual([89]);
});

test("ICMP begins a flow anew when type and code differ; cic tells messages apart by either", () => {
  const message = (type: number, code: number): Uint8Array =>
    ethernet(0x0800, ipv4({ protocol: 1 }, icmp(type, code, [0, 0, 0, 0], new Uint8Array(20))));
  const frames = [
    [1, message(11, 0)],
    [2, message(4, 0)],
    [3, message(5, 1)],
  ] as const;
  for (const id of ["cic-2022", "cic-fixed"]) {
    const { rows } = metered(id, frames);
    expect(
      rows.map(({ values }) => [values["icmp.type"], values["icmp.code"], values["forward.packets"]]),
    ).toEqual([
      [11, 0, 2],
      [5, 1, 1],
    ]);
  }
  const { rows } = metered("cic", frames);
  expect(rows.map(({ values }) => [values["icmp.type"], values["forward.packets"]])).toEqual([
    [11, 1],
    [4, 1],
    [5, 1],
  ]);
});

test("echo and its answers are one flow of cic", () => {
  const echo = (type: number, source: number[], destination: number[]): Uint8Array =>
    ethernet(0x0800, ipv4({ protocol: 1, source, destination }, icmp(type, 0, [0, 9, 0, 1])));
  const { rows } = metered("cic", [
    [1, echo(8, A, B)],
    [1.5, echo(0, B, A)],
    [2, echo(8, A, B)],
  ]);
  expect(rows.map(({ values }) => [values["forward.packets"], values["backward.packets"]])).toEqual([[2, 1]]);
});

test("nothing ends by clock but in cic", () => {
  const frames = [
    [1, datagram(10)],
    [2, datagram(10, true)],
    [1000, segment(SYN)],
    [1001, segment(ACK, true)],
  ] as const;
  for (const id of FAITHFUL) expect([id, metered(id, frames).beforeEnd]).toEqual([id, 0]);
  const { rows, beforeEnd } = metered("cic", frames);
  expect(beforeEnd).toBe(1);
  expect(rows[0].identity.endReason).toBe("idle");
});

test("a closed connection of cic is handed out a while later, with what came meanwhile", () => {
  const { rows, beforeEnd } = metered("cic", [
    [1, segment(SYN)],
    [1.1, segment(SYN | ACK, true)],
    [1.2, segment(FIN | ACK)],
    [1.3, segment(FIN | ACK, true)],
    [1.4, segment(ACK)],
    [3, segment(ACK, true)],
    [20, datagram(1)],
  ]);
  expect(beforeEnd).toBe(1);
  expect(rows[0].identity.endReason).toBe("closed");
  expect(rows[0].values["backward.packets"]).toBe(3);
});

test("the first packet's flags count in cic: a lone RST closes", () => {
  const { rows } = metered("cic", [
    [1, segment(RST)],
    [20, datagram(1)],
  ]);
  expect(rows.map((row) => row.identity.endReason)).toEqual(["reset", "end-of-input"]);
});

test("cic cuts a flow that is older than its time-out, and the next one goes on in its direction", () => {
  const frames: [number, Uint8Array][] = [];
  for (let timeS = 0; timeS <= 130; timeS += 10) frames.push([timeS, segment(ACK, timeS > 120)]);
  const { rows } = metered("cic", frames);
  expect(rows.map((row) => [row.identity.sourcePort, row.identity.endReason])).toEqual([
    [4000, "active"],
    [4000, "end-of-input"],
  ]);
  expect(rows[1].values["backward.packets"]).toBe(1);
  expect(rows[1].values["connection.duration"]).toBe(130 * SECOND);
  const longer = metered("cic", frames, { lifecycle: { activeTimeoutUs: 200 * SECOND } });
  expect(longer.rows.length).toBe(1);
});

test("IPv6 is metered as IPv4 is, in cic alone", () => {
  const six = ethernet(0x86dd, ipv6({ next: 17 }, udp({ sourcePort: 1, destinationPort: 2 }, [1, 2, 3])));
  const frames = [
    [1, six],
    [2, six],
  ] as const;
  const { rows } = metered("cic", frames);
  expect(rows.length).toBe(1);
  expect(rows[0].identity.sourceAddress).toBe("2001:db8::1");
  expect(rows[0].values["forward.length.total"]).toBe(6);
  for (const id of FAITHFUL) expect([id, metered(id, frames).rows.length]).toEqual([id, 0]);
});

test("the endpoints of a Flow ID of cic-v3 are ordered by signed bytes", () => {
  const from = (source: number[], destination: number[]): Uint8Array =>
    ethernet(0x0800, ipv4({ protocol: 17, source, destination }, udp({})));
  const high = [192, 168, 0, 1];
  const { rows } = metered("cic-v3", [
    [1, from(A, high)],
    [2, from(A, high)],
    [3, from(high, B)],
    [4, from(high, B)],
  ]);
  expect(rows.map((row) => row.keyReversed)).toEqual([true, false]);
});

test("times that step back are taken as they come, and no clock begins anew", () => {
  for (const id of FAITHFUL) {
    const { rows, ledger } = metered(id, [
      [5000, datagram(1)],
      [1, datagram(1, true)],
    ]);
    expect([id, rows.length, rows[0].values["duration"]]).toEqual([id, 1, -4999 * SECOND]);
    expect(ledger.clockResets).toBe(0);
  }
});

test("segments that take no room are no retransmissions of cic; late and repeated ones are", () => {
  const { rows } = metered("cic", [
    [1, segment(SYN, false, [], 99)],
    [1.1, segment(ACK, false, [], 100)],
    [1.2, segment(ACK, false, [], 100)],
    [1.3, segment(ACK, false, [1, 2, 3, 4], 100)],
    [1.4, segment(ACK, false, [1, 2, 3, 4], 104)],
    [1.5, segment(ACK, false, [1, 2, 3, 4], 100)],
  ]);
  expect(rows[0].values["retransmissions"]).toBe(1);
});

test("early rows tell of a flow without ending it", () => {
  for (const id of [...FAITHFUL, "cic"]) {
    const { rows } = metered(
      id,
      [
        [1, datagram(7)],
        [2, datagram(9, true)],
        [3, datagram(7)],
      ],
      { earlyPackets: 2 },
    );
    expect(rows.map(({ identity, values }) => [identity.endReason, values["duration"]])).toEqual([
      ["early", SECOND],
      ["end-of-input", 2 * SECOND],
    ]);
  }
});

test("a full table hands out the flow that was silent longest", () => {
  const frames = Array.from({ length: 40 }, (_, index): [number, Uint8Array] => {
    const source = [10, 1, 0, index >> 1];
    return [index, ethernet(0x0800, ipv4({ protocol: 17, source }, udp({})))];
  });
  for (const id of [...FAITHFUL, "cic"]) {
    const { rows, ledger } = metered(id, frames, { maximumFlows: 4 });
    expect([id, rows.length, ledger.flowsEnded["evicted"]]).toEqual([id, 20, 16]);
    expect(rows.map((row) => row.identity.sourceAddress)).toEqual(
      Array.from({ length: 20 }, (_, index) => `10.1.0.${index}`),
    );
  }
});

test("flows of one packet are counted where they have no row", () => {
  const { rows, ledger } = metered("cic-v4", [
    [1, datagram(1)],
    [2, segment(SYN)],
    [3, segment(ACK, true)],
  ]);
  expect(rows.length).toBe(1);
  expect(ledger.measures["flowsWithoutRow"]).toBe(1);
});

test("a flow takes no more than a kilobyte", () => {
  expect(metered("cic", []).meter.flowBytes).toBeLessThanOrEqual(1024);
});

test("schemas of the family have 77 columns or 87, under names of the data sets, and one fingerprint each", () => {
  const ids = [...FAITHFUL, "cic"];
  expect(ids.map((id) => schemaById(id).columns.length)).toEqual([77, 77, 77, 82, 87, 87]);
  expect(new Set(ids.map((id) => schemaById(id).fingerprint)).size).toBe(6);
  for (const id of ids) {
    for (const { name } of schemaById(id).columns)
      expect(name).not.toMatch(/Flow ID|IP$|Port|Timestamp|Label/);
  }
});
