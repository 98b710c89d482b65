// The columns of a file, read from its beginning, and which are kept unless somebody chooses.

import { expect, test } from "vitest";
import { columnsOfFile, columnsOfText, columnsToKeep } from "./file-columns.ts";

test("headers of CSV in the delimiters that there are, quoted or not", () => {
  expect(columnsOfText("\uFEFF Destination Port, Flow Duration,Label\r\n1,2,x")).toEqual([
    "Destination Port",
    "Flow Duration",
    "Label",
  ]);
  expect(columnsOfText('a;"b;""c""";d\n')).toEqual(["a", 'b;"c"', "d"]);
  expect(columnsOfText("a\tb\n")).toEqual(["a", "b"]);
});

test("keys of JSON lines", () => {
  expect(columnsOfText('{"a": 1, "<img>": 2}\n{"c": 3}')).toEqual(["a", "<img>"]);
  expect(columnsOfText('{"a": 1')).toBeUndefined();
});

test("what has no header tells nothing", () => {
  expect(columnsOfText("0,tcp,http,SF,181\n")).toBeUndefined();
  expect(columnsOfText("PAR1\0\0")).toBeUndefined();
  expect(columnsOfText("")).toBeUndefined();
  expect(columnsOfText("one\n")).toBeUndefined();
});

test("packed files are unpacked as far as it takes", async () => {
  const rows = `a,b,c\n${"1,2,3\n".repeat(200_000)}`;
  const packed = new Blob([rows]).stream().pipeThrough(new CompressionStream("gzip"));
  const file = new File([await new Response(packed).blob()], "rows.csv.gz");
  expect(await columnsOfFile(file)).toEqual(["a", "b", "c"]);
  expect(await columnsOfFile(new File(["no gzip"], "rows.csv.gz"))).toBeUndefined();
  expect(await columnsOfFile(new File([rows], "rows.csv"))).toEqual(["a", "b", "c"]);
});

test("columns that the model does not take are kept, else the first ones", () => {
  expect(columnsToKeep(["ip.src", "Flow Duration", "Label"], ["FlowDuration"])).toEqual(["ip.src", "Label"]);
  expect(columnsToKeep(["a", "b", "c", "d"], ["A", "B", "C", "D"])).toEqual(["a", "b", "c"]);
});
