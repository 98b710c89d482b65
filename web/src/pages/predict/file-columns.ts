// The columns of a file of rows, from its first bytes: read here, so that a person can choose which to keep before it is sent.
// Only a help: what the server reads decides.

/** Bytes that a header may take. */
const HEAD_BYTES = 1 << 18;
const DELIMITERS = [",", ";", "\t", "|"] as const;
const NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i;
/** Kept unless chosen otherwise. */
const KEPT_FIRST = 6;

/** Undefined where it cannot be told: binary files, files without a header. */
export async function columnsOfFile(file: Blob & { name?: string }): Promise<string[] | undefined> {
  const text = await head(file).catch(() => "");
  return columnsOfText(text);
}

export function columnsOfText(text: string): string[] | undefined {
  const line = text.replace(/^\uFEFF/, "").split(/\r?\n/, 1)[0] ?? "";
  if (line === "" || line.includes("\0") || line.startsWith("PAR1")) return undefined;
  if (line.startsWith("{")) return keysOf(line);
  const delimiter = DELIMITERS.reduce((best, one) =>
    line.split(one).length > line.split(best).length ? one : best,
  );
  // As the server names them: without blanks around, the first of those that are there twice.
  const fields = [...new Set(fieldsOf(line, delimiter).map((field) => field.trim()))];
  // A line of values is no header.
  return fields.length < 2 || fields.some((field) => NUMBER.test(field)) ? undefined : fields;
}

function keysOf(line: string): string[] | undefined {
  try {
    return Object.keys(JSON.parse(line) as object);
  } catch {
    return undefined;
  }
}

/** One record of RFC 4180. */
function fieldsOf(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = "";
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (isQuoted && character === '"' && line[at + 1] === '"') field += line[at++];
    else if (character === '"' && (isQuoted || field === "")) isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) {
      fields.push(field);
      field = "";
    } else field += character;
  }
  return [...fields, field];
}

async function head(file: Blob & { name?: string }): Promise<string> {
  const isPacked = /\.gz$/i.test(file.name ?? "");
  const stream = file.slice(0, HEAD_BYTES).stream();
  const plain = isPacked ? stream.pipeThrough(new DecompressionStream("gzip")) : stream;
  const reader = plain.getReader();
  const decoder = new TextDecoder();
  let text = "";
  // The first part of a packed file ends amid a block: what came before it is enough.
  while (text.length < HEAD_BYTES && !text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  void reader.cancel().catch(() => undefined);
  return text;
}

/** What is kept unless somebody chooses: columns that the model does not take (who it was, its label), else the first ones. */
export function columnsToKeep(columns: readonly string[], fields: readonly string[]): string[] {
  const known = new Set(fields.map(plainName));
  const others = columns.filter((name) => name.trim() !== "" && !known.has(plainName(name)));
  const kept = others.length === 0 ? columns : others;
  return [...new Set(kept)].slice(0, others.length === 0 ? 3 : KEPT_FIRST);
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[\s._-]+/g, "");
}
