// Writes binary messages: numbers big-endian, ASCII text, BER. Knows no protocol.

/** The bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** Buffers of finished writers, for the next ones; nested writers need a few at a time. */
const spare: Uint8Array[] = [];
const NO_BYTES = new Uint8Array(0);

/** Written once from front to back and read by `done`, which ends it. */
export class ByteWriter {
  #bytes = spare.pop() ?? new Uint8Array(1024);
  length = 0;

  u8(...values: number[]): this {
    this.#reserve(values.length);
    for (const value of values) this.#bytes[this.length++] = value;
    return this;
  }

  u16(value: number): this {
    this.#reserve(2);
    this.#bytes[this.length++] = value >>> 8;
    this.#bytes[this.length++] = value;
    return this;
  }

  u24(value: number): this {
    return this.u8(value >>> 16).u16(value);
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value);
  }

  /** Little-endian. */
  u16le(value: number): this {
    return this.u8(value, value >>> 8);
  }

  u32le(value: number): this {
    return this.u8(value, value >>> 8, value >>> 16, value >>> 24);
  }

  /** ASCII text. */
  text(text: string): this {
    this.#reserve(text.length);
    for (let index = 0; index < text.length; index++) this.#bytes[this.length++] = text.charCodeAt(index);
    return this;
  }

  bytes(bytes: Uint8Array | readonly number[]): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  /** Bytes of the generator, as keys and nonces are. */
  random(random: { uint32(): number }, count: number): this {
    this.#reserve(count);
    for (let index = 0; index < count; index++) this.#bytes[this.length++] = random.uint32() >>> 24;
    return this;
  }

  zeros(count: number): this {
    this.#reserve(count);
    this.#bytes.fill(0, this.length, this.length + count);
    this.length += count;
    return this;
  }

  /** A copy of what was written. Nothing can be written any more. */
  done(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.length);
    if (spare.length < 16) spare.push(this.#bytes);
    this.#bytes = NO_BYTES;
    return bytes;
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** One BER element: tag, length, contents (ITU-T X.690). */
export function ber(tag: number, ...contents: (Uint8Array | string)[]): Uint8Array {
  const parts = contents.map((part) => (typeof part === "string" ? ascii(part) : part));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const writer = new ByteWriter().u8(tag);
  if (length < 128) writer.u8(length);
  else if (length < 256) writer.u8(0x81, length);
  else writer.u8(0x82).u16(length);
  for (const part of parts) writer.bytes(part);
  return writer.done();
}

/** A BER integer (or another tag with an integer's contents) of at most 32 bits, not negative. */
export function berInteger(value: number, tag = 0x02): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  do {
    bytes.unshift(left & 0xff);
    left = Math.floor(left / 256);
  } while (left > 0);
  if (bytes[0] & 0x80) bytes.unshift(0);
  return ber(tag, new Uint8Array(bytes));
}

/** A BER object identifier. */
export function berObject(parts: readonly number[]): Uint8Array {
  const bytes = [parts[0] * 40 + parts[1]];
  for (const part of parts.slice(2)) {
    const group = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) group.unshift((left & 0x7f) | 0x80);
    bytes.push(...group);
  }
  return ber(0x06, new Uint8Array(bytes));
}
