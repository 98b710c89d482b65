// Another process that uses a store: what it does is said by its arguments, what came of it in lines of JSON.
//
//     add PLACE NAME COUNT      COUNT commits that each add 1 to the document counter/all, and write numbers/NAME-i
//     watch PLACE REVISION      tells every commit, until it is ended
//     endless PLACE             commits of two documents that belong together, without end; tells each when it is acknowledged
//     once PLACE                reads what is there, commits once, and tells both, or the failure's code and message
//     hold PLACE                takes the lock of a folder and keeps it

import { writeSync } from "node:fs";
import { join } from "node:path";
import { OrbweaverError } from "../../src/base/errors.ts";
import type { Store } from "../../src/store/contract.ts";
import { openStore } from "../../src/store/open.ts";
import { WriterLock } from "../../src/store/writer-lock.ts";

const [what = "", place = "", ...rest] = process.argv.slice(2);

/** Written before it returns, so that it is said even when this process is killed next. */
function say(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

async function add(store: Store, name: string, count: number): Promise<void> {
  let conflicts = 0;
  for (let index = 0; index < count; index++) {
    for (let isDone = false; !isDone; ) {
      const counter = await store.read("counter", "all");
      const body = { count: ((counter?.body as { count: number } | undefined)?.count ?? 0) + 1 };
      try {
        await store.commit([
          { collection: "counter", id: "all", expected: counter?.revision ?? 0, body },
          { collection: "numbers", id: `${name}-${index}`, expected: 0, body: { index } },
        ]);
        isDone = true;
      } catch (failure) {
        if (!(failure instanceof OrbweaverError) || failure.code !== "store-conflict") throw failure;
        conflicts++;
      }
    }
  }
  say({ name, conflicts });
}

async function endless(store: Store): Promise<void> {
  const start = Number(
    ((await store.read("pair", "left"))?.body as { number: number } | undefined)?.number ?? 0,
  );
  for (let number = start + 1; ; number++) {
    // Bodies of many sizes, so that records end anywhere in a block.
    const text = "x".repeat((number * 7919) % 5_000);
    await store.commit([
      { collection: "pair", id: "left", body: { number, text } },
      { collection: "pair", id: "right", body: { number, text } },
      { collection: "all", id: String(number % 50), body: { number } },
    ]);
    say(number);
  }
}

async function once(store: Store): Promise<void> {
  say({ documents: (await store.list("pair")).length });
  try {
    say({ revision: await store.commit([{ collection: "once", id: "a", body: "x".repeat(200_000) }]) });
  } catch (failure) {
    if (!(failure instanceof OrbweaverError)) throw failure;
    say({ code: failure.code, message: failure.message });
  }
}

if (what === "hold") {
  await new WriterLock(place).hold(async () => {
    say({ holds: join(place, "lock") });
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });
} else {
  const store = await openStore(place);
  if (what === "add") await add(store, rest[0], Number(rest[1]));
  else if (what === "once") await once(store);
  else if (what === "endless") await endless(store);
  else if (what === "watch") {
    say({ watches: true });
    for await (const committed of store.watch(Number(rest[0]), new AbortController().signal)) say(committed);
  } else throw new Error(`no such work: ${what}`);
  await store.close();
}
