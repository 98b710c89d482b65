import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mixedTable, reorderColumns, selectRows } from "../../../test/support/tables.ts";
import { OrbweaverError } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import { foreignSchema, type LabelledTable } from "../../feature/table.ts";
import { boosting } from "../learners/boosting.ts";
import { parseSelection, SELECTION_METHODS, type Selection, selectColumns } from "./index.ts";

const TABLE = mixedTable({ rows: 900, classes: 3, seed: 4 });
const IDS = SELECTION_METHODS.map((method) => method.id);

function select(table: LabelledTable, text: string, rows?: Int32Array): Promise<Selection> {
  return selectColumns(table, rows, parseSelection(text), { seed: 3 });
}

function namesOf(table: LabelledTable, { columns }: Selection): string[] {
  return Array.from(columns, (column) => table.schema.columns[column].name);
}

function scoresOf({ report }: Selection, step = 0): Record<string, number> {
  return Object.fromEntries(report[step].columns.map(({ name, score }) => [name, score]));
}

/** A table of named columns; those of strings are categorical. */
function tableOf(columns: Record<string, (number | string)[]>, labels: number[]): LabelledTable {
  const values = Object.values(columns);
  const categories = values.map((column) =>
    [...new Set(column.filter((value) => typeof value === "string"))].sort(),
  );
  const schema = foreignSchema(
    "test",
    Object.keys(columns).map((name, index) => ({
      name,
      kind: categories[index].length > 0 ? "categorical" : "numeric",
      unit: "",
      categories: categories[index],
      description: "",
    })),
  );
  const coded = values.map((column, index) =>
    Float64Array.from(column, (value) =>
      typeof value === "string" ? categories[index].indexOf(value) : value,
    ),
  );
  const classes = Array.from({ length: Math.max(...labels) + 1 }, (_, label) => `class ${label}`);
  return { schema, rowCount: labels.length, values: coded, classes, labels: Int32Array.from(labels) };
}

