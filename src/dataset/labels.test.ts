import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchOf, SMALL_SCHEMA, temporaryFolder } from "../../test/support/rows.ts";
import type { FlowIdentity } from "../feature/row.ts";
import { loadLabels } from "./labels.ts";

const folder = temporaryFolder();
let count = 0;

function file(content: string, ending: string): string {
  const path = join(folder, `labels${count++}.${ending}`);
  writeFileSync(path, content);
  return path;
}

function flow(change: Partial<FlowIdentity> = {}): FlowIdentity {
  return {
    flow: 1,
    communityId: "1:",
    startUs: 1_000,
    endUs: 2_000,
    sourceAddress: "10.0.0.1",
    sourcePort: 50_000,
    destinationAddress: "192.0.2.7",
    destinationPort: 80,
    transport: "tcp",
    endReason: "closed",
    ...change,
  };
}

/** The label that rules of one file give a flow. */
async function labelBy(yaml: string, identity: FlowIdentity): Promise<string | undefined> {
  return (await loadLabels(file(yaml, "yaml"))).labelOf(identity)?.label;
}

describe("rules", () => {
  test.each([
    ["source: 10.0.0.1", {}, true],
    ["source: 10.0.0.0/8", {}, true],
    ["source: 10.0.0.0/31", {}, true],
    ["source: 10.0.0.2/31", {}, false],
    ["source: 0.0.0.0/0", {}, true],
    ["source: 0.0.0.0/0", { sourceAddress: "2001:db8::1", destinationAddress: "::1" }, false],
    ["source: 2001:db8::/32", { sourceAddress: "2001:db8:1::5", destinationAddress: "::1" }, true],
    ["source: 2001:db8::/33", { sourceAddress: "2001:db8:8000::5", destinationAddress: "::1" }, false],
    ["source: 192.0.2.7", {}, false],
    ["destination: [198.51.100.1, 192.0.2.0/24]", {}, true],
    ["either: 192.0.2.7", {}, true],
    ["either: 192.0.2.8", {}, false],
    ["destination_port: 80", {}, true],
    ["destination_port: [22, 79-81]", {}, true],
    ["source_port: 80", {}, false],
    ["port: 80", {}, true],
    ["port: 50000", {}, true],
    ["transport: tcp", {}, true],
    ["transport: [udp, 6]", {}, true],
    ["transport: udp", {}, false],
    ["from: 1000", {}, true],
    ["from: 1001", {}, false],
    ["to: 1000", {}, true],
    ["to: 999", {}, false],
    ["from: 1970-01-01T00:00:00.001Z", {}, true],
    ["from: 1970-01-01T00:00:00.001001Z", {}, false],
    ["from: 1969-12-31T20:00:00-04:00", {}, true],
    ["to: 1970-01-01 02:00+02:00", {}, false],
    ["source: 10.0.0.1\n    destination_port: 443", {}, false],
  ])("%s", async (condition, change, matches) => {
    const yaml = `default: benign\nrules:\n  - label: bad\n    ${condition}\n`;
    expect(await labelBy(yaml, flow(change))).toBe(matches ? "bad" : "benign");
  });

  test("the first that matches wins; what matches none has the default or no label; all is counted", async () => {
    const rules =
      "rules:\n  - {label: a, destination_port: 80, scenario: web}\n  - {label: b, transport: tcp}\n  - {label: c, transport: sctp}\n";
    const labels = await loadLabels(file(rules, "yml"));
    expect(labels.columns.map(({ name }) => name)).toEqual(["label", "scenario"]);
    const first = labels.labelOf(flow());
    expect(labels.columnsOf(first)).toEqual(["a", "web"]);
    expect(labels.columnsOf(labels.labelOf(flow({ destinationPort: 81 })))).toEqual(["b", null]);
    expect(labels.columnsOf(labels.labelOf(flow({ transport: "udp", destinationPort: 53 })))).toEqual([
      null,
      null,
    ]);
    expect(labels.facts()).toEqual({
      entries: 3,
      matched: 2,
      defaulted: 0,
      unmatched: 1,
      conflicts: 0,
      unusedEntries: 1,
      labels: { a: 1, b: 1 },
    });
  });

  test.each([
    [
      "rules: [{label: x, source: 10.0.0.300}]",
      "line 1, rules[1].source: found '10.0.0.300', expected an address or a network",
    ],
    [
      "rules:\n  - label: x\n  - label: y\n    port: 70000\n",
      "line 4, rules[2].port: found '70000', expected a port or a range",
    ],
    [
      "rules:\n  - label: x\n    port: [1, 9-3]\n",
      "line 3, rules[1].port[2]: found '9-3', expected a port or a range",
    ],
    [
      "rules:\n  - label: x\n    from: 2018-02-15T09:26:00\n",
      "line 3, rules[1].from: found '2018-02-15T09:26:00', expected a time with its zone",
    ],
    [
      "rules:\n  - label: x\n    transport: tpc\n",
      "line 3, rules[1].transport: found 'tpc', expected tcp, udp",
    ],
    ["rules:\n  - source: 10.0.0.1\n", "line 2, rules[1].label: "],
    ["rules:\n  - label: x\n    sorce: 10.0.0.1\n", 'line 2, rules[1]: Unrecognized key: "sorce"'],
    ["rules: []\n", "line 1, rules: expected at least one rule"],
    ["rules:\n  - label: [\n", "line 3"],
    ["default: benign\n", "line 1, rules: "],
  ])("%j is refused with its place", async (yaml, message) => {
    const path = file(yaml, "yaml");
    await expect(loadLabels(path)).rejects.toMatchObject({ code: "labels-invalid" });
    const text = await loadLabels(path).catch((failure: Error) => failure.message);
    expect(text).toContain(`'${path}' ${message}`);
  });
});

