import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withImported } from "../../../test/support/imported.ts";

const RAW = "test/fixtures/import/unsw-raw.csv";
const SET = "test/fixtures/import/unsw-set.csv";

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

describe("raw files, without header", () => {
  test("classes have one name each, and what was mended is said", async () => {
    await withImported([RAW], {}, ({ result, classes, said }) => {
      expect(result).toMatchObject({ rows: 5, rejected: 0, dropped: [] });
      expect(result.sources[0].importer).toBe("unsw");
      expect(classes()).toEqual({ Normal: 2, Reconnaissance: 1, Backdoor: 1, Fuzzers: 1 });
      expect(said()).toMatchObject({
        "rows with an empty attack_cat, of class Normal": 2,
        "cut blanks off attack_cat": 2,
        "renamed attack_cat 'Backdoors' to 'Backdoor', as the sets have it": 1,
        "rows with ports in hexadecimal, made numbers": 2,
        "rows with a port '-', missing": 1,
        "rows with a port above 65,535, which is none; missing": 1,
        "rows with a blank ct_ftp_cmd, missing": 2,
        "rows with a blank is_ftp_login, missing": 1,
        "rows with is_ftp_login above 1, though it is said to be 0 or 1": 1,
        "the file has no header; columns are the 49 of UNSW-NB15_features.csv": undefined,
        "passed over a byte order mark": undefined,
      });
    });
  });

  test("who a flow was, and values under the names of the sets", async () => {
    await withImported([RAW], {}, async ({ ask }) => {
      expect(
        await ask(
          "SELECT start_us::VARCHAR, end_us::VARCHAR, source_address, source_port, destination_address, destination_port, transport FROM rows",
        ),
      ).toEqual([
        ["1421927414000000", "1421927414000000", "192.0.2.1", 1390, "198.51.100.6", 53, "udp"],
        ["1421927414000000", "1421927415000000", "192.0.2.2", 40000, "198.51.100.7", 80, "tcp"],
        ["1421927416000000", "1421927416000000", "192.0.2.3", 11, "198.51.100.8", null, "icmp"],
        ["1421927417000000", "1421927420000000", "192.0.2.3", 33000, "198.51.100.8", null, "tcp"],
        ["1421927418000000", "1421927419000000", "192.0.2.4", 33001, "198.51.100.8", 445, "tcp"],
      ]);
      expect(
        await ask(
          "SELECT smean, dmean, response_body_len, sinpkt, dinpkt, sload, ct_srv_src, ct_dst_src_ltm, attack FROM rows LIMIT 1",
        ),
      ).toEqual([[66, 82, 0, 0.017, 0.013, 500473.9375, 3, 1, 0]]);
    });
  });

  test.each([
    // Rows 1 to 4 of the published training set: spkts, dpkts, dur, rate.
    [6, 4, "0.121478", 74.08749],
    [14, 38, "0.649902", 78.473372],
    [8, 16, "1.623129", 14.170161],
    [12, 12, "1.681642", 13.677108],
  ])(
    "rate is computed as the training set has it: %d and %d packets in %s s",
    async (spkts, dpkts, dur, rate) => {
      const fields = readFileSync(RAW, "utf8").replace("\ufeff", "").split("\r\n")[0].split(",");
      const row = fields.with(6, dur).with(16, String(spkts)).with(17, String(dpkts)).join(",");
      await withImported([file("rate.csv", `${row}\n`)], {}, async ({ ask }) =>
        expect((await ask("SELECT rate FROM rows"))[0][0]).toBeCloseTo(rate, 5),
      );
    },
  );

  test("a row without duration has no rate", async () => {
    await withImported([RAW], {}, async ({ ask }) =>
      expect(await ask("SELECT rate FROM rows WHERE dur = 0")).toEqual([[0]]),
    );
  });

  test("the same rows with the names of the list of features above them", async () => {
    // UNSW-NB15_features.csv, with its blank in ct_src_ ltm.
    const names =
      "srcip,sport,dstip,dsport,proto,state,dur,sbytes,dbytes,sttl,dttl,sloss,dloss,service,Sload,Dload,Spkts,Dpkts,swin,dwin," +
      "stcpb,dtcpb,smeansz,dmeansz,trans_depth,res_bdy_len,Sjit,Djit,Stime,Ltime,Sintpkt,Dintpkt,tcprtt,synack,ackdat," +
      "is_sm_ips_ports,ct_state_ttl,ct_flw_http_mthd,is_ftp_login,ct_ftp_cmd,ct_srv_src,ct_srv_dst,ct_dst_ltm,ct_src_ ltm," +
      "ct_src_dport_ltm,ct_dst_sport_ltm,ct_dst_src_ltm,attack_cat,Label";
    const text = readFileSync(RAW, "utf8").replace("\ufeff", "");
    const select = "SELECT * EXCLUDE source_file FROM rows";
    const bare = await withImported([RAW], {}, ({ ask }) => ask(select));
    const headed = await withImported([file("headed.csv", `${names}\r\n${text}`)], {}, ({ ask }) =>
      ask(select),
    );
    expect(headed).toEqual(bare);
    expect(headed).toHaveLength(5);
  });
});

