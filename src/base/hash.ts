// Hashes that need no platform: SHA-1 and SHA-256 (FIPS 180-4), FNV-1a and CRC-32. For fingerprints, checksums and
// Community ID; never for secrets.

/** FNV-1a over the bytes of a text, 32 bits, unsigned. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Lower-case hexadecimal text of bytes. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

function padded(message: Uint8Array): DataView {
  const length = (message.length + 9 + 63) & ~63;
  const bytes = new Uint8Array(length);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(length - 8, Math.floor(message.length / 0x20000000));
  view.setUint32(length - 4, (message.length << 3) >>> 0);
  return view;
}

const SHA1_WORDS = new Int32Array(80);
const SHA1_INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];

export function sha1(message: Uint8Array): Uint8Array {
  const view = padded(message);
  const state = new Int32Array(SHA1_INITIAL);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let index = 0; index < 16; index++) SHA1_WORDS[index] = view.getInt32(block + index * 4);
    sha1Block(SHA1_WORDS, state);
  }
  return bigEndian(state);
}

/**
 * SHA-1 of a message of at most 55 bytes without allocating, for hashing once per flow.
 *
 * @param block 64 bytes with the message at the start; the padding is written over the rest
 * @param length bytes of the message
 * @param state receives the digest as five big-endian words
 */
export function sha1Short(block: DataView, length: number, state: Int32Array): void {
  block.setUint8(length, 0x80);
  for (let index = length + 1; index < 62; index++) block.setUint8(index, 0);
  block.setUint16(62, length * 8);
  for (let index = 0; index < 16; index++) SHA1_WORDS[index] = block.getInt32(index * 4);
  for (let index = 0; index < 5; index++) state[index] = SHA1_INITIAL[index];
  sha1Block(SHA1_WORDS, state);
}

/** One step of the compression function; `words` holds the block in its first 16 and is used up. */
function sha1Block(words: Int32Array, state: Int32Array): void {
  for (let index = 16; index < 80; index++) {
    const mixed = words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16];
    words[index] = (mixed << 1) | (mixed >>> 31);
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  for (let index = 0; index < 80; index++) {
    let mixed: number;
    if (index < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
    else if (index < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
    else if (index < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else mixed = (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + ((mixed + e) | 0) + words[index]) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

const SHA256_ROUNDS = sha256Rounds();

export function sha256(message: Uint8Array): Uint8Array {
  const view = padded(message);
  const words = new Int32Array(64);
  const state = new Int32Array([
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ]);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let index = 0; index < 16; index++) words[index] = view.getInt32(block + index * 4);
    sha256Block(words, state);
  }
  return bigEndian(state);
}

/**
 * One step of the compression function; `words` holds the block in its first 16. Rotations are written out: a program
 * that has just started runs this before it is compiled, where every call costs.
 */
function sha256Block(words: Int32Array, state: Int32Array): void {
  for (let index = 16; index < 64; index++) {
    const early = words[index - 15];
    const late = words[index - 2];
    const sigma0 = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
    const sigma1 = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    words[index] = (words[index - 16] + sigma0 + words[index - 7] + sigma1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let index = 0; index < 64; index++) {
    const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + SHA256_ROUNDS[index] + words[index]) | 0;
    const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

const CRC_TABLE = crcTable();

/** CRC-32 (IEEE 802.3), unsigned. `seed` continues an earlier value. */
export function crc32(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed;
  for (let index = 0; index < bytes.length; index++)
    crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ bytes[index]) & 0xff];
  return ~crc >>> 0;
}

function bigEndian(words: Int32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  for (let index = 0; index < words.length; index++) view.setInt32(index * 4, words[index]);
  return new Uint8Array(view.buffer);
}

/** First 32 bits of the fractions of the cube roots of the first 64 primes. */
function sha256Rounds(): Int32Array {
  const rounds = new Int32Array(64);
  let count = 0;
  for (let candidate = 2; count < 64; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++)
      if (candidate % divisor === 0) prime = false;
    if (!prime) continue;
    const root = Math.cbrt(candidate);
    rounds[count++] = Math.floor((root - Math.floor(root)) * 4294967296) | 0;
  }
  return rounds;
}

function crcTable(): Int32Array {
  const table = new Int32Array(256);
  for (let value = 0; value < 256; value++) {
    let crc = value;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    table[value] = crc;
  }
  return table;
}
