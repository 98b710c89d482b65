import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import {
  createLineParser,
  isLineProtocol,
  LINE_CHARACTERS_MAX,
  microseconds,
  type TimePrecision,
} from "./line-protocol.ts";

interface Told {
  points: { measurement: string; tags: unknown; fields: unknown; timeUs: string }[];
  rejects: [line: number, reason: string, text: string][];
}

function parse(text: string, precision: TimePrecision = "ns", size = text.length): Told {
  const told: Told = { points: [], rejects: [] };
  const parser = createLineParser(precision, {
    onPoint({ measurement, tagCount, count, keys, values, types, timeUs }) {
      const pairs = keys.slice(0, count).map((key, place) => [key, values[place], types[place]] as const);
      told.points.push({
        measurement,
        tags: Object.fromEntries(pairs.slice(0, tagCount)),
        fields: Object.fromEntries(pairs.slice(tagCount).map(([key, value, type]) => [key, [type, value]])),
        timeUs,
      });
    },
    onReject: (line, reason, rejected) => told.rejects.push([line, reason, rejected]),
  });
  for (let at = 0; at < text.length; at += Math.max(1, size)) parser.push(text.slice(at, at + size));
  parser.end();
  return told;
}

/** As in points, with every value as type and text. */
function fieldsOf(text: string): unknown {
  const { points, rejects } = parse(text);
  expect(rejects).toEqual([]);
  return points[0].fields;
}

describe("a point", () => {
  test("has measurement, tags, fields and time", () => {
    expect(parse("flows,host=a,site=b bytes=12.5,packets=3i,up=T 1709542800123456789\n").points).toEqual([
      {
        measurement: "flows",
        tags: { host: "a", site: "b" },
        fields: { bytes: ["number", "12.5"], packets: ["number", "3"], up: ["boolean", "true"] },
        timeUs: "1709542800123456",
      },
    ]);
  });

  // What InfluxDB 1.6 reads from the same lines; test/integration/influx.test.ts asks it.
  test.each([
    ["e,t=a\\ b\\=c x=1", { t: "a b=c" }],
    ["e,t=a\\b x=1", { t: "a\\b" }],
    ["e,t=a\\\\b x=1", { t: "a\\\\b" }],
    ['e,a"b=c"d x=1', { 'a"b': 'c"d' }],
    ["e,a\\,b\\=\\ c=1 x=1", { "a,b= c": "1" }],
  ])("%s has tags %j", (line, tags) => {
    expect(parse(line).points[0].tags).toEqual(tags);
  });

  test.each([
    ['e s="a b,c=d"', { s: ["text", "a b,c=d"] }],
    ['e s="q\\"u\\\\o\\nte"', { s: ["text", 'q"u\\o\\nte'] }],
    ['e s="a\\\\"', { s: ["text", "a\\"] }],
    ['e s=""', { s: ["text", ""] }],
    ['e s="two\nlines",n=1', { s: ["text", "two\nlines"], n: ["number", "1"] }],
    ["e k\\ y=5", { "k y": ["number", "5"] }],
    [
      "e x=.5,y=5.,z=1e+5,w=-0,v=01",
      {
        x: ["number", ".5"],
        y: ["number", "5."],
        z: ["number", "1e+5"],
        w: ["number", "-0"],
        v: ["number", "01"],
      },
    ],
    [
      "e i=-9223372036854775808i,u=18446744073709551615u",
      {
        i: ["number", "-9223372036854775808"],
        u: ["number", "18446744073709551615"],
      },
    ],
    [
      "e a=t,b=TRUE,c=f,d=False",
      {
        a: ["boolean", "true"],
        b: ["boolean", "true"],
        c: ["boolean", "false"],
        d: ["boolean", "false"],
      },
    ],
    ["e x=1,x=2", { x: ["number", "2"] }],
    [" e  x=1  5 ", { x: ["number", "1"] }],
  ])("%s has fields %j", (line, fields) => {
    expect(fieldsOf(line)).toEqual(fields);
  });

  test("escapes of measurements", () => {
    expect(parse("a\\ b\\,c x=1").points[0].measurement).toBe("a b,c");
  });
});

