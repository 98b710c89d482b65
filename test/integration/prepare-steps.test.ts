// Every step on tables small enough to be worked out by hand.

import { describe, expect, test } from "vitest";
import { OrbweaverError } from "../../src/base/errors.ts";
import { factsOf, prepare, type Row, table } from "../support/prepared.ts";

const NONE = null;

/** Values of columns, row by row, of the table that a recipe makes of one. */
async function made(
  columns: readonly string[],
  rows: readonly (readonly (number | string | null)[])[],
  steps: readonly unknown[],
): Promise<unknown[][]> {
  const { clean } = await prepare({ t: table(columns, rows) }, { steps });
  return values(clean);
}

function values(rows: readonly Row[]): unknown[][] {
  return rows.map((row) =>
    Object.entries(row).flatMap(([name, value]) => (name === "source_file" ? [] : [value])),
  );
}

async function failure(work: Promise<unknown>): Promise<OrbweaverError> {
  const found = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(found).toBeInstanceOf(OrbweaverError);
  return found as OrbweaverError;
}

describe("columns", () => {
  const rows = [[1, 2, "x", "up"]];
  const columns = ["a", "b", "f:c:category", "l:label:category"];

  test("keep is about features, drop about all, * stands for any characters", async () => {
    expect(await made(columns, rows, [{ keep: ["a"] }])).toEqual([[1, "up"]]);
    expect(await made(columns, rows, [{ drop: ["a", "c"] }])).toEqual([[2, "up"]]);
    expect(await made(["ab", "ac", "b"], [[1, 2, 3]], [{ drop: "a*" }])).toEqual([[3]]);
  });

  test("names that are not there are told with those that are near", async () => {
    const wrong = await failure(made(["Flow Duration", "b"], [[1, 2]], [{ drop: "flow_duration" }]));
    expect(wrong.message).toBe(
      "recipe step 1 (drop): there is no column 'flow_duration'; there is Flow Duration",
    );
    expect((await failure(made(["a"], [[1]], [{ drop: "a" }]))).message).toContain(
      "no feature would be left",
    );
  });

  test("rename, also of the label; two of one name are refused", async () => {
    const { clean, prepared } = await prepare(
      { t: table(columns, rows) },
      { steps: [{ rename: { a: "A 1", label: "class" } }] },
    );
    expect(clean).toEqual([{ "A 1": 1, b: 2, c: "x", class: "up", source_file: "t" }]);
    expect(prepared.clean.label).toBe("class");
    expect((await failure(made(columns, rows, [{ rename: { a: "B" } }]))).message).toContain(
      "two columns would be called",
    );
  });

  test("cast between numbers, texts and times", async () => {
    const steps = [{ cast: { n: "category", t: "number", u: "time" } }];
    expect(
      await made(
        ["n", "f:t:text", "u"],
        [
          [80, " 1.5", 7],
          [0.5, "nan", NONE],
        ],
        steps,
      ),
    ).toEqual([
      ["80", 1.5, 7],
      ["0.5", NONE, NONE],
    ]);
    const wrong = await failure(made(["f:t:text", "a"], [["five", 1]], [{ cast: { t: "number" } }]));
    expect([wrong.code, wrong.message]).toEqual([
      "rows-invalid",
      "recipe step 1 (cast): column 't' holds 'five', expected a number",
    ]);
  });

  test("roles: another label, and identity that is no feature", async () => {
    const { prepared } = await prepare(
      { t: table(columns, rows) },
      { steps: [{ role: { c: "label", a: "identity" } }] },
    );
    expect(prepared.clean.label).toBe("c");
    expect(prepared.clean.columns.map(({ role }) => role)).toEqual([
      "identity",
      "feature",
      "label",
      "extra",
      "extra",
    ]);
  });
});

