// Parses InfluxDB's line protocol: measurement,tag=value field=value,field=value time
//
// Takes text in pieces of any size and gives one point after another, reused, or a reject with line and reason; it never
// throws. As InfluxDB does, it takes line ends inside of quoted texts, blanks before a point, and points without a time. A
// line longer than LINE_CHARACTERS_MAX is a reject. Knows no file.
//
// Works on character codes and positions: the keys of a line are mostly those of the line before, so they are compared in
// place, and only what differs is cut out.

/** How fine the times of the text are. */
export const TIME_PRECISIONS = ["ns", "us", "ms", "s"] as const;
export type TimePrecision = (typeof TIME_PRECISIONS)[number];

export type ValueType = "number" | "text" | "boolean";

/** One point: tags first, then fields. Reused; what is beyond `count` is of earlier points. */
export interface Point {
  measurement: string;
  tagCount: number;
  count: number;
  keys: string[];
  types: ValueType[];
  /** Of tags and texts what they stand for, of numbers their digits as written, of booleans "true" or "false". */
  values: string[];
  /** µs since 1970 UTC in digits, rounded down; "" where the line has none. */
  timeUs: string;
}

export interface LineHandlers {
  onPoint(point: Point): void;
  /** `line` counts from 1. */
  onReject(line: number, reason: string, text: string): void;
}

export interface LineParser {
  push(text: string): void;
  end(): void;
}

/** InfluxDB takes lines of up to 64 KiB from UDP and far longer ones over HTTP; nobody writes a million characters. */
export const LINE_CHARACTERS_MAX = 1 << 20;
/** Different keys that are told apart. More than any table of ours has columns. */
export const KEYS_MAX = 65_536;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const BLANK = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

const BOOLEANS: Readonly<Record<string, string>> = {
  t: "true",
  T: "true",
  true: "true",
  True: "true",
  TRUE: "true",
  f: "false",
  F: "false",
  false: "false",
  False: "false",
  FALSE: "false",
};

const INT64_MAX = 9_223_372_036_854_775_807n;
const UINT64_MAX = 18_446_744_073_709_551_615n;
/** Numbers of fewer digits fit in 64 bits. */
const SAFE_DIGITS = 18;

interface Key {
  /** As it stands in the text, with the equals sign. */
  raw: string;
  key: string;
}

/** What a line that is no point has wrong. */
class Reject {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}
const TOO_LONG = new Reject(`longer than ${LINE_CHARACTERS_MAX} characters`);
/** Of a line that is too long, what its reject shows. */
const SHOWN_CHARACTERS = 200;
/** The text ends inside of a quoted one; there may be more. */
const UNCLOSED = new Reject("a text that is not closed by a quote");

