// What columns say of each other, as matrices of a sample: correlations of numbers, Cramér's V of categories and the label.

import { setImmediate } from "node:timers/promises";
import { stopWhenAsked } from "../stop.ts";
import type { DatasetColumn } from "../store/contract.ts";
import { type Categories, cramersV, type Numbers, numbersOf, pearson, spearman } from "./association.ts";
import {
  CATEGORIES_MAX,
  MATRIX_CELLS_MAX,
  MATRIX_COLUMNS_MAX,
  type Matrix,
  type Profile,
  type ProfileRequest,
  SAMPLE_ROWS_DEFAULT,
} from "./contract.ts";
import { drawSample, type Sample, sampleCategories, sampleNumbers } from "./sample.ts";

export interface Matrices extends Pick<Profile, "sample" | "pearson" | "spearman" | "cramersV"> {
  remarks: string[];
}

/** Columns that may take part: numbers and categories; the label comes last of the categories. */
export interface MatrixColumns {
  numbers: readonly DatasetColumn[];
  categories: readonly DatasetColumn[];
}

const NUMBERS_AT_ONCE = 8;

export async function profileMatrices(
  request: ProfileRequest,
  columns: MatrixColumns,
  seed: number,
): Promise<Matrices> {
  const remarks: string[] = [];
  const numbers = limited(columns.numbers, "numbers", remarks);
  const categories = limited(columns.categories, "categories", remarks);
  const wanted = request.sampleRows ?? SAMPLE_ROWS_DEFAULT;
  const rowsMax = Math.min(wanted, Math.floor(MATRIX_CELLS_MAX / Math.max(1, numbers.length)));
  const sample = await drawSample(request, seed, rowsMax);
  return {
    sample: { rows: sample.rows, ...(sample.isAll ? {} : { seed }) },
    ...(await numberMatrices(request, sample, numbers)),
    ...(await categoryMatrix(request, sample, categories, remarks)),
    remarks,
  };
}

function limited(
  columns: readonly DatasetColumn[],
  what: string,
  remarks: string[],
): readonly DatasetColumn[] {
  if (columns.length <= MATRIX_COLUMNS_MAX) return columns;
  remarks.push(`the matrix of ${what} is of the first ${MATRIX_COLUMNS_MAX} columns of ${columns.length}`);
  return columns.slice(0, MATRIX_COLUMNS_MAX);
}

async function numberMatrices(
  request: ProfileRequest,
  sample: Sample,
  columns: readonly DatasetColumn[],
): Promise<Pick<Profile, "pearson" | "spearman">> {
  if (columns.length < 2) return {};
  const numbers: Numbers[] = [];
  for (let first = 0; first < columns.length; first += NUMBERS_AT_ONCE) {
    request.onProgress?.({ step: "sorting the sample", share: first / columns.length });
    const read = await sampleNumbers(request, sample, columns.slice(first, first + NUMBERS_AT_ONCE));
    for (const values of read) {
      numbers.push(numbersOf(values));
      await pause(request);
    }
  }
  const names = columns.map(({ name }) => name);
  return {
    pearson: await matrixOf(request, names, "correlating values", (a, b) => pearson(numbers[a], numbers[b])),
    spearman: await matrixOf(request, names, "correlating ranks", (a, b) => spearman(numbers[a], numbers[b])),
  };
}

async function categoryMatrix(
  request: ProfileRequest,
  sample: Sample,
  columns: readonly DatasetColumn[],
  remarks: string[],
): Promise<Pick<Profile, "cramersV">> {
  const names: string[] = [];
  const read: Categories[] = [];
  for (const column of columns) {
    const categories = await sampleCategories(request, sample, column);
    if (categories.count <= CATEGORIES_MAX) {
      names.push(column.name);
      read.push(categories);
    } else
      remarks.push(
        `'${column.name}' has more than ${CATEGORIES_MAX} categories and is not in the matrix of these`,
      );
  }
  if (names.length < 2) return {};
  return {
    cramersV: await matrixOf(request, names, "counting pairs", (a, b) => cramersV(read[a], read[b])),
  };
}

/** A symmetric matrix; what a column says of itself is 1, where it says something. */
async function matrixOf(
  request: ProfileRequest,
  columns: string[],
  step: string,
  cell: (a: number, b: number) => number,
): Promise<Matrix> {
  const values = columns.map(() => new Array<number>(columns.length).fill(Number.NaN));
  for (let a = 0; a < columns.length; a++) {
    request.onProgress?.({ step, share: a / columns.length });
    await pause(request);
    values[a][a] = Number.isNaN(cell(a, a)) ? Number.NaN : 1;
    for (let b = 0; b < a; b++) {
      values[a][b] = cell(a, b);
      values[b][a] = values[a][b];
    }
  }
  return { columns, values };
}

/** Lets a stop come in. */
async function pause({ duck }: ProfileRequest): Promise<void> {
  await setImmediate();
  stopWhenAsked(duck.signal);
}
