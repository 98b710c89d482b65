// Turns rows into the columns of an .orbrows block, each in its narrowest exact encoding; ../orbrows.ts tells the format, and
// ../block-encoder.ts drives this.
//
// scripts/build-kernels.mjs compiles this file into src/dataset/kernels.generated.ts.
//
// Rows come row by row, a few at a time, and are turned into columns of 64-bit numbers while the processor's cache still
// holds them; columns leave one behind the other.

const ENCODING_CONSTANT: u32 = 0;
const ENCODING_U8: u32 = 1;
const ENCODING_U16: u32 = 2;
const ENCODING_U32: u32 = 3;
const ENCODING_FLOAT: u32 = 4;
/** Columns that are turned at a time: those of a cache line. */
const TILE: u32 = 8;
const ADDRESS_WORDS: u32 = 8;

/**
 * Adds who the flows of `rows` rows were, as 15 columns of numbers at `to`, `columnBytes` apart. What is read lies at `from`:
 *
 *     flow, start, end (f64 each) | eight address words a row | two ports (u16) a row | protocols (u8) | reasons (u8)
 */
export function takeIdentity(from: usize, rows: u32, to: usize, columnBytes: usize): void {
  const times = from;
  const addresses = times + <usize>rows * 24;
  const ports = addresses + <usize>rows * 32;
  const protocols = ports + <usize>rows * 4;
  const reasons = protocols + <usize>rows;
  for (let column: usize = 0; column < 3; column++) {
    memory.copy(to + column * columnBytes, times + column * (<usize>rows << 3), <usize>rows << 3);
  }
  for (let row: usize = 0; row < <usize>rows; row++) {
    let at = to + 3 * columnBytes + (row << 3);
    for (let word: u32 = 0; word < ADDRESS_WORDS; word++) {
      store<f64>(at, <f64>load<u32>(addresses + (row << 5) + (<usize>word << 2)));
      at += columnBytes;
    }
    store<f64>(at, <f64>load<u16>(ports + (row << 2)));
    store<f64>(at + columnBytes, <f64>load<u16>(ports + (row << 2), 2));
    store<f64>(at + 2 * columnBytes, <f64>load<u8>(protocols + row));
    store<f64>(at + 3 * columnBytes, <f64>load<u8>(reasons + row));
  }
}

/** Adds `rows` rows of `columns` numbers each, as columns at `to`, `columnBytes` apart. */
export function takeValues(from: usize, rows: u32, columns: u32, to: usize, columnBytes: usize): void {
  const whole = columns & ~(TILE - 1);
  for (let first: u32 = 0; first < whole; first += TILE) {
    turn(from + (<usize>first << 3), rows, columns, to + <usize>first * columnBytes, columnBytes);
  }
  for (let column = whole; column < columns; column++) {
    turnColumn(from + (<usize>column << 3), rows, columns, to + <usize>column * columnBytes);
  }
}

/** Turns eight columns, two rows at a time. */
function turn(from: usize, rows: u32, columns: u32, to: usize, columnBytes: usize): void {
  const rowBytes = <usize>columns << 3;
  const pairs = rows & ~1;
  let one = from;
  let at = to;
  for (let row: u32 = 0; row < pairs; row += 2) {
    const other = one + rowBytes;
    let column = at;
    for (let pair: usize = 0; pair < TILE / 2; pair++) {
      const upper = v128.load(one + (pair << 4));
      const lower = v128.load(other + (pair << 4));
      v128.store(column, i64x2.shuffle(upper, lower, 0, 2));
      v128.store(column + columnBytes, i64x2.shuffle(upper, lower, 1, 3));
      column += 2 * columnBytes;
    }
    one = other + rowBytes;
    at += 16;
  }
  if (pairs == rows) return;
  for (let index: usize = 0; index < TILE; index++) store<u64>(at + index * columnBytes, load<u64>(one + (index << 3)));
}

function turnColumn(from: usize, rows: u32, columns: u32, to: usize): void {
  const rowBytes = <usize>columns << 3;
  for (let row: u32 = 0; row < rows; row++) {
    store<u64>(to + (<usize>row << 3), load<u64>(from));
    from += rowBytes;
  }
}

/**
 * Encodes `columns` columns of `rows` numbers each, which lie `columnBytes` apart. `words` has room for one column of words.
 * Writes the columns to `out`, each padded to 8 bytes, and a directory entry of 8 bytes for each to `directory`; answers how
 * many bytes were written to `out`.
 */
