// Turns rows into the columns of an .orbrows block, each in its narrowest exact encoding; ../orbrows.ts tells the format, and
// ../block-encoder.ts drives this.
//
// scripts/build-kernels.mjs compiles this file into src/dataset/kernels.generated.ts.
//
// Rows come row by row, columns leave one behind the other: eight columns, a cache line of each row, are turned at a time.

const ENCODING_CONSTANT: u32 = 0;
const ENCODING_U8: u32 = 1;
const ENCODING_U16: u32 = 2;
const ENCODING_U32: u32 = 3;
const ENCODING_FLOAT: u32 = 4;
const TILE: u32 = 8;

/**
 * Encodes `rows` rows of `columns` numbers each. `work` has room for eight columns of numbers and one of words. Writes the
 * columns to `out`, each padded to 8 bytes, and a directory entry of 8 bytes for each to `directory`; answers how many bytes
 * were written to `out`.
 */
export function encode(values: usize, rows: u32, columns: u32, work: usize, directory: usize, out: usize): u32 {
  const columnBytes = (<usize>((rows + 1) & ~1)) << 3;
  const words = work + <usize>TILE * columnBytes;
  let to = out;
  for (let first: u32 = 0; first < columns; first += TILE) {
    const count = min(TILE, columns - first);
    turn(values + ((<usize>first) << 3), rows, columns, count, work, columnBytes);
    for (let index: u32 = 0; index < count; index++) {
      const column = work + <usize>index * columnBytes;
      const encoding = narrowest(column, rows, words);
      const bytes = put(encoding, column, words, rows, to);
      store<u32>(directory, encoding);
      store<u32>(directory, bytes, 4);
      directory += 8;
      to += (<usize>bytes + 7) & ~7;
    }
  }
  return <u32>(to - out);
}

/** Rows to columns. An odd last row is followed by a copy of itself, so that columns can be read in pairs. */
function turn(values: usize, rows: u32, columns: u32, count: u32, work: usize, columnBytes: usize): void {
  const rowBytes = (<usize>columns) << 3;
  let from = values;
  for (let row: u32 = 0; row < rows; row++) {
    let to = work + ((<usize>row) << 3);
    for (let index: u32 = 0; index < count; index++) {
      store<u64>(to, load<u64>(from + ((<usize>index) << 3)));
      to += columnBytes;
    }
    from += rowBytes;
  }
  if ((rows & 1) == 0) return;
  for (let index: u32 = 0; index < count; index++) {
    const last = work + <usize>index * columnBytes + ((<usize>rows - 1) << 3);
    store<u64>(last, load<u64>(last), 8);
  }
}

/** The narrowest encoding that keeps every value; whole numbers are left in `words`, missing ones as all ones. */
function narrowest(column: usize, rows: u32, words: usize): u32 {
  const end = column + ((<usize>((rows + 1) & ~1)) << 3);
  const first = v128.load64_splat(column);
  let differs = i64x2.splat(0);
  for (let at = column; at < end; at += 16) differs = v128.or(differs, v128.xor(v128.load(at), first));
  if (!v128.any_true(differs)) return ENCODING_CONSTANT;

  let greatest = i32x4.splat(0);
  let to = words;
  for (let at = column; at < end; at += 16) {
    const numbers = v128.load(at);
    const whole = i32x4.trunc_sat_f64x2_u_zero(numbers);
    const missing = f64x2.ne(numbers, numbers);
    const same = f64x2.eq(f64x2.convert_low_i32x4_u(whole), numbers);
    // -0 equals 0 but is no whole number here; its sign tells.
    const exact = v128.or(v128.andnot(same, i64x2.shr_s(numbers, 63)), missing);
    if (!i64x2.all_true(exact)) return ENCODING_FLOAT;
    greatest = i32x4.max_u(greatest, whole);
    const none = i32x4.shuffle(missing, missing, 0, 2, 0, 2);
    v128.store64_lane(to, v128.or(whole, none), 0);
    to += 8;
  }
  const most = max(<u32>i32x4.extract_lane(greatest, 0), <u32>i32x4.extract_lane(greatest, 1));
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
