// What the programs say was taken from dumpcap 4.0.17 and tcpdump 4.99.3 with libpcap 1.10.3, on Linux.

import { describe, expect, test } from "vitest";
import { captureProgram, failureOf, interfacesOf } from "./capture-program.ts";

const FAILURES: [said: string, code: string, words: string][] = [
  [
    `Capturing on 'nope'\ndumpcap: There is no device named "nope".\n(No such device exists)\n`,
    "capture-interface",
    'There is no device named "nope"',
  ],
  [
    "tcpdump: nope: No such device exists\n(No such device exists)\n",
    "capture-interface",
    "nope: No such device exists",
  ],
  [
    `Capturing on 'vb'\ndumpcap: Invalid capture filter "bogus" for interface 'vb'.\n\nThat string isn't a valid capture filter (can't parse filter expression: syntax error).\nSee the User's Guide.\n`,
    "capture-filter",
    `Invalid capture filter "bogus" for interface 'vb': can't parse filter expression: syntax error`,
  ],
  [
    "tcpdump: can't parse filter expression: syntax error\n",
    "capture-filter",
    "can't parse filter expression: syntax error",
  ],
  ["tcpdump: unknown port 'nonsense'\n", "capture-filter", "unknown port 'nonsense'"],
  [
    `Capturing on 'vb'\ndumpcap: You do not have permission to capture on device "vb".\n(socket: Operation not permitted)\n\nPlease check\n`,
    "capture-permission",
    'You do not have permission to capture on device "vb"',
  ],
  [
    "tcpdump: vb: You don't have permission to perform this capture on that device\n(socket: Operation not permitted)\n",
    "capture-permission",
    "vb: You don't have permission to perform this capture on that device",
  ],
  [
    `Capturing on 'vb'\nFile: -\ndumpcap: The network adapter "vb" is no longer attached; the capture has stopped.\nPackets captured: 5\n`,
    "capture-gone",
    'The network adapter "vb" is no longer attached; the capture has stopped',
  ],
  [
    "tcpdump: listening on vb, link-type EN10MB (Ethernet), snapshot length 262144 bytes\ntcpdump: pcap_loop: The interface disappeared\n3 packets captured\n",
    "capture-gone",
    "pcap_loop: The interface disappeared",
  ],
  ["tcpdump: something new\n", "capture-stopped", "something new"],
  ["Capturing on 'vb'\nFile: -\n", "capture-stopped", "it said nothing"],
];

test.each(FAILURES)("%j is understood", (said, code, words) => {
  expect(failureOf(said)).toEqual({ code, words });
});

describe("losses", () => {
  test("dumpcap tells them at the end; frames behind the end that was asked for are none", () => {
    const { lost } = captureProgram("dumpcap");
    const line =
      "Packets received/dropped on interface 'vb': 10/6 (pcap:3/dumpcap:2/flushed:9/ps_ifdrop:1) (76.9%)";
    expect(lost(`Packets captured: 10\n${line}\n`)).toBe(6);
    expect(lost("Capturing on 'vb'\n")).toBeUndefined();
  });

  test("tcpdump tells them when asked, and at the end; the last word counts", () => {
    const { lost } = captureProgram("tcpdump");
    const early = "tcpdump: 3 packets captured, 7 packets received by filter, 0 packets dropped by kernel\n";
    const end =
      "9 packets captured\n12 packets received by filter\n3 packets dropped by kernel\n1 packet dropped by interface\n";
    expect(lost(early)).toBe(0);
    expect(lost(early + end)).toBe(4);
    expect(lost("tcpdump: listening on vb\n")).toBeUndefined();
  });
});

test("interfaces are read from both lists", () => {
  expect(interfacesOf("1. vb\n3. any\n9. lo (Loopback)\n")).toEqual([
    { name: "vb", description: "" },
    { name: "any", description: "" },
    { name: "lo", description: "Loopback" },
  ]);
  const listed =
    "1.vb [Up, Running]\n3.any (Pseudo-device that captures on all interfaces) [Up]\n5.nflog (Linux netfilter log (NFLOG) interface) [none]\n";
  expect(interfacesOf(listed)).toEqual([
    { name: "vb", description: "Up, Running" },
    { name: "any", description: "Pseudo-device that captures on all interfaces, Up" },
    { name: "nflog", description: "Linux netfilter log (NFLOG) interface" },
  ]);
});

test("a filter cannot become an option", () => {
  const options = { interface: "vb", filter: "-w /x", snapLength: 0, bufferMegabytes: 2, count: 5 };
  const tcpdump = captureProgram("tcpdump").arguments(options);
  expect(tcpdump.slice(tcpdump.indexOf("--"))).toEqual(["--", "-w /x"]);
  const dumpcap = captureProgram("dumpcap").arguments(options);
  expect(dumpcap[dumpcap.indexOf("-w /x") - 1]).toBe("-f");
});
