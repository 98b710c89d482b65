import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { column } from "../../../test/support/prepared.ts";
import { type Duck, openDuck } from "../duck.ts";
import { compileCondition, ExpressionError } from "./expression.ts";

const COLUMNS = [
  "f:a:number",
  "f:b:number",
  "f:t:text",
  "f:odd, `name`:category",
  "i:start_us:time",
  "f:in:number",
].map(column);
/** One row: 2018-02-15T13:26:00Z. */
const ROW = `SELECT 3::DOUBLE AS a, NULL::DOUBLE AS b, 'DDoS_x%' AS t, 'it''s' AS "odd, \`name\`", 1518701160000000::BIGINT AS start_us, 1::DOUBLE AS "in"`;

let duck: Duck;
beforeAll(async () => {
  duck = await openDuck({ memoryLimit: "100MB" });
});
afterAll(() => duck.close());

async function isTrue(expression: string): Promise<boolean> {
  const sql = compileCondition(expression, COLUMNS);
  const rows = (
    await duck.connection.runAndReadAll(`SELECT coalesce(${sql}, false) FROM (${ROW})`)
  ).getRows();
  return rows[0][0] as boolean;
}

describe("true for the row a = 3, b missing, t = 'DDoS_x%'", () => {
  test.each([
    "a = 3",
    "a == 3.0 and a != 4 and a <> 5",
    "a >= 3 and a <= 3 and not a < 3 and not a > 3",
    "a in (1, 2, 3)",
    "a not in (1, 2)",
    "a + 1 * 2 = 5",
    "(a + 1) * 2 = 8",
    "-a < -2.5e0",
    "a % 2 = 1 and a / 2 = 1.5 and 10 - a - 2 = 5",
    "b is missing",
    "a is not missing",
    "a = 1 or a = 2 or a = 3",
    "a = 3 or b = 1",
    "not (a = 1 and a = 2)",
    "not not a = 3",
    "t = 'DDoS_x%'",
    't = "DDoS_x%"',
    "t like 'DDoS*'",
    "t like 'ddos*' or t like '*_x%'",
    "t like 'DDoS?x?'",
    "t not like 'DDoSyx*'",
    "lower(t) = 'ddos_x%' and length(t) = 7",
    "starts_with(t, 'DD') and ends_with(t, '%') and contains(t, 'oS_')",
    "`odd, ``name``` = 'it''s'",
    "start_us >= '2018-02-15T09:26:00-04:00' and start_us < '2018-02-15T13:26:00.000001Z'",
    "start_us = 1_518_701_160_000_000",
    "`in` = 1",
    "abs(-a) = floor(3.7)",
    "not is_infinite(a)",
    "true",
  ])("%s", async (expression) => {
    expect(await isTrue(expression)).toBe(true);
  });
});

describe("not true for it", () => {
  test.each([
    "b = 1",
    "b <> 1",
    "not b = 1",
    "b in (1, 2)",
    "b not in (1, 2)",
    "a = 3 and b = 1",
    "t like 'ddos*'",
    "t like 'DDoS_y%'",
    "t like 'DDoSxx%'",
    "false",
    "a = 1 or a = 2 and a = 3",
  ])("%s", async (expression) => {
    expect(await isTrue(expression)).toBe(false);
  });
});

describe("refused", () => {
  test.each([
    ["c = 1", "there is no column 'c'"],
    ["A = 3", "there is no column 'A'"],
    ["t = benign", "there is no column 'benign' (texts stand in quotes"],
    ["a = 'x'", "compares a number with a text"],
    ["t > 5", "compares a text with a number"],
    ["a", "the whole is a number, expected a condition"],
    ["a + t = 1", "what '+' joins is a text, expected a number"],
    ["a and t = 'x'", "what 'and' joins is a number"],
    ["not a", "what 'not' stands before is a number"],
    ["a =", "it ends, expected a column, a number or a text"],
    ["a = 1 1", "found '1', expected the end, 'and' or 'or'"],
    ["(a = 1", "it ends, expected ')'"],
    ["a = 1)", "found ')'"],
    ["a = 1; DROP TABLE x", "found ';'"],
    ["a = 1 -- x", "there is no column 'x'"],
    ["t = 'x", "' is not closed"],
    ["a in ()", "found ')'"],
    ["t like a", "expected a pattern in quotes"],
    ["read_csv(t)", "there is no function 'read_csv'; there are abs"],
    ["constructor(t)", "there is no function 'constructor'"],
    ["abs(a, a) = 1", "expected ')'"],
    ["start_us > '2018-02-15'", "is no time with its zone"],
    ["is missing", "expected a column"],
    ["", "it ends"],
    ["(".repeat(200), "nested more than 100 deep"],
    ["-".repeat(200), "nested more than 100 deep"],
    ["a = 1 and ".repeat(5000), "longer than 20000 characters"],
    ["(a = 1) = (a = 1)", "compares two conditions"],
  ])("%s", (expression, message) => {
    expect(() => compileCondition(expression, COLUMNS)).toThrow(ExpressionError);
    expect(() => compileCondition(expression, COLUMNS)).toThrow(message);
  });
});

test("whatever is written, it is refused with words or is SQL that DuckDB takes", async () => {
  const word = fc.constantFrom(
    ..."a b t ( ) , = != < >= + - * / % and or not in like is missing 1 2.5 'x' \"y\" `in` abs lower ' \" ` ; --".split(
      " ",
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 12 }), async (words) => {
      let sql: string;
      try {
        sql = compileCondition(words.join(" "), COLUMNS);
      } catch (failure) {
        expect(failure).toBeInstanceOf(ExpressionError);
        return;
      }
      await duck.connection.runAndReadAll(`SELECT count(*) FROM (${ROW}) WHERE ${sql}`);
    }),
    { numRuns: 500 },
  );
});

test("texts stay texts, whatever they hold", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 20 }), async (text) => {
      const quoted = `'${text.replaceAll("'", "''")}'`;
      if (text.includes("\0")) return;
      expect(await isTrue(`${quoted} = ${quoted}`)).toBe(true);
      expect(await isTrue(`t = ${quoted}`)).toBe(text === "DDoS_x%");
    }),
    { numRuns: 100 },
  );
});
