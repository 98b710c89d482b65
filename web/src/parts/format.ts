// Numbers and moments in words, with their units; the same everywhere in the console.

const UNKNOWN = "–";
const KILO = 1_000;
/** Made once: to ask for the locale with each number costs a hundred times as much. */
const WHOLE = new Intl.NumberFormat("en-GB");
const PREFIXES = ["", "k", "M", "G", "T", "P"] as const;

/** 1,234,567; a dash where nothing is known. */
export function count(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  return WHOLE.format(Math.round(value));
}

/** Three digits with a prefix of the SI: 1.23 M. */
export function short(value: number | null | undefined, unit = ""): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  let scaled = Math.abs(value);
  let prefix = 0;
  while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
    scaled /= KILO;
    prefix++;
  }
  const digits = scaled >= 100 || Number.isInteger(scaled) ? 0 : scaled >= 10 ? 1 : 2;
  const number = `${value < 0 ? "−" : ""}${scaled.toFixed(digits)}`;
  return `${number} ${PREFIXES[prefix]}${unit}`.trim();
}

export function bytes(value: number | null | undefined): string {
  return short(value, "B");
}

/** A share as per cent: 97.6 %. Shares that are not quite nothing, or not quite all, are not told as if they were. */
export function percent(share: number | null | undefined, digits = 1): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return UNKNOWN;
  const least = 10 ** -digits;
  const value = share * 100;
  if (value > 0 && value < least) return `< ${least} %`;
  if (value < 100 && value > 100 - least) return `> ${100 - least} %`;
  return `${value.toFixed(digits)} %`;
}

/** A score between 0 and 1. */
export function score(value: number | null | undefined, digits = 4): string {
  return value === null || value === undefined || !Number.isFinite(value) ? UNKNOWN : value.toFixed(digits);
}

/** Any figure: whole numbers in full, others in six digits at the most. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return UNKNOWN;
  if (Number.isInteger(value)) return Math.abs(value) < 1e15 ? WHOLE.format(value) : value.toExponential(3);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(3);
  return String(Number(value.toPrecision(6)));
}

/** Seconds in words: 850 µs, 12.3 ms, 4.20 s, 3 min 20 s, 2 h 5 min, 3 d 4 h. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return UNKNOWN;
  const size = Math.abs(seconds);
  if (size === 0) return "0 s";
  if (size < 1e-3) return `${(seconds * 1e6).toFixed(0)} µs`;
  if (size < 1) return `${threeDigits(seconds * 1e3)} ms`;
  if (size < 60) return `${threeDigits(seconds)} s`;
  const whole = Math.round(size);
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 1_440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1_440)} d ${Math.floor((minutes % 1_440) / 60)} h`;
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

/** A moment in UTC: 2026-11-29 23:42:00. */
export function moment(value: string | number | Date | null | undefined, fractionDigits = 0): string {
  if (value === null || value === undefined) return UNKNOWN;
  const at = new Date(value);
  if (Number.isNaN(at.getTime())) return UNKNOWN;
  const text = at.toISOString().replace("T", " ");
  return fractionDigits === 0 ? text.slice(0, 19) : text.slice(0, 20 + Math.min(fractionDigits, 3));
}

/** Microseconds since 1970 as a moment in UTC, to the microsecond. */
export function momentOfUs(us: number | bigint | null | undefined): string {
  if (us === null || us === undefined) return UNKNOWN;
  const whole = Number(us);
  const ms = Math.floor(whole / KILO);
  const rest = String(whole - ms * KILO).padStart(3, "0");
  const text = moment(ms, 3);
  return text === UNKNOWN ? text : `${text}${rest}`;
}

/** How long ago: 5 s ago, 3 min ago, 2 d ago. */
export function ago(value: string | number | undefined, now = Date.now()): string {
  if (value === undefined) return UNKNOWN;
  const seconds = Math.max(0, (now - new Date(value).getTime()) / KILO);
  if (!Number.isFinite(seconds)) return UNKNOWN;
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** An address with its port, as RFC 3986 writes them: 10.0.0.1:80, [fe80::1]:53. */
export function endpoint(address: string, port: number | null | undefined): string {
  if (port === null || port === undefined || port === 0) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
