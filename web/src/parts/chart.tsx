// A chart of ECharts, loaded when the first one is looked at. Follows the colour scheme and the width that it has. Texts of
// others are drawn, never written as markup: tooltips are drawn on the canvas too.

import { Box, useComputedColorScheme } from "@mantine/core";
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef } from "react";

export type ChartOption = EChartsCoreOption;

export interface ChartProps {
  /** What it shows, in a sentence, for those who do not see it. */
  label: string;
  option: ChartOption;
  /** Pixels. */
  height?: number;
  /** New options are worked into the chart that is there, for series that stay the same and whose points change. */
  isUpdated?: boolean;
  /** Told of the point that was clicked. */
  onClick?: (event: { dataIndex: number; seriesIndex?: number; name: string; value: unknown }) => void;
}

export function Chart({ label, option, height = 260, isUpdated = false, onClick }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const wanted = useRef(option);
  const clicked = useRef(onClick);
  const scheme = useComputedColorScheme("light");
  wanted.current = option;
  clicked.current = onClick;
  useEffect(() => {
    const place = element.current;
    if (place === null) return;
    let isGone = false;
    let made: EChartsType | undefined;
    const observer = new ResizeObserver(() => made?.resize());
    void import("./echarts.ts").then(({ makeChart }) => {
      if (isGone) return;
      made = makeChart(place, scheme);
      made.on("click", (event) => clicked.current?.(event as never));
      made.setOption(wanted.current);
      chart.current = made;
      observer.observe(place);
    });
    return () => {
      isGone = true;
      observer.disconnect();
      made?.dispose();
      chart.current = null;
    };
  }, [scheme]);
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: !isUpdated, lazyUpdate: true });
  }, [option, isUpdated]);
  return <Box ref={element} role="img" aria-label={label} h={height} w="100%" miw={0} />;
}
