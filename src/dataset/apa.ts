// The public APA-DDoS file: text with Wireshark's names, whose feature columns are those of the schema `apa`.
//
// It is read like any table with the columns of a schema of ours. What is odd about it lies in a column that is no feature:
// in 195 times of the published file, the digits "162" of the fraction of a second became "16-Jun 202".

const TIME = "frame.time";
const NAMES = [TIME, "tcp.srcport", "tcp.seq", "Tx Packets", "Rx Bytes"];

/** The time column of the APA-DDoS file, by its place; -1 when the columns are of another file. */
export function apaTimeColumn(names: readonly string[]): number {
  return NAMES.every((name) => names.includes(name)) ? names.indexOf(TIME) : -1;
}

/** SQL that is true for a time with a date inside its fraction of a second. */
export function isBrokenTime(column: string): string {
  return `regexp_matches(${column}, '\\.\\d*\\d{2}-[A-Z][a-z]{2} \\d{3}')`;
}

export function brokenTimesText(count: number): string {
  const rows = count === 1 ? "1 row has" : `${count} rows have`;
  return `${rows} a date inside the fraction of a second in '${TIME}' ("16-Jun 202" for "162"); the column is not used`;
}
