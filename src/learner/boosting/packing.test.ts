import fc from "fast-check";
import { expect, test } from "vitest";
import type { Feature } from "../bins.ts";
import { mergeRows, packColumns } from "./packing.ts";

/** A feature whose rows have the given bins; the last bin is the missing one. */
function feature(column: number, binOfRow: number[]): Feature {
  const bins = Math.max(...binOfRow, 1);
  const shared = { categorical: false, edges: new Float64Array(bins - 1), binOfCode: new Int16Array() };
  return { ...shared, column, bins, hasMissing: true, binOfRow: Uint8Array.from(binOfRow) };
}

const someFeatures = fc.integer({ min: 1, max: 400 }).chain((rows) =>
  fc.array(
    fc
      .constantFrom(1, 3, 17, 255)
      .chain((most) => fc.array(fc.integer({ min: 0, max: most }), { minLength: rows, maxLength: rows })),
    { minLength: 1, maxLength: 12 },
  ),
);

test("packing loses nothing: every feature's bins can be read from its column", () => {
  fc.assert(
    fc.property(someFeatures, (drawn) => {
      const features = drawn.map((bins, index) => feature(index, bins));
      const columns = packColumns(features);
      const seen = columns.flatMap((column) => column.members.map((member) => member.feature));
      expect([...seen].sort((a, b) => a - b)).toEqual([...features.keys()]);
      for (const { codes, codeOfRow, members } of columns) {
        expect(codes).toBeLessThanOrEqual(256);
        for (const { feature: index, binOfCode } of members) {
          expect([...codeOfRow].map((code) => binOfCode[code])).toEqual([...features[index].binOfRow]);
          expect(Math.max(...codeOfRow)).toBeLessThan(codes);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("columns with few values share a column", () => {
  const rows = Array.from({ length: 500 }, (_, row) => row);
  const features = [2, 3, 4, 5].map((modulus, index) =>
    feature(
      index,
      rows.map((row) => row % modulus),
    ),
  );
  expect(packColumns(features)).toHaveLength(1);
});

test("merging keeps each distinct row once, with its number", () => {
  const row = fc.tuple(
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 1 }),
  );
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 200 }), (rows) => {
      const columns = [0, 1].map((index) => ({
        codes: 4,
        codeOfRow: Uint8Array.from(rows, (r) => r[index]),
        members: [],
      }));
      const { representatives, counts } = mergeRows(
        columns,
        Int32Array.from(rows, (r) => r[2]),
      );
      const expected = new Map<string, number>();
      for (const r of rows) expected.set(r.join(), (expected.get(r.join()) ?? 0) + 1);
      const found = new Map([...representatives].map((at, group) => [rows[at].join(), counts[group]]));
      expect([...found]).toEqual([...expected]);
    }),
  );
});
