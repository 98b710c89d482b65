import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeFrame } from "../../test/support/decode.ts";
import { dns, dnsLabels, ethernet, ipv4, join, udp } from "../../test/support/frames.ts";
import { digestOfSources } from "../../test/support/kernel-digest.ts";
import { compileWasm, decodeBase64, instantiateWasm, sharedWasmMemory } from "../base/wasm.ts";
import * as decoding from "./decode.ts";
import { KERNEL_BASE64, KERNEL_SOURCES, KERNEL_SOURCES_SHA256 } from "./kernels.generated.ts";
import * as links from "./link.ts";
import { PACKET_BYTES, PACKET_WORDS, readPacket, writePacket } from "./memory.ts";
import * as packets from "./packet.ts";
import { Packet } from "./packet.ts";
import * as problems from "./problems.ts";
import { STATISTICS_NUMBERS } from "./statistics.ts";

function assembly(name: string): string {
  return readFileSync(new URL(`assembly/${name}.ts`, import.meta.url), "utf8");
}

/** What an assembly file exports as constants; values are numbers, or one shifted by some. */
function constantsOf(name: string): Record<string, number> {
  const found = assembly(name).matchAll(/^export const (\w+): \w+ = (\S+?)(?: << (\d+))?;$/gm);
  return Object.fromEntries(
    [...found].map(([, key, value, shift]) => [key, Number(value) << Number(shift ?? 0)]),
  );
}

function numbersOf(module: object, prefix: RegExp): Record<string, number> {
  const entries = Object.entries(module) as [string, unknown][];
  return Object.fromEntries(
    entries.filter(([key, value]) => prefix.test(key) && typeof value === "number"),
  ) as Record<string, number>;
}

test("the decoder was compiled from the sources that are here", () => {
  expect(KERNEL_SOURCES).toContain("src/packet/assembly/network.ts");
  expect(digestOfSources(KERNEL_SOURCES)).toBe(KERNEL_SOURCES_SHA256);
});

describe("both sides have the same", () => {
  test("fields of the packet, in the same order", () => {
    const fields = [...assembly("packet").matchAll(/^ {2}(\w+): (i32|u32|f64);$/gm)];
    const words = fields.filter(([, , type]) => type !== "f64").map(([, name]) => name);
    expect(fields.slice(0, 2).map(([, name]) => name)).toEqual(["timestampUs", "ordinal"]);
    expect(words).toEqual([...PACKET_WORDS]);
    const names = Object.keys(new Packet()).filter((name) => name !== "bytes");
    expect(["timestampUs", "ordinal", ...words].sort()).toEqual(names.sort());
  });

  test("sizes", () => {
    const kernel = instantiateWasm<decoding.DecoderKernel>(
      compileWasm(decodeBase64(KERNEL_BASE64)),
      sharedWasmMemory(1),
    );
    const rounded = (bytes: number): number => (bytes + 15) & ~15;
    expect(kernel.statisticsOffset() - kernel.packetOffset()).toBe(rounded(PACKET_BYTES));
    expect(kernel.decoderBytes() - kernel.statisticsOffset()).toBe(rounded(8 * STATISTICS_NUMBERS));
  });

  test("layers, flags and protocols", () => {
    const numbers = numbersOf(packets, /^(LAYER|TCP|PROTOCOL)_/);
    expect(Object.keys(numbers)).toHaveLength(31);
    expect(constantsOf("packet")).toEqual(numbers);
  });

  test("problems", () => {
    const { PROBLEM_COUNT, ...rest } = constantsOf("problems");
    expect(PROBLEM_COUNT).toBe(problems.PROBLEMS.length);
    expect(rest).toEqual(numbersOf(problems, /^PROBLEM_/));
  });

  test("link types", () => {
    const numbers = numbersOf(links, /^LINK_/);
    expect(constantsOf("link")).toEqual(numbers);
    const decoded = links.LINK_TYPES.filter((type) => type.decoded).map((type) => type.number);
    expect(decoded.sort()).toEqual(Object.values(numbers).sort());
  });

  test("depth of tunnels", () => {
    expect(constantsOf("tunnel")).toEqual({ TUNNEL_DEPTH_MAX: decoding.TUNNEL_DEPTH_MAX });
  });
});

describe("a packet in memory", () => {
  const buffer = new ArrayBuffer(1024);
  const words = new Int32Array(buffer);
  const numbers = new Float64Array(buffer);
  const ADDRESS = 328;

  test("is read as it was written", () => {
    const question = join(dnsLabels("example"), [0, 1, 0, 1]);
    const packet = decodeFrame(
      ethernet(0x0800, ipv4({ protocol: 17 }, udp({ destinationPort: 53 }, dns({}, question)))),
    );
    expect(packet.dnsNameOffset).toBeGreaterThan(packet.payloadOffset);
    packet.wireLength = 0xfffffffe;
    packet.timestampUs = 1_700_000_000_123_456;
    packet.ordinal = 2 ** 40;
    for (const base of [0, -5000, 9]) {
      const read = new Packet();
      read.bytes = packet.bytes;
      writePacket(packet, words, numbers, ADDRESS, base);
      readPacket(words, numbers, ADDRESS, read, base);
      expect(read).toEqual(packet);
    }
  });

  test("has addresses for offsets, and 0 where there is nothing", () => {
    const packet = new Packet();
    writePacket(packet, words, numbers, ADDRESS, -5000);
    const at = (name: (typeof PACKET_WORDS)[number]): number =>
      words[ADDRESS / 4 + 4 + PACKET_WORDS.indexOf(name)];
    expect([at("start"), at("ipOffset"), at("payloadOffset"), at("dnsNameOffset")]).toEqual([5000, 0, 0, 0]);
    packet.ipVersion = 4;
    packet.payloadOffset = 20;
    writePacket(packet, words, numbers, ADDRESS, -5000);
    expect([at("start"), at("ipOffset"), at("payloadOffset"), at("dnsNameOffset")]).toEqual([
      5000, 5000, 5020, 0,
    ]);
  });

  test("is reset by the decoder, but for where the frame lies", () => {
    const memory = sharedWasmMemory(1);
    const kernel = instantiateWasm<decoding.DecoderKernel>(compileWasm(decodeBase64(KERNEL_BASE64)), memory);
    const address = kernel.packetOffset();
    kernel.setup(0, 0);
    new Uint8Array(memory.buffer).fill(77, address + 16, address + PACKET_BYTES);
    kernel.decode(0, 60_000, 10, 20, 30, -1);
    const read = new Packet();
    readPacket(new Int32Array(memory.buffer), new Float64Array(memory.buffer), address, read, -60_000);
    const frame = { capturedLength: 10, wireLength: 20, timestampUs: 30, ordinal: 1 };
    expect(read).toEqual({ ...new Packet(), ...frame, problem: problems.PROBLEM_LINK_TYPE });
  });

  test("takes no more than its bytes", () => {
    words.fill(-7);
    writePacket(new Packet(), words, numbers, ADDRESS, 0);
    expect(words.indexOf(-7, ADDRESS / 4)).toBe((ADDRESS + PACKET_BYTES) / 4);
    expect(words[ADDRESS / 4 - 1]).toBe(-7);
  });
});
