import { describe, expect, test } from "vitest";
import { SCHEMAS } from "../../feature/schemas/_index.ts";
import { foreignSchema, type TableSchema } from "../../feature/table.ts";
import { FIELD, Fields } from "./fields.ts";
import { CsvRowReader, JsonLinesReader } from "./row-texts.ts";
import { RowBlock } from "./rows.ts";

function schemaOf(id: string): TableSchema {
  return SCHEMAS.find((schema) => schema.id === id) as TableSchema;
}

const column = (name: string, categories: string[] = []) => ({
  name,
  kind: categories.length > 0 ? ("categorical" as const) : ("numeric" as const),
  unit: "",
  categories,
  description: "",
});

describe("names of fields", () => {
  test.each([
    ["apa", "tcp.srcport", "tcp.srcport"],
    ["apa", "tcp_srcport", "tcp.srcport"],
    ["apa", "TCP SrcPort", "tcp.srcport"],
    ["apa", "Tx Packets", "Tx Packets"],
    ["apa", "tx_packets", "Tx Packets"],
    ["kdd", "src_bytes", "src_bytes"],
    ["kdd", "srcBytes", "src_bytes"],
    ["cic-v4", "Flow Duration", "Flow Duration"],
    ["cic-v4", "FlowDuration", "Flow Duration"],
    ["cic-v4", "flow_duration", "Flow Duration"],
    ["cic-v3", "Total Fwd Packets", "Tot Fwd Pkts"],
    ["cic", "Tot Fwd Pkts", "total_fwd_packet"],
  ])("of %s: %s is %s", (id, name, column) => {
    const schema = schemaOf(id);
    expect(schema.columns[new Fields(schema).indexOf(name)]?.name).toBe(column);
  });

  test("every column of every schema is found by its own name, and by it in small letters without blanks", () => {
    for (const schema of SCHEMAS) {
      const fields = new Fields(schema);
      schema.columns.forEach(({ name }, index) => {
        expect(fields.indexOf(name), `${schema.id} ${name}`).toBe(index);
        const plain = fields.indexOf(name.toLowerCase().replaceAll(/[ ._]/g, ""));
        expect([index, FIELD.ambiguous], `${schema.id} ${name}`).toContain(plain);
      });
    }
  });

  test("a spelling that could mean two columns is refused; each is found by its own name", () => {
    const fields = new Fields(foreignSchema("x", [column("a b"), column("a_b")]));
    expect(fields.indexOf("a b")).toBe(0);
    expect(fields.indexOf("a_b")).toBe(1);
    expect(fields.indexOf("ab")).toBe(FIELD.ambiguous);
    expect(() => new RowBlock(fields).add({ ab: 1 })).toThrow(
      /ab: found a name that could mean several columns/,
    );
  });

  test.each(["ip.src", "Label", "Flow ID", "Timestamp", "frame.time", "Dst IP"])(
    "%s is no feature",
    (name) => {
      expect(new Fields(schemaOf("apa")).indexOf(name)).toBe(FIELD.ignored);
    },
  );

  test("names that mean nothing are told, and no more are remembered than there is room for", () => {
    const fields = new Fields(foreignSchema("x", [column("a")]));
    const block = new RowBlock(fields);
    block.add({ a: 1, colour: 2 });
    expect([...block.unknownFields]).toEqual(["colour"]);
    for (let index = 0; index < 10_000; index++) expect(fields.indexOf(`n${index}`)).toBe(FIELD.unknown);
  });

  test("names of objects' prototypes are names like any other", () => {
    const fields = new Fields(foreignSchema("x", [column("a")]));
    for (const name of ["__proto__", "constructor", "toString"])
      expect(fields.indexOf(name)).toBe(FIELD.unknown);
  });
});

describe("values", () => {
  const fields = new Fields(foreignSchema("x", [column("n"), column("c", ["tcp", "udp", "6"])]));
  test.each([
    [0, 1.5, 1.5],
    [0, "1.5", 1.5],
    [0, " 2 ", 2],
    [0, "Infinity", Number.POSITIVE_INFINITY],
    [0, "-inf", Number.NEGATIVE_INFINITY],
    [0, "NaN", Number.NaN],
    [0, "", Number.NaN],
    [0, null, Number.NaN],
    [0, true, 1],
    [0, [0.05], 0.05],
    [1, "udp", 1],
    [1, ["tcp"], 0],
    [1, 6, 2],
    [1, "sctp", Number.NaN],
  ])("of column %i: %j is %d", (at, value, number) => {
    expect(fields.valueOf(at, value)).toBe(number);
  });

  test.each([
    [0, "abc"],
    [0, "0x10"],
    [0, {}],
    [0, [1, 2]],
    [1, true],
    [1, {}],
  ])("of column %i: %j is refused", (at, value) => {
    expect(fields.valueOf(at, value)).toMatchObject({ field: at === 0 ? "n" : "c" });
  });
});

describe("rows as text", () => {
  const fields = new Fields(foreignSchema("x", [column("n"), column("c", ["tcp", "a,b", 'say "no"'])]));

  function csv(text: string, piece = text.length): number[][] {
    const block = new RowBlock(fields);
    const reader = new CsvRowReader(block);
    for (let at = 0; at < text.length; at += piece) reader.push(text.slice(at, at + piece), () => undefined);
    reader.end(() => undefined);
    return Array.from({ length: block.count }, (_, row) => [...block.values.slice(row * 2, row * 2 + 2)]);
  }

  test("CSV with quotes, line ends of both kinds, a mark at its beginning and no line end at its end", () => {
    const text = '\uFEFFc,Label,n\r\n"a,b",x,1\r\n\r\n"say ""no""","x\ny",2\ntcp,x,';
    const rows = [
      [1, 1],
      [2, 2],
      [Number.NaN, 0],
    ];
    expect(csv(text)).toEqual(rows);
    for (const piece of [1, 2, 5]) expect(csv(text, piece)).toEqual(rows);
  });

  test("semicolons", () => {
    expect(csv("n;c\n1;tcp\n")).toEqual([[1, 0]]);
  });

  test.each([
    ["", "no header"],
    ["n,c\n1\n", "row: found 1 fields, expected 2"],
    ["n,c\n1,tcp\nx,tcp\n", "row 2: n: found"],
    ['n,c\n1,"tcp', "inside quotes"],
    ["n,c,n\n", "twice"],
    ["n\n1\n", "missing feature: c"],
  ])("%j is refused", (text, message) => {
    expect(() => csv(text)).toThrow(message);
  });

  test("a record without end is refused before it is held whole", () => {
    const reader = new JsonLinesReader(new RowBlock(fields), JSON.parse);
    expect(() => reader.push("x".repeat(2 ** 21), () => undefined)).toThrow(/more than/);
  });
});