describe("the guide", () => {
  const guide = readFileSync(join(import.meta.dirname, "../../docs/guide/labels.md"), "utf8");
  const block = (language: string): string =>
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ?? "";

  test("shows rules that load and label as it says", async () => {
    const rules = block("yaml");
    const attack = { sourceAddress: "203.0.113.7", destinationAddress: "192.0.2.9", destinationPort: 22 };
    const startUs = Date.parse("2018-02-14T15:00:00Z") * 1000;
    expect(await labelBy(rules, flow({ ...attack, startUs }))).toBe("brute-force");
    expect(await labelBy(rules, flow({ ...attack, startUs: startUs + 3 * 3600e6 }))).toBe("scan");
    expect(await labelBy(rules, flow())).toBe("benign");
  });

  test("shows records that load", async () => {
    const labels = await loadLabels(file(block("csv"), "csv"));
    expect(labels.facts().entries).toBe(2);
  });

  test("shows the error as it is", async () => {
    const path = file(
      "rules:\n  - label: x\n  - label: y\n    port:\n      - 1\n      - 8100-8000\n",
      "yaml",
    );
    const found = await loadLabels(path).catch((failure: Error) => failure.message);
    const [, shown] = block("text").trim().split("rules[2]");
    expect(String(found)).toContain(`rules[2]${shown}`);
  });
});

const HEADER =
  "start_us,end_us,protocol,source_address,source_port,destination_address,destination_port,label,scenario\n";

