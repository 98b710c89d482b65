import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withImported } from "../../../test/support/imported.ts";

const FIXTURES = "test/fixtures/import";
const BASELINE = join(FIXTURES, "zeek-vlan-mpls.tsv");
const ROTATED = join(FIXTURES, "zeek-rotated.tsv");
const LABELLED = join(FIXTURES, "zeek-iot23.labeled");
const JSON_LINES = join(FIXTURES, "zeek-json.jsonl");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** All columns that the forms of a log have in common, of the four connections of the fixtures. */
const COMMON =
  "SELECT start_us::VARCHAR, end_us::VARCHAR, source_address, source_port, destination_address, destination_port, transport, uid, " +
  "proto, service, duration, orig_bytes, resp_bytes, conn_state, missed_bytes, history, orig_pkts, orig_ip_bytes, resp_pkts, " +
  "resp_ip_bytes, local_orig, local_resp FROM rows WHERE uid <> 'CaBcDe1f2g3h4i5j6o' ORDER BY start_us";
const CONNECTIONS = [
  ["1709542800000001", "1709542812345679", "192.0.2.10", 40000, "198.51.100.5", 443, "tcp", "CaBcDe1f2g3h4i5j6k", "tcp", "ssl,http", 12.345678, 517, 4096, "SF", 0, "ShADadFf", 12, 1100, 11, 4700, "T", "F"],
  ["1709542801999999", "1709542802050000", "192.0.2.10", 40001, "198.51.100.6", 53, "udp", "CaBcDe1f2g3h4i5j6l", "udp", "dns", 0.050001, 40, 120, "SF", 0, "Dd", 1, 68, 1, 148, "T", "F"],
  ["1709542802500000", "1709542802500000", "2001:db8::1", 135, "2001:db8::2", 136, "icmpv6", "CaBcDe1f2g3h4i5j6m", "icmp", null, null, null, null, "OTH", 0, null, 1, 72, 0, 0, "F", "F"],
  ["1709542803000000", "1709542803000030", "192.0.2.11", 40002, "203.0.113.7", 22, "tcp", "CaBcDe1f2g3h4i5j6n", "tcp", null, 0.00003, 0, 0, "REJ", 0, "Sr", 1, 60, 1, 40, "T", "F"],
]; // biome-ignore format: a table

test("a log that Zeek wrote comes in as it is", async () => {
  await withImported([BASELINE], {}, async ({ result, ask }) => {
    expect(result).toMatchObject({ rows: 3, rejected: 0, dropped: [], remarks: [] });
    expect(result.sources[0].importer).toBe("zeek");
    expect(
      await ask(
        "SELECT start_us::VARCHAR, source_address, source_port, service, duration, resp_bytes, history FROM rows",
      ),
    ).toEqual([
      ["952109346874907", "10.1.2.1", 11001, null, 2.10256, 0, "SADF"],
      ["1128727435450898", "141.42.64.125", 56730, "http", 1.733303, 9417, "ShADdFaf"],
      ["1278600802069419", "10.20.80.1", 50343, null, 0.004152, 3429, "ShADadfF"],
    ]);
    // A set that is empty is nothing.
    expect(await ask("SELECT count(tunnel_parents)::INTEGER FROM rows")).toEqual([[0]]);
    expect(result.columns.find(({ name }) => name === "uid")?.role).toBe("identity");
    expect(result.label).toBeUndefined();
  });
});