export function createLineParser(precision: TimePrecision, handlers: LineHandlers): LineParser {
  const point: Point = {
    measurement: "",
    tagCount: 0,
    count: 0,
    keys: [],
    types: [],
    values: [],
    timeUs: "",
  };
  const keys = new Map<string, Key>();
  /** Of each place in a line, the key as the last point had it there. */
  const expected: Key[] = [];
  /** Places of a line whose expected keys are known to be different, and of tags. */
  let checkedTags = 0;
  let measurementRaw = "";
  let text = "";
  /** All of `text` before it is whole lines. */
  let limit = 0;
  let at = 0;
  let lineStart = 0;
  let line = 1;
  /** Inside of a line that is too long. */
  let skipping = false;

  /** Parses whole lines; returns what is left. */
  function consume(isEnd: boolean): void {
    at = 0;
    while (at < limit) {
      const start = at;
      lineStart = at;
      const failure = isTooLong(start) ? TOO_LONG : parseLine();
      if (failure === undefined) {
        countLines(start, at);
        continue;
      }
      if (failure === UNCLOSED && !isEnd && text.length - start < LINE_CHARACTERS_MAX) {
        at = start;
        break;
      }
      const end = text.indexOf("\n", start);
      const rejected = text.slice(start, endOfLine(start, end));
      handlers.onReject(
        line,
        failure.reason,
        failure === TOO_LONG ? rejected.slice(0, SHOWN_CHARACTERS) : rejected,
      );
      at = end + 1;
      line++;
    }
    text = text.slice(at);
    if (text.length >= LINE_CHARACTERS_MAX && text.indexOf("\n") < 0) {
      handlers.onReject(line, TOO_LONG.reason, text.slice(0, SHOWN_CHARACTERS));
      text = "";
      skipping = true;
    }
  }

  function isTooLong(start: number): boolean {
    return text.length > LINE_CHARACTERS_MAX && text.indexOf("\n", start) - start > LINE_CHARACTERS_MAX;
  }

  function endOfLine(start: number, lineFeed: number): number {
    return lineFeed > start && text.charCodeAt(lineFeed - 1) === RETURN ? lineFeed - 1 : lineFeed;
  }

  function countLines(start: number, end: number): void {
    line++;
    // More than one where a quoted text has line ends.
    for (
      let next = text.indexOf("\n", start);
      next >= 0 && next < end - 1;
      next = text.indexOf("\n", next + 1)
    ) {
      line++;
    }
  }

  /** One line from `at`, which is moved behind it. */
  function parseLine(): Reject | undefined {
    skipBlanks();
    const first = text.charCodeAt(at);
    if (first === HASH) {
      at = text.indexOf("\n", at) + 1;
      return undefined;
    }
    if (isLineEnd(at)) {
      skipLineEnd();
      return undefined;
    }
    point.count = 0;
    const failure = parseMeasurement() ?? parseTags() ?? parseFields() ?? parseTime();
    if (failure !== undefined) return failure;
    handlers.onPoint(point);
    return undefined;
  }

  function skipBlanks(): void {
    for (let code = text.charCodeAt(at); code === BLANK || code === TAB; code = text.charCodeAt(at)) at++;
  }

  function isLineEnd(place: number): boolean {
    const code = text.charCodeAt(place);
    return code === LINE_FEED || (code === RETURN && text.charCodeAt(place + 1) === LINE_FEED);
  }

  function skipLineEnd(): void {
    at += text.charCodeAt(at) === RETURN ? 2 : 1;
  }

  /** Where a name ends: at a comma, a blank, an equals sign where that counts, or the end of the line. */
  function nameEnd(equalsCounts: boolean): number {
    for (let place = at; ; place++) {
      const code = text.charCodeAt(place);
      if (code === BACKSLASH && !isLineEnd(place + 1)) place++;
      else if (code === COMMA || code === BLANK || code === LINE_FEED) return place;
      else if (code === EQUALS && equalsCounts) return place;
      else if (code === RETURN && isLineEnd(place)) return place;
    }
  }

  function parseMeasurement(): Reject | undefined {
    const after = text.charCodeAt(at + measurementRaw.length);
    if (
      measurementRaw !== "" &&
      (after === COMMA || after === BLANK) &&
      text.startsWith(measurementRaw, at)
    ) {
      at += measurementRaw.length;
      return undefined;
    }
    const end = nameEnd(false);
    if (end === at) return new Reject("no measurement");
    if (text.charCodeAt(end) !== COMMA && text.charCodeAt(end) !== BLANK)
      return new Reject("a measurement without fields");
    measurementRaw = detached(text.slice(at, end));
    point.measurement = unescaped(measurementRaw, ", ");
    at = end;
    return undefined;
  }

  function parseTags(): Reject | undefined {
    let changed = false;
    while (text.charCodeAt(at) === COMMA) {
      at++;
      const place = point.count;
      const known = expected[place];
      if (known !== undefined && text.startsWith(known.raw, at)) at += known.raw.length;
      else {
        changed = true;
        checkedTags = 0;
        const failure = parseKey("tag");
        if (failure !== undefined) return failure;
      }
      const end = nameEnd(true);
      if (end === at) return new Reject(`tag '${point.keys[place]}' has no value`);
      if (text.charCodeAt(end) === EQUALS)
        return new Reject(`tag '${point.keys[place]}': '=' without a backslash`);
      point.types[place] = "text";
      point.values[place] = unescaped(text.slice(at, end), ",= ");
      point.count++;
      at = end;
    }
    point.tagCount = point.count;
    if (text.charCodeAt(at) !== BLANK) return new Reject("a measurement without fields");
    if (changed || point.tagCount > checkedTags) {
      const failure = repeatedTag();
      if (failure !== undefined) return failure;
    }
    checkedTags = point.tagCount;
    return undefined;
  }

  function repeatedTag(): Reject | undefined {
    const names = point.keys.slice(0, point.tagCount);
    if (new Set(names).size === names.length) return undefined;
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    checkedTags = 0;
    return new Reject(`tag '${twice}' twice`);
  }

  /** A key and its equals sign, into the place of the value that comes. */
  function parseKey(what: "tag" | "field"): Reject | undefined {
    const end = nameEnd(true);
    if (text.charCodeAt(end) !== EQUALS) return new Reject(`a ${what} without '='`);
    if (end === at) return new Reject(`a ${what} without a name`);
    const raw = text.slice(at, end + 1);
    let key = keys.get(raw);
    if (key === undefined) {
      if (keys.size >= KEYS_MAX) return new Reject(`more than ${KEYS_MAX} different keys in the file`);
      const own = detached(raw);
      key = { raw: own, key: unescaped(own.slice(0, -1), ",= ") };
      keys.set(own, key);
    }
    expected[point.count] = key;
    point.keys[point.count] = key.key;
    at = end + 1;
    return undefined;
  }

  function parseFields(): Reject | undefined {
    skipBlanks();
    for (;;) {
      const known = expected[point.count];
      if (known !== undefined && text.startsWith(known.raw, at)) at += known.raw.length;
      else {
        const failure = parseKey("field");
        if (failure !== undefined) return failure;
      }
      const failure = text.charCodeAt(at) === QUOTE ? parseText() : parseValue();
      if (failure !== undefined) return failure;
      point.count++;
      const code = text.charCodeAt(at);
      if (code === COMMA) at++;
      else if (code === BLANK || code === TAB || isLineEnd(at)) return undefined;
      else return new Reject(`field '${point.keys[point.count - 1]}': something behind the closing quote`);
    }
  }

  function parseText(): Reject | undefined {
    const start = at + 1;
    let end = text.indexOf('"', start);
    const last = Math.min(limit, lineStart + LINE_CHARACTERS_MAX);
    if (end < 0 || end >= last) return UNCLOSED;
    let escapes = false;
    if (text.charCodeAt(end - 1) === BACKSLASH || text.slice(start, end).includes("\\")) {
      escapes = true;
      end = start;
      for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(end)) {
        end += code === BACKSLASH ? 2 : 1;
        if (end >= last) return UNCLOSED;
      }
    }
    const inner = text.slice(start, end);
    point.types[point.count] = "text";
    point.values[point.count] = escapes ? unescaped(inner, '"\\') : inner;
    at = end + 1;
    return undefined;
  }

  /** A number, or a boolean. */
  function parseValue(): Reject | undefined {
    const start = at;
    const end = numberEnd();
    if (end > 0) {
      point.types[point.count] = "number";
      point.values[point.count] = text.slice(start, end);
      return undefined;
    }
    return parseBoolean(start);
  }

  /** Moves `at` behind a number; returns where its digits end (a suffix is left out), or 0 where there is none. */
  function numberEnd(): number {
    const start = at;
    let place = start;
    if (text.charCodeAt(place) === MINUS) place++;
    const whole = digitsEnd(place);
    let digits = whole - place;
    place = whole;
    let isWhole = true;
    if (text.charCodeAt(place) === POINT) {
      isWhole = false;
      const fraction = digitsEnd(place + 1);
      digits += fraction - place - 1;
      place = fraction;
    }
    if (digits === 0) return 0;
    // e and E
    if ((text.charCodeAt(place) | 0x20) === 0x65) {
      isWhole = false;
      const sign = text.charCodeAt(place + 1);
      const exponent = place + (sign === PLUS || sign === MINUS ? 2 : 1);
      place = digitsEnd(exponent);
      if (place === exponent || !Number.isFinite(Number(text.slice(start, place)))) return 0;
    } else if (digits > 300 && !Number.isFinite(Number(text.slice(start, place)))) return 0;
    const suffix = text[place];
    if (suffix === "i" || suffix === "u") {
      if (!isWhole || (digits > SAFE_DIGITS && !fits(text.slice(start, place), suffix))) return 0;
      if (suffix === "u" && text.charCodeAt(start) === MINUS) return 0;
      at = place + 1;
    } else at = place;
    const code = text.charCodeAt(at);
    return code === COMMA || code === BLANK || code === TAB || isLineEnd(at) ? place : 0;
  }

  function digitsEnd(place: number): number {
    let end = place;
    for (let code = text.charCodeAt(end); code >= ZERO && code <= NINE; code = text.charCodeAt(end)) end++;
    return end;
  }

  function parseBoolean(start: number): Reject | undefined {
    at = start;
    const end = nameEnd(false);
    const word = text.slice(start, end);
    const key = point.keys[point.count];
    if (word === "") return new Reject(`field '${key}' has no value`);
    if (!Object.hasOwn(BOOLEANS, word)) {
      const shown = word.length > 40 ? `${word.slice(0, 39)}…` : word;
      return new Reject(`field '${key}': found ${shown}, expected a number, a boolean, or a text in quotes`);
    }
    point.types[point.count] = "boolean";
    point.values[point.count] = BOOLEANS[word];
    at = end;
    return undefined;
  }

  function parseTime(): Reject | undefined {
    skipBlanks();
    point.timeUs = "";
    if (isLineEnd(at)) {
      skipLineEnd();
      return undefined;
    }
    const start = at;
    const end = digitsEnd(text.charCodeAt(at) === MINUS ? at + 1 : at);
    at = end;
    skipBlanks();
    if (!isLineEnd(at) || end === start || text.charCodeAt(end - 1) === MINUS)
      return new Reject("something behind the fields that is no time in whole numbers");
    const timeUs = microseconds(text.slice(start, end), precision);
    if (timeUs === undefined) return new Reject("a time that is out of range");
    point.timeUs = timeUs;
    skipLineEnd();
    return undefined;
  }

  return {
    push(piece) {
      let added = piece;
      if (skipping) {
        const end = added.indexOf("\n");
        if (end < 0) return;
        added = added.slice(end + 1);
        skipping = false;
        line++;
      }
      text = text === "" ? added : text + added;
      limit = text.lastIndexOf("\n") + 1;
      consume(false);
    },
    end() {
      if (text === "") return;
      if (!text.endsWith("\n")) text += "\n";
      limit = text.length;
      consume(true);
    },
  };
}

