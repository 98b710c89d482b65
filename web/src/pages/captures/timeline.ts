// Packets of a flow by time, direction and size, as a chart: a bar up for what goes forward, down for what comes back.

import type { ChartOption } from "../../parts/chart.tsx";
import { bytes, duration } from "../../parts/format.ts";
import type { Packets } from "./packet-words.ts";

const MICROSECONDS = 1e6;

/** Seconds since the first packet, bytes (below 0 for backward), number of the packet. */
export type TimelinePoint = [number, number, number];

export function timelinePoints(timeline: Packets["timeline"]): {
  forward: TimelinePoint[];
  backward: TimelinePoint[];
} {
  const firstUs = timeline[0]?.timestamp_us ?? 0;
  const points = { forward: [] as TimelinePoint[], backward: [] as TimelinePoint[] };
  timeline.forEach(({ timestamp_us, direction, wire_length }, index) => {
    const size = direction === "forward" ? wire_length : -wire_length;
    points[direction].push([(timestamp_us - firstUs) / MICROSECONDS, size, index + 1]);
  });
  return points;
}

export function timelineOption(timeline: Packets["timeline"]): ChartOption {
  const { forward, backward } = timelinePoints(timeline);
  const shared = { type: "bar", barWidth: 3, barGap: "-100%", barMinHeight: 2, large: false };
  return {
    animation: false,
    grid: { left: 8, right: 12, top: 28, bottom: 4, containLabel: true },
    legend: { top: 0 },
    tooltip: {
      trigger: "item",
      renderMode: "richText",
      formatter: ({ value: [after, size, number] }: { value: TimelinePoint }) =>
        `Packet ${number}, after ${duration(after)}: ${bytes(Math.abs(size))} ${size < 0 ? "backward" : "forward"}`,
    },
    xAxis: {
      type: "value",
      min: 0,
      axisLabel: { formatter: (seconds: number) => duration(seconds) },
    },
    yAxis: { type: "value", axisLabel: { formatter: (size: number) => bytes(Math.abs(size)) } },
    series: [
      { ...shared, name: "forward", data: forward },
      { ...shared, name: "backward", data: backward },
    ],
  };
}
