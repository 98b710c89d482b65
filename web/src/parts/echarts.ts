// The parts of ECharts that the console draws with, and how they look. A file of its own, so that it is loaded with the first chart.

import { BarChart, HeatmapChart, LineChart, ScatterChart, TreeChart } from "echarts/charts";
import {
  AxisPointerComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { SERIES } from "../theme.ts";

use([
  BarChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  TreeChart,
  AxisPointerComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

const INK = { light: "#3b4248", dark: "#c4c9ce" } as const;
const LINE = { light: "#dfe3e6", dark: "#3a3f44" } as const;
const GROUND = { light: "#ffffff", dark: "#26292d" } as const;

/** A chart in an element. Its tooltip is drawn ("richText"), so that no text is ever taken for markup. */
export function makeChart(place: HTMLElement, scheme: "light" | "dark"): EChartsType {
  const ink = INK[scheme];
  const axis = {
    axisLine: { lineStyle: { color: LINE[scheme] } },
    axisTick: { lineStyle: { color: LINE[scheme] } },
    axisLabel: { color: ink },
    nameTextStyle: { color: ink },
    splitLine: { lineStyle: { color: LINE[scheme] } },
  };
  return init(
    place,
    {
      color: [...SERIES],
      backgroundColor: "transparent",
      textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 },
      grid: { left: 8, right: 12, top: 28, bottom: 4, containLabel: true },
      legend: {
        textStyle: { color: ink },
        inactiveColor: LINE[scheme],
        itemWidth: 14,
        itemHeight: 8,
        icon: "roundRect",
      },
      tooltip: {
        renderMode: "richText",
        backgroundColor: GROUND[scheme],
        borderColor: LINE[scheme],
        textStyle: { color: ink, fontSize: 12 },
        transitionDuration: 0,
      },
      valueAxis: axis,
      categoryAxis: axis,
      timeAxis: axis,
      logAxis: axis,
      visualMap: { textStyle: { color: ink } },
    },
    { renderer: "canvas" },
  );
}
