// Orbweaver's flows against Debian's tshark on every shared capture, each packet told by tshark anew: who talked to whom and how
// much, Community ID, what became of TCP segments, and the columns of `flow` computed a second time, slowly.
//
// Every difference is listed and explained in flow-differences.ts; one that is not listed fails, and so does a listed one
// that is not there any more.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { CaptureWriter } from "../../src/capture/write.ts";
import { generate } from "../../src/generate/generate.ts";
import { COMMUNITY_ID_VECTORS } from "../support/community-id-vectors.ts";
import { sharedData, sharedFiles } from "../support/data.ts";
import {
  COLUMN_DIFFERENCES,
  COMMUNITY_DIFFERENCES,
  CONVERSATION_DIFFERENCES,
  type FlowDifference,
  ROUND_TRIP_DIFFERENCES,
  SEGMENT_AGREEMENT,
  SEGMENT_DIFFERENCES,
  type SegmentAgreement,
} from "../support/flow-differences.ts";
import { type MeteredCapture, type MeteredRow, meteredRows } from "../support/metered-rows.ts";
import { openerOf, slowMeasures } from "../support/slow-measures.ts";
import { endpoint, type ToldPacket, toldPackets } from "../support/told-packets.ts";
import { tsharkTest } from "../support/tshark.ts";

const PATIENCE_MS = 600_000;

/** What differs → file → how often. */
type Differences = Record<string, Record<string, number>>;

interface Capture extends MeteredCapture {
  file: string;
  told: ToldPacket[];
}

let loading: Promise<Capture[]> | undefined;

/** All shared captures, told by tshark and metered; read once for all tests of this file. */
function captures(): Promise<Capture[]> {
  loading ??= (async () => {
    const files = [...sharedFiles("pcap"), ...sharedFiles("oracle/captures")].filter(
      (file) => !file.endsWith(".csv"),
    );
    const loaded: Capture[] = [];
    for (const file of files) loaded.push(await load(file, sharedData(file)));
    return loaded;
  })();
  return loading;
}

async function load(file: string, path: string): Promise<Capture> {
  const [told, metered] = await Promise.all([toldPackets(path), meteredRows(path)]);
  return { file, told, ...metered };
}

function note(differences: Differences, what: string, file: string): void {
  differences[what] ??= {};
  differences[what][file] = (differences[what][file] ?? 0) + 1;
}

function listed(table: readonly FlowDifference[]): Differences {
  return Object.fromEntries(table.map(({ what, files }) => [what, { ...files }]));
}

/** Name of a transport as tshark's packets have it. */
function transportOf({ identity }: MeteredRow): string {
  return /^\d+$/.test(identity.transport) ? "other" : identity.transport;
}

/** "tcp 10.0.0.1:1 > 10.0.0.2:2" of both directions, forward first. */
function directionsOf(row: MeteredRow): [string, string] {
  const { sourceAddress, sourcePort, destinationAddress, destinationPort } = row.identity;
  const transport = transportOf(row);
  const source = endpoint(sourceAddress, transport, sourcePort);
  const destination = endpoint(destinationAddress, transport, destinationPort);
  return [`${transport} ${source} > ${destination}`, `${transport} ${destination} > ${source}`];
}

function directionOf(packet: ToldPacket): string {
  return `${packet.transport} ${packet.source} > ${packet.destination}`;
}

/** The same for both directions. */
function pairOf(packet: ToldPacket): string {
  return [packet.transport, ...[packet.source, packet.destination].sort()].join(" ");
}

function pairOfRow(row: MeteredRow): string {
  const [transport, source, , destination] = directionsOf(row)[0].split(" ");
  return [transport, ...[source, destination].sort()].join(" ");
}

function put(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}

/** Numbers summed by key. */
class Sums {
  readonly all = new Map<string, number[]>();

  add(key: string, numbers: readonly number[]): void {
    const before = this.all.get(key);
    this.all.set(key, before === undefined ? [...numbers] : before.map((sum, index) => sum + numbers[index]));
  }

  get(key: string): number[] {
    return this.all.get(key) ?? [];
  }
}

/** Keys whose numbers differ. */
function differing(one: Sums, other: Sums): string[] {
  const keys = new Set([...one.all.keys(), ...other.all.keys()]);
  return [...keys].filter((key) => one.get(key).join() !== other.get(key).join());
}

tsharkTest(
  "every direction of every conversation has tshark's packets and bytes",
  async () => {
    const differences: Differences = {};
    let compared = 0;
    for (const { file, told, rows } of await captures()) {
      const [ours, theirs] = [new Sums(), new Sums()];
      for (const packet of told) theirs.add(directionOf(packet), [1, packet.wireLength]);
      for (const row of rows) {
        const { values } = row;
        const [forward, backward] = directionsOf(row);
        ours.add(forward, [values.forward_packets, values.forward_wire_bytes]);
        if (values.backward_packets > 0)
          ours.add(backward, [values.backward_packets, values.backward_wire_bytes]);
      }
      for (const [key, [packets]] of ours.all) if (packets === 0) ours.all.delete(key);
      compared += theirs.all.size;
      for (const key of differing(ours, theirs)) note(differences, key.split(" ")[0], file);
    }
    expect(compared).toBeGreaterThan(15_000);
    expect(differences).toEqual(listed(CONVERSATION_DIFFERENCES));
  },
  PATIENCE_MS,
);