describe.each(IDS)("method %s", (id) => {
  const text = ["anova", "mutual-information", "elimination"].includes(id) ? `${id}:4` : id;

  test("keeps some, reports all, and is the same again", async () => {
    const selection = await select(TABLE, text);
    expect(selection.columns.length).toBeGreaterThan(0);
    expect([...selection.columns]).toEqual([...selection.columns].sort((a, b) => a - b));
    const { columns } = selection.report[0];
    expect(columns.map(({ name }) => name).sort()).toEqual(
      TABLE.schema.columns.map(({ name }) => name).sort(),
    );
    expect(
      columns
        .filter(({ kept }) => kept)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(namesOf(TABLE, selection).sort());
    expect(columns.every(({ score }) => !Number.isNaN(score))).toBe(true);
    expect(await select(TABLE, text)).toEqual(selection);
  });

  test("does not care in which order columns come", async () => {
    const permuted = reorderColumns(TABLE, [5, 0, 7, 2, 6, 1, 4, 3]);
    const [first, second] = [await select(TABLE, text), await select(permuted, text)];
    expect(namesOf(permuted, second).sort()).toEqual(namesOf(TABLE, first).sort());
    expect(second.report).toEqual(first.report);
  });

  test("looks at the rows given only", async () => {
    const rows = Array.from({ length: 400 }, (_, row) => row * 2);
    const given = await select(TABLE, text, Int32Array.from(rows));
    const alone = await select(selectRows(TABLE, rows), text);
    expect(given).toEqual(alone);
  });

  test("finds what matters, and no use in what does not vary", async () => {
    const { report } = await select(TABLE, text);
    const kept = report[0].columns.filter((column) => column.kept).map(({ name }) => name);
    expect(kept).toContain("rate");
    if (id !== "correlation") expect(kept).not.toContain("constant");
  });

  test("stops when asked", async () => {
    const stopped = selectColumns(TABLE, undefined, parseSelection(text), {
      seed: 1,
      isCancelled: () => true,
    });
    expect((await failureOf(stopped)).code).toBe("cancelled");
  });
});

interface Golden {
  name: string;
  labels: number[];
  numbers: Record<string, number[]>;
  codes: Record<string, number[]>;
  expected: Record<"f" | "information" | "informationOfCounts" | "variance", Record<string, number>>;
}

const { cases }: { cases: Golden[] } = JSON.parse(
  readFileSync(new URL("../../../test/golden/selection.json", import.meta.url), "utf8"),
);

describe.each(cases)("scores of scikit-learn and numpy: $name", ({ labels, numbers, codes, expected }) => {
  const words = Object.entries(codes).map(([name, values]) => [name, values.map(String)]);
  const table = tableOf({ ...numbers, ...Object.fromEntries(words) }, labels);

  test("F values and their order", async () => {
    const selection = await select(table, "anova:3");
    const scores = scoresOf(selection);
    for (const [name, f] of Object.entries(expected.f)) expect(scores[name] / f, name).toBeCloseTo(1, 7);
    const numeric = selection.report[0].columns.map(({ name }) => name).filter((name) => name in numbers);
    expect(numeric).toEqual(Object.keys(expected.f).sort((a, b) => expected.f[b] - expected.f[a]));
  });

  test("mutual information of counts, less its bias", async () => {
    const scores = scoresOf(await select(table, "mutual-information:3"));
    for (const name of ["weak", "strong", "linked", "flag"]) {
      const values = name in codes ? codes[name] : numbers[name];
      const cells = new Set(values.map((value, row) => `${value} ${labels[row]}`)).size;
      const bias = cells - new Set(values).size - new Set(labels).size + 1;
      const wanted = Math.max(0, expected.informationOfCounts[name] - bias / (2 * labels.length));
      expect(scores[name], name).toBeCloseTo(wanted, 12);
    }
  });

  test("mutual information of numbers, within what neighbours and bins differ by", async () => {
    const scores = scoresOf(await select(table, "mutual-information:3"));
    for (const [name, information] of Object.entries(expected.information))
      expect(Math.abs(scores[name] - information), name).toBeLessThan(0.07);
  });

  test("variance of scaled values", async () => {
    const scores = scoresOf(await select(table, "variance"));
    for (const [name, value] of Object.entries(expected.variance))
      expect(scores[name], name).toBeCloseTo(value, 9);
  });
});

describe("variance", () => {
  const table = tableOf(
    {
      constant: [5, 5, 5, 5],
      missing: [NaN, NaN, NaN, NaN],
      there: [5, NaN, 5, 5],
      infinite: [0, 0, Infinity, 0],
      one: ["a", "a", "a", "a"],
      two: ["a", "b", "a", "b"],
      flag: [0, 1, 0, 1],
    },
    [0, 1, 0, 1],
  );

  test("drops what is constant or missing, not what is there or not", async () => {
    expect(namesOf(table, await select(table, "variance"))).toEqual(["there", "infinite", "two", "flag"]);
  });

  test("of a flag is that of two categories", async () => {
    const scores = scoresOf(await select(table, "variance"));
    expect(scores).toMatchObject({ two: 0.25, flag: 0.25, there: 3 / 16, infinite: 3 / 16 });
  });
});

describe("correlation", () => {
  const random = new Random(5);
  const labels = Array.from({ length: 400 }, (_, row) => row % 2);
  const signal = labels.map((label) => label + random.normal());
  const blurred = signal.map((value, row) => value - 0.2 * labels[row]);
  const word = labels.map((label, row) => (row % 3 === 0 ? "x" : label === 0 ? "y" : "z"));

  test("the column that says more of the label stays, by name where they say the same", async () => {
    const table = tableOf(
      { zebra: signal, blurred, copy: signal.map((value) => 3 * value - 1), labels },
      labels,
    );
    const selection = await select(table, "correlation:0.95");
    const kept = namesOf(table, selection);
    expect(kept).toContain("labels");
    expect(kept).toContain("copy");
    expect(kept).not.toContain("zebra");
    const dropped = selection.report[0].columns.find(({ name }) => name === "zebra");
    expect(dropped?.like?.name).toBe("copy");
    expect(dropped?.like?.value).toBeCloseTo(1, 9);
  });

  test("categories are compared among themselves", async () => {
    const renamed = word.map((value) => `${value}${value}`);
    const table = tableOf({ second: renamed, first: word, signal }, labels);
    expect(namesOf(table, await select(table, "correlation:0.99"))).toEqual(["first", "signal"]);
  });

  test("what stays is alike to nothing that stays", async () => {
    const noisy = [0.01, 0.3, 1, 2].map((noise) => signal.map((value) => value + noise * random.normal()));
    const table = tableOf(
      { signal, ...Object.fromEntries(noisy.map((values, index) => [`n${index}`, values])) },
      labels,
    );
    const sizes: number[] = [];
    for (const threshold of [0.2, 0.5, 0.9, 0.999]) {
      const { columns } = await select(table, `correlation:${threshold}`);
      sizes.push(columns.length);
      const again = await selectColumns(
        { ...table, values: table.values, schema: table.schema },
        undefined,
        parseSelection(`correlation:${threshold}`),
        { seed: 9 },
      );
      expect(again.columns).toEqual(columns);
    }
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes[0]).toBeLessThan(sizes[3]);
  });
});

