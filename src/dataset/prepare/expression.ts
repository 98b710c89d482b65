// Expressions of recipes: conditions over columns, read by a small grammar and compiled to SQL. Raw SQL never passes.
//
//   or:      and { "or" and }
//   and:     not { "and" not }
//   not:     [ "not" ] test
//   test:    sum [ ("=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">=") sum
//                | [ "not" ] "in" "(" sum { "," sum } ")" | [ "not" ] "like" text | "is" [ "not" ] "missing" ]
//   sum:     product { ("+" | "-") product }
//   product: value { ("*" | "/" | "%") value }
//   value:   number | 'text' | "text" | column | `odd column` | "-" value | function "(" … ")" | "(" or ")"
//
// Numbers, texts and truths are told apart while compiling, so that DuckDB never casts. Comparing with a missing value is
// neither true nor false, as in SQL; a row is taken only where the whole is true. A time column may be compared with a text
// that is a time with its zone.

import { identifier, literal } from "../duck.ts";
import { parseTime } from "../flow-conditions.ts";
import type { DatasetColumn } from "../store/contract.ts";

const TEXT_MAX = 20_000;
const DEPTH_MAX = 100;

/** What is wrong with an expression; the caller says where it stands. */
export class ExpressionError extends Error {}

/** SQL that is true for the rows that the expression means, false or NULL for all others. Throws ExpressionError. */
export function compileCondition(text: string, columns: readonly DatasetColumn[]): string {
  const parser = new Parser(text, columns);
  return parser.whole();
}

type Type = "number" | "text" | "truth";

interface Compiled {
  sql: string;
  type: Type;
  /** A time column: texts that it is compared with are read as times. */
  isTime?: boolean;
  /** Of a text that stands in the expression. */
  text?: string;
}

interface Token {
  kind: "number" | "text" | "name" | "column" | "sign" | "end";
  text: string;
  at: number;
}

const SIGNS = ["<=", ">=", "<>", "!=", "==", "<", ">", "=", "(", ")", ",", "+", "-", "*", "/", "%"];
const COMPARISONS: Readonly<Record<string, string>> = {
  "=": "=",
  "==": "=",
  "!=": "<>",
  "<>": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};
/** Words that are no columns unless they stand in backticks. */
const WORDS = new Set(["and", "or", "not", "in", "like", "is", "missing", "true", "false"]);

interface FunctionDefinition {
  takes: readonly Type[];
  gives: Type;
  sql: (...values: string[]) => string;
}

const FUNCTIONS: Readonly<Record<string, FunctionDefinition>> = {
  abs: { takes: ["number"], gives: "number", sql: (value) => `abs(${value})` },
  floor: { takes: ["number"], gives: "number", sql: (value) => `floor(${value})` },
  lower: { takes: ["text"], gives: "text", sql: (value) => `lower(${value})` },
  length: { takes: ["text"], gives: "number", sql: (value) => `length(${value})::DOUBLE` },
  contains: { takes: ["text", "text"], gives: "truth", sql: (text, part) => `contains(${text}, ${part})` },
  starts_with: {
    takes: ["text", "text"],
    gives: "truth",
    sql: (text, part) => `starts_with(${text}, ${part})`,
  },
  ends_with: { takes: ["text", "text"], gives: "truth", sql: (text, part) => `ends_with(${text}, ${part})` },
  is_infinite: { takes: ["number"], gives: "truth", sql: (value) => `isinf(${value})` },
};

/** Names of the functions, for the guide and for messages. */
export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

class Parser {
  readonly #tokens: Token[];
  readonly #columns: ReadonlyMap<string, DatasetColumn>;
  #at = 0;
  #depth = 0;

  constructor(text: string, columns: readonly DatasetColumn[]) {
    this.#tokens = tokensOf(text);
    this.#columns = new Map(columns.map((column) => [column.name, column]));
  }

  whole(): string {
    const found = this.#or();
    if (this.#next.kind !== "end") throw this.#unexpected("the end, 'and' or 'or'");
    return this.#typed(found, "truth", "the whole").sql;
  }

  get #next(): Token {
    return this.#tokens[this.#at];
  }

  #or(): Compiled {
    this.#depth++;
    if (this.#depth > DEPTH_MAX) throw new ExpressionError(`nested more than ${DEPTH_MAX} deep`);
    let left = this.#and();
    while (this.#word("or")) left = this.#joined("OR", left, this.#and());
    this.#depth--;
    return left;
  }

  #and(): Compiled {
    let left = this.#not();
    while (this.#word("and")) left = this.#joined("AND", left, this.#not());
    return left;
  }

  #joined(operator: string, left: Compiled, right: Compiled): Compiled {
    const what = `what '${operator.toLowerCase()}' joins`;
    return {
      sql: `(${this.#typed(left, "truth", what).sql} ${operator} ${this.#typed(right, "truth", what).sql})`,
      type: "truth",
    };
  }

