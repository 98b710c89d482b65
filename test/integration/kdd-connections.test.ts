// Connections of the schema `kdd` by frames written here: how they end, whose bytes count, fragments, ICMP, time-outs, and
// what happens at the bounds. What is expected is worked out by hand from docs/reference/kdd.md.

import { describe, expect, test } from "vitest";
import { meterCaptures } from "../../src/app/meter-capture.ts";
import { Random } from "../../src/base/random.ts";
import { type RowLedger, RowMeter, type RowMeterOptions, schemaById } from "../../src/feature/row-meter.ts";
import { ascii, ethernet, icmp, ipv4, ipv6, tcp, udp } from "../support/frames.ts";

const START_US = 1_700_000_000_000_000;
const ETHERNET = 1;
const SOURCE = [10, 0, 0, 1];
const DESTINATION = [10, 0, 0, 2];

interface Timed {
  frame: Uint8Array;
  atS: number;
}

type Row = Record<string, number | string>;

function meter(
  frames: Iterable<Timed>,
  options: Partial<RowMeterOptions> = {},
): { rows: Row[]; ledger: RowLedger } {
  const schema = options.schema ?? schemaById("kdd");
  const rows: Row[] = [];
  const meter = new RowMeter({
    schema,
    ...options,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        const values = schema.columns.map(({ name, kind, categories }, index) => {
          const value = batch.values[row * batch.columnCount + index];
          return [name, kind === "categorical" ? categories[value] : value];
        });
        rows.push({ ...Object.fromEntries(values), reason: batch.identity(row).endReason });
      }
    },
  });
  for (const { frame, atS } of frames)
    meter.frame(frame, 0, frame.length, frame.length, START_US + atS * 1e6, ETHERNET);
  meter.end();
  return { rows, ledger: meter.ledger() };
}

const FLAGS: Record<string, number> = { F: 0x01, S: 0x02, R: 0x04, A: 0x10, U: 0x20 };

/** "o" from the opener, "r" from the other side, and flags: "oS rSA oA"; a "+" adds ten bytes. */
function conversation(text: string, everyS = 0.01): Timed[] {
  return text.split(" ").map((packet, index) => {
    const forward = packet.startsWith("o");
    const flags = [...packet.slice(1)].reduce((sum, letter) => sum | (FLAGS[letter] ?? 0), 0);
    const ports = forward ? [40_000, 80] : [80, 40_000];
    const segment = tcp(
      { sourcePort: ports[0], destinationPort: ports[1], flags, sequence: index * 20 },
      ascii(packet.endsWith("+") ? "0123456789" : ""),
    );
    const [source, destination] = forward ? [SOURCE, DESTINATION] : [DESTINATION, SOURCE];
    const datagram = ipv4({ protocol: 6, source, destination }, segment);
    return { frame: ethernet(0x0800, datagram), atS: index * everyS };
  });
}

describe("states", () => {
  test.each([
    ["oS", "S0"],
    ["oS oS oS", "S0"],
    ["oS rRA", "REJ"],
    ["oS oR", "RSTOS0"],
    ["oS oF", "SH"],
    ["oS rSA", "S1"],
    ["oS rSA oA oA+ rA+", "S1"],
    ["oS rSA oA oR", "RSTO"],
    ["oS rSA rR", "RSTR"],
    ["oS rSA oA oFA rA", "S2"],
    ["oS rSA oA rFA oA", "S3"],
    ["oS rSA oA oFA rFA", "S2"],
    ["oS rSA oA rFA oFA", "S3"],
    ["oS rSA oA oFA rFA oA", "SF"],
    ["oS rSA oA rFA oFA rA", "SF"],
    ["oS rSA oA oFA rFA rR", "RSTR"],
    ["oS rSA oA oFA oR", "RSTO"],
    ["rSA oA oFA rFA", "OTH"],
    ["oA rA oR", "OTH"],
    // RST is looked at before FIN and ACK.
    ["oS rSA oA oFRA", "RSTO"],
  ])("%s is %s", (text, flag) => {
    const { rows } = meter(conversation(text));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ flag, protocol_type: "tcp" });
  });

  test("SF and SH end at once, and what comes behind is another connection", () => {
    const { rows } = meter(conversation("oS rSA oA oFA rFA oA rA"));
    expect(rows.map(({ flag, reason }) => [flag, reason])).toEqual([
      ["SF", "closed"],
      ["OTH", "end-of-input"],
    ]);
    expect(meter(conversation("oS oF oS")).rows.map(({ flag }) => flag)).toEqual(["SH", "S0"]);
  });

  test("payload and urgent packets", () => {
    const { rows } = meter(conversation("oS rSA oA oUA+ rA+ rA+ oA+"));
    expect(rows[0]).toMatchObject({ src_bytes: 20, dst_bytes: 20, urgent: 1, land: 0, duration: 0 });
  });
});

