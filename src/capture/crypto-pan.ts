// Crypto-PAn: addresses anonymised so that those which share a prefix still share one of the same length, and no more.
//
// Source: J. Xu, J. Fan, M. H. Ammar, S. B. Moon, "Prefix-Preserving IP Address Anonymization: Measurement-based Security
// Evaluation and a New Cryptography-based Scheme", ICNP 2002. Each bit is changed by one bit of AES-128 over the bits before
// it, padded with secret ones; so the mapping is one to one, and the same wherever the key is the same. Addresses of IPv6
// are done over all their 128 bits, as other implementations do. Knows no files and no packets; the key never leaves it.

import { createCipheriv } from "node:crypto";

/** Bytes of a key: 16 of the cipher, and 16 that the padding is made of. */
export const KEY_BYTES = 32;
const BLOCK_BYTES = 16;
/** Addresses remembered; when there are more, all are forgotten. Some 10 MB. */
const REMEMBERED_MAX = 65_536;
/** Third word of an IPv4 address that is mapped into IPv6 (RFC 4291, section 2.5.5.2). */
const MAPPED = 0x0000ffff;

export class CryptoPan {
  readonly #cipher: ReturnType<typeof createCipheriv>;
  /** Bits that stand behind those of the address. */
  readonly #padding: Uint8Array;
  readonly #known4 = new Map<number, number>();
  readonly #known6 = new Map<string, readonly number[]>();

  /** @param key KEY_BYTES bytes; throws RangeError for another length */
  constructor(key: Uint8Array) {
    if (key.length !== KEY_BYTES) throw new RangeError(`a key has ${KEY_BYTES} bytes, not ${key.length}`);
    this.#cipher = createCipheriv("aes-128-ecb", key.subarray(0, BLOCK_BYTES), null).setAutoPadding(false);
    this.#padding = Uint8Array.from(this.#cipher.update(key.subarray(BLOCK_BYTES)));
  }

  /** An IPv4 address as one big-endian word, signed or not; the result is signed. */
  address4(word: number): number {
    const address = word | 0;
    const known = this.#known4.get(address);
    if (known !== undefined) return known;
    const result = this.#changed([address])[0];
    if (this.#known4.size >= REMEMBERED_MAX) this.#known4.clear();
    this.#known4.set(address, result);
    return result;
  }

  /**
   * Replaces the address of four big-endian words at `first` of `words`. IPv4 addresses mapped into IPv6 stay mapped and
   * become what `address4` makes of them.
   */
  replace(words: Int32Array, first: number): void {
    if ((words[first] | words[first + 1]) === 0 && words[first + 2] === MAPPED) {
      words[first + 3] = this.address4(words[first + 3]);
      return;
    }
    words.set(this.#address6(words.subarray(first, first + 4)), first);
  }

  #address6(words: Int32Array): readonly number[] {
    const name = words.join();
    const known = this.#known6.get(name);
    if (known !== undefined) return known;
    const result = this.#changed(words);
    if (this.#known6.size >= REMEMBERED_MAX) this.#known6.clear();
    this.#known6.set(name, result);
    return result;
  }

  /** The words with each bit changed by the cipher's first bit for the bits before it: one block of input a bit. */
  #changed(words: ArrayLike<number>): number[] {
    const bits = words.length * 32;
    const input = new Uint8Array(bits * BLOCK_BYTES);
    for (let bit = 0; bit < bits; bit++) {
      input.set(this.#padding, bit * BLOCK_BYTES);
      for (let index = 0; index < bit; index++)
        setBit(input, bit * BLOCK_BYTES * 8 + index, bitOf(words, index));
    }
    const output = this.#cipher.update(input);
    const result = Array.from(words);
    for (let bit = 0; bit < bits; bit++) {
      result[bit >>> 5] ^= (output[bit * BLOCK_BYTES] >>> 7) << (31 - (bit & 31));
    }
    return result;
  }
}

function bitOf(words: ArrayLike<number>, index: number): number {
  return (words[index >>> 5] >>> (31 - (index & 31))) & 1;
}

function setBit(bytes: Uint8Array, index: number, bit: number): void {
  const mask = 0x80 >>> (index & 7);
  if (bit === 1) bytes[index >>> 3] |= mask;
  else bytes[index >>> 3] &= ~mask;
}
