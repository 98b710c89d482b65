import fc from "fast-check";
import { expect, test } from "vitest";
import { type Actor, Scheduler } from "./schedule.ts";

test("moments come in order of time, equal ones in the order of asking", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 3000 }), (times) => {
      const scheduler = new Scheduler(0);
      const woken: [number, number][] = [];
      const actor: Actor = { wake: (nowUs, code) => woken.push([nowUs, code]) };
      for (const [index, time] of times.entries()) scheduler.at(time, actor, index);
      scheduler.run(100, () => false);
      const expected = times.map((time, index): [number, number] => [time, index]);
      expected.sort((first, second) => first[0] - second[0] || first[1] - second[1]);
      expect(woken).toEqual(expected);
      expect(scheduler.pending).toBe(0);
    }),
  );
});

test("the past is now, fractions are cut, and a run stops where it is told", () => {
  const scheduler = new Scheduler(1000);
  const seen: number[] = [];
  const actor: Actor = {
    wake: (nowUs, code) => {
      seen.push(nowUs);
      if (code === 1) scheduler.at(nowUs - 500, actor, 2);
    },
  };
  scheduler.at(5, actor, 0);
  scheduler.at(1010.9, actor, 1);
  scheduler.at(2000, actor, 0);
  scheduler.run(1999, () => false);
  expect(seen).toEqual([1000, 1010, 1010]);
  scheduler.run(3000, () => true);
  expect(seen.length).toBe(3);
});
