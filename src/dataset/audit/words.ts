// Figures and names in the lines of findings.

import { shown } from "../file-error.ts";
import { listed } from "../listed.ts";

/** "12.30 %", with more digits where they decide: never "100 %" or "0 %" for what is not quite that. */
export function percent(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`;
  for (let digits = 2; digits < 9; digits++) {
    const text = (share * 100).toFixed(digits);
    if (Number(text) > 0 && Number(text) < 100) return `${text} %`;
  }
  return share < 0.5 ? "nearly 0 %" : "nearly 100 %";
}

/** "'a', 'b' and 3 more". */
export function listedNames(names: readonly string[], most = 8): string {
  return listed(
    names.map((name) => `'${shown(name)}'`),
    most,
  );
}
