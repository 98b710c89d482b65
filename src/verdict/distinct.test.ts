import fc from "fast-check";
import { expect, test } from "vitest";
import { Distinct, EXACT_MAX } from "./distinct.ts";

function counted(keys: Iterable<string | number>): Distinct {
  const distinct = new Distinct();
  for (const key of keys) distinct.add(key);
  return distinct;
}

test("small numbers are exact, also when joined", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.array(fc.integer()), (left, right) => {
      const joined = counted(left);
      joined.join(counted(right));
      expect(joined.count).toBe(new Set([...left, ...right]).size);
      expect(joined.exact).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test("large numbers are estimated within a few percent and say so", () => {
  for (const size of [EXACT_MAX + 1, 3_000, 65_536, 400_000]) {
    const distinct = counted(
      Array.from({ length: size }, (_, index) => `10.${index >> 16}.${index & 0xffff}`),
    );
    expect(distinct.exact).toBe(false);
    expect(Math.abs(distinct.count - size) / size).toBeLessThan(0.05);
  }
});

test("joining estimates equals counting everything at once", () => {
  const keys = Array.from({ length: 6_000 }, (_, index) => index);
  const joined = counted(keys.slice(0, 4_000));
  joined.join(counted(keys.slice(2_000)));
  const small = counted([1, 2, 3]);
  small.join(joined);
  expect(joined.count).toBe(counted(keys).count);
  expect(small.count).toBe(joined.count);
});

test("the first keys are remembered by name, whatever is counted later", () => {
  expect(counted([22, 22, 23]).examples).toEqual([22, 23]);
  const many = counted(Array.from({ length: 5_000 }, (_, index) => index));
  expect(many.examples).toEqual([0, 1, 2]);
  const joined = counted(["a"]);
  joined.join(many);
  expect(joined.examples).toEqual(["a", 0, 1]);
});
