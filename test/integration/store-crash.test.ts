// A store in a folder, whose writers are killed, whose disk is full, whose journal is cut and changed: what was acknowledged is
// there, nothing is there by half, and what cannot be mended is said.

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../../src/base/random.ts";
import type { Store } from "../../src/store/contract.ts";
import { openFileStore } from "../../src/store/drivers/files.ts";
import { recordOf } from "../../src/store/record.ts";
import { bundledStoreChild, type StoreChild } from "../support/stores.ts";

const KILLS = 200;
/** Stores whose writers are killed at the same time. */
const LANES = 4;
const NOBODY = 65_534;

let child: Awaited<ReturnType<typeof bundledStoreChild>>;
let folder: string;

beforeAll(async () => {
  child = await bundledStoreChild();
  folder = mkdtempSync(join(tmpdir(), "orbweaver-crash-"));
  chmodSync(folder, 0o755);
});

afterAll(() => {
  child.remove();
  rmSync(folder, { recursive: true, force: true });
});

function placeOf(name: string): string {
  return join(folder, name);
}

async function inStore<Result>(place: string, work: (store: Store) => Promise<Result>): Promise<Result> {
  const store = openFileStore(place);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Collects what a child says until it is gone. */
async function toldBy({ lines }: StoreChild, onFirst: () => void = () => undefined): Promise<unknown[]> {
  const told: unknown[] = [];
  for await (const line of lines) {
    if (told.push(line) === 1) onFirst();
  }
  onFirst();
  return told;
}

/** The number of the last commit, when all that it changed agrees. */
async function checked(place: string): Promise<number> {
  return inStore(place, async (store) => {
    const [left, right] = [await store.read("pair", "left"), await store.read("pair", "right")];
    expect(right).toEqual(left === undefined ? undefined : { ...left, id: "right" });
    const number = (left?.body as { number: number } | undefined)?.number ?? 0;
    if (number > 0)
      expect(await store.read("all", String(number % 50))).toMatchObject({
        revision: left?.revision,
        body: { number },
      });
    expect(await store.revision()).toBe(number);
    return number;
  });
}

/** Kills writers of one store, one after the other. Gives how many had committed something. */
async function killWriters(place: string, kills: number, random: Random): Promise<number> {
  let number = 0;
  let committing = 0;
  for (let kill = 0; kill < kills; kill++) {
    const writer = child.start(["endless", place]);
    let begun = (): void => undefined;
    const atWork = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const told = toldBy(writer, begun);
    // Some are killed while they start or take over the lock, most while they commit or write the journal anew.
    if (kill % 8 !== 0) await atWork;
    await sleep(random.uniform() * 60);
    writer.process.kill("SIGKILL");
    await writer.ended;
    const acknowledged = (await told) as number[];
    const found = await checked(place);
    expect(found).toBeGreaterThanOrEqual(acknowledged.at(-1) ?? number);
    // Of what was not acknowledged, at most the commit that was on its way.
    expect(found).toBeLessThanOrEqual((acknowledged.at(-1) ?? number) + 1);
    if (found > number) committing++;
    number = found;
  }
  return committing;
}

test(`writers that are killed ${KILLS} times at random moments lose nothing that they acknowledged`, {
  timeout: KILLS * 3_000,
}, async () => {
  const places = Array.from({ length: LANES }, (_, lane) => placeOf(`killed-${lane}`));
  const committing = await Promise.all(
    places.map((place, lane) => killWriters(place, KILLS / LANES, new Random(lane))),
  );
  // That the kills hit writers at work, and journals that were written anew meanwhile.
  expect(committing.reduce((sum, count) => sum + count)).toBeGreaterThan(KILLS / 2);
  for (const place of places) expect(statSync(join(place, "journal")).size).toBeLessThan(8 * 2 ** 20);
});

test("while one writer is killed, others go on", async () => {
  const place = placeOf("others");
  const random = new Random(7);
  await inStore(place, async (store) => {
    let count = 0;
    for (let kill = 0; kill < 12; kill++) {
      const writer = child.start(["endless", place]);
      const told = toldBy(writer);
      const until = performance.now() + 100 + random.uniform() * 100;
      while (performance.now() < until) {
        await store.commit([{ collection: "own", id: "count", body: ++count }]);
        expect((await store.read("own", "count"))?.body).toBe(count);
      }
      writer.process.kill("SIGKILL");
      await writer.ended;
      await told;
    }
    // The lock of the last one that was killed is taken over without waiting for its end.
    await store.commit([{ collection: "own", id: "count", body: ++count }]);
    expect((await store.read("pair", "left"))?.body).toEqual((await store.read("pair", "right"))?.body);
  });
});

test("a writer that does not end keeps others waiting for a bounded time", async () => {
  const place = placeOf("held");
  mkdirSync(place);
  const holder = child.start(["hold", place]);
  await holder.lines.next();
  const store = openFileStore(place, { waitMs: 200 });
  const commit = (): Promise<number> => store.commit([{ collection: "a", id: "b", body: 1 }]);
  await expect(commit()).rejects.toMatchObject({
    code: "store-busy",
    message: expect.stringContaining(`process ${holder.process.pid}`),
  });
  expect(await store.list("a")).toEqual([]);
  holder.process.kill("SIGKILL");
  await holder.ended;
  expect(await commit()).toBe(1);
  await store.close();
});

describe("a journal that is cut or changed", () => {
  /** Bytes of a journal of some commits, and where each of them ends. */
  async function journal(): Promise<{ bytes: Buffer; ends: number[] }> {
    const place = placeOf("whole");
    rmSync(place, { recursive: true, force: true });
    const ends: number[] = [];
    await inStore(place, async (store) => {
      for (let number = 1; number <= 6; number++) {
        await store.commit([
          { collection: "pair", id: "left", body: { number, text: "ä\n" } },
          { collection: "pair", id: "right", body: { number, text: "ä\n" } },
        ]);
        ends.push(statSync(join(place, "journal")).size);
      }
    });
    return { bytes: readFileSync(join(place, "journal")), ends };
  }

  function put(name: string, bytes: Uint8Array): string {
    const place = placeOf(name);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place);
    writeFileSync(join(place, "journal"), bytes);
    return place;
  }

  const numberOf = async (store: Store): Promise<number> => {
    const [left, right] = [await store.read("pair", "left"), await store.read("pair", "right")];
    expect(left?.body).toEqual(right?.body);
    return (left as unknown as { body: { number: number } }).body.number;
  };

  test("at every byte of its last records: what is whole is read, and writing goes on behind it", async () => {
    const { bytes, ends } = await journal();
    for (let cut = ends[2]; cut <= bytes.length; cut++) {
      const place = put("cut", bytes.subarray(0, cut));
      const whole = ends.filter((end) => end <= cut).length;
      await inStore(place, async (store) => {
        expect(await numberOf(store), `cut at ${cut}`).toBe(whole);
        expect(await store.commit([{ collection: "pair", id: "after", body: cut }])).toBe(whole + 1);
      });
      await inStore(place, async (store) => {
        expect(await numberOf(store)).toBe(whole);
        expect((await store.read("pair", "after"))?.body).toBe(cut);
      });
    }
  });

  test("by a change of any byte before the last record: it is told, where it is, and nothing is written", async () => {
    const { bytes, ends } = await journal();
    for (let at = 0; at < ends[4]; at += 3) {
      const changed = Buffer.from(bytes);
      changed[at] ^= 1 << (at % 7);
      const place = put("changed", changed);
      const store = openFileStore(place);
      await expect(store.list("pair"), `byte ${at}`).rejects.toMatchObject({ code: "store-damaged" });
      if (at % 30 === 0) {
        const commit = store.commit([{ collection: "a", id: "b", body: 1 }]);
        await expect(commit).rejects.toMatchObject({ code: "store-damaged" });
        expect(readFileSync(join(place, "journal")).equals(changed)).toBe(true);
      }
      await store.close();
    }
  });

  test("that is empty or of another form is told", async () => {
    const empty = openFileStore(put("empty", new Uint8Array()));
    await expect(empty.revision()).rejects.toMatchObject({ code: "store-damaged" });
    const newer = openFileStore(put("newer", recordOf(Buffer.from('{"store":3,"revision":0}'))));
    await expect(newer.revision()).rejects.toMatchObject({ code: "store-version" });
    await Promise.all([empty.close(), newer.close()]);
  });

  test("of the first form, with bodies in their places, is read, and written anew by the next commit", async () => {
    const records = [
      '{"store":1,"revision":2}',
      '{"d":[["pair","left",1,{"number":1,"text":"ä\\n"}],["pair","gone",2,0],["pair","empty",2,null]]}',
      '{"h":[[2,[["pair","gone"],["pair","empty"]]]]}',
      '{"t":[[3,[["pair","right",{"number":1,"text":"ä\\n"}],["pair","gone"]]],[4,[["other","one",[]]]]]}',
    ];
    const old = Buffer.concat(records.map((text) => recordOf(Buffer.from(text))));
    const place = put("first", old);
    const expected = [
      { id: "empty", revision: 2, body: null },
      { id: "left", revision: 1, body: { number: 1, text: "ä\n" } },
      { id: "right", revision: 3, body: { number: 1, text: "ä\n" } },
    ];
    await inStore(place, async (store) => {
      expect(await store.list("pair")).toEqual(expected);
      expect(await store.revision()).toBe(4);
      expect(readFileSync(join(place, "journal")).equals(old)).toBe(true);
      expect(await store.commit([{ collection: "other", id: "two", body: { a: 1 } }])).toBe(5);
    });
    const written = readFileSync(join(place, "journal"), "utf8");
    expect(written).toMatch(/^\S+ \S+ \{"store":2,"revision":4\}\n/);
    await inStore(place, async (store) => {
      expect(await store.list("pair")).toEqual(expected);
      expect(await store.list("other")).toEqual([
        { id: "one", revision: 4, body: [] },
        { id: "two", revision: 5, body: { a: 1 } },
      ]);
      const stop = new AbortController();
      for await (const { revision, changes } of store.watch(1, stop.signal)) {
        expect(changes.length).toBe(revision <= 3 ? 2 : 1);
        if (revision === 5) stop.abort();
      }
    });
  });

  test("while a reader has it open: it reads what the next writer writes", async () => {
    const { bytes, ends } = await journal();
    const place = put("reader", bytes);
    await inStore(place, async (reader) => {
      expect(await numberOf(reader)).toBe(6);
      truncateSync(join(place, "journal"), ends[3] + 5);
      await inStore(place, async (writer) => {
        expect(await writer.commit([{ collection: "pair", id: "after", body: "x".repeat(5_000) }])).toBe(5);
      });
      expect(await numberOf(reader)).toBe(4);
      expect(await reader.revision()).toBe(5);
    });
  });
});