/** Text without the backslashes before these characters; other backslashes stand for themselves. */
function unescaped(text: string, characters: string): string {
  if (!text.includes("\\")) return text;
  let result = "";
  for (let place = 0; place < text.length; place++) {
    if (text[place] === "\\" && place + 1 < text.length && characters.includes(text[place + 1])) place++;
    result += text[place];
  }
  return result;
}

/** A copy that does not keep the text alive from which it was cut. */
function detached(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}

/** Whether a whole number fits in 64 bits, signed for "i". */
function fits(digits: string, suffix: "i" | "u"): boolean {
  const short = shortened(digits);
  if (short.length > SAFE_DIGITS + 3) return false;
  const value = BigInt(short);
  return suffix === "u" ? value <= UINT64_MAX : value <= INT64_MAX && value >= -INT64_MAX - 1n;
}

function shortened(digits: string): string {
  return digits.replace(/^(-?)0+(?=\d)/, "$1");
}

/** Years 31,689 either way; DuckDB's timestamps reach further. */
const TIME_DIGITS_MAX = 18;
const ZEROS: Readonly<Record<Exclude<TimePrecision, "ns">, string>> = { us: "", ms: "000", s: "000000" };

/** A time of that precision in µs, rounded down; undefined where it is out of range. */
export function microseconds(digits: string, precision: TimePrecision): string | undefined {
  if (digits.length > SAFE_DIGITS + 2) return undefined;
  if (precision !== "ns") {
    const plain = shortened(digits) + ZEROS[precision];
    return plain.replace("-", "").length > TIME_DIGITS_MAX ? undefined : String(BigInt(plain));
  }
  if (digits.charCodeAt(0) === MINUS) {
    const value = BigInt(digits);
    return value < -INT64_MAX - 1n ? undefined : String((value - 999n) / 1000n);
  }
  if (digits.length > SAFE_DIGITS && BigInt(digits) > INT64_MAX) return undefined;
  return digits.length <= 3 ? "0" : shortened(digits.slice(0, -3));
}

/** Lines at the start of a text that are looked at. */
const LINES_LOOKED_AT = 20;

/** Whether the start of a text is line protocol: most of its first lines, comments aside, are points. */
export function isLineProtocol(text: string): boolean {
  let points = 0;
  let rejects = 0;
  const parser = createLineParser("ns", {
    onPoint: () => {
      points++;
    },
    onReject: () => {
      rejects++;
    },
  });
  const lines = text.slice(0, LINE_CHARACTERS_MAX).split("\n");
  // The last one may be cut off.
  if (lines.length > 1) lines.pop();
  const bodies = lines.filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  parser.push(`${bodies.slice(0, LINES_LOOKED_AT).join("\n")}\n`);
  parser.end();
  return points > rejects;
}