tsharkTest(
  "Community IDs are tshark's",
  async () => {
    const differences: Differences = {};
    let compared = 0;
    for (const { file, told, rows } of await captures()) {
      const ours = new Map<string, Set<string>>();
      for (const row of rows) put(ours, pairOfRow(row), row.identity.communityId);
      const theirs = new Map<string, Set<string>>();
      const all = new Map<string, boolean>();
      for (const packet of told) {
        const key = pairOf(packet);
        const plain = packet.row["communityid"] !== "" && isPlain(packet);
        if (plain) put(theirs, key, packet.row["communityid"]);
        all.set(key, plain && (all.get(key) ?? true));
      }
      for (const [key, ids] of theirs) {
        compared++;
        const found = ours.get(key) ?? new Set();
        const same = [...ids].every((id) => found.has(id)) && (!all.get(key) || found.size === ids.size);
        if (!same) note(differences, key.split(" ")[0], file);
      }
    }
    expect(compared).toBeGreaterThan(10_000);
    expect(differences).toEqual(listed(COMMUNITY_DIFFERENCES));
  },
  PATIENCE_MS,
);

/** Neither a fragment nor a packet that carries or quotes others, whose innermost addresses tshark takes. */
function isPlain(packet: ToldPacket): boolean {
  const names = packet.row["frame.protocols"].split(":");
  return !packet.fragment && names.filter((name) => name === "ip" || name === "ipv6").length === 1;
}

tsharkTest("the reference captures have the published Community IDs", async () => {
  for (const name of ["tcp", "udp", "icmp"]) {
    const { rows } = await meteredRows(sharedData(`pcap/zeek-btest/${name}.pcap`));
    expect(rows.length).toBeGreaterThan(0);
    for (const { identity } of rows) {
      const vector = COMMUNITY_ID_VECTORS.find(
        ({ source, destination, sourcePort, destinationPort }) =>
          source === identity.sourceAddress &&
          destination === identity.destinationAddress &&
          sourcePort === identity.sourcePort &&
          destinationPort === identity.destinationPort,
      );
      expect(identity.communityId).toBe(vector?.seed0);
    }
  }
});

/** Segments of each direction that tshark tells as sent again, as out of order, and as closing the window. */
function toldSegments(told: readonly ToldPacket[]): Sums {
  const sums = new Sums();
  for (const packet of told) {
    if (packet.transport !== "tcp") continue;
    const has = (name: string): number => (packet.row[`tcp.analysis.${name}`] === "" ? 0 : 1);
    const again = has("retransmission") | has("fast_retransmission") | has("spurious_retransmission");
    sums.add(directionOf(packet), [again, has("out_of_order"), has("zero_window")]);
  }
  return sums;
}

const SEGMENTS = ["retransmitted", "out_of_order", "window_zero"] as const;

function meteredSegments(rows: readonly MeteredRow[]): Sums {
  const sums = new Sums();
  for (const row of rows) {
    if (transportOf(row) !== "tcp") continue;
    directionsOf(row).forEach((key, index) => {
      const side = index === 0 ? "forward" : "backward";
      sums.add(
        key,
        SEGMENTS.map((name) => row.values[`${side}_${name}`]),
      );
    });
  }
  return sums;
}

/** Compares segments by direction; adds what differs in pairs that are one flow to `differences`. */
function agreement(loaded: readonly Capture[], differences: Differences): SegmentAgreement[] {
  const totals = SEGMENTS.map((measure) => ({ measure, tshark: 0, orbweaver: 0, same: 0 }));
  for (const { file, told, rows } of loaded) {
    const [theirs, ours] = [toldSegments(told), meteredSegments(rows)];
    const flows = new Sums();
    for (const row of rows) for (const key of directionsOf(row)) flows.add(key, [1]);
    for (const key of theirs.all.keys()) {
      totals.forEach((total, index) => {
        const [told, counted] = [theirs.get(key)[index], ours.get(key)[index] ?? 0];
        total.tshark += told;
        total.orbweaver += counted;
        total.same += Math.min(told, counted);
        const several = flows.get(key)[0] > 1 ? ", in one of several flows" : "";
        for (let differs = Math.abs(told - counted); differs > 0; differs--)
          note(differences, `${total.measure}${several}`, file);
      });
    }
  }
  return totals;
}