describe("merge", () => {
  test("columns by name; what a source lacks is missing there and told", async () => {
    const sources = {
      one: table(["a", "b", "l:label:category"], [[1, 2, "x"]]),
      two: table(["c", "a", "l:label:category"], [[3, NaN, "y"]]),
    };
    const union = await prepare(sources, {});
    expect(union.clean).toEqual([
      { a: 1, b: 2, label: "x", c: NONE, source_file: "one" },
      { a: NONE, b: NONE, label: "y", c: 3, source_file: "two" },
    ]);
    expect(factsOf(union, "merged")["lacked"]).toEqual([
      { source: "one", columns: ["c"] },
      { source: "two", columns: ["b"] },
    ]);
    expect(union.prepared.remarks[0].what).toBe("'one' lacks 1 column, missing in its rows: c");
    const common = await prepare(sources, { columns: "common" });
    expect(Object.keys(common.clean[0])).toEqual(["a", "label", "source_file"]);
  });

  test("numbers and texts of one name become texts; labels of other names become one", async () => {
    const { clean, prepared } = await prepare(
      {
        one: table(["a", "p", "l:label:category"], [[1, 80, "x"]]),
        two: table(["a", "f:p:text", "l:class:category"], [[2, "http", "y"]]),
      },
      {},
    );
    expect(values(clean)).toEqual([
      [1, "80", "x"],
      [2, "http", "y"],
    ]);
    expect(prepared.clean.label).toBe("label");
    expect(prepared.remarks.map(({ what }) => what)).toEqual([
      "column 'p' is a text in 'two' and a number before; a category in all",
    ]);
  });

  test("a label that no source has is refused", async () => {
    const wrong = await failure(prepare({ t: table(["a"], [[1]]) }, { label: "class" }));
    expect(wrong.message).toBe("no source has the label column 'class'; there are a");
  });
});

describe("missing values", () => {
  const columns = ["a", "b", "f:c:category"];
  const rows = [
    [1, 10, "x"],
    [NONE, 20, NONE],
    [4, Infinity, "x"],
    [4, NONE, "y"],
  ];

  test.each([
    ["drop", [rows[0], rows[2]]],
    [{ strategy: "drop", columns: ["a"] }, [rows[0], rows[2], rows[3]]],
    [{ strategy: "constant", value: -1 }, [rows[0], [-1, 20, NONE], rows[2], [4, -1, "y"]]],
    [{ strategy: "constant", value: "?", columns: "c" }, [rows[0], [NONE, 20, "?"], rows[2], rows[3]]],
    // Of a: (1 + 4 + 4) / 3; of b, the infinite value left out: (10 + 20) / 2.
    ["mean", [rows[0], [3, 20, NONE], rows[2], [4, 15, "y"]]],
    ["median", [rows[0], [4, 20, NONE], rows[2], [4, 15, "y"]]],
    // b: each value once, the smallest counts.
    ["most-frequent", [rows[0], [4, 20, "x"], rows[2], [4, 10, "y"]]],
  ])("%s", async (missing, expected) => {
    expect(await made(columns, rows, [{ missing }])).toEqual(expected);
  });

  test("a column without values stays as it is, and that is told", async () => {
    const { clean, prepared } = await prepare(
      {
        t: table(
          ["a", "b"],
          [
            [1, NONE],
            [NONE, NONE],
          ],
        ),
      },
      { steps: [{ missing: "mean" }] },
    );
    expect(values(clean)).toEqual([
      [1, NONE],
      [1, NONE],
    ]);
    expect(prepared.remarks.map(({ what }) => what)).toEqual([
      "step 1 (missing): fitted means on all rows, since there is no split: figures of rows held back later know of it",
      "step 1 (missing): no value of b in all rows: missing values stay",
    ]);
  });

  test("a mean of categories is refused", async () => {
    const wrong = await failure(made(columns, rows, [{ missing: { strategy: "mean", columns: "c" } }]));
    expect(wrong.message).toBe("recipe step 1 (missing): column 'c' is a category, expected a number");
  });
});

describe("infinite values", () => {
  const rows = [
    [1, 5],
    [Infinity, NONE],
    [-Infinity, 7],
    [3, Infinity],
  ];
  test.each([
    [
      "missing",
      [
        [1, 5],
        [NONE, NONE],
        [NONE, 7],
        [3, NONE],
      ],
    ],
    ["drop", [[1, 5]]],
    [
      "largest",
      [
        [1, 5],
        [3, NONE],
        [1, 7],
        [3, 7],
      ],
    ],
    [
      { strategy: "constant", value: 0, columns: "a" },
      [
        [1, 5],
        [0, NONE],
        [0, 7],
        [3, Infinity],
      ],
    ],
  ])("%s", async (infinite, expected) => {
    expect(await made(["a", "b"], rows, [{ infinite }])).toEqual(expected);
  });
});

