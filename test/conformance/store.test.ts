// What the contract of stores says, asked of every driver: in one process, in several, and against a plain map.

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Change, Committed, Json, Store } from "../../src/store/contract.ts";
import { describePostgres } from "../support/postgres.ts";
import { fileStore, postgresStore, storeChild, type TestStore } from "../support/stores.ts";

/** Sequences of commits that are tried: each takes a store of its own, which a database makes slowly. */
describe("a store in a folder", () => conformance(fileStore, 25));
describePostgres("a store in PostgreSQL", () => conformance(postgresStore, 8));

function put(collection: string, id: string, body: Json, expected?: number): Change {
  return { collection, id, body, ...(expected !== undefined && { expected }) };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function* piecesOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytesOf(text);
}

/** The first commits that are told. */
async function told(store: Store, revision: number, count: number): Promise<Committed[]> {
  const stop = new AbortController();
  const found: Committed[] = [];
  for await (const committed of store.watch(revision, stop.signal)) {
    found.push(committed);
    if (found.length === count) break;
  }
  stop.abort();
  return found;
}

function conformance(make: () => Promise<TestStore>, sequences: number): void {
  let kept: TestStore;
  let store: Store;

  beforeEach(async () => {
    kept = await make();
    store = await kept.open();
  });

  afterEach(() => kept.end());

  describe("documents", () => {
    test("an empty store has revision 0 and nothing in it", async () => {
      expect(await store.revision()).toBe(0);
      expect(await store.read("runs", "a")).toBeUndefined();
      expect(await store.list("runs")).toEqual([]);
    });

    test("what is committed is read and listed by id, by whoever has it open", async () => {
      const other = await kept.open();
      expect(await store.commit([put("runs", "b", { x: 1 }), put("runs", "a", [1, "two", null, true])])).toBe(
        1,
      );
      expect(await store.commit([put("runs", "B", "text"), put("models", "a", 4.5)])).toBe(2);
      for (const one of [store, other]) {
        expect(await one.read("runs", "b")).toEqual({ id: "b", revision: 1, body: { x: 1 } });
        expect((await one.list("runs")).map(({ id, revision }) => [id, revision])).toEqual([
          ["B", 2],
          ["a", 1],
          ["b", 1],
        ]);
        expect(await one.revision()).toBe(2);
      }
    });

    test("a document that is removed is gone, and may come again", async () => {
      await store.commit([put("runs", "a", 1)]);
      await store.commit([{ collection: "runs", id: "a", removed: true }]);
      expect(await store.read("runs", "a")).toBeUndefined();
      expect(await store.commit([put("runs", "a", 2, 0)])).toBe(3);
      expect((await store.list("runs")).map(({ body }) => body)).toEqual([2]);
    });

    test("what is removed need not have been there", async () => {
      expect(await store.commit([{ collection: "runs", id: "none", removed: true }])).toBe(1);
    });

    test("a body comes back as it went in, and cannot be changed through what was given", async () => {
      const body = {
        text: "a\0b\u2028\ud800 \u{1f577}\n",
        deep: [[[{}]], []],
        small: 5e-324,
        large: 1.7976931348623157e308,
        minus: -1,
        ["__proto__"]: "own",
        empty: "",
      };
      await store.commit([put("odd", "ü/'\" %\u{1f577}", body)]);
      const read = await store.read("odd", "ü/'\" %\u{1f577}");
      expect(read?.body).toStrictEqual(JSON.parse(JSON.stringify(body)));
      body.text = "changed";
      expect((await store.read("odd", "ü/'\" %\u{1f577}"))?.body).not.toHaveProperty("text", "changed");
    });

    test.each([
      ["no change", []],
      ["an empty name", [put("runs", "", 1)]],
      ["a control character", [put("runs", "a\nb", 1)]],
      ["half a character", [put("runs", "a\ud800", 1)]],
      ["a long name", [put("runs", "a".repeat(257), 1)]],
      ["one document twice", [put("runs", "a", 1), put("runs", "a", 2)]],
      ["a body beyond all bounds", [put("runs", "a", "x".repeat(17 * 2 ** 20))]],
    ])("refuses a commit with %s", async (_, changes) => {
      await expect(store.commit(changes)).rejects.toMatchObject({ code: "store-limit" });
      expect(await store.revision()).toBe(0);
    });

    test("many documents in one commit", async () => {
      const changes = Array.from({ length: 5_000 }, (_, index) => put("many", String(index), { index }));
      await store.commit(changes);
      expect(await store.list("many")).toHaveLength(5_000);
      expect(await store.revision()).toBe(1);
    });
  });

  describe("expected revisions", () => {
    test("a commit that expects what is not so changes nothing at all", async () => {
      await store.commit([put("runs", "a", 1)]);
      await store.commit([put("runs", "a", 2)]);
      const late = [put("runs", "new", 1), put("runs", "a", 3, 1)];
      await expect(store.commit(late)).rejects.toMatchObject({
        code: "store-conflict",
        message: "runs/a has revision 2, expected revision 1",
      });
      expect(await store.read("runs", "new")).toBeUndefined();
      expect((await store.read("runs", "a"))?.body).toBe(2);
      expect(await store.revision()).toBe(2);
    });

    test.each([
      ["is there, expected not", put("runs", "a", 2, 0)],
      ["is not there, expected there", put("runs", "b", 2, 1)],
      [
        "is to be removed, and is another",
        { collection: "runs", id: "a", removed: true, expected: 7 } as const,
      ],
    ])("a document %s", async (_, change) => {
      await store.commit([put("runs", "a", 1)]);
      await expect(store.commit([change])).rejects.toMatchObject({ code: "store-conflict" });
    });

    test("of commits at the same time that expect the same, one holds", async () => {
      await store.commit([put("runs", "a", 0)]);
      const other = await kept.open();
      const tries = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? store : other).commit([put("runs", "a", index, 1)]),
      );
      const settled = await Promise.allSettled(tries);
      expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const one of settled)
        if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "store-conflict" });
      expect(await store.revision()).toBe(2);
    });

    test("commits at the same time get revisions one after the other", async () => {
      const other = await kept.open();
      const revisions = await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          (index % 3 === 0 ? other : store).commit([put("runs", String(index), index)]),
        ),
      );
      expect(revisions.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    });
  });

  describe("watching", () => {
    test("tells every commit behind a revision, in order", async () => {
      await store.commit([put("runs", "a", 1)]);
      await store.commit([put("runs", "b", 1), { collection: "runs", id: "a", removed: true }]);
      await store.commit([put("models", "c", 1)]);
      expect(await told(store, 1, 2)).toEqual([
        {
          revision: 2,
          changes: [
            { collection: "runs", id: "b" },
            { collection: "runs", id: "a" },
          ],
        },
        { revision: 3, changes: [{ collection: "models", id: "c" }] },
      ]);
    });

    test("tells what others commit while it waits, and ends when it is stopped", async () => {
      const other = await kept.open();
      const stop = new AbortController();
      const found: number[] = [];
      const watching = (async () => {
        for await (const { revision } of store.watch(0, stop.signal)) {
          found.push(revision);
          if (revision === 30) stop.abort();
        }
      })();
      for (let index = 0; index < 30; index++) await other.commit([put("runs", String(index), index)]);
      await watching;
      expect(found).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    });

    test("what was committed so long ago that it is forgotten is told by what is still there", async () => {
      await store.commit([put("old", "kept", 1)]);
      await store.commit([put("old", "gone", 1)]);
      await store.commit([{ collection: "old", id: "gone", removed: true }]);
      const count = kept.forget === undefined ? 8_300 : 20;
      const changes = Array.from({ length: count }, (_, index) => [put("new", String(index % 7), index)]);
      for (let start = 0; start < changes.length; start += 415)
        await Promise.all(changes.slice(start, start + 415).map((one) => store.commit(one)));
      await kept.forget?.(15);
      const fresh = await kept.open();
      const found = await told(fresh, 0, 2);
      expect(found[0]).toEqual({ revision: 1, changes: [{ collection: "old", id: "kept" }] });
      expect(found[1].revision).toBeGreaterThan(3);
      const last = await told(fresh, count, 3);
      expect(last.map(({ revision }) => revision)).toEqual([count + 1, count + 2, count + 3]);
    });

    test("ends when the store is closed", async () => {
      const other = await kept.open();
      const watching = told(other, 0, 5);
      await store.commit([put("runs", "a", 1)]);
      await other.close();
      expect((await watching).length).toBeLessThan(5);
    });
  });

  describe("several processes", () => {
    test("count to the same number together, and each sees what the others wrote", async () => {
      const children = ["a", "b", "c"].map((name) => storeChild("add", kept.place, name, "40"));
      const results = await Promise.all(children.map(({ ended }) => ended));
      for (const result of results) expect(result).toEqual({ status: 0, err: "" });
      expect((await store.read("counter", "all"))?.body).toEqual({ count: 120 });
      expect(await store.list("numbers")).toHaveLength(120);
      expect(await store.revision()).toBe(120);
    });

    test("one is told what another commits", async () => {
      await store.commit([put("runs", "before", 1)]);
      const child = storeChild("watch", kept.place, "0");
      const lines: unknown[] = [];
      for await (const line of child.lines) {
        lines.push(line);
        if (lines.length === 2) await store.commit([put("runs", "while", 1)]);
        if (lines.length === 3) break;
      }
      child.process.kill("SIGKILL");
      await child.ended;
      expect(lines).toEqual([
        { watches: true },
        { revision: 1, changes: [{ collection: "runs", id: "before" }] },
        { revision: 2, changes: [{ collection: "runs", id: "while" }] },
      ]);
    });
  });

  describe("objects", () => {
    // $ printf 'some bytes' | sha256sum
    const SOME_BYTES = "0d22cdcc10e6d049dbe1af5123d50873fdfc1a4f58306e58cb6241be9472014d";

    test("are kept under the digest of their bytes, whole or in pieces, and once", async () => {
      const whole = await store.putObject(bytesOf("some bytes"));
      expect(whole).toEqual({ object: SOME_BYTES, bytes: 10 });
      expect(await store.putObject(piecesOf("some", "", " byt", "es"))).toEqual(whole);
      const other = await kept.open();
      expect(new TextDecoder().decode(await other.readObject(whole.object))).toBe("some bytes");
    });

    test("of no bytes at all", async () => {
      const { object } = await store.putObject(new Uint8Array());
      // FIPS 180-4: the digest of the empty message.
      expect(object).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
      expect(await store.readObject(object)).toHaveLength(0);
    });

    test("larger than what is held at once come back in pieces", async () => {
      const size = 3 * 2 ** 20 + 17;
      const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 31) % 251);
      const { object } = await store.putObject(bytes);
      let pieces = 0;
      let found = 0;
      for await (const piece of store.streamObject(object)) {
        for (let index = 0; index < piece.length; index += 9_973)
          expect(piece[index]).toBe(((found + index) * 31) % 251);
        found += piece.length;
        pieces++;
      }
      expect(found).toBe(size);
      expect(pieces).toBeGreaterThan(1);
    });

    test("a source that fails leaves nothing, and its failure is told", async () => {
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield bytesOf("some");
        throw new Error("torn");
      }
      await expect(store.putObject(failing())).rejects.toThrow("torn");
      expect(await store.sweepObjects()).toEqual({ removed: 0, bytes: 0 });
    });

    test.each(["0".repeat(64), "../journal", "", "E".repeat(64)])(
      "that are not there: %j",
      async (object) => {
        await expect(store.readObject(object)).rejects.toMatchObject({ code: "store-damaged" });
      },
    );

    test("that hold other bytes are noticed", async () => {
      const { object } = await store.putObject(bytesOf("some bytes"));
      await kept.spoil(object);
      await expect(store.readObject(object)).rejects.toMatchObject({ code: "store-damaged" });
      await expect(
        (async () => {
          for await (const _ of store.streamObject(object));
        })(),
      ).rejects.toMatchObject({ code: "store-damaged" });
    });

    test("a sweep removes what is old and not named, and nothing else", async () => {
      const named = await store.putObject(bytesOf("named"));
      const young = await store.putObject(bytesOf("young"));
      const old = await store.putObject(bytesOf("old and gone"));
      const again = await store.putObject(bytesOf("put again"));
      await store.commit([
        put("runs", "a", { artefacts: [{ name: "model", deep: { object: named.object } }] }),
      ]);
      for (const { object } of [named, old, again]) await kept.age(object);
      await store.putObject(bytesOf("put again"));
      expect(await store.sweepObjects()).toEqual({ removed: 1, bytes: old.bytes });
      for (const { object, bytes } of [named, young, again])
        expect(await store.readObject(object)).toHaveLength(bytes);
      await expect(store.readObject(old.object)).rejects.toMatchObject({ code: "store-damaged" });
      await store.commit([{ collection: "runs", id: "a", removed: true }]);
      await kept.age(named.object);
      expect(await store.sweepObjects()).toEqual({ removed: 1, bytes: named.bytes });
    });
  });

  test("random commits do to a store what they do to a map", async () => {
    const name = fc.constantFrom("a", "b", "c", "ü", "\u{1f577}");
    const change = fc.record({
      collection: fc.constantFrom("x", "y"),
      id: name,
      body: fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined }),
      expected: fc.option(fc.constantFrom("right", "wrong", "none"), { nil: undefined }),
    });
    const commit = fc.uniqueArray(change, {
      minLength: 1,
      maxLength: 5,
      selector: ({ collection, id }) => `${collection}/${id}`,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(commit, { maxLength: 12 }), async (commits) => {
        const fresh = await make();
        try {
          await runBeside(await fresh.open(), await fresh.open(), commits);
        } finally {
          await fresh.end();
        }
      }),
      { numRuns: sequences },
    );
  });
}

