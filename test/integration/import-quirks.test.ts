// What becomes of tables that are odd or broken: every row is kept, dropped with a reason, or rejected with its line.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256OfFile } from "../../src/dataset/store/sets.ts";
import { withImported } from "../support/imported.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("rows that cannot be taken", () => {
  const rows = Array.from({ length: 400 }, (_, index) => `${index},${index % 7},a`);
  const broken = ["x", "1", "2,3,4,5", '"5,6,b'];

  test("lie in the reject file, each with its line and the reason, and the sums agree", async () => {
    // Lines 1 header, 2-401 rows, then a word, a short row, a long row, and a quote that is left open.
    const path = file(
      "rejects.csv",
      ["count,size,label", ...rows, `x,1,a`, broken[1], broken[2], broken[3], ""].join("\n"),
    );
    await withImported([path], { rejectShareMax: 0.05 }, async ({ result, rejects }) => {
      expect(result.rows).toBe(400);
      expect(result.rejected).toBe(4);
      const lines = readFileSync(rejects, "utf8").trimEnd().split("\n").slice(1);
      expect(lines.map((line) => line.split(",")[1])).toEqual(["402", "403", "404", "405"]);
      expect(lines[0]).toContain("column 'count': found 'x', expected a number");
      expect(lines[1]).toContain("found 1 fields, expected 3");
      expect(lines[2]).toContain("found 4 fields, expected 3");
      expect(lines[3]).toContain("a quote that is not closed");
    });
  });

  test("fail the import above the stated share, and leave no table", async () => {
    const path = file("many.csv", ["count,label", "1,a", "2,b", "3,4,5", "6,c"].join("\n"));
    await expect(withImported([path], { rejectShareMax: 0.1 }, () => undefined)).rejects.toMatchObject({
      code: "import-rejects",
      message: expect.stringContaining("1 row of 4 (25.00 %) could not be taken, at most 10 % may"),
    });
  });

  test("of JSON lines are told with their line", async () => {
    const path = file(
      "lines.jsonl",
      `${[...Array(200)].map((_, index) => `{"a":${index},"label":"x"}`).join("\n")}\nnot json\n[1]\n\n{"a":7}\n`,
    );
    await withImported([path], { rejectShareMax: 0.05 }, async ({ result, rejects, ask }) => {
      expect(result.rows).toBe(201);
      expect(result.rejected).toBe(2);
      expect(result.dropped).toEqual([{ reason: "blank line", rows: 1 }]);
      expect(readFileSync(rejects, "utf8")).toMatch(/,201,no JSON object,.*\n.*,202,no JSON object,/s);
      expect(await ask("SELECT sum(a)::INTEGER FROM rows")).toEqual([[(199 * 200) / 2 + 7]]);
    });
  });

  test("an import without any leaves no reject file", async () => {
    const path = file("clean.csv", "a,label\n1,x\n2,y\n");
    await withImported([path], {}, ({ rejects, result }) => {
      expect(result.rejected).toBe(0);
      expect(existsSync(rejects)).toBe(false);
    });
  });
});

