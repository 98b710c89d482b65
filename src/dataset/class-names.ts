// Names of classes that mean "no attack". Knows no table.

/** Class names that mean "no attack" where nothing else is said, in lower case. */
export const BENIGN_NAMES: readonly string[] = [
  "benign",
  "normal",
  "background",
  "legitimate",
  "non-attack",
  "not_attack",
  "clean",
];

export function isBenignName(name: string): boolean {
  return BENIGN_NAMES.includes(name.toLowerCase());
}
