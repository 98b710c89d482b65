// Names out of files, for messages of one line.

const LONGEST = 80;

/** A name in quotes, cut where it is long, with a mark for every character that does not print. */
export function quoted(name: string): string {
  const shown = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
  return shown.length > LONGEST ? `'${shown.slice(0, LONGEST)}…'` : `'${shown}'`;
}
