// Timing: inter-arrival times per direction and together, and active and idle periods.
//
// Mean and variance by Welford's method (Technometrics 4(3), 1962). A packet older than the one before it counts as
// arriving at the same moment. A silence longer than IDLE_THRESHOLD_US ends an active period.
//
// The measures, their order and the version are told in ../measures/timing.ts.

import { Packet } from "../../packet/assembly/packet";

export const TIMING_MEASURES: i32 = 17;

/** Silence that separates two active periods, µs; 5 s as in the public flow feature sets. */
const IDLE_THRESHOLD_US: f64 = 5_000_000;

/** One series of arrivals. */
@unmanaged
@final
class Series {
  lastUs: f64;
  mean: f64;
  spread: f64;
  shortest: f64;
  longest: f64;
  seen: u32;
}

@unmanaged
@final
class Periods {
  activeStartUs: f64;
  activeSum: f64;
  activeLongest: f64;
  idleSum: f64;
  idleLongest: f64;
  idleCount: u32;
}

const FORWARD: usize = offsetof<Series>();
const BACKWARD: usize = 2 * offsetof<Series>();
const PERIODS: usize = 3 * offsetof<Series>();
export const TIMING_BYTES: usize = PERIODS + offsetof<Periods>();

/** The state is zero before. */
export function timingOpen(at: usize, packet: Packet, forward: bool): void {
  const timeUs = packet.timestampUs;
  for (let side: usize = 0; side < 3; side++) {
    const series = changetype<Series>(at + side * offsetof<Series>());
    series.mean = NaN;
    series.shortest = NaN;
    series.longest = NaN;
  }
  const periods = changetype<Periods>(at + PERIODS);
  periods.idleLongest = NaN;
  periods.activeStartUs = timeUs;
  arrive(changetype<Series>(at), timeUs);
  arrive(changetype<Series>(forward ? at + FORWARD : at + BACKWARD), timeUs);
}

@inline
export function timingAdd(at: usize, packet: Packet, forward: bool): void {
  const timeUs = packet.timestampUs;
  const lastUs = changetype<Series>(at).lastUs;
  if (timeUs - lastUs > IDLE_THRESHOLD_US) rest(changetype<Periods>(at + PERIODS), lastUs, timeUs);
  arrive(changetype<Series>(at), timeUs);
  arrive(changetype<Series>(forward ? at + FORWARD : at + BACKWARD), timeUs);
}

/** A silence between two packets was long. */
function rest(periods: Periods, lastUs: f64, timeUs: f64): void {
  const gap = timeUs - lastUs;
  const active = lastUs - periods.activeStartUs;
  periods.activeSum += active;
  if (active > periods.activeLongest) periods.activeLongest = active;
  periods.idleCount += 1;
  periods.idleSum += gap;
  if (!(gap <= periods.idleLongest)) periods.idleLongest = gap;
  periods.activeStartUs = timeUs;
}

@inline
function arrive(series: Series, timeUs: f64): void {
  const seen = series.seen;
  series.seen = seen + 1;
  if (seen < 2) {
    arriveEarly(series, seen, timeUs);
    return;
  }
  let gap = timeUs - series.lastUs;
  if (gap < 0) gap = 0;
  else series.lastUs = timeUs;
  const difference = gap - series.mean;
  const mean = series.mean + difference / <f64>seen;
  series.mean = mean;
  series.spread += difference * (gap - mean);
  if (gap < series.shortest) series.shortest = gap;
  else if (gap > series.longest) series.longest = gap;
}

/** The first arrival, which makes no gap yet, and the second. */
function arriveEarly(series: Series, seen: u32, timeUs: f64): void {
  if (seen == 0) {
    series.lastUs = timeUs;
    return;
  }
  let gap = timeUs - series.lastUs;
  if (gap < 0) gap = 0;
  else series.lastUs = timeUs;
  series.mean = gap;
  series.shortest = gap;
  series.longest = gap;
}

/** Writes TIMING_MEASURES numbers. */
export function timingWrite(at: usize, out: usize): void {
  for (let side: usize = 0; side < 3; side++) {
    const series = changetype<Series>(at + side * offsetof<Series>());
    const to = out + side * 4 * 8;
    store<f64>(to, series.mean);
    store<f64>(to, series.seen > 1 ? sqrt(series.spread / <f64>(series.seen - 1)) : NaN, 1 * 8);
    store<f64>(to, series.shortest, 2 * 8);
    store<f64>(to, series.longest, 3 * 8);
  }
  const periods = changetype<Periods>(at + PERIODS);
  const idle = <f64>periods.idleCount;
  const lastActive = changetype<Series>(at).lastUs - periods.activeStartUs;
  store<f64>(out, idle, 12 * 8);
  store<f64>(out, periods.idleSum / idle, 13 * 8);
  store<f64>(out, periods.idleLongest, 14 * 8);
  store<f64>(out, (periods.activeSum + lastActive) / (idle + 1), 15 * 8);
  store<f64>(out, max(periods.activeLongest, lastActive), 16 * 8);
}
