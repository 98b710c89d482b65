// Reads the wire format of protocol buffers: what ONNX files are written in. Knows no message of ONNX. Written it is by
// src/base/message-writer.ts, which also draws it.
//
// Guarantees on reading: no length reaches past its message; a varint has at most ten bytes; nothing is copied.
// Source: Protocol Buffers, "Encoding".

import { OrbweaverError } from "../base/errors.ts";

const VARINT = 0;
const EIGHT_BYTES = 1;
const BYTES = 2;
const FOUR_BYTES = 5;

/** One field as found. */
export interface Field {
  number: number;
  /** Of kinds 0: the number, as a signed 64-bit one; exact up to 2⁵³. Of kind 5: the float. Of kind 1: the double. */
  value: number;
  /** Of kind 2: its bytes, a view into the message; else empty. */
  bytes: Uint8Array;
  /** The whole field with its number, a view into the message. */
  raw: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** The fields of a message, one after the other. Throws `onnx-invalid` where the bytes are no message. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const cursor = { at: 0 };
  while (cursor.at < message.length) {
    const start = cursor.at;
    const key = readVarint(message, cursor);
    const number = Math.floor(key / 8);
    const field: Field = { number, value: 0, bytes: NOTHING, raw: NOTHING };
    require(number >= 1 && number < 2 ** 29);
    switch (key % 8) {
      case VARINT:
        field.value = readVarint(message, cursor);
        break;
      case EIGHT_BYTES:
        require(message.length - cursor.at >= 8);
        field.value = view.getFloat64(cursor.at, true);
        cursor.at += 8;
        break;
      case BYTES: {
        const length = readVarint(message, cursor);
        require(length >= 0 && length <= message.length - cursor.at);
        field.bytes = message.subarray(cursor.at, cursor.at + length);
        cursor.at += length;
        break;
      }
      case FOUR_BYTES:
        require(message.length - cursor.at >= 4);
        field.value = view.getFloat32(cursor.at, true);
        cursor.at += 4;
        break;
      default:
        require(false);
    }
    field.raw = message.subarray(start, cursor.at);
    yield field;
  }
}

/** The numbers of a packed field of varints. Throws `onnx-invalid`. */
export function packedInts(bytes: Uint8Array): number[] {
  const cursor = { at: 0 };
  const values: number[] = [];
  while (cursor.at < bytes.length) values.push(readVarint(bytes, cursor));
  return values;
}

/** The text of a field. Throws `onnx-invalid` where it is not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new OrbweaverError("onnx-invalid", "the ONNX file is damaged: a text in it is not UTF-8", {
      cause,
    });
  }
}

function readVarint(bytes: Uint8Array, cursor: { at: number }): number {
  let low = 0;
  let scale = 1;
  const start = cursor.at;
  for (;;) {
    require(cursor.at < bytes.length && cursor.at - start < 10);
    const byte = bytes[cursor.at++];
    low += (byte & 127) * scale;
    if (byte < 128) break;
    scale *= 128;
  }
  if (low < 2 ** 53) return low;
  return readLongVarint(bytes.subarray(start, cursor.at));
}

function readLongVarint(bytes: Uint8Array): number {
  let value = 0n;
  bytes.forEach((byte, index) => {
    value |= BigInt(byte & 127) << BigInt(index * 7);
  });
  return Number(BigInt.asIntN(64, value));
}

function require(condition: boolean): asserts condition {
  if (!condition) {
    throw new OrbweaverError("onnx-invalid", "the file is not an ONNX model, or it is damaged");
  }
}