describe("time-outs, from the last packet on", () => {
  const later = (text: string, everyS: number): Row[] => meter(conversation(text, everyS)).rows;

  test.each([
    ["oS oS", 120, "S0"],
    ["oA oA", 120, "OTH"],
    ["oS rR rR", 10, "REJ"],
  ])("%s: %i s", (text, seconds, flag) => {
    expect(later(text, seconds - 1).map((row) => row["flag"])).toEqual([flag]);
    expect(later(text, seconds + 1).length).toBeGreaterThan(1);
  });

  const datagrams = (protocol: number, payload: Uint8Array, gapS: number): Row[] => {
    const frame = ethernet(0x0800, ipv4({ protocol, source: SOURCE, destination: DESTINATION }, payload));
    return meter([
      { frame, atS: 0 },
      { frame, atS: gapS },
    ]).rows;
  };

  test("UDP 180 s, ICMP 30 s", () => {
    const dns = udp({ sourcePort: 5000, destinationPort: 53 }, ascii("question"));
    expect(datagrams(17, dns, 179)).toMatchObject([{ service: "domain_u", src_bytes: 16, duration: 179 }]);
    expect(datagrams(17, dns, 181)).toHaveLength(2);
    expect(datagrams(1, icmp(8, 0), 29)).toMatchObject([{ service: "eco_i", src_bytes: 16, flag: "SF" }]);
    expect(datagrams(1, icmp(8, 0), 31)).toHaveLength(2);
  });
});

test("other time-outs and early rows are refused", async () => {
  const settings = [{ idleTimeoutS: 5 }, { activeTimeoutS: 5 }, { earlyPackets: 3 }, { earlyAfterS: 1 }];
  for (const id of ["kdd", "kdd-100", "kdd-extractor"]) {
    for (const setting of settings) {
      const run = meterCaptures({
        captures: ["assets/demo.pcap.gz"],
        schema: schemaById(id),
        onRows: () => {},
        ...setting,
      });
      await expect(run).rejects.toMatchObject({ code: "usage" });
    }
  }
});

describe("ICMP goes one way", () => {
  const message = (type: number, code: number, back = false, identifier = 1): Timed => {
    const payload = icmp(type, code, [0, identifier, 0, 1], ascii("x".repeat(10)));
    const [source, destination] = back ? [DESTINATION, SOURCE] : [SOURCE, DESTINATION];
    return { frame: ethernet(0x0800, ipv4({ protocol: 1, source, destination }, payload)), atS: 0 };
  };

  test("an echo and its answer are two connections, whatever the identifier", () => {
    const { rows } = meter([
      message(8, 0),
      message(0, 0, true),
      message(8, 0, false, 2),
      message(0, 0, true, 2),
    ]);
    expect(rows).toMatchObject([
      { service: "eco_i", src_bytes: 36, dst_bytes: 0 },
      { service: "ecr_i", src_bytes: 36, dst_bytes: 0 },
    ]);
  });

  test.each([
    [3, 0, "urp_i"],
    [3, 1, "urh_i"],
    [3, 3, "urp_i"],
    [3, 13, "oth_i"],
    [5, 1, "red_i"],
    [11, 0, "tim_i"],
    [13, 0, "oth_i"],
  ])("type %i, code %i is %s", (type, code, service) => {
    expect(meter([message(type, code)]).rows).toMatchObject([{ service, protocol_type: "icmp" }]);
  });

  test("ICMPv6 likewise", () => {
    const frame = ethernet(0x86dd, ipv6({ next: 58 }, icmp(128, 0)));
    expect(meter([{ frame, atS: 0 }]).rows).toMatchObject([
      { service: "eco_i", protocol_type: "icmp", src_bytes: 8 },
    ]);
  });
});

describe("fragments", () => {
  const piece = (offset: number, length: number, more: boolean): Timed => {
    const data =
      offset === 0
        ? udp({ destinationPort: 9, length: 36 }, new Uint8Array(length - 8))
        : new Uint8Array(length);
    const fields = { protocol: 17, source: SOURCE, destination: DESTINATION, identification: 7 };
    return {
      frame: ethernet(0x0800, ipv4({ ...fields, fragmentOffset: offset, moreFragments: more }, data)),
      atS: 0,
    };
  };

  test.each<[string, Timed[], number]>([
    ["that follow each other are right", [piece(0, 24, true), piece(24, 24, true), piece(48, 8, false)], 0],
    ["are right in any order", [piece(24, 24, true), piece(48, 8, false), piece(0, 24, true)], 0],
    ["repeated at once are right", [piece(0, 24, true), piece(0, 24, true), piece(24, 8, false)], 0],
    ["that overlap are wrong (teardrop)", [piece(0, 36, true), piece(24, 4, false)], 1],
    ["that reach too far are wrong (ping of death)", [piece(0, 24, true), piece(65_528, 24, false)], 1],
  ])("%s", (_, frames, wrong) => {
    const { rows } = meter(frames);
    expect(rows).toHaveLength(1);
    expect(rows[0]["wrong_fragment"]).toBe(wrong);
  });
});