describe("a line that is no point is rejected with its number and the reason", () => {
  test.each([
    ["bad", "a measurement without fields"],
    ["e,a=b", "a measurement without fields"],
    [",a=b x=1", "no measurement"],
    ["e,a= x=1", "tag 'a' has no value"],
    ["e,=b x=1", "a tag without a name"],
    ["e,a x=1", "a tag without '='"],
    ["e,a=b=c x=1", "tag 'a': '=' without a backslash"],
    ["e,a=b,a=c x=1", "tag 'a' twice"],
    ["e x", "a field without '='"],
    ["e =1", "a field without a name"],
    ["e x=", "field 'x' has no value"],
    ["e x=1,", "a field without '='"],
    ["e x=NaN", "field 'x': found NaN, expected a number, a boolean, or a text in quotes"],
    ["e x=+1", "field 'x': found +1, expected a number, a boolean, or a text in quotes"],
    ["e x=0x10", "field 'x': found 0x10, expected a number, a boolean, or a text in quotes"],
    ["e x=1e400", "field 'x': found 1e400, expected a number, a boolean, or a text in quotes"],
    ["e x=1e", "field 'x': found 1e, expected a number, a boolean, or a text in quotes"],
    ["e x=-", "field 'x': found -, expected a number, a boolean, or a text in quotes"],
    ["e x=1.5i", "field 'x': found 1.5i, expected a number, a boolean, or a text in quotes"],
    ["e x=-1u", "field 'x': found -1u, expected a number, a boolean, or a text in quotes"],
    [
      "e x=9223372036854775808i",
      "field 'x': found 9223372036854775808i, expected a number, a boolean, or a text in quotes",
    ],
    ['e x="a"b', "field 'x': something behind the closing quote"],
    ['e x="a', "a text that is not closed by a quote"],
    ["e x=1 y", "something behind the fields that is no time in whole numbers"],
    ["e x=1 1 1", "something behind the fields that is no time in whole numbers"],
    ["e x=1 -", "something behind the fields that is no time in whole numbers"],
    ["e x=1 9223372036854775808", "a time that is out of range"],
  ])("%s: %s", (line, reason) => {
    const { points, rejects } = parse(`ok x=1\n${line}\nok x=2\n`);
    expect(rejects).toEqual([[2, reason, line]]);
    expect(points.map(({ measurement }) => measurement)).toEqual(["ok", "ok"]);
  });

  test("a quote that stays open takes no later line with it", () => {
    const { points, rejects } = parse('a x=1\nb s="open\nc x=2\nd s="closed"\ne x=3\n');
    expect(rejects.map(([line]) => line)).toEqual([2]);
    expect(points.map(({ measurement }) => measurement)).toEqual(["a", "c", "d", "e"]);
  });

  test("a line that is too long is passed over", () => {
    const { points, rejects } = parse(
      `a x=1\nb x=${"1".repeat(LINE_CHARACTERS_MAX + 9)}\nc x=2\n`,
      "ns",
      65_536,
    );
    expect(rejects.map(([line, reason]) => [line, reason])).toEqual([[2, "longer than 1048576 characters"]]);
    expect(points.map(({ measurement }) => measurement)).toEqual(["a", "c"]);
  });

  test("tags are told apart again after lines with fields in their places", () => {
    const { rejects } = parse("e,a=1,b=2 x=1\ne,a=1 a=1\ne,a=1,a=2 x=1\ne,a=1,b=2 x=1\n");
    expect(rejects).toEqual([[3, "tag 'a' twice", "e,a=1,a=2 x=1"]]);
  });
});

test("comments, blank lines and line ends of Windows are no points, and count as lines", () => {
  const { points, rejects } = parse('# head\r\n\r\n  \n  # more\na s="x\r\ny" 1000\r\n\nbad\r\nb x=1');
  expect(points.map(({ measurement, timeUs }) => [measurement, timeUs])).toEqual([
    ["a", "1"],
    ["b", ""],
  ]);
  expect(points[0].fields).toEqual({ s: ["text", "x\r\ny"] });
  expect(rejects).toEqual([[8, "a measurement without fields", "bad"]]);
});

describe("times", () => {
  test.each<[string, TimePrecision, string | undefined]>([
    ["1709542800123456789", "ns", "1709542800123456"],
    ["999", "ns", "0"],
    ["-1", "ns", "-1"],
    ["-1000", "ns", "-1"],
    ["-1001", "ns", "-2"],
    ["0001000", "ns", "1"],
    ["9223372036854775807", "ns", "9223372036854775"],
    ["9223372036854775808", "ns", undefined],
    ["1709542800123456", "us", "1709542800123456"],
    ["1709542800123", "ms", "1709542800123000"],
    ["-5", "s", "-5000000"],
    ["1709542800", "s", "1709542800000000"],
    ["99999999999999", "s", undefined],
  ])("%s in %s is %s us", (digits, precision, us) => {
    expect(microseconds(digits, precision)).toBe(us);
  });
});

describe("any text", () => {
  const alphabet = [...'ab,= \\"\n\r#-+.0159eiutTé\u0000'];

  test("gives the same points and rejects, however it is cut", () => {
    const text = fc.array(fc.constantFrom(...alphabet), { maxLength: 80 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), (noise, size) => {
        const whole = `m,t=v a=1,b="x" 7\n${noise}\nm,t=v a=2 8\n`;
        expect(parse(whole, "ns", size)).toEqual(parse(whole));
      }),
      { seed: 41, numRuns: 3000 },
    );
  });

  test("is never worth an exception, and every line is a point, a reject or nothing", () => {
    const random = new Random(7);
    const seed = 'm,t=v\\ w a=1.5e3,b="x\\"y",c=T,d=7i 1709542800123456789\n'.repeat(3);
    for (let round = 0; round < 4000; round++) {
      const text = [...seed];
      for (let change = random.integer(1, 6); change > 0; change--) {
        text[random.integer(0, text.length - 1)] = random.pick(alphabet);
      }
      const mutated = text.join("");
      const { points, rejects } = parse(mutated);
      expect(points.length + rejects.length).toBeLessThanOrEqual(mutated.split("\n").length);
      for (const { fields } of points)
        for (const [type, value] of Object.values(fields as Record<string, [string, string]>))
          if (type === "number") expect(Number.isFinite(Number(value))).toBe(true);
    }
  });
});

describe("line protocol is told by its content", () => {
  test.each([
    ["cpu,host=a usage=1.5 1709542800000000000\n", true],
    ["# from Telegraf\n\ncpu usage=1\ncpu usage=2\ncut off in the mid", true],
    ["m value=1", true],
    ["a,b,c\n1,2,3\n4,5,6\n", false],
    ["name value\nx y\n", false],
    ['{"a": 1}\n', false],
    ["0,tcp,http,SF,181,5450,normal.\n", false],
    ["#fields\tts\tuid\n1.5\tabc\n", false],
    ["StartTime Flgs Proto=1\n", false],
    ["", false],
  ])("%j: %s", (text, expected) => {
    expect(isLineProtocol(text)).toBe(expected);
  });
});
