import { describe, expect, test } from "vitest";
import type { InfluxBucket } from "./address.ts";
import { type FluxRow, fluxQuery, fluxReader, fluxText, rfc3339Us } from "./query-2.ts";

const BUCKET: InfluxBucket = {
  version: 2,
  origin: "http://localhost:8086",
  name: "influx2://localhost:8086?org=o&bucket=b",
  organisation: "o",
  bucket: 'a "b"',
  measurement: "m",
  start: "-30d",
};

function read(text: string, size = text.length): FluxRow[] {
  const reader = fluxReader(BUCKET);
  for (let at = 0; at < text.length; at += size) reader.push(text.slice(at, at + size));
  reader.end();
  return reader.taken();
}

// Two tables of different columns, as the reference of annotated CSV shows them.
const ANSWER = [
  "#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,string,string,double,long,boolean,string",
  "#group,false,false,true,true,false,true,true,false,false,false,false",
  "#default,_result,,,,,,,,,,",
  ",result,table,_start,_stop,_time,_measurement,host,bytes,packets,up,note",
  ',,0,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,2024-01-02T03:04:05.123456789Z,m,a,1.5,3,true,"two, ""quoted""\nlines"',
  ",,0,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,2024-01-02T03:04:06Z,m,a,+Inf,,false,",
  "",
  "#datatype,string,long,dateTime:RFC3339,string,double,dateTime:RFC3339",
  "#group,false,false,false,true,false,false",
  "#default,_result,,,,7,",
  ",result,table,_time,site,bytes,seen",
  ",,1,2024-01-02T03:04:07Z,b,,1969-12-31T23:59:59.5Z",
  ",,1,2024-01-02T03:04:07Z,b,NaN,",
  "",
].join("\r\n");

describe("annotated CSV", () => {
  test("gives rows of all tables, typed, without what the server computes for itself", () => {
    expect(read(ANSWER)).toEqual([
      {
        timeUs: "1704164645123456",
        cells: [
          { name: "host", type: "text", value: "a" },
          { name: "bytes", type: "number", value: "1.5" },
          { name: "packets", type: "number", value: "3" },
          { name: "up", type: "boolean", value: "true" },
          { name: "note", type: "text", value: 'two, "quoted"\nlines' },
        ],
      },
      {
        timeUs: "1704164646000000",
        cells: [
          { name: "host", type: "text", value: "a" },
          { name: "bytes", type: "number", value: "Infinity" },
          { name: "up", type: "boolean", value: "false" },
        ],
      },
      {
        timeUs: "1704164647000000",
        cells: [
          { name: "site", type: "text", value: "b" },
          { name: "bytes", type: "number", value: "7" },
          { name: "seen", type: "number", value: "-500000" },
        ],
      },
      { timeUs: "1704164647000000", cells: [{ name: "site", type: "text", value: "b" }] },
    ]);
  });

  test("is the same however it is cut", () => {
    for (const size of [1, 2, 7]) expect(read(ANSWER, size)).toEqual(read(ANSWER));
  });

  test("tells of a query that failed in the middle", () => {
    const failed =
      "#datatype,string,string\n#group,true,true\n#default,,\n,error,reference\n,out of memory,897\n";
    expect(() => read(ANSWER + failed)).toThrow("InfluxDB at http://localhost:8086 refuses: out of memory");
  });
});

test("the query asks for every point of the measurement as a row", () => {
  expect(fluxQuery({ ...BUCKET, stop: "now()" })).toBe(
    'from(bucket: "a \\"b\\"")\n  |> range(start: -30d, stop: now())\n  |> filter(fn: (r) => r._measurement == "m")\n' +
      '  |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")',
  );
});

test("texts of Flux compute nothing", () => {
  const computed = ["$", "{d}"].join("");
  expect(fluxText(`a"b\\c${computed}\n`)).toBe(`"a\\"b\\\\c\\${computed}\\n"`);
});

test.each([
  ["2024-01-02T03:04:05Z", "1704164645000000"],
  ["2024-01-02T03:04:05.1Z", "1704164645100000"],
  ["2024-01-02T04:04:05.000001+01:00", "1704164645000001"],
  ["1969-12-31T23:59:59.999999999Z", "-1"],
  ["2024-13-02T03:04:05Z", undefined],
  ["yesterday", undefined],
])("%s is %s us", (text, us) => {
  expect(rfc3339Us(text)).toBe(us);
});
