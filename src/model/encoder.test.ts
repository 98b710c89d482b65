// The encoder: values by hand, odd values, and what a damaged encoding is refused for.

import { describe, expect, test } from "vitest";
import { mixedTable, reorderColumns, rowMajor } from "../../test/support/tables.ts";
import { OrbweaverError } from "../base/errors.ts";
import { type ColumnSpecification, foreignSchema, type LabelledTable } from "../feature/table.ts";
import { encodeRows, fitEncoding, type Scaling } from "../learner/encoding.ts";
import { decodeContainer, encodeContainer } from "./container.ts";
import { decodeEncoding, type Encoding, encodingSections, namesOfInputs, RowEncoder } from "./encoder.ts";

const [NAN, INFINITE] = [Number.NaN, Number.POSITIVE_INFINITY];

function column(name: string, categories: string[] = []): ColumnSpecification {
  const kind = categories.length > 0 ? "categorical" : "numeric";
  return { name, kind, unit: "", categories, description: "" };
}

function tableOf(columns: ColumnSpecification[], values: number[][]): LabelledTable {
  const rowCount = values[0].length;
  return {
    schema: foreignSchema("hand", columns),
    rowCount,
    values: values.map((list) => Float64Array.from(list)),
    classes: ["a", "b"],
    labels: new Int32Array(rowCount),
  };
}

function everyRow(table: LabelledTable): Int32Array {
  return Int32Array.from({ length: table.rowCount }, (_, row) => row);
}

/** Rows of a table encoded by an encoding fitted on it, and the names of the inputs. */
function encoded(table: LabelledTable, scaling: Scaling = "standard") {
  const rows = everyRow(table);
  const encoding = fitEncoding(table, rows, { scaling });
  const flat = encodeRows(table, rows, encoding);
  const width = encoding.columnOfInput.length;
  const inputs = Array.from(rows, (row) => [...flat.subarray(row * width, (row + 1) * width)]);
  return { encoding, inputs, names: namesOfInputs(encoding, table.schema.columns) };
}

