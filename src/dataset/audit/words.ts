// Figures and names in the lines of findings.

import { shown } from "../file-error.ts";
import { listed } from "../listed.ts";

/** "12.3 %", with more digits where they decide. */
export function percent(share: number): string {
  const value = share * 100;
  if (share === 0 || share === 1) return `${value} %`;
  const digits = value > 99.9 || value < 0.1 ? 3 : 2;
  // Never "100 %" or "0 %" for what is not quite that.
  const text = value.toFixed(digits);
  if (Number(text) >= 100) return "over 99.999 %";
  return Number(text) === 0 ? "under 0.001 %" : `${text} %`;
}

/** "'a', 'b' and 3 more". */
export function listedNames(names: readonly string[], most = 8): string {
  return listed(
    names.map((name) => `'${shown(name)}'`),
    most,
  );
}
