import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withImported } from "../../../test/support/imported.ts";

const FIXTURES = "test/fixtures/import";
const EPOCH = join(FIXTURES, "argus-epoch.csv");
const DEFAULT = join(FIXTURES, "argus-default.csv");
const ALIGNED = join(FIXTURES, "argus-aligned.txt");
const CTU = join(FIXTURES, "ctu13.binetflow");
const MANAGEMENT = "record of argus itself (man), no flow";
const DAYLESS =
  "times of day without a date: 'start_us' is missing, 'start_time' has the text; ra -u writes whole times";
const SERVICES = "flows with ports told by the name of a service, missing; ra -n writes numbers";
const PACKED = "flows of ICMP whose type and code were taken from the source port";
const ADDRESSES = "source_address, source_port, destination_address, destination_port, transport";

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

describe("text with a delimiter", () => {
  test("with whole times: every packet and byte of the capture, and no management records", async () => {
    await withImported([EPOCH], {}, async ({ result, ask }) => {
      expect(result).toMatchObject({
        rows: 33,
        rejected: 0,
        dropped: [{ reason: MANAGEMENT, rows: 2 }],
        remarks: [],
      });
      expect(result.sources[0].importer).toBe("argus");
      // capinfos: 65 packets, 6,827 bytes, from 1300475167.096535 on.
      expect(
        await ask(
          "SELECT sum(SrcPkts + DstPkts), sum(SrcBytes + DstBytes), min(start_us)::VARCHAR FROM rows",
        ),
      ).toEqual([[65, 6827, "1300475167096535"]]);
      expect(
        await ask(
          `SELECT start_us::VARCHAR, end_us::VARCHAR, ${ADDRESSES}, Dur, Dir, Flgs, sTtl FROM rows WHERE transport = 'tcp' LIMIT 1`,
        ),
      ).toEqual([
        [
          "1300475168724007",
          "1300475168783842",
          "141.142.220.118",
          48649,
          "208.80.152.118",
          80,
          "tcp",
          0.059835,
          "->",
          "e",
          64,
        ],
      ]);
    });
  });

  test("as ra prints it unless asked: times of day, names of services", async () => {
    await withImported([DEFAULT], {}, async ({ result, ask, said }) => {
      expect(result).toMatchObject({ rows: 33, rejected: 0, dropped: [{ reason: MANAGEMENT, rows: 2 }] });
      expect(said()).toEqual({ [DAYLESS]: 33, [SERVICES]: 29 });
      expect(
        await ask("SELECT start_us, start_time, source_port, destination_port FROM rows LIMIT 1"),
      ).toEqual([[null, "19:06:07.096535", null, null]]);
      expect(await ask("SELECT sum(TotPkts), sum(TotBytes) FROM rows")).toEqual([[65, 6827]]);
    });
  });

  test("with another delimiter, and headers of files that were put together", async () => {
    const text = readFileSync(EPOCH, "utf8").replaceAll(",", "\t");
    await withImported([file("ra.tsv", text + text)], {}, ({ result }) => {
      expect(result).toMatchObject({ rows: 66, rejected: 0 });
      expect(result.dropped).toContainEqual({ reason: "repeated header", rows: 1 });
    });
  });
});

test("aligned text: ports behind addresses of IPv4 and IPv6, ICMP, ARP, headers in the middle", async () => {
  await withImported([ALIGNED], {}, async ({ result, ask, said }) => {
    expect(result).toMatchObject({ rows: 10, rejected: 0 });
    expect(result.dropped).toEqual([
      { reason: "repeated header", rows: 4 },
      { reason: MANAGEMENT, rows: 8 },
    ]);
    expect(await ask(`SELECT ${ADDRESSES}, Flgs, Dir, State, TotPkts, TotBytes FROM rows`)).toEqual([
      // ICMP: type 3 and code 3 of 0x0303, type 8 and code 0 of 0x0008.
      ["10.0.0.1", 5000, "10.0.0.2", 9999, "udp", "eU", "->", "INT", 2, 124],
      ["10.0.0.2", 3, "10.0.0.1", 3, "icmp", "e", "->", "URP", 2, 140],
      ["10.0.0.1", null, "10.0.0.2", null, "arp", "e", "who", "INT", 2, 120],
      ["2001:db8::1", 1, "2001:db8::2", 2, "udp", "e", "->", "INT", 2, 132],
      ["10.0.0.1", 5000, "10.0.0.2", 53, "udp", "e", "<->", "CON", 2, 95],
      ...Array.from({ length: 4 }, () => [
        "192.168.0.89",
        8,
        "192.168.0.1",
        0,
        "icmp",
        "e",
        "<->",
        "ECO",
        3,
        222,
      ]),
      ["fe80::211:43ff:fe*", 143, "ff02::16", 0, "ipv6-*", "e", "->", "MHR", 1, 130],
    ]);
    expect(said()).toEqual({
      [DAYLESS]: 10,
      [PACKED]: 5,
      "addresses or protocols that ra cut short (*); ra -c , writes them whole": 1,
    });
  });
});

