// Numbers for where there is little room: three digits and a letter for thousands, as on axes and in narrow tables.

const LETTERS = ["", "k", "M", "G", "T", "P", "E"];
const GROUP = 1000;
/** From here on, four digits are no longer shown in full. */
const FULL_MAX = 10_000;

/** "0", "-12", "9,999" as "9999", "12.3k", "1.38G", "0.000123", "1.2e-7"; "–" for what is no number. */
export function shortText(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  const size = Math.abs(value);
  if (size < FULL_MAX && Number.isInteger(value)) return String(Object.is(value, -0) ? 0 : value);
  if (size < GROUP) return smallText(value);
  let power = Math.min(LETTERS.length - 1, Math.floor(Math.log10(size) / 3));
  // 999,999 is 1.00M, not 1000k.
  if (Math.abs(Number((value / GROUP ** power).toPrecision(3))) >= GROUP && power < LETTERS.length - 1)
    power++;
  const scaled = Number((value / GROUP ** power).toPrecision(3));
  return Math.abs(scaled) < GROUP ? `${scaled}${LETTERS[power]}` : exponentText(value);
}

function smallText(value: number): string {
  const size = Math.abs(value);
  return size < 1e-4 ? exponentText(value) : String(Number(value.toPrecision(3)));
}

function exponentText(value: number): string {
  return String(Number(value.toPrecision(3)).toExponential()).replace("e+", "e");
}

/** A share as percent: "0", "< 0.1 %", "12.3 %", "> 99.9 %", "100 %". */
export function shareText(part: number, whole: number): string {
  if (whole === 0 || Number.isNaN(part)) return "–";
  const percent = (100 * part) / whole;
  if (percent === 0) return "0";
  if (percent === 100) return "100 %";
  if (percent < 0.1) return "< 0.1 %";
  if (percent > 99.9) return "> 99.9 %";
  return `${percent.toFixed(1)} %`;
}