describe("values", () => {
  const table = tableOf(
    [column("z"), column("a")],
    [
      [5, 5, 5, 5, NAN],
      [1, 2, 3, INFINITE, NAN],
    ],
  );

  test("are scaled to mean 0 and deviation 1, with infinity as the greatest value and missing as the mean", () => {
    // Of 1 2 3 3: mean 2.25, variance (1.5625 + 0.0625 + 0.5625 + 0.5625) / 4 = 0.6875. Column z is constant.
    const deviation = Math.sqrt(0.6875);
    const { inputs, names } = encoded(table);
    expect(names).toEqual(["a", "a missing", "z missing"]);
    const expected = [1, 2, 3, 3].map((value) => [(value - 2.25) / deviation, 0, 0]);
    expected.push([0, 1, 1]);
    inputs.forEach((row, index) => {
      row.forEach((value, input) => {
        expect(value).toBeCloseTo(expected[index][input], 14);
      });
    });
  });

  test("are scaled by range, quartiles, logarithm or not at all", () => {
    const first = (scaling: Scaling) => encoded(table, scaling).inputs.map((row) => row[0]);
    expect(first("minmax")).toEqual([0, 0.5, 1, 1, 0.625]);
    expect(first("none")).toEqual([1, 2, 3, 3, 2.25]);
    // Of 1 2 3 3: median 2.5, quartiles 1.75 and 3.
    expect(first("robust")).toEqual([-1.2, -0.4, 0.4, 0.4, 0]);
    const logarithms = [1, 2, 3, 3].map((value) => Math.log1p(value));
    const mean = logarithms.reduce((sum, value) => sum + value, 0) / 4;
    const deviation = Math.sqrt(logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
    first("log").forEach((value, row) => {
      expect(value).toBeCloseTo(row === 4 ? 0 : (logarithms[row] - mean) / deviation, 12);
    });
  });

  test("of negative sign have negative logarithms", () => {
    const { inputs } = encoded(tableOf([column("a")], [[-3, 3, 0, 0]]), "log");
    expect(inputs[0][0]).toBe(-inputs[1][0]);
    expect(inputs[2][0]).toBeCloseTo(0, 15);
  });

  test("far off are clipped at a thousand deviations, those of training never", () => {
    const { encoding, inputs } = encoded(tableOf([column("a")], [[-1, 1, -1, 1]]));
    const encoder = new RowEncoder(encoding, [column("a")]);
    const out = new Float64Array(6);
    encoder.encode(Float64Array.of(1e308, -1e308, INFINITE, -INFINITE, 999, NAN), 0, 6, out);
    expect([...out]).toEqual([1000, -1000, 1, -1, 999, 0]);
    expect(inputs.map(([value]) => value)).toEqual([-1, 1, -1, 1]);
    // One in 1.44 million: 1,200 deviations off.
    const rare = tableOf([column("a")], [[...new Array(1_439_999).fill(0), 1]]);
    const lone = encodeRows(rare, everyRow(rare), fitEncoding(rare, everyRow(rare), { scaling: "standard" }));
    expect(lone[1_439_999]).toBeCloseTo(1200, 0);
  });

  test("of the largest size overflow nothing", () => {
    for (const scaling of ["standard", "minmax", "robust", "log", "none"] as const) {
      const { inputs } = encoded(tableOf([column("a")], [[1.7e308, -1.7e308, 0, 1, 2]]), scaling);
      for (const [value] of inputs) expect(Number.isFinite(value)).toBe(true);
    }
  });
});

describe("categories", () => {
  const columns = [column("service", ["http", "dns", "ssh", "ftp"]), column("state", ["on", "off"])];
  const table = tableOf(columns, [
    [0, 0, 1, 1, 3, NAN, 0],
    [0, 0, 0, 1, 1, 1, 1],
  ]);

  test("have an input each where two rows have them; rare ones and missing share one", () => {
    const { inputs, names } = encoded(table);
    expect(names).toEqual(["service = http", "service = dns", "service other", "state = on", "state = off"]);
    expect(inputs.map((row) => row.join(""))).toEqual([
      "10010",
      "10010",
      "01010",
      "01001",
      "00101",
      "00101",
      "10001",
    ]);
  });

  test("unknown are others, or nothing where training saw no others", () => {
    const { encoding } = encoded(table);
    const out = new Float64Array(20);
    const rows = Float64Array.of(2, NAN, 7, 0.5, -1, INFINITE, 1, 1);
    new RowEncoder(encoding, columns).encode(rows, 0, 4, out);
    expect([...out].join("")).toBe("00100001000010001001");
  });

  test("too many for a column: the most frequent have inputs", () => {
    const names = Array.from({ length: 400 }, (_, index) => `c${index}`);
    const values = names.flatMap((_, code) => new Array(code < 300 ? 2 : 3).fill(code));
    const { names: inputs } = encoded(tableOf([column("many", names)], [values]));
    expect(inputs).toHaveLength(256);
    expect(inputs).toContain("many = c399");
    expect(inputs).toContain("many = c154");
    expect(inputs).not.toContain("many = c155");
    expect(inputs.at(-1)).toBe("many other");
  });
});

describe("an encoding", () => {
  const table = mixedTable({ rows: 300, classes: 2, seed: 3 });

  test.each(["standard", "log"] as const)(
    "encodes alike by rows, by columns, and in any order of columns (%s)",
    (scaling) => {
      const rows = everyRow(table);
      const encoding = fitEncoding(table, rows, { scaling });
      const whole = encodeRows(table, rows, encoding);
      const encoder = new RowEncoder(encoding, table.schema.columns);
      const flat = rowMajor(table);
      const one = new Float64Array(encoder.width);
      for (let row = 0; row < table.rowCount; row++) {
        encoder.encode(flat, row * table.values.length, 1, one);
        expect(one).toEqual(whole.subarray(row * encoder.width, (row + 1) * encoder.width));
      }
      const permuted = reorderColumns(table, [5, 0, 7, 2, 6, 1, 4, 3]);
      expect(encodeRows(permuted, rows, fitEncoding(permuted, rows, { scaling }))).toEqual(whole);
    },
  );

  test("is refused when nothing tells rows apart", () => {
    const flat = tableOf(
      [column("a"), column("b", ["x", "y"])],
      [
        [1, 1, INFINITE],
        [0, 0, 0],
      ],
    );
    expect(() => fitEncoding(flat, everyRow(flat), { scaling: "none" })).toThrow(/nothing to learn/);
  });

  const encoding = fitEncoding(table, everyRow(table), { scaling: "standard" });

  function decoded(changed: Partial<Encoding>): Encoding {
    const sections = encodingSections({ ...encoding, ...changed });
    return decodeEncoding(decodeContainer(encodeContainer({}, sections)), table.schema.columns);
  }

  test("is the same after saving and loading", () => {
    expect(decoded({})).toEqual(encoding);
  });

  const { columnOfInput, kindOfInput, codeOfInput, numbers } = encoding;
  test.each<[string, Partial<Encoding>]>([
    ["a column out of range", { columnOfInput: columnOfInput.with(3, 8) }],
    ["a negative column", { columnOfInput: columnOfInput.with(3, -1) }],
    ["columns out of order", { columnOfInput: columnOfInput.toReversed() }],
    ["a kind that does not exist", { kindOfInput: kindOfInput.with(0, 5) }],
    ["a kind that the column cannot have", { kindOfInput: kindOfInput.with(0, 3) }],
    ["a value twice", { kindOfInput: kindOfInput.with(1, 0) }],
    ["a code out of range", { codeOfInput: codeOfInput.with(codeOfInput.length - 2, 6) }],
    ["a code of a number", { codeOfInput: codeOfInput.with(0, 0) }],
    ["numbers that are not finite", { numbers: numbers.with(0, NAN) }],
    ["a scale of 0", { numbers: numbers.with(4, 0) }],
    ["bounds the wrong way round", { numbers: numbers.with(5, 2000) }],
    ["too few numbers", { numbers: numbers.subarray(7) }],
    ["too few kinds", { kindOfInput: kindOfInput.subarray(1) }],
    [
      "no inputs",
      {
        columnOfInput: columnOfInput.subarray(0, 0),
        kindOfInput: kindOfInput.subarray(0, 0),
        codeOfInput: codeOfInput.subarray(0, 0),
        numbers: numbers.subarray(0, 0),
      },
    ],
    ["numbers of another type", { numbers: Uint8Array.from(numbers) as never }],
  ])("with %s is refused", (_, changed) => {
    let failure: unknown;
    try {
      decoded(changed);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(OrbweaverError);
    expect((failure as OrbweaverError).code).toBe("model-corrupt");
  });
});