describe("records", () => {
  test("name flows in either direction that overlap in time", async () => {
    const path = file(`${HEADER}1500,3000,tcp,10.0.0.1,50000,192.0.2.7,80,bad,flood\n`, "csv");
    const labels = await loadLabels(path);
    expect(labels.columnsOf(labels.labelOf(flow()))).toEqual(["bad", "flood"]);
    const turned = flow({
      sourceAddress: "192.0.2.7",
      sourcePort: 80,
      destinationAddress: "10.0.0.1",
      destinationPort: 50_000,
    });
    expect(labels.labelOf(turned)?.label).toBe("bad");
    expect(labels.labelOf(flow({ endUs: 1499 }))).toBeUndefined();
    expect(labels.labelOf(flow({ startUs: 3001, endUs: 3002 }))).toBeUndefined();
    expect(labels.labelOf(flow({ sourcePort: 50_001 }))).toBeUndefined();
    expect(labels.facts()).toMatchObject({
      entries: 1,
      matched: 2,
      unmatched: 3,
      unusedEntries: 0,
      labels: { bad: 2 },
    });
  });

  test("the longest overlap wins, and records of two labels are a conflict", async () => {
    const line = (start: number, end: number, label: string): string =>
      `${start},${end},tcp,10.0.0.1,50000,192.0.2.7,80,${label},\n`;
    const path = file(
      `${HEADER}${line(0, 1100, "short")}${line(1200, 1900, "long")}${line(5000, 6000, "later")}`,
      "csv",
    );
    const labels = await loadLabels(path);
    expect(labels.labelOf(flow())?.label).toBe("long");
    expect(labels.facts()).toMatchObject({ conflicts: 1, unusedEntries: 2 });
  });

  test("ICMP keeps type and code, and is found from the other side too", async () => {
    const path = file(`${HEADER}0,9000,icmp,10.0.0.1,8,192.0.2.7,0,ping,\n`, "csv");
    const labels = await loadLabels(path);
    const ping = flow({ transport: "icmp", sourcePort: 8, destinationPort: 0 });
    expect(labels.labelOf(ping)?.label).toBe("ping");
    const other = { ...ping, sourceAddress: ping.destinationAddress, destinationAddress: ping.sourceAddress };
    expect(labels.labelOf(other)?.label).toBe("ping");
    expect(labels.labelOf({ ...ping, sourcePort: 0 })).toBeUndefined();
  });

  test("extra columns go with the label; absent values are null", async () => {
    const header = HEADER.replace("\n", ",tool,phase\n");
    const labels = await loadLabels(
      file(`${header}0,9000,6,10.0.0.1,50000,192.0.2.7,80,bad,x,hping,\n`, "csv"),
    );
    expect(labels.columns.map(({ name }) => name)).toEqual(["label", "scenario", "tool", "phase"]);
    expect(labels.columnsOf(labels.labelOf(flow()))).toEqual(["bad", "x", "hping", null]);
  });

  test.each([
    ["", /is empty/],
    ["start_us,end_us\n1,2\n", /has no column 'source_port', 'destination_port', 'protocol'/],
    [`${HEADER}`, /holds no label records/],
    [
      `${HEADER}x,2,tcp,10.0.0.1,1,10.0.0.2,2,a,\n`,
      /line 2, column 'start_us': found 'x', expected a number/,
    ],
    [
      `${HEADER}1,2,tcp,10.0.0,1,10.0.0.2,2,a,\n`,
      /record 1, column 'source_address': found '10.0.0', expected an IPv4/,
    ],
    [`${HEADER}1,2,tcp,10.0.0.1,99999,10.0.0.2,2,a,\n`, /record 1, column 'source_port': found '99999'/],
    [`${HEADER}1,2,tpc,10.0.0.1,1,10.0.0.2,2,a,\n`, /record 1, column 'protocol': found 'tpc'/],
    [`${HEADER}1,2,tcp,10.0.0.1,1,10.0.0.2,2,,\n`, /record 1, column 'label': found ''/],
    [
      `${HEADER}3,2,tcp,10.0.0.1,1,10.0.0.2,2,a,\n`,
      /record 1, column 'end_us': found '2', expected a time not before/,
    ],
    [`${HEADER}1,2,tcp\n`, /line 2: found 3 columns, expected 9/],
  ])("%j is refused", async (content, message) => {
    await expect(loadLabels(file(content, "csv"))).rejects.toMatchObject({ code: "labels-invalid", message });
  });

  test("a missing file has its own error", async () => {
    await expect(loadLabels(join(folder, "nowhere.csv"))).rejects.toMatchObject({ code: "file-missing" });
  });
});

