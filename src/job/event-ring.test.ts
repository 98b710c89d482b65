import { expect, test } from "vitest";
import { type Dropped, EventRing, type RingEvent } from "./event-ring.ts";

const never = new AbortController().signal;

async function all<T>(events: AsyncIterable<RingEvent<T> | Dropped>): Promise<(T | string)[]> {
  const found: (T | string)[] = [];
  for await (const event of events) found.push("dropped" in event ? `${event.dropped} dropped` : event.data);
  return found;
}

test("listeners get what comes from when they began, and end with the ring", async () => {
  const ring = new EventRing<number>(8);
  ring.push("n", 1);
  const heard = all(ring.follow(undefined, never));
  await Promise.resolve();
  expect(ring.listeners).toBe(1);
  for (const number of [2, 3]) ring.push("n", number);
  ring.end();
  ring.push("n", 4);
  expect(await heard).toEqual([2, 3]);
  expect(ring.listeners).toBe(0);
});

test("one that was away goes on behind what it saw", async () => {
  const ring = new EventRing<number>(8);
  for (const number of [1, 2, 3]) ring.push("n", number);
  const first = await ring.follow(ring.newest.replace("-3", "-0"), never).next();
  expect(first.value).toMatchObject({ data: 1 });
  const id = (first.value as RingEvent<number>).id;
  expect(ring.knows(id)).toBe(true);
  ring.end();
  expect(await all(ring.follow(id, never))).toEqual([2, 3]);
});

test("one that is too slow is told how many it lost", async () => {
  const ring = new EventRing<number>(4);
  const events = ring.follow(undefined, never);
  const first = events.next();
  for (let number = 1; number <= 10; number++) ring.push("n", number);
  ring.end();
  expect((await first).value).toMatchObject({ dropped: 6 });
  expect(await all(events)).toEqual([7, 8, 9, 10]);
});

test("ids of another ring, of the future and of no form are not known", () => {
  const ring = new EventRing<number>(4);
  for (const id of ["00000000-0", `${ring.newest.split("-")[0]}-5`, "x", "", undefined])
    expect(ring.knows(id), id).toBe(false);
});

test("a stop ends a listener that waits", async () => {
  const ring = new EventRing<number>(4);
  const stop = new AbortController();
  const heard = all(ring.follow(undefined, stop.signal));
  await Promise.resolve();
  stop.abort();
  expect(await heard).toEqual([]);
  expect(ring.listeners).toBe(0);
});