describe("quirks of text", () => {
  test("headers that are repeated are dropped and counted, also among numbers", async () => {
    const path = file("headers.csv", "count,label\n1,a\ncount,label\n2,b\ncount,label\n");
    await withImported([path], {}, ({ result }) => {
      expect(result.rows).toBe(2);
      expect(result.dropped).toEqual([{ reason: "repeated header", rows: 2 }]);
      expect(result.rejected).toBe(0);
    });
  });

  test("headers that are repeated among texts alone", async () => {
    const path = file("texts.csv", "host,label\nx,a\nhost,label\ny,b\n");
    await withImported([path], {}, ({ result }) =>
      expect(result.dropped).toEqual([{ reason: "repeated header", rows: 1 }]),
    );
  });

  test("text that is not UTF-8 is read as Windows-1252", async () => {
    const path = file("latin.csv", Buffer.from("count,label\n1,Web Attack \x96 XSS\n2,b\n", "latin1"));
    await withImported([path], {}, ({ classes, said }) => {
      expect(classes()).toEqual({ "Web Attack – XSS": 1, b: 1 });
      expect(said()).toHaveProperty("the file is not UTF-8; it was read as Windows-1252");
    });
  });

  test("words that stand for nothing are missing, also behind the rows that kinds are told by", async () => {
    const many = Array.from({ length: 2000 }, (_, index) => `${index},x`);
    const path = file("words.csv", ["count,label", ...many, "n/a,x", "-,y", "5,y"].join("\n"));
    await withImported([path], {}, async ({ result, ask }) => {
      expect(result.rejected).toBe(0);
      expect(result.columns[0]).toMatchObject({ name: "count", kind: "number" });
      expect(await ask("SELECT count(*)::INTEGER, count(count)::INTEGER FROM rows")).toEqual([[2003, 2001]]);
    });
  });

  test("a column of numbers that turns out to be text is one", async () => {
    const many = Array.from({ length: 1000 }, (_, index) => `${index},x`);
    const words = Array.from({ length: 1000 }, (_, index) => `word${index % 3},y`);
    const path = file("late.csv", ["what,label", ...many, ...words].join("\n"));
    await withImported([path], {}, ({ result }) => {
      expect(result.rows).toBe(2000);
      expect(result.columns[0].kind).not.toBe("number");
    });
  });

  test("infinities and NaN are kept as they are, in any spelling", async () => {
    const path = file("infinite.csv", "rate,label\nInfinity,a\n-inf,a\nNaN,a\n1e308,a\n");
    await withImported([path], {}, async ({ ask }) => {
      expect(
        await ask(
          "SELECT count(*) FILTER (isinf(rate))::INTEGER, count(*) FILTER (isnan(rate))::INTEGER FROM rows",
        ),
      ).toEqual([[2, 1]]);
    });
  });

  test.each([";", "\t", "|"])("the delimiter %j is told", async (delimiter) => {
    const path = file(
      "delimited.csv",
      ["a,b,label", "1,2,x", "3,4,y"].join("\r\n").replaceAll(",", delimiter),
    );
    await withImported([path], {}, async ({ ask }) =>
      expect(await ask("SELECT a::INTEGER, b::INTEGER, label FROM rows")).toEqual([
        [1, 2, "x"],
        [3, 4, "y"],
      ]),
    );
  });

  test("identifiers, clocks and addresses are kept apart from features, by their names", async () => {
    const path = file("names.csv", "Flow ID,Src IP,Timestamp,count,label\n1,10.0.0.1,2020-01-01,5,x\n");
    await withImported([path], {}, ({ result }) =>
      expect(result.columns.map(({ name, role }) => `${name} ${role}`)).toEqual([
        "Flow ID identity",
        "Src IP identity",
        "Timestamp identity",
        "count feature",
        "label label",
        "source_file extra",
      ]),
    );
  });

  test("a label of another name is found by --label, and is called label", async () => {
    const path = file("attack.csv", "count,Attack Type,label\n1,smurf,0\n2,normal,1\n");
    await withImported([path], { label: "attack type" }, ({ classes, result }) => {
      expect(classes()).toEqual({ normal: 1, smurf: 1 });
      expect(result.columns.map(({ name }) => name)).toContain("label.1");
    });
  });
});

