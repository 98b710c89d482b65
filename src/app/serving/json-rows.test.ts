import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foreignSchema } from "../../feature/table.ts";
import { Fields } from "./fields.ts";
import { JsonRowReader } from "./json-rows.ts";
import { RowBlock } from "./rows.ts";

const column = (name: string, categories: string[] = []) => ({
  name,
  kind: categories.length > 0 ? ("categorical" as const) : ("numeric" as const),
  unit: "",
  categories,
  description: "",
});
const schema = foreignSchema("test", [
  column("tcp.srcport"),
  column("Tx Packets"),
  column("flag", ["SF", "S0", "7"]),
]);

function quickly(text: string): { shape: string | undefined; rows: number[][] } {
  const fields = new Fields(schema);
  const block = new RowBlock(fields);
  const shape = new JsonRowReader(fields).read(Buffer.from(text), block);
  return { shape, rows: rowsOf(block) };
}

function rowsOf(block: RowBlock): number[][] {
  return Array.from({ length: block.count }, (_, row) => [...block.values.slice(row * 3, row * 3 + 3)]);
}

/** The same by way of JSON.parse. */
function slowly(text: string): number[][] {
  const value = JSON.parse(text) as Record<string, unknown>;
  const block = new RowBlock(new Fields(schema));
  const list = Array.isArray(value) ? value : (value["rows"] ?? value["instances"] ?? [value]);
  for (const row of list as unknown[]) block.add(row);
  return rowsOf(block);
}

describe("rows read from bytes", () => {
  test.each([
    ['{"tcp.srcport":1,"Tx Packets":2.5,"flag":"SF"}', "row", [[1, 2.5, 0]]],
    [' { "flag" : "S0" , "TxPackets" : -0.125, "tcp_srcport":1e3 } \n', "row", [[1000, -0.125, 1]]],
    [
      '[{"tcp.srcport":1,"Tx Packets":null,"flag":"SF"},{"flag":7,"tcp.srcport":2,"Tx Packets":3}]',
      "list",
      [
        [1, Number.NaN, 0],
        [2, 3, 2],
      ],
    ],
    [
      '{"rows":[[1,2,"SF"],[3,4,"S0"]]}',
      "rows",
      [
        [1, 2, 0],
        [3, 4, 1],
      ],
    ],
    [
      '{"instances":[{"tcp.srcport":1,"Tx Packets":2,"flag":"SF","Label":"x","ip.src":"1.2.3.4"}]}',
      "instances",
      [[1, 2, 0]],
    ],
  ])("%s", (text, shape, rows) => {
    expect(quickly(text)).toEqual({ shape, rows });
  });

  test.each([
    ["escapes", '{"tcp\\u002esrcport":1,"Tx Packets":2,"flag":"SF"}'],
    ["a field twice", '{"tcp.srcport":1,"Tx Packets":2,"flag":"SF","tcp.srcport":4}'],
    ["two spellings of a field", '{"tcp.srcport":1,"Tx Packets":2,"flag":"SF","tcp_srcport":4}'],
    ["an absent field", '{"tcp.srcport":1,"flag":"SF"}'],
    ["an unknown field", '{"tcp.srcport":1,"Tx Packets":2,"flag":"SF","colour":4}'],
    ["a text for a number", '{"tcp.srcport":"1","Tx Packets":2,"flag":"SF"}'],
    ["an unknown category", '{"tcp.srcport":1,"Tx Packets":2,"flag":"??"}'],
    ["nesting", '{"tcp.srcport":[1],"Tx Packets":2,"flag":"SF"}'],
    ["too few values", "[[1,2]]"],
    ["too many values", '[[1,2,"SF",4]]'],
    ["no rows", "[]"],
    ["a comma too many", '[[1,2,"SF"],]'],
    ["a leading zero", '[[01,2,"SF"]]'],
    ["a bare point", '[[1.,2,"SF"]]'],
    ["a bare exponent", '[[1e,2,"SF"]]'],
    ["a plus", '[[+1,2,"SF"]]'],
    ["something behind", '[[1,2,"SF"]] x'],
    ["an end too soon", '[[1,2,"SF"'],
    ["nothing", ""],
    ["another member", '{"rows":[[1,2,"SF"]],"more":1}'],
  ])("%s is left to others, and no row is added", (_, text) => {
    expect(quickly(text)).toEqual({ shape: undefined, rows: [] });
  });

  test("numbers are those of JSON.parse, bit for bit", () => {
    const digits = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
      fc.integer().map(String),
      fc.tuple(fc.integer(), fc.stringMatching(/^\d{1,20}$/)).map(([whole, rest]) => `${whole}.${rest}`),
      fc
        .tuple(fc.integer({ min: -400, max: 400 }), fc.constantFrom("e", "E", "e+0"))
        .map(([power, mark]) => `1.5${mark}${power < 0 && mark === "e+0" ? -power : power}`),
      fc.constantFrom("-0", "0.1", "9007199254740993", "123456789012345.6", "4.9e-324"),
    );
    fc.assert(
      fc.property(digits, digits, (first, second) => {
        const text = `[[${first},${second},"SF"]]`;
        const { rows } = quickly(text);
        const [[a, b]] = JSON.parse(text) as number[][];
        expect(Object.is(rows[0]?.[0], a) && Object.is(rows[0]?.[1], b), text).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("whatever it takes means the same as in the whole way", () => {
    const number = fc.oneof(
      { weight: 9, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
      { weight: 9, arbitrary: fc.integer() },
      { weight: 1, arbitrary: fc.constantFrom(null, true, "SF", "1") },
    );
    const members = fc.tuple(
      fc.tuple(fc.constantFrom("tcp.srcport", "tcp_srcport"), number),
      fc.tuple(fc.constantFrom("Tx Packets", "txpackets"), number),
      fc.tuple(fc.constant("flag"), fc.constantFrom("SF", "S0", 7, "no")),
      fc.tuple(fc.constantFrom("Label", "colour", "flag"), fc.oneof(number, fc.string())),
    );
    const row = fc
      .tuple(members, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 4 }))
      .map(([all, turn, size]) => {
        const kept = size === 0 ? all : all.slice(0, 3);
        const turned = [...kept.slice(turn), ...kept.slice(0, turn)];
        return `{${turned.map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`).join(", ")}}`;
      });
    let taken = 0;
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), (rows) => {
        const text = `[${rows.join(",")}]`;
        const quick = quickly(text);
        if (quick.shape === undefined) return;
        taken++;
        expect(quick.rows).toEqual(slowly(text));
      }),
      { numRuns: 1000, seed: 3 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
