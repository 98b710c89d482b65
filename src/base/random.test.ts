import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "./random.ts";

test("a seed gives one stream, whose first values are fixed", () => {
  const random = new Random(1);
  expect(Array.from({ length: 4 }, () => random.uint32())).toMatchInlineSnapshot(`
    [
      393288148,
      2174103013,
      3814759091,
      2092745082,
    ]
  `);
  const again = new Random(1);
  again.uint32();
  expect(again.fork(3).uint32()).not.toBe(again.fork(4).uint32());
});

test("integers and picks stay within their bounds", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -1000, max: 1000 }), fc.nat(1000), (seed, low, width) => {
      const random = new Random(seed);
      for (let index = 0; index < 20; index++) {
        const value = random.integer(low, low + width);
        expect(value >= low && value <= low + width && Number.isInteger(value)).toBe(true);
      }
    }),
  );
});

test("distributions have their moments", () => {
  const random = new Random(7);
  const mean = (draw: () => number, count = 40_000): number => {
    let sum = 0;
    for (let index = 0; index < count; index++) sum += draw();
    return sum / count;
  };
  expect(mean(() => random.normal(3, 2))).toBeCloseTo(3, 1);
  expect(mean(() => random.normal() ** 2)).toBeCloseTo(1, 1);
  expect(mean(() => random.exponential(5)) / 5).toBeCloseTo(1, 1);
  expect(mean(() => Math.log(random.logNormal(10, 1)))).toBeCloseTo(Math.log(10), 1);
  expect(mean(() => Math.log(random.logUniform(1, 100)))).toBeCloseTo(Math.log(10), 1);
  expect(mean(() => random.pareto(1, 3))).toBeCloseTo(1.5, 1);
});
