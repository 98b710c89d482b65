import fc from "fast-check";
import { expect, test } from "vitest";
import { ascendingOrder, joinedSets, newDictionary, renumbered, rowsByCode } from "./order.ts";

test("rows by ascending value keep their order where values are equal; NaN comes last", () => {
  const value = fc.oneof(
    fc.double(),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(-0, 0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.6e15, 5e-324),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 300 }), (values) => {
      const rank = (at: number): number => (Number.isNaN(values[at]) ? 1 : 0);
      const expected = values
        .map((_, at) => at)
        .sort(
          (a, b) => rank(a) - rank(b) || (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : a - b),
        );
      expect([...ascendingOrder(Float64Array.from(values))]).toEqual(expected);
    }),
  );
});

test("keys are numbered by first appearance, however many there are", () => {
  const dictionary = newDictionary();
  const count = 20_000;
  for (let key = 0; key < count; key++) expect(dictionary.code(key % 7, key)).toBe(key);
  for (let key = 0; key < count; key++) expect(dictionary.code(key % 7, key)).toBe(key);
  expect(dictionary.count).toBe(count);
});

test("sets are joined and named by their smallest number", () => {
  const sets = joinedSets(7);
  sets.join(5, 3);
  sets.join(3, 6);
  sets.join(1, 2);
  sets.join(6, 5);
  expect([0, 1, 2, 3, 4, 5, 6].map((at) => sets.root(at))).toEqual([0, 1, 1, 3, 4, 3, 3]);
});

test("rows by code, in the order that is given", () => {
  const codes = Int32Array.from([1, 0, 1, 2, 0]);
  expect([...rowsByCode(codes, 4).rows]).toEqual([1, 4, 0, 2, 3]);
  expect([...rowsByCode(codes, 4).starts]).toEqual([0, 2, 4, 5, 5]);
  expect([...rowsByCode(codes, 4, Uint32Array.from([4, 3, 2, 1, 0])).rows]).toEqual([4, 1, 2, 0, 3]);
  expect(renumbered(Int32Array.from([4, 2, 4, 0]), 5)).toEqual({
    codes: Int32Array.from([0, 1, 0, 2]),
    count: 3,
  });
});