  #not(): Compiled {
    let count = 0;
    while (this.#word("not")) count++;
    const found = this.#test();
    if (count === 0) return found;
    const { sql } = this.#typed(found, "truth", "what 'not' stands before");
    return { sql: count % 2 === 1 ? `(NOT ${sql})` : sql, type: "truth" };
  }

  #test(): Compiled {
    const left = this.#sum();
    const token = this.#next;
    if (token.kind === "sign" && token.text in COMPARISONS) {
      this.#at++;
      return this.#compared(COMPARISONS[token.text], left, this.#sum());
    }
    if (this.#word("is")) {
      const negated = this.#word("not");
      if (!this.#word("missing")) throw this.#unexpected("'missing'");
      return { sql: `(${left.sql} IS ${negated ? "NOT " : ""}NULL)`, type: "truth" };
    }
    const negated =
      this.#isWord("not") && ["in", "like"].includes(this.#tokens[this.#at + 1]?.text.toLowerCase());
    if (negated) this.#at++;
    const found = this.#word("in") ? this.#in(left) : this.#word("like") ? this.#like(left) : undefined;
    if (found === undefined) return left;
    return negated ? { sql: `(NOT ${found.sql})`, type: "truth" } : found;
  }

  #compared(operator: string, left: Compiled, right: Compiled): Compiled {
    const [a, b] = alike(left, right);
    if (a.type !== b.type) throw new ExpressionError(`compares a ${a.type} with a ${b.type}`);
    if (a.type === "truth") throw new ExpressionError("compares two conditions, expected numbers or texts");
    return { sql: `(${a.sql} ${operator} ${b.sql})`, type: "truth" };
  }

  #in(left: Compiled): Compiled {
    this.#sign("(");
    const tests: string[] = [];
    do tests.push(this.#compared("=", left, this.#sum()).sql);
    while (this.#optionalSign(","));
    this.#sign(")");
    return { sql: `(${tests.join(" OR ")})`, type: "truth" };
  }

  #like(left: Compiled): Compiled {
    const token = this.#next;
    if (token.kind !== "text") throw this.#unexpected("a pattern in quotes, such as 'DDoS*'");
    this.#at++;
    const pattern = token.text
      .replaceAll(/[\\%_]/g, "\\$&")
      .replaceAll("*", "%")
      .replaceAll("?", "_");
    const { sql } = this.#typed(left, "text", "what 'like' looks at");
    return { sql: `(${sql} LIKE ${literal(pattern)} ESCAPE '\\')`, type: "truth" };
  }

  #sum(): Compiled {
    return this.#arithmetic(["+", "-"], () => this.#arithmetic(["*", "/", "%"], () => this.#value()));
  }

  #arithmetic(operators: readonly string[], operand: () => Compiled): Compiled {
    let left = operand();
    while (this.#next.kind === "sign" && operators.includes(this.#next.text)) {
      const operator = this.#next.text;
      this.#at++;
      const what = `what '${operator}' joins`;
      const [a, b] = [this.#typed(left, "number", what), this.#typed(operand(), "number", what)];
      left = { sql: `(${a.sql} ${operator} ${b.sql})`, type: "number" };
    }
    return left;
  }

  #value(): Compiled {
    const token = this.#next;
    this.#at++;
    switch (token.kind) {
      case "number":
        return { sql: `'${token.text}'::DOUBLE`, type: "number" };
      case "text":
        return { sql: literal(token.text), type: "text", text: token.text };
      case "column":
        return this.#column(token);
      case "name":
        return this.#named(token);
      case "sign":
        if (token.text === "-") return this.#negative();
        if (token.text === "(") {
          const inner = this.#or();
          this.#sign(")");
          return inner;
        }
    }
    this.#at--;
    throw this.#unexpected("a column, a number or a text");
  }

  #negative(): Compiled {
    this.#depth++;
    if (this.#depth > DEPTH_MAX) throw new ExpressionError(`nested more than ${DEPTH_MAX} deep`);
    const { sql } = this.#typed(this.#value(), "number", "what '-' stands before");
    this.#depth--;
    return { sql: `(- ${sql})`, type: "number" };
  }

  #named(token: Token): Compiled {
    const isCall = this.#next.kind === "sign" && this.#next.text === "(";
    if (isCall && Object.hasOwn(FUNCTIONS, token.text)) return this.#call(token.text);
    if (isCall && !this.#columns.has(token.text)) {
      throw new ExpressionError(
        `there is no function '${token.text}'; there are ${FUNCTION_NAMES.join(", ")}`,
      );
    }
    const word = token.text.toLowerCase();
    if (word === "true" || word === "false") return { sql: word, type: "truth" };
    if (WORDS.has(word)) {
      this.#at--;
      throw this.#unexpected("a column, a number or a text");
    }
    return this.#column(token);
  }

  #call(name: string): Compiled {
    const { takes, gives, sql } = FUNCTIONS[name];
    this.#sign("(");
    const values = takes.map((type, index) => {
      if (index > 0) this.#sign(",");
      return this.#typed(this.#or(), type, `what ${name} takes`).sql;
    });
    this.#sign(")");
    return { sql: sql(...values), type: gives };
  }

  #column(token: Token): Compiled {
    const column = this.#columns.get(token.text);
    if (column === undefined) {
      throw new ExpressionError(
        `there is no column '${token.text}' (texts stand in quotes, columns with odd names in backticks)`,
      );
    }
    const sql = identifier(column.name);
    if (column.kind === "time") return { sql: `${sql}::DOUBLE`, type: "number", isTime: true };
    return { sql, type: column.kind === "number" ? "number" : "text" };
  }

  #typed(found: Compiled, type: Type, what: string): Compiled {
    if (found.type === type) return found;
    const names = { number: "a number", text: "a text", truth: "a condition" };
    throw new ExpressionError(`${what} is ${names[found.type]}, expected ${names[type]}`);
  }

  #isWord(word: string): boolean {
    return this.#next.kind === "name" && this.#next.text.toLowerCase() === word;
  }

  #word(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#at++;
    return true;
  }

  #optionalSign(sign: string): boolean {
    if (this.#next.kind !== "sign" || this.#next.text !== sign) return false;
    this.#at++;
    return true;
  }

  #sign(sign: string): void {
    if (!this.#optionalSign(sign)) throw this.#unexpected(`'${sign}'`);
  }

  #unexpected(expected: string): ExpressionError {
    const { kind, text, at } = this.#next;
    const found = kind === "end" ? "it ends" : `found '${text}'`;
    return new ExpressionError(`at character ${at + 1}: ${found}, expected ${expected}`);
  }
}