describe("selection by models", () => {
  test("elimination ends with as many as asked, the last dropped ranked first", async () => {
    for (const wanted of [1, 3, 8, 20]) {
      const { columns, report } = await select(TABLE, `elimination:${wanted}:0.3`);
      expect(columns.length).toBe(Math.min(wanted, 8));
      expect(report[0].columns.filter(({ kept }) => kept).length).toBe(columns.length);
    }
  });

  test("permutation finds noise useless on rows held aside", async () => {
    const scores = scoresOf(await select(TABLE, "permutation"));
    expect(scores.rate).toBeGreaterThan(0.2);
    expect(Math.abs(scores.noise)).toBeLessThan(0.1 * scores.rate);
    expect(scores.constant).toBe(0);
  });

  test("a model of the caller's is asked where one is given", async () => {
    let fits = 0;
    const selection = await selectColumns(TABLE, undefined, parseSelection("model:2"), {
      seed: 1,
      fit: (table, context) => {
        fits++;
        return boosting.fit(table, { iterations: 3, earlyStopping: 0 }, context);
      },
    });
    expect([fits, selection.columns.length]).toEqual([1, 2]);
  });
});

describe("steps", () => {
  test("each on what the one before has left", async () => {
    const selection = await select(TABLE, "variance:0,anova:5,model:2");
    expect(selection.report.map(({ columns }) => columns.length)).toEqual([8, 7, 5]);
    expect(selection.columns.length).toBe(2);
  });

  test("none keeps all", async () => {
    const { columns, report } = await selectColumns(TABLE, undefined, [], { seed: 1 });
    expect([columns.length, report.length]).toEqual([8, 0]);
  });

  test("what leaves nothing, or has one class only, is refused", async () => {
    expect((await failureOf(select(TABLE, "variance:0.5"))).message).toContain("leaves none of 8 columns");
    const one = Int32Array.from(TABLE.labels.keys()).filter((row) => TABLE.labels[row] === 0);
    for (const id of IDS) {
      const work = select(TABLE, id, one);
      if (id === "variance" || id === "correlation") expect((await work).columns.length).toBeGreaterThan(0);
      else expect((await failureOf(work)).code).toBe("training-data");
    }
    expect((await failureOf(select(TABLE, "anova", new Int32Array(0)))).code).toBe("training-data");
  });
});

async function failureOf(work: Promise<unknown>): Promise<OrbweaverError> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(OrbweaverError);
  expect((failure as OrbweaverError).message).not.toContain("\n");
  return failure as OrbweaverError;
}
