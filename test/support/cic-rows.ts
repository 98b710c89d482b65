// Compares two CSV texts of CICFlowMeter's columns as sets of rows: rows are matched by who the flow was, then cell for
// cell. Numbers are equal when they differ by no more than a part in 10^9.

const IDENTITY = ["Flow ID", "Src IP", "Src Port", "Dst IP", "Dst Port", "Protocol", "Timestamp"];
const RELATIVE = 1e-9;

export interface Comparison {
  /** Rows that have a counterpart, and their cells. */
  rows: number;
  cells: number;
  /** One sentence each. */
  differences: string[];
}

interface Table {
  names: string[];
  rows: string[][];
}

export function differencesOf(expectedText: string, foundText: string): Comparison {
  const expected = parse(expectedText);
  const found = parse(foundText);
  if (expected.names.join() !== found.names.join()) {
    return { rows: 0, cells: 0, differences: [`columns are ${found.names.join()}`] };
  }
  const result: Comparison = { rows: 0, cells: 0, differences: [] };
  const theirs = grouped(expected);
  const ours = grouped(found);
  for (const [key, rows] of theirs) {
    const candidates = ours.get(key) ?? [];
    for (const row of rows) take(row, candidates, expected.names, result);
  }
  for (const [key, rows] of ours) {
    const surplus = theirs.has(key) ? rows : rows.splice(0);
    for (const row of surplus) result.differences.push(`surplus row ${row.slice(0, 11).join()}`);
  }
  return result;
}

/** Takes the candidate that differs least out of the list, and notes how it differs. */
function take(row: string[], candidates: string[][], names: string[], result: Comparison): void {
  if (candidates.length === 0) {
    result.differences.push(`missing row ${row.slice(0, 11).join()}`);
    return;
  }
  const unlike = candidates.map((candidate) =>
    names.filter((_, index) => !same(row[index], candidate[index])),
  );
  const best = unlike.reduce((least, list, index) => (list.length < unlike[least].length ? index : least), 0);
  const [candidate] = candidates.splice(best, 1);
  result.rows++;
  result.cells += names.length;
  if (unlike[best].length === 0) return;
  const cells = unlike[best].map((name) => {
    const index = names.indexOf(name);
    return `${name} ${candidate[index]} is not ${row[index]}`;
  });
  result.differences.push(`${row[0]} at ${row[6]}: ${cells.join("; ")}`);
}

function same(one: string, other: string): boolean {
  if (one === other) return true;
  if (one === "" || other === "") return false;
  const left = Number(one);
  const right = Number(other);
  return Math.abs(left - right) <= RELATIVE * Math.max(Math.abs(left), Math.abs(right));
}

function parse(text: string): Table {
  const [names, ...rows] = text
    .split(/\r?\n/)
    .filter((line) => line !== "")
    .map((line) => line.split(","));
  return { names, rows };
}

function grouped({ names, rows }: Table): Map<string, string[][]> {
  const indices = IDENTITY.map((name) => names.indexOf(name));
  const groups = new Map<string, string[][]>();
  for (const row of rows) {
    const key = indices.map((index) => row[index]).join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