test("land: from one address and port to the same", () => {
  const segment = tcp({ sourcePort: 139, destinationPort: 139, flags: FLAGS["S"] });
  const frame = ethernet(0x0800, ipv4({ protocol: 6, source: SOURCE, destination: SOURCE }, segment));
  expect(meter([{ frame, atS: 0 }]).rows).toMatchObject([{ land: 1, service: "netbios_ssn", flag: "S0" }]);
});

describe("bounds", () => {
  const attempt = (index: number, port = 80): Uint8Array => {
    const source = [10, (index >> 16) & 0xff, (index >> 8) & 0xff, index & 0xff];
    const segment = tcp({ sourcePort: 40_000, destinationPort: port, flags: FLAGS["S"] });
    return ethernet(0x0800, ipv4({ protocol: 6, source, destination: DESTINATION }, segment));
  };
  function* flood(count: number, port: number): Generator<Timed> {
    for (let index = 0; index < count; index++) yield { frame: attempt(index, port), atS: index * 1e-6 };
  }

  test.each(["kdd", "kdd-extractor"])(
    "%s: more flows than the table holds are handed out, oldest first",
    (id) => {
      const { rows, ledger } = meter(flood(5000, 80), { maximumFlows: 100, schema: schemaById(id) });
      expect(rows).toHaveLength(5000);
      expect(ledger.flowsEnded).toMatchObject({ evicted: 4900, "end-of-input": 100 });
    },
  );

  test("counts stop at 511 and 255, and rates go on", () => {
    const { rows } = meter(flood(2000, 80));
    expect(rows.at(-1)).toMatchObject({
      count: 511,
      srv_count: 511,
      serror_rate: 1,
      same_srv_rate: 1,
      dst_host_count: 255,
      dst_host_srv_count: 255,
      dst_host_same_src_port_rate: 1,
    });
    expect(meter(flood(300, 80), { schema: schemaById("kdd-100") }).rows.at(-1)).toMatchObject({
      dst_host_count: 100,
    });
  });

  test("connections whose text is not read for want of room are counted, and say nothing", () => {
    const { rows, ledger } = meter(flood(17_000, 21));
    const missing = rows.filter(({ hot }) => Number.isNaN(hot)).length;
    expect(ledger.measures["kddSessionsNotRead"]).toBe(17_000 - 16_384);
    expect(missing).toBe(17_000 - 16_384);
  });

  test("connections that the windows forget are counted", () => {
    const { ledger } = meter(flood(66_000, 81));
    expect(ledger.measures["kddConnectionsForgotten"]).toBe(66_000 - 65_536);
  });
});

test.each(["kdd", "kdd-extractor"])("%s: whatever the bytes, rows come and sums agree", (id) => {
  const random = new Random(11);
  const frames = Array.from({ length: 20_000 }, (_, index): Timed => {
    const ports = [21, 23, 25, 80, 110, 143, 443];
    const text = Uint8Array.from({ length: random.integer(0, 90) }, () =>
      random.pick([10, 13, 32, 255, 250, 240, 85, 83, 69, 82, 0, 37]),
    );
    const [a, b] = [random.integer(40_000, 40_020), random.pick(ports)];
    const flags = random.integer(0, 63);
    const fields = { sequence: random.integer(0, 3000), flags };
    const forward = random.chance(0.5);
    const segment = forward
      ? tcp({ ...fields, sourcePort: a, destinationPort: b }, text)
      : tcp({ ...fields, sourcePort: b, destinationPort: a }, text);
    const [source, destination] = forward ? [SOURCE, DESTINATION] : [DESTINATION, SOURCE];
    const frame = ethernet(
      0x0800,
      ipv4({ protocol: random.chance(0.9) ? 6 : 17, source, destination }, segment),
    );
    if (random.chance(0.2)) frame[random.integer(12, frame.length - 1)] = random.integer(0, 255);
    return {
      frame: frame.subarray(0, random.chance(0.05) ? random.integer(0, frame.length) : frame.length),
      atS: index / 50,
    };
  });
  const { rows, ledger } = meter(frames, { schema: schemaById(id) });
  expect(ledger.packets).toBe(20_000);
  expect(rows).toHaveLength(ledger.rows);
  expect(ledger.flowsOpened).toBe(rows.length);
  expect(ledger.flowsOpen).toBe(0);
});
