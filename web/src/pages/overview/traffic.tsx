// How much a live source takes in, now and over the last five minutes, and which classes its verdicts have.

import { SimpleGrid } from "@mantine/core";
import { memo, useMemo } from "react";
import { Chart, type ChartOption } from "../../parts/chart.tsx";
import { bytes, count, short } from "../../parts/format.ts";
import { Figure, Panel } from "../../parts/page.tsx";
import { ATTACK, BENIGN, SERIES } from "../../theme.ts";
import type { FeedView, Sample } from "../live/feed.ts";
import { BIN_SECONDS, classBins } from "./class-bins.ts";

const WINDOW_MS = 300_000;
const SPARK_HEIGHT = 64;

interface Rate {
  label: string;
  value: string;
  note: string;
  unit: string;
  of: (sample: Sample) => number;
  colour: string;
}

/** Drawn anew with each state of the source, not with each batch of verdicts. */
export const Traffic = memo(function Traffic({ view: { source, samples } }: { view: FeedView }) {
  if (source === undefined) return null;
  const { rates, counts } = source;
  const lost = counts.framesLost > 0 ? `, ${count(counts.framesLost)} lost` : "";
  const shown: Rate[] = [
    {
      label: "Packets",
      value: `${short(rates.packetsPerSecond)}/s`,
      note: `${count(counts.frames)} since it began${lost}`,
      unit: "packets/s",
      of: (sample) => sample.packets,
      colour: SERIES[0],
    },
    {
      label: "Bytes on the wire",
      value: `${bytes(rates.bytesPerSecond)}/s`,
      note: `${bytes(counts.bytes)} since it began`,
      unit: "B/s",
      of: (sample) => sample.bytes,
      colour: SERIES[2],
    },
    {
      label: "New flows",
      value: `${short(rates.flowsPerSecond)}/s`,
      note: `${count(counts.flows)} since it began`,
      unit: "flows/s",
      of: (sample) => sample.flows,
      colour: SERIES[7],
    },
    {
      label: "Verdicts",
      value: `${short(rates.verdictsPerSecond)}/s`,
      note: `${count(counts.verdicts)} since it began, ${count(counts.attacks)} attacks`,
      unit: "verdicts/s",
      of: (sample) => sample.verdicts,
      colour: SERIES[1],
    },
  ];
  return (
    <Panel title="Traffic" note="Figures are means of the last seconds, lines are the last five minutes.">
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="lg">
        {shown.map((rate) => (
          <div key={rate.label} style={{ minWidth: 0 }}>
            <Figure label={rate.label} value={rate.value} note={rate.note} />
            <Spark rate={rate} samples={samples} />
          </div>
        ))}
      </SimpleGrid>
    </Panel>
  );
});

function Spark({ rate: { label, unit, of, colour }, samples }: { rate: Rate; samples: readonly Sample[] }) {
  const points = samples.map((sample) => [sample.atMs, of(sample) / sample.seconds]);
  const end = samples.at(-1)?.atMs ?? Date.now();
  const option: ChartOption = {
    animation: false,
    grid: { left: 0, right: 0, top: 6, bottom: 2, containLabel: false },
    xAxis: { type: "time", min: end - WINDOW_MS, max: end, show: false },
    yAxis: { type: "value", min: 0, show: false },
    tooltip: {
      trigger: "axis",
      confine: true,
      valueFormatter: (value: unknown) => short(Number(value), unit),
    },
    series: [
      {
        type: "line",
        name: label,
        data: points,
        showSymbol: false,
        lineStyle: { width: 1.5, color: colour },
        itemStyle: { color: colour },
        areaStyle: { color: colour, opacity: 0.12 },
      },
    ],
  };
  const most = Math.max(0, ...points.map(([, value]) => value));
  return (
    <Chart
      label={`${label} over the last five minutes, at most ${short(most, unit)}`}
      option={option}
      height={SPARK_HEIGHT}
      isUpdated
    />
  );
}

export interface ClassesProps {
  view: FeedView;
  /** Classes that are no attack; undefined while that is not known. */
  benign: readonly string[] | undefined;
}

/** Colours of attacks: those of the series that are not taken for harmless or for traffic. */
const ATTACK_COLOURS = [ATTACK, SERIES[4], SERIES[3], SERIES[5], SERIES[7], SERIES[6], SERIES[0]] as const;

export const Classes = memo(function Classes({ view: { source, samples }, benign }: ClassesProps) {
  const classes = useMemo(() => Object.keys(source?.counts.byClass ?? {}), [source]);
  const attacks = classes.filter((name) => !benign?.includes(name));
  const colourOf = (name: string): string =>
    benign?.includes(name) ? BENIGN : ATTACK_COLOURS[attacks.indexOf(name) % ATTACK_COLOURS.length];
  const { starts, series } = classBins(samples, classes, samples.at(-1)?.atMs ?? Date.now());
  const option: ChartOption = {
    animation: false,
    legend: { show: true, top: 0, left: 0, type: "plain", data: series.map(({ name }) => name) },
    grid: { left: 4, right: 8, top: 34, bottom: 4, containLabel: true },
    tooltip: { trigger: "axis", confine: true, axisPointer: { type: "shadow" } },
    xAxis: {
      type: "category",
      data: starts.map((start) => new Date(start).toISOString().slice(11, 19)),
      axisLabel: { interval: 11 },
      axisTick: { show: false },
    },
    yAxis: { type: "value", minInterval: 1 },
    series: series.map(({ name, counts }) => ({
      id: name,
      type: "bar",
      stack: "classes",
      name,
      barCategoryGap: "12%",
      itemStyle: { color: colourOf(name) },
      data: counts,
    })),
  };
  const total = series.map(
    ({ name, counts }) => `${name} ${count(counts.reduce((sum, one) => sum + one, 0))}`,
  );
  return (
    <Panel title="Verdicts by class" note={`In each ${BIN_SECONDS} seconds of the last five minutes (UTC).`}>
      <Chart
        label={`Verdicts of the last five minutes by class: ${total.join(", ") || "none"}`}
        option={option}
        height={250}
        isUpdated
      />
    </Panel>
  );
});