interface Wanted {
  collection: string;
  id: string;
  body?: unknown;
  expected?: string;
}

async function runBeside(store: Store, other: Store, commits: readonly Wanted[][]): Promise<void> {
  const map = new Map<string, { revision: number; body: unknown }>();
  let revision = 0;
  for (const [index, wanted] of commits.entries()) {
    const isRight = wanted.every(({ collection, id, expected }) => {
      const found = map.get(`${collection}/${id}`)?.revision ?? 0;
      return expected === undefined || expected === "right" || (expected === "none" && found === 0);
    });
    const changes = wanted.map(({ collection, id, body, expected }): Change => {
      const found = map.get(`${collection}/${id}`)?.revision ?? 0;
      const number = expected === "right" ? found : expected === "wrong" ? found + 1 : 0;
      const base = { collection, id, ...(expected !== undefined && { expected: number }) };
      return body === undefined ? { ...base, removed: true } : { ...base, body: body as Json };
    });
    const committed = (index % 2 === 0 ? store : other).commit(changes);
    if (!isRight) {
      await expect(committed).rejects.toMatchObject({ code: "store-conflict" });
      continue;
    }
    revision++;
    expect(await committed).toBe(revision);
    for (const { collection, id, body } of wanted) {
      if (body === undefined) map.delete(`${collection}/${id}`);
      else map.set(`${collection}/${id}`, { revision, body: JSON.parse(JSON.stringify(body)) });
    }
  }
  for (const one of [store, other]) {
    for (const collection of ["x", "y"]) {
      const expected = [...map]
        .filter(([key]) => key.startsWith(`${collection}/`))
        .map(([key, value]) => ({ id: key.slice(2), ...value }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(await one.list(collection)).toStrictEqual(expected);
    }
  }
}
