import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withImported } from "../../../test/support/imported.ts";

const EVE = "test/fixtures/import/eve.jsonl";

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

test("flow records become rows, times to the µs whatever their zone", async () => {
  await withImported([EVE], {}, async ({ result, ask }) => {
    expect(result).toMatchObject({ rows: 4, rejected: 0 });
    expect(result.sources[0].importer).toBe("eve");
    const identity =
      "start_us::VARCHAR, end_us::VARCHAR, source_address, source_port, destination_address, destination_port, transport, flow_id";
    expect(await ask(`SELECT ${identity} FROM rows`)).toEqual([
      [
        "1709542800000001",
        "1709542812345679",
        "192.0.2.10",
        40000,
        "198.51.100.5",
        443,
        "tcp",
        "586497171462735",
      ],
      [
        "1709542801999999",
        "1709542802050000",
        "192.0.2.10",
        40001,
        "198.51.100.6",
        53,
        "udp",
        "586497171462736",
      ],
      [
        "1709542802500000",
        "1709542802500000",
        "2001:db8::1",
        135,
        "2001:db8::2",
        0,
        "icmpv6",
        "586497171462737",
      ],
      [
        "1709542803000000",
        "1709542803000030",
        "192.0.2.11",
        40002,
        "203.0.113.7",
        22,
        "tcp",
        "586497171462738",
      ],
    ]);
    const features =
      "duration, app_proto, pkts_toserver, pkts_toclient, bytes_toserver, bytes_toclient, age, state, tcp_flags, tcp_state";
    expect(await ask(`SELECT ${features} FROM rows`)).toEqual([
      [12.345678, "tls", 12, 11, 1268, 4854, 12, "closed", "1b", "closed"],
      [0.050001, "dns", 1, 1, 82, 162, 1, "established", null, null],
      [0, null, 1, 0, 86, 0, 0, "new", null, null],
      [0.00003, "failed", 1, 1, 74, 54, 0, "closed", "16", "closed"],
    ]);
    expect(await ask("SELECT community_id, end_reason FROM rows LIMIT 1")).toEqual([
      ["1:LQU9qZlK+B5F3KDmev6m5PMibrg=", "timeout"],
    ]);
  });
});

test("other events are left out, and counted by type", async () => {
  await withImported([EVE], {}, ({ result, said }) => {
    expect(Object.fromEntries(result.dropped.map(({ reason, rows }) => [reason, rows]))).toEqual({
      "event 'stats', no flow": 1,
      "event 'dns', no flow": 1,
      "event 'alert', no flow": 1,
      "event 'netflow', no flow": 1,
      "event of another type, no flow": 1,
    });
    expect(said()).toEqual({
      "flows that Suricata raised an alert for, kept as 'alerted', no feature": 1,
      "flows of ICMP, with type and code in place of ports": 1,
    });
  });
});

test("alerts are no feature, and may be asked for as the label", async () => {
  await withImported([EVE], {}, ({ result }) => {
    expect(result.columns.find(({ name }) => name === "alerted")?.role).toBe("extra");
    expect(result.label).toBeUndefined();
  });
  await withImported([EVE], { label: "alerted" }, ({ classes }) =>
    expect(classes()).toEqual({ false: 3, true: 1 }),
  );
});

test("records that cannot be taken are rejected with line and reason", async () => {
  const lines = readFileSync(EVE, "utf8").trimEnd().split("\n");
  lines.push(
    "cut off {",
    '{"timestamp":"2024-03-04T10:00:00.000000+0100"}',
    lines[3].replace('"start":"2024', '"start":"once'),
    lines[3].replace('"src_ip":"192.0.2.10",', ""),
    lines[3].replace('"pkts_toserver":12', '"pkts_toserver":"many"'),
  );
  await withImported([file("bad.json", lines.join("\n"))], { rejectShareMax: 0.9 }, ({ result, rejects }) => {
    expect(result).toMatchObject({ rows: 4, rejected: 5 });
    const found = readFileSync(rejects, "utf8")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").slice(1, 3));
    expect(found).toEqual([
      ["10", "no JSON object"],
      ["11", "no event_type"],
      ["12", "'flow.start' is no time"],
      ["13", "'src_ip' is no address"],
      ["14", expect.stringContaining("'flow.pkts_toserver': a text")],
    ]);
  });
});

test("times without a zone are of the zone that is asked for", async () => {
  const line = readFileSync(EVE, "utf8").split("\n")[3].replaceAll("+0100", "");
  await withImported([file("local.json", `${line}\n`)], { timezone: "Europe/Prague" }, async ({ ask }) =>
    expect(await ask("SELECT start_us::VARCHAR FROM rows")).toEqual([["1709542800000001"]]),
  );
});

test("JSON lines of another kind are none", async () => {
  const path = file("other.jsonl", '{"event_type":"flow","src_ip":"192.0.2.1"}\n');
  await withImported([path], {}, ({ result }) => expect(result.sources[0].importer).toBe("jsonl"));
  await expect(withImported([path], { as: "eve" }, () => undefined)).rejects.toMatchObject({
    code: "rows-invalid",
    message: expect.stringContaining("is no EVE log of Suricata"),
  });
});