test("a line of aligned text that is in other columns is rejected", async () => {
  const text = `${readFileSync(ALIGNED, "utf8")}   12:26:44.000000  e           udp           10.0.0.1.5000\n`;
  await withImported([file("cut.txt", text)], { rejectShareMax: 0.5 }, ({ result, rejects }) => {
    expect(result).toMatchObject({ rows: 10, rejected: 1 });
    expect(readFileSync(rejects, "utf8")).toContain(",23,no record of ra in the columns of the header,");
  });
});

describe("binetflow of CTU-13", () => {
  test("ports, times and labels", async () => {
    await withImported([CTU], {}, async ({ result, ask, said, classes }) => {
      expect(result).toMatchObject({ rows: 7, rejected: 0, dropped: [] });
      expect(classes()).toEqual({ Background: 4, Botnet: 2, Normal: 1 });
      expect(await ask("SELECT DISTINCT label_original FROM rows WHERE label = 'Botnet' ORDER BY 1")).toEqual(
        [["flow=From-Botnet-V42-ICMP"], ["flow=From-Botnet-V42-TCP-CC1-HTTP-Not-Encrypted"]],
      );
      expect(await ask("SELECT start_us::VARCHAR, end_us::VARCHAR FROM rows LIMIT 1")).toEqual([
        [
          String(Date.UTC(2011, 7, 10, 9, 46, 59) * 1000 + 607_825),
          String(Date.UTC(2011, 7, 10, 9, 47, 0) * 1000 + 634_364),
        ],
      ]);
      expect(
        await ask(
          "SELECT transport, source_port, destination_port, sTos, dTos FROM rows WHERE transport IN ('icmp', 'arp', 'esp')",
        ),
      ).toEqual([
        ["icmp", 3, 3, 0, null],
        ["arp", null, null, null, null],
        ["esp", 0, null, 0, null],
      ]);
      expect(said()).toEqual({
        "times are told without a zone; read as UTC": undefined,
        "grouped labels into Background, Normal and Botnet; 'label_original' has them as they were":
          undefined,
        [PACKED]: 1,
        "flows with ports in hexadecimal, made numbers": 1,
        "flows with ports above 65,535, which are none; missing": 1,
      });
    });
  });

  test("times of the zone that is asked for", async () => {
    await withImported([CTU], { timezone: "Europe/Prague" }, async ({ ask }) =>
      expect(await ask("SELECT start_us::VARCHAR FROM rows LIMIT 1")).toEqual([
        [String(Date.UTC(2011, 7, 10, 7, 46, 59) * 1000 + 607_825)],
      ]),
    );
  });

  test.each([
    ["flow=Background", "Background"],
    ["flow=From-Background-CVUT-Proxy", "Background"],
    ["flow=To-Background-UDP-CVUT-DNS-Server", "Background"],
    ["flow=Background-google-analytics4", "Background"],
    ["flow=To-Normal-V42-UDP-NTP-server", "Normal"],
    ["flow=Normal-V42-HTTP-windowsupdate", "Normal"],
    ["flow=From-Normal-V42-Stribrek", "Normal"],
    ["flow=From-Botnet-V51-1-TCP-Attempt", "Botnet"],
    ["flow=From-Botnet-V42-UDP-DNS", "Botnet"],
    ["flow=Something-Else", "flow=Something-Else"],
  ])("%s is %s", async (label, group) => {
    const [header, , , row] = readFileSync(CTU, "utf8").split("\n");
    const path = file("one.binetflow", `${header}\n${row.replace(/[^,]*$/, label)}\n`);
    await withImported([path], {}, ({ classes }) => expect(classes()).toEqual({ [group]: 1 }));
  });

  test("a row without a label or a time", async () => {
    const text = readFileSync(CTU, "utf8")
      .replace(/flow=Background\n$/, "\n")
      .replace("2011/08/10 09:47:05.000000", "then");
    await withImported(
      [file("odd.binetflow", text)],
      { rejectShareMax: 0.5 },
      ({ result, said, rejects }) => {
        expect(result).toMatchObject({ rows: 6, rejected: 1 });
        expect(said()).toHaveProperty("rows without a label", 1);
        expect(readFileSync(rejects, "utf8")).toContain("'StartTime' is no time");
      },
    );
  });
});

test("a table of other columns is none", async () => {
  await expect(
    withImported([file("t.csv", "a,label\n1,x\n")], { as: "argus" }, () => undefined),
  ).rejects.toMatchObject({
    code: "rows-invalid",
    message: expect.stringContaining("is no text of argus"),
  });
});
