// Numbers in words that a person can check: grouped digits, spans of time, bytes, times of day.
//
// Deterministic and independent of locale and time zone. Knows no terminal.

/** Whole number with commas between thousands. */
export function groupedText(value: number): string {
  const digits = Math.abs(Math.trunc(value)).toString();
  let text = "";
  for (let index = 0; index < digits.length; index++) {
    if (index > 0 && (digits.length - index) % 3 === 0) text += ",";
    text += digits[index];
  }
  return value < 0 && text !== "0" ? `-${text}` : text;
}

/** "1 flow", "1,234 flows". */
export function counted(count: number, noun: string): string {
  return `${groupedText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A number for people: whole ones in full, others with three significant digits. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return "missing";
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : "-infinite";
  if (Math.abs(value) < 1000 && !Number.isInteger(value)) return String(Number(value.toPrecision(3)));
  return Math.abs(value) < 1e15 ? groupedText(Math.round(value)) : value.toExponential(2);
}

/** A span of time with the unit that suits it. */
export function durationText(durationUs: number): string {
  if (!Number.isFinite(durationUs)) return numberText(durationUs);
  const size = Math.abs(durationUs);
  if (size < 1_000) return `${numberText(durationUs)} us`;
  if (size < 1_000_000) return `${numberText(durationUs / 1_000)} ms`;
  if (size < 120_000_000) return `${numberText(durationUs / 1_000_000)} s`;
  if (size < 7_200_000_000) return `${numberText(durationUs / 60_000_000)} min`;
  if (size < 172_800_000_000) return `${numberText(durationUs / 3_600_000_000)} h`;
  return `${numberText(durationUs / 86_400_000_000)} d`;
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Bytes in decimal units with three significant digits: "812 B", "1.21 MB". */
export function bytesText(bytes: number): string {
  if (!Number.isFinite(bytes)) return numberText(bytes);
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? String(value) : value.toPrecision(3)} ${BYTE_UNITS[unit]}`;
}

const DAY_US = 86_400_000_000;

/** UTC time of day of a moment in µs since 1970: "09:00:01", with `digits` digits of the second's fraction. */
export function timeText(timeUs: number, digits = 0): string {
  const inDay = ((timeUs % DAY_US) + DAY_US) % DAY_US;
  const seconds = Math.floor(inDay / 1_000_000);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const text = `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  if (digits === 0) return text;
  return `${text}.${String(inDay % 1_000_000)
    .padStart(6, "0")
    .slice(0, digits)}`;
}

/** UTC date of a moment in µs since 1970: "2024-03-04" (Hinnant, chrono-compatible low-level date algorithms). */
export function dateText(timeUs: number): string {
  const days = Math.floor(timeUs / DAY_US) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** "2024-03-04 09:00:01.123456": date and time in UTC. */
export function momentText(timeUs: number, digits = 0): string {
  return `${dateText(timeUs)} ${timeText(timeUs, digits)}`;
}
