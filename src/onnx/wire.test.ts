// The wire format by bytes written by hand (Protocol Buffers, "Encoding"), and by what must not be believed.

import { describe, expect, test } from "vitest";
import { MessageWriter } from "../base/message-writer.ts";
import { type Field, fieldsOf, packedInts, textOf } from "./wire.ts";

const found = (...bytes: number[]): Field[] => [...fieldsOf(Uint8Array.from(bytes))];

test("numbers, texts and messages are the published examples", () => {
  expect([...new MessageWriter().int(1, 150).finish()]).toEqual([0x08, 0x96, 0x01]);
  expect([...new MessageWriter().text(2, "testing").finish()]).toEqual([
    0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
  ]);
  const inner = new MessageWriter().int(1, 150);
  expect([...new MessageWriter().message(3, inner).finish()]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
  expect([...new MessageWriter().ints(6, [3, 270, 86942]).finish()]).toEqual([
    0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05,
  ]);
});

test.each([0, 1, 127, 128, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER, -1, -2, -(2 ** 40)])(
  "%d goes out and comes in",
  (value) => {
    const bytes = new MessageWriter().int(1, value).ints(2, [value, 0]).finish();
    const [single, packed] = fieldsOf(bytes);
    expect(single.value).toBe(value);
    expect(packedInts(packed.bytes)).toEqual([value, 0]);
    if (value < 0) expect(single.raw.length).toBe(11);
  },
);

test("floats are four bytes, and fields keep their bytes", () => {
  const bytes = new MessageWriter().float(2, -1.5).floats(7, [1, Number.NaN]).text(1, "é").finish();
  const [float, floats, text] = fieldsOf(bytes);
  expect(float).toMatchObject({ number: 2, value: -1.5 });
  expect([...floats.bytes]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0xc0, 0x7f]);
  expect(textOf(text.bytes)).toBe("é");
  const again = new MessageWriter().raw(float.raw).raw(floats.raw).raw(text.raw).finish();
  expect(again).toEqual(bytes);
});

describe("what must not be believed", () => {
  test.each([
    ["a length beyond the message", [0x0a, 0x05, 0x00]],
    ["a length beyond all messages", [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ["a number that does not end", [0x08, 0x96]],
    ["a number of eleven bytes", [0x08, ...new Array(10).fill(0x80), 0x01]],
    ["half a float", [0x15, 0x00, 0x00]],
    ["half a double", [0x11, 0x00, 0x00, 0x00]],
    ["a group", [0x0b]],
    ["field 0", [0x00, 0x01]],
  ])("%s", (_, bytes) => {
    expect(() => found(...bytes)).toThrow("not an ONNX model, or it is damaged");
  });

  test("a text that is not UTF-8", () => {
    expect(() => textOf(Uint8Array.of(0xff))).toThrow("not UTF-8");
  });
});