export function encode(
  numbers: usize,
  columnBytes: usize,
  rows: u32,
  columns: u32,
  words: usize,
  directory: usize,
  out: usize,
): u32 {
  let to = out;
  let column = numbers;
  for (let index: u32 = 0; index < columns; index++) {
    // An odd last row is followed by a copy of itself, so that columns can be read in pairs.
    const last = column + (<usize>(rows - 1) << 3);
    if ((rows & 1) != 0) store<u64>(last, load<u64>(last), 8);
    const encoding = narrowest(column, rows, words);
    const bytes = put(encoding, column, words, rows, to);
    store<u32>(directory, encoding);
    store<u32>(directory, bytes, 4);
    directory += 8;
    to += (<usize>bytes + 7) & ~7;
    column += columnBytes;
  }
  return <u32>(to - out);
}

/** The narrowest encoding that keeps every value; whole numbers are left in `words`, missing ones as all ones. */
function narrowest(column: usize, rows: u32, words: usize): u32 {
  const end = column + (<usize>((rows + 1) & ~1) << 3);
  const first = v128.load64_splat(column);
  let at = column;
  while (at < end && !v128.any_true(v128.xor(v128.load(at), first))) at += 16;
  if (at >= end) return ENCODING_CONSTANT;

  // A whole number below 2^32 that is added to 2^52 lies in the lowest bits of the sum, and all other bits are those of 2^52.
  const base = f64x2.splat(4503599627370496.0);
  let greatest = i32x4.splat(0);
  let to = words;
  for (at = column; at < end; at += 16) {
    const numbers = v128.load(at);
    const sum = f64x2.add(numbers, base);
    const missing = f64x2.ne(numbers, numbers);
    // Compared bit by bit: -0 equals 0 but is no whole number here.
    const exact = v128.or(i64x2.eq(f64x2.sub(sum, base), numbers), missing);
    if (!i64x2.all_true(exact)) return ENCODING_FLOAT;
    const whole = v128.andnot(v128.xor(sum, base), missing);
    greatest = i32x4.max_u(greatest, whole);
    const stored = v128.or(whole, missing);
    v128.store64_lane(to, i32x4.shuffle(stored, stored, 0, 2, 0, 2), 0);
    to += 8;
  }
  if ((i32x4.extract_lane(greatest, 1) | i32x4.extract_lane(greatest, 3)) != 0) return ENCODING_FLOAT;
  const most = max(<u32>i32x4.extract_lane(greatest, 0), <u32>i32x4.extract_lane(greatest, 2));
  if (most < 0xff) return ENCODING_U8;
  if (most < 0xffff) return ENCODING_U16;
  return most < 0xffffffff ? ENCODING_U32 : ENCODING_FLOAT;
}

/** Writes a column, and zeroes up to the next multiple of 8; answers its length in bytes. */
function put(encoding: u32, column: usize, words: usize, rows: u32, out: usize): u32 {
  if (encoding == ENCODING_CONSTANT) {
    store<u64>(out, load<u64>(column));
    return 8;
  }
  if (encoding == ENCODING_FLOAT) {
    memory.copy(out, column, (<usize>rows) << 3);
    return rows << 3;
  }
  const width: u32 = encoding == ENCODING_U8 ? 1 : encoding == ENCODING_U16 ? 2 : 4;
  const bytes = rows * width;
  store<u64>(out + (<usize>bytes & ~7), 0);
  if (width == 4) memory.copy(out, words, <usize>bytes);
  else if (width == 2) narrowToHalves(words, rows, out);
  else narrowToBytes(words, rows, out);
  return bytes;
}

function narrowToHalves(words: usize, rows: u32, out: usize): void {
  let row: u32 = 0;
  for (; row + 8 <= rows; row += 8) {
    // Of each word the lower half: bytes 0, 1, 4, 5 and so on.
    const low = v128.load(words);
    const high = v128.load(words, 16);
    v128.store(out, i8x16.shuffle(low, high, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29));
    words += 32;
    out += 16;
  }
  for (; row < rows; row++) {
    store<u16>(out, <u16>load<u32>(words));
    words += 4;
    out += 2;
  }
}

function narrowToBytes(words: usize, rows: u32, out: usize): void {
  let row: u32 = 0;
  for (; row + 8 <= rows; row += 8) {
    const low = v128.load(words);
    const high = v128.load(words, 16);
    const bytes = i8x16.shuffle(low, high, 0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0);
    v128.store64_lane(out, bytes, 0);
    words += 32;
    out += 8;
  }
  for (; row < rows; row++) {
    store<u8>(out, <u8>load<u32>(words));
    words += 4;
    out += 1;
  }
}
