import { describe, expect, test } from "vitest";
import type { Learner } from "../../learner/contract.ts";
import { LEARNERS } from "../../learner/index.ts";
import { CANDIDATES_MAX, candidatesOf, type SpaceOptions } from "./space.ts";

const nothing: Learner["fit"] = () => Promise.reject(new Error("not fitted here"));

const first: Learner = {
  id: "first",
  task: "classification",
  description: "For tests",
  parameters: [
    {
      name: "depth",
      type: "integer",
      default: 3,
      minimum: 1,
      maximum: 100,
      description: "",
      search: { low: 2, high: 32, scale: "log" },
    },
    {
      name: "rate",
      type: "number",
      default: 0.1,
      minimum: 0,
      maximum: 1,
      description: "",
      search: { low: 0.01, high: 1, scale: "log" },
    },
    {
      name: "kind",
      type: "choice",
      default: "a",
      choices: ["a", "b"],
      description: "",
      search: { values: ["a", "b"] },
    },
    { name: "fixed", type: "integer", default: 7, minimum: 0, maximum: 9, description: "" },
  ],
  fit: nothing,
};
const second: Learner = {
  ...first,
  id: "second",
  parameters: [{ name: "rate", type: "number", default: 0.5, minimum: 0, maximum: 1, description: "" }],
};

function found(options: Partial<SpaceOptions>): string[] {
  return candidatesOf({ learners: [first, second], seed: 1, ...options }).map(
    ({ learner, parameters }) => `${learner.id} ${Object.values(parameters).join(" ")}`,
  );
}

test("without a search every learner is one candidate, with what was set", () => {
  expect(found({})).toEqual(["first 3 0.1 a 7", "second 0.5"]);
  expect(found({ set: ["rate=0.3", "first.depth=9"] })).toEqual(["first 9 0.3 a 7", "second 0.3"]);
});

describe("grids", () => {
  test("a grid that was named is searched and nothing else; other learners stay one candidate", () => {
    expect(found({ grid: ["first.depth=1,2", "first.kind=a,b"] })).toEqual([
      "first 1 0.1 a 7",
      "first 1 0.1 b 7",
      "first 2 0.1 a 7",
      "first 2 0.1 b 7",
      "second 0.5",
    ]);
    expect(found({ grid: ["rate=0.2,0.4"] })).toEqual([
      "first 3 0.2 a 7",
      "first 3 0.4 a 7",
      "second 0.2",
      "second 0.4",
    ]);
  });

  test("of a declared range both ends and the middle are tried, on its scale", () => {
    const candidates = candidatesOf({ learners: [first], search: "grid", seed: 1 });
    expect(candidates).toHaveLength(18);
    expect([...new Set(candidates.map(({ parameters }) => parameters["depth"]))]).toEqual([2, 8, 32]);
    expect([...new Set(candidates.map(({ parameters }) => parameters["rate"]))]).toEqual([0.01, 0.1, 1]);
    expect(candidates[0].varied).toEqual(["depth", "rate", "kind"]);
  });

  test("what was set is not searched", () => {
    const candidates = candidatesOf({ learners: [first], search: "grid", set: ["depth=5"], seed: 1 });
    expect(candidates).toHaveLength(6);
    expect(new Set(candidates.map(({ parameters }) => parameters["depth"]))).toEqual(new Set([5]));
  });
});

describe("draws", () => {
  const draw = (options: Partial<SpaceOptions> = {}): string[] =>
    found({ learners: [first], search: "random", trials: 10, ...options });

  test("are as many as asked for, different, seeded, and begin with things as they are", () => {
    expect(draw()).toHaveLength(10);
    expect(new Set(draw()).size).toBe(10);
    expect(draw()[0]).toBe("first 3 0.1 a 7");
    expect(draw()).toEqual(draw());
    expect(draw({ seed: 2 })).not.toEqual(draw());
  });

  test("do not hang on other learners", () => {
    expect(found({ learners: [second, first], search: "random", trials: 10 }).slice(1)).toEqual(draw());
  });

  test("stay within the range and fill it, every decade alike", () => {
    const rates = candidatesOf({ learners: [first], search: "random", trials: 400, seed: 3 })
      .slice(1)
      .map(({ parameters }) => Number(parameters["rate"]));
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.01);
    expect(Math.max(...rates)).toBeLessThanOrEqual(1);
    const low = rates.filter((rate) => rate < 0.1).length / rates.length;
    expect(low).toBeGreaterThan(0.4);
    expect(low).toBeLessThan(0.6);
  });

  test("a small finite space is tried whole", () => {
    expect(found({ learners: [first], search: "random", grid: ["kind=a,b"] })).toEqual([
      "first 3 0.1 a 7",
      "first 3 0.1 b 7",
    ]);
  });

  test("ranges can be named", () => {
    const rates = candidatesOf({
      learners: [second],
      search: "random",
      trials: 20,
      grid: ["rate=0.2..0.3"],
      seed: 1,
    })
      .slice(1)
      .map(({ parameters }) => Number(parameters["rate"]));
    expect(rates).toHaveLength(19);
    for (const rate of rates) expect(rate >= 0.2 && rate <= 0.3).toBe(true);
  });
});

test.each([
  [{ set: ["none=1"] }, /no parameter 'none' of first, second/],
  [{ set: ["third.rate=1"] }, /no parameter 'third.rate'/],
  [{ set: ["second.depth=1"] }, /no parameter 'second.depth'; there are rate/],
  [{ set: ["depth"] }, /--set is 'depth', expected NAME=/],
  [{ grid: ["depth=x"] }, /'depth' is 'x', expected a number/],
  [{ grid: ["depth=1,200"] }, /'depth' is 200, expected a whole number from 1 to 100/],
  [{ grid: ["rate=0.4..0.2"] }, /range of 'rate' is '0.4..0.2'/],
  [{ grid: ["rate=0..1:log"] }, /range of 'rate' is '0..1:log', expected LOW..HIGH above 0/],
  [
    {
      grid: [
        "depth=1,2,3,4,5,6,7,8,9,10",
        "rate=0,.1,.2,.3,.4,.5,.6,.7,.8,.9",
        "first.fixed=0,1,2,3,4,5,6,7",
      ],
    },
    new RegExp(`at most ${CANDIDATES_MAX}`),
  ],
] satisfies [Partial<SpaceOptions>, RegExp][])("%o is refused", (options, message) => {
  expect(() => candidatesOf({ learners: [first, second], seed: 1, ...options })).toThrow(
    expect.objectContaining({ code: "parameter-invalid", message: expect.stringMatching(message) }),
  );
});

test.each(LEARNERS.map((learner) => [learner.id, learner] as const))(
  "what %s declares can be searched: values are allowed, and a grid of them is no night's work",
  (_id, learner) => {
    const grid = candidatesOf({ learners: [learner], search: "grid", seed: 1 });
    expect(grid.length).toBeGreaterThan(1);
    expect(grid.length).toBeLessThanOrEqual(128);
    expect(
      candidatesOf({ learners: [learner], search: "random", trials: 12, seed: 1 }).length,
    ).toBeGreaterThan(1);
  },
);
