// Anonymised captures as tshark reads them: other addresses in the same places, everything else as before, and checksums that
// are as right or wrong as they were.

import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { anonymise } from "../../src/app/anonymise.ts";
import { sharedData } from "../support/data.ts";
import { temporaryFolder } from "../support/rows.ts";
import { tsharkTest } from "../support/tshark.ts";

const run = promisify(execFile);
const cwd = temporaryFolder();

const ADDRESSES = [
  "ip.src",
  "ip.dst",
  "ipv6.src",
  "ipv6.dst",
  "arp.src.proto_ipv4",
  "arp.dst.proto_ipv4",
  "icmp.redir_gw",
  "icmpv6.nd.ns.target_address",
  "icmpv6.nd.na.target_address",
];
/** Of checksums: whether they are right; of the rest: what must stay. */
const KEPT = [
  "frame.len",
  "frame.time_epoch",
  "ip.checksum.status",
  "tcp.checksum.status",
  "udp.checksum.status",
  "icmp.checksum.status",
  "icmpv6.checksum.status",
  "ip.id",
  "ip.len",
  "tcp.srcport",
  "tcp.seq_raw",
  "tcp.payload",
  "udp.dstport",
  "dns.qry.name",
  "icmp.type",
  "icmpv6.type",
  "gre.proto",
  "vxlan.vni",
];
const CHECKED = ["ip", "tcp", "udp"].flatMap((name) => ["-o", `${name}.check_checksum:TRUE`]);

/** Of every frame, all occurrences of the fields. */
async function told(path: string): Promise<string[][]> {
  const fields = [...ADDRESSES, ...KEPT].flatMap((name) => ["-e", name]);
  const form = ["-T", "fields", "-E", "occurrence=a", "-E", "separator=/t", "-o", "ip.defragment:FALSE"];
  const { stdout } = await run("tshark", ["-n", "-r", path, ...CHECKED, ...form, ...fields], {
    maxBuffer: 1 << 28,
  });
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("\t"));
}

const key = join(cwd, "key");
writeFileSync(key, "0123456789abcdef".repeat(4), { mode: 0o600 });

const CAPTURES = [
  "pcap/ndpi/http_ipv6.pcap",
  "pcap/ndpi/6in4tunnel.pcap",
  "pcap/ndpi/gre.pcapng",
  "pcap/ndpi/ssh.pcap",
  "pcap/ndpi/icmp-tunnel.pcap",
  "pcap/zeek-btest/http-qinq-0.pcap",
  "pcap/zeek-btest/wikipedia-filtered-plus-udp.pcap",
  "pcap/zeek-btest/ip4-tcp-bad-chksum.pcap",
  "pcap/practical-packet-analysis-3e/arppoison.pcapng",
  "pcap/practical-packet-analysis-3e/icmp_traceroute.pcapng",
];

for (const capture of CAPTURES) {
  tsharkTest(
    `${capture} comes back under other addresses`,
    async () => {
      const path = sharedData(capture);
      const out = join(cwd, `${capture.replaceAll("/", "-")}.pcap`);
      const { counts } = await anonymise({ capture: path, out, keyFile: key });
      const before = await told(path);
      const after = await told(out);
      expect(after.length).toBe(before.length);
      const mapping = new Map<string, string>();
      let replaced = 0;
      for (const [index, row] of before.entries()) {
        const found = after[index];
        expect(found.slice(ADDRESSES.length), `frame ${index + 1}`).toEqual(row.slice(ADDRESSES.length));
        for (let column = 0; column < ADDRESSES.length; column++) {
          const raw = row[column].split(",");
          const hidden = found[column].split(",");
          expect(hidden.length, `frame ${index + 1}`).toBe(raw.length);
          for (const [place, address] of raw.entries()) {
            if (address === "") continue;
            expect(mapping.get(address) ?? hidden[place], `frame ${index + 1}: ${address}`).toBe(
              hidden[place],
            );
            expect(hidden[place]).not.toBe(address);
            mapping.set(address, hidden[place]);
            replaced++;
          }
        }
      }
      expect(replaced).toBeGreaterThan(0);
      expect(new Set(mapping.values()).size).toBe(mapping.size);
      expect(counts.frames).toBe(before.length);
    },
    120_000,
  );
}

tsharkTest(
  "headers alone are cut behind the last of them, and say how long the frame was",
  async () => {
    const path = sharedData("pcap/ndpi/ssh.pcap");
    const out = join(cwd, "headers.pcap");
    await anonymise({ capture: path, out, keyFile: key, headersOnly: true });
    const fields = ["-T", "fields", "-e", "frame.cap_len", "-e", "frame.len", "-e", "tcp.hdr_len"];
    const lines = async (file: string) =>
      (await run("tshark", ["-n", "-r", file, ...fields])).stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t"));
    const before = await lines(path);
    const after = await lines(out);
    expect(after.map(([, length]) => length)).toEqual(before.map(([, length]) => length));
    for (const [captured, , header] of after) expect(Number(captured)).toBe(14 + 20 + Number(header));
  },
  60_000,
);
