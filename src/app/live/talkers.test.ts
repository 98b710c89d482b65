import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { TALKERS_COUNTED, TALKERS_TOLD, TopTalkers } from "./talkers.ts";

test("both ends of a flow are told of, a host that talks to itself once, bytes that are not known as none", () => {
  const talkers = new TopTalkers();
  talkers.add("a", "b", 100);
  talkers.add("a", "c", 50);
  talkers.add("d", "d", 7);
  talkers.add("a", "d", Number.NaN);
  const { bytes, flows } = talkers.told();
  expect(bytes).toMatchObject({ total: 157, uncountedMax: 0 });
  expect(bytes.top.slice(0, 2)).toEqual([
    { address: "a", amount: 150, surplus: 0 },
    { address: "b", amount: 100, surplus: 0 },
  ]);
  expect(flows.total).toBe(4);
  expect(flows.top.map(({ address, amount }) => [address, amount])).toEqual([
    ["a", 3],
    ["d", 2],
    ["b", 1],
    ["c", 1],
  ]);
});

test("what is told is never below the truth and within its bound, however many hosts there are", () => {
  const talkers = new TopTalkers();
  const random = new Random(11);
  const truth = new Map<string, number>();
  let total = 0;
  for (let flow = 0; flow < 50_000; flow++) {
    // Few hosts have most of it, and thousands have little.
    const rank = Math.floor(5_000 * random.uniform() ** 6);
    const bytes = 40 + Math.floor(random.uniform() * 1_460);
    talkers.add(`host-${rank}`, "sink", bytes);
    truth.set(`host-${rank}`, (truth.get(`host-${rank}`) ?? 0) + bytes);
    total += bytes;
  }
  truth.set("sink", total);
  const { bytes } = talkers.told();
  expect(truth.size).toBeGreaterThan(TALKERS_COUNTED * 4);
  expect(bytes.top.length).toBe(TALKERS_TOLD);
  expect(bytes.uncountedMax).toBeGreaterThan(0);
  // Each flow counts for both ends.
  expect(bytes.uncountedMax).toBeLessThanOrEqual((2 * total) / TALKERS_COUNTED);
  for (const { address, amount, surplus } of bytes.top) {
    const real = truth.get(address) ?? 0;
    expect(amount).toBeGreaterThanOrEqual(real);
    expect(amount - surplus).toBeLessThanOrEqual(real);
  }
  const largest = [...truth].sort((one, other) => other[1] - one[1]).slice(0, 5);
  expect(bytes.top.slice(0, 5).map(({ address }) => address)).toEqual(largest.map(([address]) => address));
});
