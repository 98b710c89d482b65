import { expect, test } from "vitest";
import { sha256 } from "../base/hash.ts";
import { decodeContainer, encodeContainer, type SectionArray } from "./container.ts";

const HEADER = { text: "naïve ✓", list: [1, 2.5, null] };
const SECTIONS = new Map<string, SectionArray>([
  ["BYTE", Uint8Array.of(1, 2, 3)],
  ["NONE", new Uint32Array()],
  ["NUMB", Float64Array.of(Number.NEGATIVE_INFINITY, 0.1)],
  ["SHRT", Uint16Array.of(0xffff, 1)],
  ["SIGN", Int32Array.of(-1)],
  ["SING", Float32Array.of(0.1, Number.NaN)],
]);

function codeOf(bytes: Uint8Array): string {
  try {
    decodeContainer(bytes);
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "none";
}

/** A copy with a change, and a checksum that fits it. */
function changed(change: (view: DataView) => void): Uint8Array {
  const bytes = encodeContainer(HEADER, SECTIONS);
  change(new DataView(bytes.buffer));
  bytes.set(sha256(bytes.subarray(0, bytes.length - 32)), bytes.length - 32);
  return bytes;
}

test("a container comes back as it went in", () => {
  const { header, sections } = decodeContainer(encodeContainer(HEADER, SECTIONS));
  expect(header).toEqual(HEADER);
  expect(sections).toEqual(SECTIONS);
});

test("a container is read from the middle of a larger buffer", () => {
  const bytes = encodeContainer(HEADER, SECTIONS);
  const larger = new Uint8Array(bytes.length + 20);
  larger.set(bytes, 3);
  expect(decodeContainer(larger.subarray(3, 3 + bytes.length)).sections).toEqual(SECTIONS);
});

test("what was read is its own, whatever becomes of the bytes, also those of a Buffer", () => {
  const bytes = encodeContainer(HEADER, SECTIONS);
  const shared = new Uint8Array(bytes.length + 20);
  for (const given of [bytes.slice(), Buffer.from(bytes), Buffer.from(shared.buffer, 3, bytes.length)]) {
    given.set(bytes);
    const { header, sections } = decodeContainer(given);
    given.fill(0xff);
    expect(sections).toEqual(SECTIONS);
    expect(header).toEqual(HEADER);
  }
});

test("the layout is as drawn: magic, version, lengths, little-endian, aligned sections", () => {
  const bytes = encodeContainer({}, new Map([["NUMB", Float64Array.of(1)]]));
  const view = new DataView(bytes.buffer);
  expect(new TextDecoder().decode(bytes.subarray(0, 8))).toBe("ORBMODEL");
  expect([8, 12, 16, 20].map((at) => view.getUint32(at, true))).toEqual([1, 2, 1, 0]);
  expect(view.getBigUint64(24, true)).toBe(BigInt(bytes.length));
  expect(new TextDecoder().decode(bytes.subarray(32, 40))).toBe("{}\0\0\0\0\0\0");
  expect([44, 48, 52].map((at) => view.getUint32(at, true))).toEqual([4, 56, 8]);
  expect(view.getFloat64(56, true)).toBe(1);
  expect(bytes.length).toBe(56 + 8 + 32);
});

test("lengths that lie are refused before anything is read", () => {
  expect(codeOf(changed((view) => view.setUint32(8, 2, true)))).toBe("model-version");
  expect(codeOf(changed((view) => view.setUint32(12, 0xffffffff, true)))).toBe("model-corrupt");
  expect(codeOf(changed((view) => view.setUint32(16, 0xffffffff, true)))).toBe("model-corrupt");
  expect(codeOf(changed((view) => view.setBigUint64(24, 2n ** 63n, true)))).toBe("model-corrupt");
  expect(codeOf(changed((view) => view.setUint8(32, 0)))).toBe("model-corrupt");
});

test("text is not a model, and says so", () => {
  expect(() => decodeContainer(new TextEncoder().encode("a,b,c\n1,2,3\n"))).toThrow(/begin with 'ORBMODEL'/);
  expect(codeOf(new Uint8Array())).toBe("model-format");
});
