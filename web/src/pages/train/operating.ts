// What a threshold means on a network: its detection, its precision at a base rate, its alarms a day. Pure sums.

import type { ThresholdPoint } from "./types.ts";

/** The network that a detector is to watch. */
export interface Traffic {
  flowsPerDay: number;
  /** Share of the flows that are attacks. */
  baseRate: number;
}

export interface Operating {
  threshold: number;
  detectionRate: number;
  falseAlarmRate: number;
  /** Share of the alarms that are attacks, in the rows of the test. */
  precisionInTest: number;
  /** The same at the base rate of the network; undefined where there is no alarm. */
  precision: number | undefined;
  falseAlarmsPerDay: number;
  /**
   * Most false alarms a day that the test allows for where it had none: none in n rows may still be 3 in n (rule of three).
   * Undefined where it had some.
   */
  falseAlarmsPerDayMost: number | undefined;
  trueAlarmsPerDay: number;
  missedPerDay: number;
}

/** The point of a curve whose threshold is the nearest; undefined where the curve has none. */
export function pointNear(points: readonly ThresholdPoint[], threshold: number): ThresholdPoint | undefined {
  let best: ThresholdPoint | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const point of points) {
    if (point.threshold === null) continue;
    const distance = Math.abs(point.threshold - threshold);
    if (distance < least) [best, least] = [point, distance];
  }
  return best;
}

const RULE_OF_THREE = 3;

export function operatingAt(point: ThresholdPoint, traffic: Traffic, benignRows: number): Operating {
  const { flowsPerDay, baseRate } = traffic;
  const { detectionRate, falseAlarmRate, precision } = point;
  const benign = flowsPerDay * (1 - baseRate);
  const attacks = flowsPerDay * baseRate;
  const falseAlarmsPerDay = benign * falseAlarmRate;
  const trueAlarmsPerDay = attacks * detectionRate;
  const alarms = falseAlarmsPerDay + trueAlarmsPerDay;
  return {
    threshold: point.threshold ?? 1,
    detectionRate,
    falseAlarmRate,
    precisionInTest: precision,
    precision: alarms > 0 ? trueAlarmsPerDay / alarms : undefined,
    falseAlarmsPerDay,
    falseAlarmsPerDayMost:
      falseAlarmRate === 0 && benignRows > 0 ? benign * Math.min(1, RULE_OF_THREE / benignRows) : undefined,
    trueAlarmsPerDay,
    missedPerDay: attacks - trueAlarmsPerDay,
  };
}