describe("duplicates", () => {
  const columns = ["i:start_us:time", "a", "f:b:category", "l:label:category"];
  const rows = [
    [1, 1, "x", "up"],
    [2, 1, "x", "up"],
    [3, 1, NONE, "up"],
    [4, 1, NONE, "down"],
    [5, 1, NONE, "up"],
    [6, -0, "x", "up"],
    [7, 0, "x", "up"],
  ];
  const times = async (duplicates: unknown): Promise<unknown[]> =>
    (await made(columns, rows, [{ duplicates }])).map(([time]) => time);

  test("features and label are compared, the first stays, missing equals missing", async () => {
    expect(await times("drop")).toEqual([1, 3, 4, 6]);
  });

  test("all rows of features with several labels go", async () => {
    expect(await times({ contradictory: "drop" })).toEqual([1, 6]);
  });

  test("other columns may be compared", async () => {
    expect(await times({ columns: ["a"] })).toEqual([1, 6]);
    expect(await times({ columns: ["start_us"] })).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("behind a split, parts do not know of each other unless they are to", async () => {
    const sources = {
      tested: table(
        ["a", "l:label:category"],
        [
          [1, "x"],
          [2, "x"],
          [2, "x"],
          [3, "x"],
        ],
      ),
      trained: table(
        ["a", "l:label:category"],
        [
          [1, "x"],
          [1, "x"],
          [4, "x"],
        ],
      ),
    };
    const split = { split: { by: "official", sources: { train: ["trained"], test: ["tested"] } } };
    const apart = await prepare(sources, { steps: [split, { duplicates: "drop" }] });
    expect(apart.clean.map(({ a }, at) => [a, apart.parts[at]])).toEqual([
      [1, "test"],
      [2, "test"],
      [3, "test"],
      [1, "train"],
      [4, "train"],
    ]);
    const across = await prepare(sources, { steps: [split, { duplicates: { across: "drop" } }] });
    expect(across.clean.map(({ a }, at) => [a, across.parts[at]])).toEqual([
      [2, "test"],
      [3, "test"],
      [1, "train"],
      [4, "train"],
    ]);
  });
});

test("constant and empty columns: one value and missing ones are two", async () => {
  const columns = ["a", "b", "c", "f:d:category", "f:e:category"];
  const rows = [
    [1, 5, NONE, "x", "x"],
    [2, 5, NONE, "x", NONE],
  ];
  expect(await made(columns, rows, [{ constant: "drop" }])).toEqual([
    [1, "x"],
    [2, NONE],
  ]);
  expect(await made(columns, rows, [{ empty: "drop" }])).toEqual([
    [1, 5, "x", "x"],
    [2, 5, "x", NONE],
  ]);
});

describe("encode", () => {
  const columns = ["f:c:category", "a"];
  const rows = [
    ["tcp", 1],
    ["udp", 2],
    ["tcp", 3],
    [NONE, 4],
  ];
  test.each([
    [
      "ordinal",
      [
        [0, 1],
        [1, 2],
        [0, 3],
        [NONE, 4],
      ],
    ],
    [
      "frequency",
      [
        [2 / 3, 1],
        [1 / 3, 2],
        [2 / 3, 3],
        [NONE, 4],
      ],
    ],
    [
      "one-hot",
      [
        [1, 0, 1],
        [0, 1, 2],
        [1, 0, 3],
        [0, 0, 4],
      ],
    ],
  ])("%s", async (encode, expected) => {
    expect(await made(columns, rows, [{ encode }])).toEqual(expected);
  });

  test("values that only test rows have are unknown", async () => {
    const sources = {
      trained: table(["f:c:category"], [["b"], ["a"]]),
      tested: table(["f:c:category"], [["c"], ["a"]]),
    };
    const split = { split: { by: "official", sources: { train: ["trained"], test: ["tested"] } } };
    const of = async (encode: string): Promise<unknown[][]> =>
      values((await prepare(sources, { steps: [split, { encode }] })).clean);
    expect(await of("ordinal")).toEqual([[1], [0], [NONE], [0]]);
    expect(await of("frequency")).toEqual([[0.5], [0.5], [0], [0.5]]);
    expect(await of("one-hot")).toEqual([
      [0, 1],
      [1, 0],
      [0, 0],
      [1, 0],
    ]);
  });

  test("too many values for one-hot are refused", async () => {
    const many = Array.from({ length: 257 }, (_, at) => [`v${at}`, at]);
    expect((await failure(made(columns, many, [{ encode: "one-hot" }]))).message).toContain(
      "more than 256 values",
    );
  });
});

describe("group", () => {
  const of = async (labels: readonly string[], group: unknown): Promise<unknown[]> =>
    (
      await made(
        ["a", "l:label:category"],
        labels.map((label) => [1, label]),
        [{ group }],
      )
    ).map((row) => row[1]);

  test("kdd5, with or without the full stop, attacks of the test set too", async () => {
    const labels = [
      "normal.",
      "smurf",
      "neptune",
      "nmap",
      "phf",
      "rootkit",
      "mscan",
      "snmpguess",
      "xterm",
      "apache2",
    ];
    const groups = ["normal", "dos", "dos", "probe", "r2l", "u2r", "probe", "r2l", "u2r", "dos"];
    expect(await of(labels, "kdd5")).toEqual(groups);
    expect(await of(groups, "kdd5")).toEqual(groups);
  });

  test("binary, by known names or by given ones", async () => {
    expect(await of(["BENIGN", "Normal", "not_attack", "DoS Hulk"], "binary")).toEqual([
      "benign",
      "benign",
      "benign",
      "attack",
    ]);
    expect(await of(["0", "1"], { by: "binary", benign: ["0"] })).toEqual(["benign", "attack"]);
  });

  test("a map, and what becomes of the rest", async () => {
    const map = { a: "first", b: "second" };
    const wrong = await failure(of(["a", "c"], { map }));
    expect(wrong.message).toBe(
      "recipe step 1 (group): no group is known for label 'c'; say 'otherwise: keep' or 'otherwise: drop'",
    );
    expect(await of(["a", "b", "c"], { map, otherwise: "keep" })).toEqual(["first", "second", "c"]);
    expect(await of(["a", "b", "c"], { map, otherwise: "drop" })).toEqual(["first", "second"]);
  });

  test("the labels as they were may be kept", async () => {
    const rows = await made(
      ["a", "l:label:category"],
      [[1, "smurf"]],
      [{ group: { by: "kdd5", original: "attack" } }],
    );
    expect(rows).toEqual([[1, "dos", "smurf"]]);
  });
});

describe("times", () => {
  const at = async (
    texts: readonly (string | number | null)[],
    time: object,
    kind = "text",
  ): Promise<unknown[]> =>
    (
      await made(
        [`f:t:${kind}`, "a"],
        texts.map((text) => [text, 1]),
        [{ time: { column: "t", ...time } }],
      )
    ).map(([us]) => us);
  const us = (iso: string): number => Date.parse(iso) * 1000;

  test.each<[string, string, object, number]>([
    ["ISO in UTC", "2018-02-15 13:26:00.123456", {}, us("2018-02-15T13:26:00Z") + 123_456],
    ["nanoseconds", "2018-02-15T13:26:00.123456789", {}, us("2018-02-15T13:26:00Z") + 123_456],
    ["ISO with its zone", "2018-02-15T09:26:00-04:00", { zone: "Asia/Tokyo" }, us("2018-02-15T13:26:00Z")],
    ["ISO with Z", "2018-02-15T13:26:00Z", { zone: "Asia/Tokyo" }, us("2018-02-15T13:26:00Z")],
    ["Halifax in winter", "15/02/2018 09:26:00 AM", { zone: "America/Halifax" }, us("2018-02-15T13:26:00Z")],
    ["Halifax in summer", "30/07/2017 09:26", { zone: "America/Halifax" }, us("2017-07-30T12:26:00Z")],
    ["an offset", "30/07/2017 09:26", { zone: "-03:00" }, us("2017-07-30T12:26:00Z")],
    ["an offset of half an hour", "30/07/2017 09:26", { zone: "+05:30" }, us("2017-07-30T03:56:00Z")],
    ["AM and PM", "30/07/2017 12:01:02 PM", {}, us("2017-07-30T12:01:02Z")],
    ["midnight", "30/07/2017 12:01:02 AM", {}, us("2017-07-30T00:01:02Z")],
    ["month first", "07/30/2017 1:26:00", {}, us("2017-07-30T01:26:00Z")],
    ["afternoon without PM", "30/07/2017 1:26", { afternoon_before: 8 }, us("2017-07-30T13:26:00Z")],
    ["morning without AM", "30/07/2017 8:26", { afternoon_before: 8 }, us("2017-07-30T08:26:00Z")],
    [
      "Wireshark",
      "Jun 16, 2020 20:18:15.071112000",
      { zone: "America/Denver" },
      us("2020-06-17T02:18:15Z") + 71_112,
    ],
    [
      "a pattern with words",
      " 16-Jun 2020 20:18:15.071112000 Mountain Daylight Time",
      { format: "%d-%b %Y %H:%M:%S.%n Mountain Daylight Time", zone: "-06:00" },
      us("2020-06-17T02:18:15Z") + 71_112,
    ],
    ["seconds since 1970", "1518701160.123456", { format: "epoch-s" }, us("2018-02-15T13:26:00Z") + 123_456],
    [
      "milliseconds since 1970",
      "1518701160123",
      { format: "epoch-ms" },
      us("2018-02-15T13:26:00Z") + 123_000,
    ],
  ])("%s", async (_, text, options, expected) => {
    expect(await at([text, NONE], options)).toEqual([expected, NONE]);
  });

  test("numbers need to be told what they count", async () => {
    expect(await at([1518701160.25], { format: "epoch-s" }, "number")).toEqual([
      us("2018-02-15T13:26:00Z") + 250_000,
    ]);
    expect((await failure(at([1518701160], {}, "number"))).message).toContain(
      "expected format epoch-s, epoch-ms or epoch-us",
    );
  });

  test("whether day or month comes first is never guessed", async () => {
    const wrong = await failure(at(["02/03/2018 08:47:38", "02/03/2018 08:47:39"], {}));
    expect(wrong.message).toContain("may be '%d/%m/%Y %H:%M:%S' or '%m/%d/%Y %H:%M:%S'");
    // One day above 12 tells for all.
    expect(await at(["02/03/2018 08:47:38", "14/03/2018 08:47:39"], {})).toEqual([
      us("2018-03-02T08:47:38Z"),
      us("2018-03-14T08:47:39Z"),
    ]);
  });

  test("texts that are no time fail with an example, or are missing and counted", async () => {
    const wrong = await failure(at(["2018-02-15 13:26:00", "soon"], { format: "iso" }));
    expect([wrong.code, wrong.message]).toEqual([
      "rows-invalid",
      "recipe step 1 (time): column 't' holds 'soon' (1 such row), expected a time of format iso; say 'otherwise: missing' to go on",
    ]);
    expect(await at(["2018-02-15 13:26:00", "soon"], { format: "iso", otherwise: "missing" })).toEqual([
      us("2018-02-15T13:26:00Z"),
      NONE,
    ]);
    expect((await failure(at(["soon"], {}))).message).toContain(
      "no known format reads all times of column 't', such as 'soon'",
    );
    expect((await failure(at(["x"], { format: "%d %Q" }))).message).toContain("format '%d %Q':");
  });

  test("times that clocks skip are told", async () => {
    const { prepared } = await prepare(
      { t: table(["f:t:text", "a"], [["2018-03-11 02:30:00", 1]]) },
      { steps: [{ time: { column: "t", zone: "America/Halifax" } }] },
    );
    expect(prepared.remarks[0]).toEqual({
      what: "step 1 (time): times of 't' that clocks of America/Halifax skip; moved on by the hour",
      count: 1,
    });
    expect(prepared.clean.columns[0]).toMatchObject({
      name: "t",
      kind: "time",
      role: "identity",
      unit: "us",
    });
  });
});

describe("rows", () => {
  test("filter keeps rows for which the whole is true", async () => {
    const rows = [
      [1, "x"],
      [5, "x"],
      [NONE, "x"],
      [9, "y"],
    ];
    expect(await made(["a", "f:c:category"], rows, [{ filter: "a > 2 and c = 'x'" }])).toEqual([[5, "x"]]);
    expect((await failure(made(["a"], [[1]], [{ filter: "a > 2" }]))).message).toBe(
      "recipe step 1 (filter): no row is left",
    );
    expect((await failure(made(["a"], [[1]], [{ filter: "z > 2" }]))).message).toContain(
      "recipe step 1 (filter): 'z > 2': there is no column 'z'",
    );
  });

  test("sample keeps exactly as many, in order, by the seed; behind a split of training rows only", async () => {
    const rows = Array.from({ length: 1000 }, (_, at) => [at]);
    const taken = (await made(["a"], rows, [{ sample: 100 }])).map(([a]) => a as number);
    expect(taken).toHaveLength(100);
    expect([...taken].sort((a, b) => a - b)).toEqual(taken);
    expect(await made(["a"], rows, [{ sample: { rows: 100, seed: 1 } }])).toEqual(taken.map((a) => [a]));
    expect(await made(["a"], rows, [{ sample: { rows: 100, seed: 2 } }])).not.toEqual(taken.map((a) => [a]));
    expect(await made(["a"], rows, [{ sample: 0.25 }])).toHaveLength(250);
    const split = { split: { by: "random", parts: { train: 50, test: 50 } } };
    const { parts } = await prepare({ t: table(["a"], rows) }, { steps: [split, { sample: 10 }] });
    expect(parts.filter((part) => part === "train")).toHaveLength(10);
    expect(parts.filter((part) => part === "test")).toHaveLength(500);
  });
});
