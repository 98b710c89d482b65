// Encoded rows as the kernels read them: one word a column, from which a batch's inputs are made when they are needed.
//
// Categories take as many inputs as they have codes, nearly all of them 0; a word for the code takes a small part of the
// room, and reading a row at random costs one look at memory.

import type { FeatureTable } from "../../feature/table.ts";
import { type Encoding, INPUT, INPUT_NUMBERS, NUMBER, RowEncoder } from "../../model/encoder.ts";
import { floatsAt, type NetworkWorkspace } from "./kernels.ts";

export interface CompactRows {
  /** Address of the first row, bytes of one, and how many there are. */
  at: number;
  bytes: number;
  count: number;
  /** Address of the records of columns, and how many there are. */
  columns: number;
  columnCount: number;
}

/** The inputs of one column. */
interface ColumnInputs {
  isCategory: boolean;
  /** First input, and behind the last. */
  start: number;
  end: number;
  value: number;
  missing: number;
}

const COLUMN_WORDS = 4;
const BLOCK_ROWS = 256;

/**
 * Encodes rows of a table into a workspace.
 *
 * @param slots place of each input in an expanded row
 */
export function compactRows(
  workspace: NetworkWorkspace,
  table: FeatureTable,
  rows: Int32Array,
  encoding: Encoding,
  slots: Int32Array,
): CompactRows {
  const encoder = new RowEncoder(encoding, table.schema.columns);
  const columns = columnInputsOf(encoding);
  const bytes = columns.length * 4;
  const at = workspace.take(rows.length * bytes);
  const records = writeColumns(workspace, columns, encoding, slots);
  const numbers = floatsAt(workspace, at, rows.length * columns.length);
  const words = workspace.wordsAt(at, rows.length * columns.length);
  const block = new Float64Array(BLOCK_ROWS * encoder.width);
  for (let start = 0; start < rows.length; start += BLOCK_ROWS) {
    const size = Math.min(BLOCK_ROWS, rows.length - start);
    encoder.encodeColumns(table.values, start, size, block, rows);
    for (let index = 0; index < columns.length; index++) {
      const to = start * columns.length + index;
      if (columns[index].isCategory)
        compactCodes(columns[index], block, encoder.width, size, slots, words, to, columns.length);
      else compactValues(columns[index], block, encoder.width, size, numbers, to, columns.length);
    }
  }
  return { at, bytes, count: rows.length, columns: records, columnCount: columns.length };
}

function columnInputsOf({ columnOfInput, kindOfInput }: Encoding): ColumnInputs[] {
  const columns: ColumnInputs[] = [];
  for (let input = 0; input < columnOfInput.length; input++) {
    const kind = kindOfInput[input];
    if (input === 0 || columnOfInput[input] !== columnOfInput[input - 1]) {
      const isCategory = kind === INPUT.category || kind === INPUT.other;
      columns.push({ isCategory, start: input, end: input, value: -1, missing: -1 });
    }
    const column = columns[columns.length - 1];
    column.end = input + 1;
    if (kind === INPUT.missing) column.missing = input;
    else if (!column.isCategory) column.value = input;
  }
  return columns;
}

function writeColumns(
  workspace: NetworkWorkspace,
  columns: readonly ColumnInputs[],
  { numbers }: Encoding,
  slots: Int32Array,
): number {
  const at = workspace.take(columns.length * COLUMN_WORDS * 4);
  const words = workspace.wordsAt(at, columns.length * COLUMN_WORDS);
  const floats = floatsAt(workspace, at, columns.length * COLUMN_WORDS);
  columns.forEach(({ isCategory, value, missing }, index) => {
    words[index * COLUMN_WORDS] = isCategory ? 1 : 0;
    words[index * COLUMN_WORDS + 1] = value < 0 ? -1 : slots[value];
    words[index * COLUMN_WORDS + 2] = missing < 0 ? -1 : slots[missing];
    if (value >= 0) floats[index * COLUMN_WORDS + 3] = narrowed(numbers[value * INPUT_NUMBERS + NUMBER.fill]);
  });
  return at;
}

function compactCodes(
  { start, end }: ColumnInputs,
  block: Float64Array,
  width: number,
  count: number,
  slots: Int32Array,
  words: Uint32Array,
  to: number,
  step: number,
): void {
  for (let row = 0; row < count; row++) {
    const from = row * width;
    let input = start;
    while (input < end && block[from + input] !== 1) input++;
    words[to + row * step] = input < end ? slots[input] : -1;
  }
}

function compactValues(
  { value, missing }: ColumnInputs,
  block: Float64Array,
  width: number,
  count: number,
  numbers: Float32Array,
  to: number,
  step: number,
): void {
  for (let row = 0; row < count; row++) {
    const from = row * width;
    const isMissing = missing >= 0 && block[from + missing] === 1;
    numbers[to + row * step] = isMissing ? Number.NaN : value < 0 ? 0 : narrowed(block[from + value]);
  }
}

/** Within the 32-bit numbers, as the kernels of models have it. */
function narrowed(value: number): number {
  return Math.min(3e38, Math.max(-3e38, value));
}
