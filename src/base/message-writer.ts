// Writes the wire format of protocol buffers: ONNX files and TensorBoard's events are written in it. Knows no message.
//
// A message is a row of fields. Each begins with a number, field × 8 + kind, followed by what the kind says:
//
//   0  varint: seven bits a byte, the lowest first, the top bit says that more follow; negative numbers as 64 bits
//   1  eight bytes         2  a varint, then so many bytes (texts, messages, packed numbers)         5  four bytes
//
// Source: Protocol Buffers, "Encoding".

const VARINT = 0;
const EIGHT_BYTES = 1;
const BYTES = 2;
const FOUR_BYTES = 5;

/** A message under construction. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** A whole number, at most 2⁵³ in size. */
  int(field: number, value: number): this {
    return this.#push(varints([field * 8 + VARINT, value]));
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#push(varints([field * 8 + BYTES, value.length])).#push(value);
  }

  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish());
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#push(varints([field * 8 + FOUR_BYTES])).#push(bytes);
  }

  double(field: number, value: number): this {
    return this.#push(varints([field * 8 + EIGHT_BYTES])).#push(doubleBytes([value]));
  }

  /** Whole numbers in one packed field. */
  ints(field: number, values: ArrayLike<number>): this {
    return this.bytes(field, varints(values));
  }

  /** Floats in one packed field. */
  floats(field: number, values: ArrayLike<number>): this {
    const bytes = new Uint8Array(values.length * 4);
    const view = new DataView(bytes.buffer);
    for (let index = 0; index < values.length; index++) view.setFloat32(index * 4, values[index], true);
    return this.bytes(field, bytes);
  }

  /** Doubles in one packed field. */
  doubles(field: number, values: ArrayLike<number>): this {
    return this.bytes(field, doubleBytes(values));
  }

  /** A whole field with its number. */
  raw(field: Uint8Array): this {
    return this.#push(field);
  }

  finish(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #push(part: Uint8Array): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }
}

function doubleBytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++) view.setFloat64(index * 8, values[index], true);
  return bytes;
}

function varints(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 10);
  let at = 0;
  for (let index = 0; index < values.length; index++) at = putVarint(bytes, at, values[index]);
  return bytes.subarray(0, at);
}

function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  if (value < 0) {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) bytes[at++] = Number(rest & 127n) | 128;
    bytes[at++] = Number(rest);
    return at;
  }
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 128;
  bytes[at++] = rest;
  return at;
}