describe("the same connections in every form", () => {
  test.each([
    ["text, of two logs put together", ROTATED],
    ["text, labelled as IoT-23 is", LABELLED],
    ["JSON lines, with times in seconds, milliseconds and ISO 8601", JSON_LINES],
  ])("%s", async (_, path) => {
    await withImported([path], {}, async ({ ask, said }) => {
      expect(await ask(COMMON)).toEqual(CONNECTIONS);
      expect(said()).toHaveProperty(
        "connections without duration, of one packet or none that Zeek could time",
        1,
      );
    });
  });

  test("a table with a line of names", async () => {
    const lines = readFileSync(ROTATED, "utf8").split("\n");
    const names = (lines.find((line) => line.startsWith("#fields")) ?? "").split("\t").slice(1);
    const rows = lines.filter((line) => /^\d/.test(line));
    const table = [names.join("\t"), ...rows].map((line) => line.replaceAll("\t", "|")).join("\n");
    await withImported([file("table.csv", table)], {}, async ({ result, ask }) => {
      expect(result.sources[0].importer).toBe("zeek");
      expect(await ask(COMMON)).toEqual(CONNECTIONS);
    });
  });

  test("labelled rows without their header", async () => {
    const rows = readFileSync(LABELLED, "utf8").replaceAll(/^#.*\n/gm, "");
    await withImported([file("cut.labeled", rows)], {}, async ({ classes, said, ask }) => {
      expect(await ask(COMMON)).toEqual(CONNECTIONS);
      expect(classes()).toEqual({ Benign: 2, Malicious: 2 });
      expect(said()).toHaveProperty("the file has no header; columns are those of a conn.log of 23 columns");
    });
  });
});

test("labels of IoT-23 are parted, and have one case", async () => {
  await withImported([LABELLED], {}, async ({ classes, said, ask, result }) => {
    expect(result.rows).toBe(5);
    expect(classes()).toEqual({ Benign: 2, Malicious: 2 });
    expect(await ask("SELECT label, detailed_label, tunnel_parents FROM rows")).toEqual([
      ["Malicious", "PartOfAHorizontalPortScan", null],
      ["Benign", null, null],
      ["Benign", null, null],
      ["Malicious", "C&C-HeartBeat", "CtUnNeL0000000001"],
      [null, null, null],
    ]);
    expect(said()).toMatchObject({
      "labels in another case, made Benign and Malicious": 1,
      "rows without a label": 1,
      "parted the last column at three blanks into tunnel_parents, label and detailed-label": undefined,
    });
  });
});

test("a comment begins at the start of a line, not within a value", async () => {
  const log = readFileSync(LABELLED, "utf8").replace("ssl,http", "ssl#http").replace("C&C-HeartBeat", "C#C");
  await withImported([file("number-sign.labeled", log)], {}, async ({ result, ask }) => {
    expect(result).toMatchObject({ rows: 5, rejected: 0, dropped: [] });
    expect(
      await ask(
        "SELECT service, detailed_label FROM rows WHERE uid IN ('CaBcDe1f2g3h4i5j6k', 'CaBcDe1f2g3h4i5j6n')",
      ),
    ).toEqual([
      ["ssl#http", "PartOfAHorizontalPortScan"],
      [null, "C#C"],
    ]);
  });
});

test("columns of other scripts are kept apart", async () => {
  await withImported([ROTATED], {}, async ({ said, result, ask }) => {
    expect(said()).toHaveProperty("kept apart 2 columns that a conn.log need not have: orig_l2_addr, bursts");
    const roles = Object.fromEntries(result.columns.map(({ name, role, kind }) => [name, `${role} ${kind}`]));
    expect(roles).toMatchObject({
      community_id: "identity text",
      orig_l2_addr: "extra text",
      bursts: "extra number",
    });
    expect(await ask("SELECT sum(bursts)::INTEGER FROM rows")).toEqual([[0 + 1 + 2 + 3]]);
  });
});

test("records of other logs in a stream are left out, and sets read as in text", async () => {
  await withImported([JSON_LINES], {}, async ({ result, ask }) => {
    expect(result.dropped).toEqual([{ reason: "record of another log of Zeek", rows: 1 }]);
    expect(await ask("SELECT tunnel_parents FROM rows WHERE uid = 'CaBcDe1f2g3h4i5j6n'")).toEqual([
      ["CtUnNeL0000000001"],
    ]);
  });
});

test("a nested id is the same as a flat one", async () => {
  const record = {
    ts: 1709542800.000001,
    uid: "C1",
    id: { orig_h: "192.0.2.1", orig_p: 1, resp_h: "192.0.2.2", resp_p: 2 },
    proto: "tcp",
    conn_state: "S0",
  };
  await withImported([file("nested.jsonl", `${JSON.stringify(record)}\n`)], {}, async ({ ask }) =>
    expect(
      await ask(
        "SELECT start_us::VARCHAR, source_address, source_port, destination_address, destination_port FROM rows",
      ),
    ).toEqual([["1709542800000001", "192.0.2.1", 1, "192.0.2.2", 2]]),
  );
});

describe("rows that are no connections are rejected", () => {
  test("those below a header of other columns, in text", async () => {
    const log = readFileSync(BASELINE, "utf8");
    // The same rows with address and port in each other's place, as under another header.
    const other = log.replaceAll(/^(\d[^\t]*\t[^\t]*\t)([^\t]*)\t([^\t]*)/gm, "$1$3\t$2");
    await withImported([file("two.tsv", log + other)], { rejectShareMax: 0.5 }, ({ result, rejects }) => {
      expect(result).toMatchObject({ rows: 3, rejected: 3 });
      expect(readFileSync(rejects, "utf8")).toContain("column 'id.orig_h' is no address");
    });
  });

  test("a text among numbers, by the name of its column", async () => {
    const log = readFileSync(BASELINE, "utf8")
      .replace("\t98\t9417\t", "\tx\t9417\t")
      .replace("\t0.004152\t", "\tlong\t");
    await withImported([file("text.tsv", log)], { rejectShareMax: 0.9 }, ({ result, rejects }) => {
      expect(result).toMatchObject({ rows: 1, rejected: 2 });
      expect(readFileSync(rejects, "utf8")).toContain("column 'orig_bytes': found 'x', expected a number");
      expect(readFileSync(rejects, "utf8")).toContain("column 'duration': a text, expected a number");
    });
  });

  test("lines of JSON, by their number", async () => {
    const lines = readFileSync(JSON_LINES, "utf8").trimEnd().split("\n");
    lines.splice(1, 0, '{"ts":', '{"ts":1,"proto":"tcp","conn_state":"SF","id.orig_h":"192.0.2.1"}');
    await withImported(
      [file("bad.jsonl", `${lines.join("\n")}\n`)],
      { rejectShareMax: 0.5 },
      ({ result, rejects }) => {
        expect(result).toMatchObject({ rows: 4, rejected: 2 });
        expect(readFileSync(rejects, "utf8").split("\n").slice(1, 3)).toEqual([
          expect.stringMatching(/,2,no JSON object,"\{""ts"":"$/),
          expect.stringContaining(",3,column 'id.resp_h' is no address,"),
        ]);
      },
    );
  });
});

test("other logs of Zeek are refused by name", async () => {
  const dns =
    "#separator \\x09\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\n" +
    "1.0\tC1\t192.0.2.1\t1\t192.0.2.2\t53\tudp\texample.org\n";
  await expect(withImported([file("dns.log", dns)], {}, () => undefined)).rejects.toMatchObject({
    code: "rows-invalid",
    message: expect.stringContaining("is Zeek's log 'dns', expected a conn.log"),
  });
});

test("another column may be the label", async () => {
  await withImported([LABELLED], { label: "detailed_label" }, ({ classes, result }) => {
    expect(classes()).toEqual({ PartOfAHorizontalPortScan: 1, "C&C-HeartBeat": 1 });
    expect(result.columns.find(({ name }) => name === "label.1")?.role).toBe("extra");
  });
  await expect(withImported([LABELLED], { label: "nothing" }, () => undefined)).rejects.toMatchObject({
    code: "rows-invalid",
    message: expect.stringContaining("has no column 'nothing'"),
  });
});