describe("a folder that cannot be written", () => {
  async function withPair(place: string): Promise<void> {
    await inStore(place, async (store) => {
      await store.commit([{ collection: "pair", id: "left", body: 1 }]);
    });
  }

  test("a full disk fails the commit, and what was there stays", async () => {
    const place = placeOf("full");
    await withPair(place);
    const before = readFileSync(join(place, "journal"));
    const writer = child.start(["once", place], { blocks: 100 });
    expect(await toldBy(writer)).toEqual([
      { documents: 1 },
      {
        code: "file-write",
        message: expect.stringMatching(/cannot write .*journal: (the file would be too large|no space)/),
      },
    ]);
    expect(await writer.ended).toEqual({ status: 0, err: "" });
    expect(readFileSync(join(place, "journal")).equals(before)).toBe(true);
    await inStore(place, async (store) => {
      expect(await store.commit([{ collection: "pair", id: "right", body: 2 }])).toBe(2);
    });
  });

  test.runIf(process.getuid?.() === 0)(
    "a reader needs no right to write, and a writer is told that it has none",
    async () => {
      const place = placeOf("readable");
      await withPair(place);
      for (const path of [place, join(place, "journal")]) chmodSync(path, 0o755);
      const reader = child.start(["once", place], { user: NOBODY });
      expect(await toldBy(reader)).toEqual([
        { documents: 1 },
        { code: "file-write", message: expect.stringMatching(/cannot write .*: no permission/) },
      ]);
      chmodSync(join(place, "journal"), 0o600);
      const stranger = child.start(["once", place], { user: NOBODY });
      await toldBy(stranger);
      expect((await stranger.ended).err).toContain("file-permission");
    },
  );
});