/** A time and a text are two times. */
function alike(left: Compiled, right: Compiled): [Compiled, Compiled] {
  if (left.isTime && right.text !== undefined) return [left, timeOf(right.text)];
  if (right.isTime && left.text !== undefined) return [timeOf(left.text), right];
  return [left, right];
}

function timeOf(text: string): Compiled {
  const time = parseTime(text);
  if (time !== undefined) return { sql: `'${time}'::DOUBLE`, type: "number" };
  throw new ExpressionError(`'${text}' is no time with its zone, expected such as 2018-02-15T09:26:00-04:00`);
}

function tokensOf(text: string): Token[] {
  if (text.length > TEXT_MAX) throw new ExpressionError(`longer than ${TEXT_MAX} characters`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at])) {
      at++;
      continue;
    }
    const token = tokenAt(text, at);
    tokens.push(token.token);
    at = token.end;
  }
  tokens.push({ kind: "end", text: "", at: text.length });
  return tokens;
}

const NUMBER = /(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[\p{L}_][\p{L}\p{N}_.]*/uy;
const QUOTES: Readonly<Record<string, Token["kind"]>> = { "'": "text", '"': "text", "`": "column" };

function tokenAt(text: string, at: number): { token: Token; end: number } {
  const kind = QUOTES[text[at]];
  if (kind !== undefined) return quotedAt(text, at, kind);
  for (const [pattern, kind] of [
    [NUMBER, "number"],
    [NAME, "name"],
  ] as const) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    const token: Token = { kind, text: kind === "number" ? found.replaceAll("_", "") : found, at };
    return { token, end: at + found.length };
  }
  const sign = SIGNS.find((candidate) => text.startsWith(candidate, at));
  if (sign === undefined) throw new ExpressionError(`at character ${at + 1}: found '${text[at]}'`);
  return { token: { kind: "sign", text: sign, at }, end: at + sign.length };
}

/** A quote inside stands twice. */
function quotedAt(text: string, at: number, kind: Token["kind"]): { token: Token; end: number } {
  const quote = text[at];
  let content = "";
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] !== quote) content += text[end];
    else if (text[end + 1] === quote) {
      content += quote;
      end++;
    } else return { token: { kind, text: content, at }, end: end + 1 };
  }
  throw new ExpressionError(`at character ${at + 1}: ${quote} is not closed`);
}