tsharkTest(
  "retransmissions, reordering and zero windows are tshark's",
  async () => {
    const differences: Differences = {};
    const found = agreement(await captures(), differences);
    expect({ found, differences }).toEqual({
      found: SEGMENT_AGREEMENT,
      differences: listed(SEGMENT_DIFFERENCES),
    });
  },
  PATIENCE_MS,
);

tsharkTest("so they are in generated traffic with losses", async () => {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-flows-"));
  try {
    const path = join(folder, "generated.pcap");
    const writer = CaptureWriter.open(path);
    const scenarios = ["web", "file-transfer", "video", "gateway", "mixed-office"].map((name) => ({
      name,
    }));
    generate(
      { scenarios, seed: 11, durationUs: 60_000_000, packets: 40_000 },
      {
        label: () => {},
        frame: (timeUs, bytes, length) => writer.write(timeUs, bytes.subarray(0, length)),
      },
    );
    await writer.close();
    const differences: Differences = {};
    const [retransmitted, reordered] = agreement([await load("generated", path)], differences);
    expect(retransmitted.same).toBeGreaterThan(100);
    expect(reordered.same).toBeGreaterThan(5);
    // Between two flows of the same ports only: tshark takes both for one.
    for (const what of Object.keys(differences)) expect(what).toMatch(/in one of several flows$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

tsharkTest(
  "round trips of handshakes are tshark's",
  async () => {
    const differences: Differences = {};
    let compared = 0;
    for (const { file, told, rows } of await captures()) {
      const theirs = new Map<string, Set<string>>();
      for (const packet of told) {
        const seconds = packet.row["tcp.analysis.initial_rtt"];
        if (packet.transport !== "tcp" || seconds === "") continue;
        put(theirs, pairOf(packet), seconds);
      }
      for (const row of rows) {
        const toldSeconds = theirs.get(pairOfRow(row));
        if (Number.isNaN(row.values.handshake_rtt) || toldSeconds === undefined) continue;
        compared++;
        // tshark has nanoseconds where we cut both moments to microseconds.
        const same = [...toldSeconds].some((s) => Math.abs(Number(s) * 1e6 - row.values.handshake_rtt) < 1);
        if (!same) note(differences, "handshake_rtt", file);
      }
    }
    expect(compared).toBeGreaterThan(200);
    expect(differences).toEqual(listed(ROUND_TRIP_DIFFERENCES));
  },
  PATIENCE_MS,
);

/** Flows of two endpoints that have no other: all packets of the two are the flow's. */
function loneFlows({ told, rows }: Capture): { row: MeteredRow; packets: ToldPacket[] }[] {
  const packets = new Map<string, ToldPacket[]>();
  for (const packet of told) {
    const list = packets.get(pairOf(packet));
    if (list === undefined) packets.set(pairOf(packet), [packet]);
    else list.push(packet);
  }
  const flows = new Sums();
  for (const row of rows) flows.add(pairOfRow(row), [1]);
  return rows
    .filter((row) => flows.get(pairOfRow(row))[0] === 1 && ["tcp", "udp"].includes(row.identity.transport))
    .map((row) => ({ row, packets: packets.get(pairOfRow(row)) ?? [] }))
    .filter((flow) => flow.packets.length > 0 && flow.packets.every(isSound));
}

/** Whole, and of one opinion about its length: a damaged UDP length is not the IP header's, which Orbweaver goes by. */
function isSound({ fragment, transport, row }: ToldPacket): boolean {
  if (fragment) return false;
  if (transport !== "udp" || row["ip.len"] === "") return true;
  return Number(row["udp.length"]) === Number(row["ip.len"]) - Number(row["ip.hdr_len"]);
}

function agrees(one: number, other: number): boolean {
  if (Number.isNaN(one) || Number.isNaN(other)) return Number.isNaN(one) && Number.isNaN(other);
  return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one), Math.abs(other));
}

tsharkTest(
  "the columns of flows, computed a second time from tshark's packets, are the same to 1e-9",
  async () => {
    const differences: Differences = {};
    const columns = new Map<string, number>();
    let flows = 0;
    for (const capture of await captures()) {
      for (const { row, packets } of loneFlows(capture)) {
        flows++;
        const opener = openerOf(packets[0]);
        if (!directionsOf(row)[0].startsWith(`${row.identity.transport} ${opener} >`)) {
          note(differences, "opener", capture.file);
          continue;
        }
        for (const [name, value] of Object.entries(slowMeasures(packets, opener))) {
          if (!(name in row.values)) throw new RangeError(`no column ${name}`);
          if (!Number.isNaN(value)) columns.set(name, (columns.get(name) ?? 0) + 1);
          if (!agrees(row.values[name], value)) note(differences, name, capture.file);
        }
      }
    }
    expect(flows).toBeGreaterThan(5000);
    expect(columns.size).toBeGreaterThan(60);
    for (const [name, count] of columns) expect(count, name).toBeGreaterThan(2);
    expect(differences).toEqual(listed(COLUMN_DIFFERENCES));
  },
  PATIENCE_MS,
);