describe("several files", () => {
  test("with other headers become one table; what a file lacks is missing there, and said", async () => {
    const first = file("one.csv", "a,b,label\n1,2,x\n");
    const second = file("two.csv", "b,c,label\n3,4,y\n");
    await withImported([first, second], {}, async ({ ask, result }) => {
      expect(await ask("SELECT a::INTEGER, b::INTEGER, c::INTEGER, label, source_file FROM rows")).toEqual([
        [1, 2, null, "x", "one.csv"],
        [null, 3, 4, "y", "two.csv"],
      ]);
      expect(result.remarks.map(({ what }) => what)).toContain(
        "lacks a column of the others, missing there: c",
      );
    });
  });

  test("rows stay in the order of the files, also where there are many", async () => {
    // More than two row groups each, and none of a whole number of them.
    const text = (first: number): string =>
      `n,label\n${Array.from({ length: 250_001 }, (_, index) => `${first + index},x`).join("\n")}\n`;
    const paths = [file("low.csv", text(0)), file("high.csv", text(1_000_000))];
    for (const threads of [1, 2, 4]) {
      await withImported(paths, { threads }, async ({ ask }) => {
        const outOfPlace =
          "SELECT count(*)::INTEGER FROM (SELECT n, lag(n) OVER () AS before FROM rows) WHERE n <= before";
        expect([threads, await ask(outOfPlace)]).toEqual([threads, [[0]]]);
      });
    }
  });

  test("the same sources give the same bytes, on any number of threads, and plain or gzip the same rows", async () => {
    const rows = Array.from(
      { length: 300_000 },
      (_, index) => `${index * 0.37},w${index % 11},c${index % 3}`,
    );
    const text = ["value,word,label", ...rows].join("\n");
    const path = file("big.csv", text);
    const zipped = file("zipped.csv", gzipSync(text));
    const digest = (source: string, threads: number): Promise<string> =>
      withImported([source], { threads }, ({ path: table }) => sha256OfFile(table));
    const one = await digest(path, 1);
    expect(await digest(path, 4)).toBe(one);
    await withImported([zipped], {}, async ({ result, ask }) => {
      expect(result.rows).toBe(300_000);
      expect(await ask("SELECT round(sum(value))::BIGINT::VARCHAR FROM rows")).toEqual([
        [String(Math.round(0.37 * ((299_999 * 300_000) / 2)))],
      ]);
    });
  });
});

test("a file that tells where its rows came from keeps that", async () => {
  const path = file("again.csv", "a,source_file,label\n1,old.csv,x\n2,,y\n");
  await withImported([path], {}, async ({ ask, result }) => {
    expect(await ask("SELECT a::INTEGER, source_file FROM rows")).toEqual([
      [1, "old.csv"],
      [2, "again.csv"],
    ]);
    expect(result.columns.filter(({ name }) => name === "source_file")).toHaveLength(1);
  });
});

describe("what cannot be imported", () => {
  test.each([
    ["an empty file", "", "rows-format"],
    ["blanks", " \n \n", "rows-format"],
    ["a header alone", "a,b,label\n", "rows-invalid"],
    ["prose", "It was a dark and stormy night\n", "rows-format"],
    ["a JSON document without rows", '{\n "a": 1\n}', "rows-invalid"],
    ["JSON that is cut", '[{"a": 1},', "rows-invalid"],
  ])("%s is one clear line", async (name, content, code) => {
    const path = file(`${name}.txt`, content);
    await expect(withImported([path], {}, () => undefined)).rejects.toMatchObject({
      code,
      message: expect.not.stringMatching(/\n/),
    });
  });

  test("compressed data that end early", async () => {
    const whole = gzipSync(Array.from({ length: 100_000 }, (_, index) => `${index},x`).join("\n"));
    const path = file("cut.csv.gz", Buffer.from(whole.subarray(0, whole.length / 2)));
    await expect(withImported([path], {}, () => undefined)).rejects.toMatchObject({ code: "rows-invalid" });
  });

  test("a stop ends the import with `cancelled`", async () => {
    const path = file("stopped.csv", "a,label\n1,x\n");
    await expect(
      withImported([path], { signal: AbortSignal.abort() }, () => undefined),
    ).rejects.toMatchObject({ code: "cancelled" });
  });

  test("an importer that there is not", async () => {
    const path = file("some.csv", "a,label\n1,x\n");
    await expect(withImported([path], { as: "nonsense" }, () => undefined)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("there is no importer 'nonsense'"),
    });
  });
});