describe("training and testing sets", () => {
  test("every column is a feature but the class and the number of the row", async () => {
    await withImported([SET], {}, async ({ result, classes, ask }) => {
      expect(result).toMatchObject({ rows: 3, rejected: 0, dropped: [] });
      expect(classes()).toEqual({ Backdoor: 1, Generic: 1, Normal: 1 });
      const header = readFileSync(SET, "utf8").replace("\ufeff", "").split("\r\n")[0].split(",");
      const features = result.columns.filter(({ role }) => role === "feature").map(({ name }) => name);
      expect(features).toEqual(header.slice(1, -2));
      expect(
        result.columns.filter(({ role }) => role !== "feature").map(({ name, role }) => `${name} ${role}`),
      ).toEqual(["id identity", "attack extra", "label label", "source_file extra"]);
      expect(await ask("SELECT rate, service, attack FROM rows")).toEqual([
        [36, "-", 0],
        [10, "ftp", 1],
        [111111.1072, "dns", 1],
      ]);
    });
  });

  test("have the features of the raw files, in one data set", async () => {
    await withImported([SET, RAW], {}, ({ result, classes }) => {
      expect(result.rows).toBe(8);
      expect(classes()).toMatchObject({ Normal: 3, Backdoor: 2 });
      expect(result.columns.filter(({ role }) => role === "feature")).toHaveLength(42);
    });
  });
});

test("rows whose class cannot be told are rejected", async () => {
  const lines = readFileSync(RAW, "utf8").replace("\ufeff", "").trimEnd().split("\r\n");
  lines.push(
    lines[0].replace(/,0$/, ",1"),
    lines[4].replace(/,1$/, ",0"),
    lines[0].replace(/,0$/, ",?"),
    lines[0].replace(",1421927414,1421927414,", ",1421927414,later,"),
    lines[1].replace(",,,,1,", ",,,many,1,"),
  );
  await withImported(
    [file("bad.csv", `${lines.join("\n")}\n`)],
    { rejectShareMax: 0.9 },
    ({ result, rejects }) => {
      expect(result).toMatchObject({ rows: 5, rejected: 5 });
      const reasons = readFileSync(rejects, "utf8")
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",").slice(1, 3).join(" "));
      expect(reasons).toEqual([
        "6 'attack_cat' and 'label' contradict each other",
        "7 'attack_cat' and 'label' contradict each other",
        "8 'label' is neither 0 nor 1",
        "9 'ltime' is no time",
        expect.stringContaining("10 \"column 'ct_ftp_cmd': a text"),
      ]);
    },
  );
});

test("0 and 1 may be asked for as the label", async () => {
  await withImported([RAW], { label: "attack" }, ({ classes }) => expect(classes()).toEqual({ 0: 2, 1: 3 }));
  await withImported([RAW], { label: "attack_cat" }, ({ classes }) =>
    expect(classes()).toHaveProperty("Normal", 2),
  );
});

test("49 fields of something else are none", async () => {
  const text = `${Array.from({ length: 49 }, (_, index) => `n${index}`).join(",")}\n${Array.from({ length: 49 }, () => "1").join(",")}\n`;
  await withImported([file("wide.csv", text)], {}, ({ result }) =>
    expect(result.sources[0].importer).toBe("csv"),
  );
  await expect(withImported([file("wide.csv", text)], { as: "unsw" }, () => undefined)).rejects.toMatchObject(
    {
      code: "rows-invalid",
      message: expect.stringContaining("is no file of UNSW-NB15"),
    },
  );
});