describe("the index", () => {
  const address = fc.constantFrom("10.0.0.1", "10.0.0.2", "200.1.2.3", "2001:db8::1", "ff00::");
  const port = fc.constantFrom(0, 8, 80, 40_000, 65_535);
  const times = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 30 }));
  const record = fc.record({
    transport: fc.constantFrom("tcp", "udp", "icmp"),
    source: address,
    sourcePort: port,
    destination: address,
    destinationPort: port,
    times,
    label: fc.constantFrom("a", "b", "c"),
  });
  type Entry = typeof record extends fc.Arbitrary<infer T> ? T : never;

  function identityOf(entry: Entry): FlowIdentity {
    return flow({
      transport: entry.transport,
      sourceAddress: entry.source,
      sourcePort: entry.sourcePort,
      destinationAddress: entry.destination,
      destinationPort: entry.destinationPort,
      startUs: entry.times[0],
      endUs: entry.times[0] + entry.times[1],
    });
  }

  /** The same question, answered by looking at every record. */
  function bruteForce(records: readonly Entry[], asked: Entry): string | undefined {
    const same = (one: Entry): boolean =>
      one.source === asked.source &&
      one.destination === asked.destination &&
      one.sourcePort === asked.sourcePort &&
      one.destinationPort === asked.destinationPort;
    const turned = (one: Entry): boolean =>
      one.source === asked.destination &&
      one.destination === asked.source &&
      (asked.transport === "icmp"
        ? one.sourcePort === asked.sourcePort && one.destinationPort === asked.destinationPort
        : one.sourcePort === asked.destinationPort && one.destinationPort === asked.sourcePort);
    const longest = (among: readonly Entry[]): string | undefined => {
      const overlaps = among.map(
        (one) =>
          Math.min(one.times[0] + one.times[1], asked.times[0] + asked.times[1]) -
          Math.max(one.times[0], asked.times[0]),
      );
      const best = Math.max(-1, ...overlaps);
      return best < 0 ? undefined : among[overlaps.indexOf(best)].label;
    };
    const alike = records.filter((one) => one.transport === asked.transport);
    if (asked.transport === "icmp") return longest(alike.filter(same)) ?? longest(alike.filter(turned));
    return longest(alike.filter((one) => same(one) || turned(one)));
  }

  test("answers like a search through all records", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 40 }),
        fc.array(record, { minLength: 1, maxLength: 40 }),
        async (records, asked) => {
          const lines = records.map((one) => {
            const [start, length] = one.times;
            return `${start},${start + length},${one.transport},${one.source},${one.sourcePort},${one.destination},${one.destinationPort},${one.label},\n`;
          });
          const labels = await loadLabels(file(HEADER + lines.join(""), "csv"));
          for (const one of [...asked, ...records]) {
            expect(labels.labelOf(identityOf(one))?.label).toBe(bruteForce(records, one));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test("answers for rows of a batch as for their identity", async () => {
    const labels = await loadLabels(file(`${HEADER}0,9000,tcp,10.0.0.1,50000,192.0.2.7,80,bad,x\n`, "csv"));
    const row = { flow: 1, startUs: 5, endUs: 6, protocol: 6, reason: 0, values: [0, 0, 0, 0] };
    const words = [0, 0, 0xffff, 0xc0000207 | 0, 0, 0, 0xffff, 0x0a000001];
    const batch = batchOf(SMALL_SCHEMA, [{ ...row, words, ports: [80, 50_000] }]);
    expect(labels.labelOfRow(batch, 0)).toEqual(labels.labelOf(batch.identity(0)));
    expect(labels.labelOfRow(batch, 0)).toEqual({ label: "bad", extra: { scenario: "x" } });
  });
});
