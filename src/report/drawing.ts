// Charts as SVG, drawn by ECharts without a browser. Colours are those of the page, which knows light and dark.
//
// What it guarantees: the same chart gives the same bytes, whatever was drawn before; text of strangers cannot become
// markup; shapes tell on pointing what they stand for. Knows no kind of chart.

import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { escaped, type Markup, markup } from "./markup.ts";

use([BarChart, CustomChart, LineChart, GridComponent, SVGRenderer]);

export interface Drawing {
  /** Options of ECharts. */
  option: EChartsCoreOption;
  width: number;
  height: number;
  /** What to say of a shape when it is pointed at. */
  tip?: (series: number, index: number) => string;
}

export function drawn({ option, width, height, tip }: Drawing): Markup {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    return cleaned(chart.renderToSVGString(), tip);
  } finally {
    chart.dispose();
  }
}

/** Without what scripts would need, and without names that are numbered by what was drawn before, so without clips; with tips. */
function cleaned(svg: string, tip: Drawing["tip"]): Markup {
  const text = svg
    .replace(/<defs ?>[\s\S]*?<\/defs>\s*/g, "")
    .replace(/ clip-path="[^"]*"/g, "")
    .replace(/<style >[\s\S]*?<\/style>\s*/g, "")
    .replace(/<rect [^>]*fill="none"><\/rect>\s*/, "")
    .replace(/<path ([^>]*)><\/path>/g, (_, attributes: string) => shapeText(attributes, tip))
    .replace(/ (?:class|pointer-events|xmlns:xlink|xmlns|version|baseProfile|stroke-linecap)="[^"]*"/g, "")
    .replace(/font-family:[^;"]*;?/g, "")
    .replace(/>\s*\n\s*</g, "><");
  return markup(text);
}

function shapeText(attributes: string, tip: Drawing["tip"]): string {
  const series = /ecmeta_series_index="(\d+)"/.exec(attributes);
  const index = /ecmeta_data_index="(\d+)"/.exec(attributes);
  const bare = attributes.replace(/ ecmeta_\w+="[^"]*"/g, "");
  if (series === null || index === null || tip === undefined) return `<path ${bare}/>`;
  return `<path ${bare}><title>${escaped(tip(Number(series[1]), Number(index[1])))}</title></path>`;
}

// --- what charts have in common ---------------------------------------------------------------------------------

export const TEXT_SIZE = 11;
/** Width of a character at that size, on average. */
const CHARACTER_WIDTH = 6.5;
/** Characters of a name at an axis. */
export const NAME_CHARACTERS = 26;
export const COLOUR = {
  ink: "var(--ink)",
  soft: "var(--soft)",
  line: "var(--line)",
  paper: "var(--paper)",
  accent: "var(--accent)",
  against: "var(--against)",
} as const;

export const AXIS_TEXT = { color: COLOUR.soft, fontSize: TEXT_SIZE } as const;
export const NAME_TEXT = { color: COLOUR.ink, fontSize: TEXT_SIZE, interval: 0 } as const;
export const AXIS_LINE = { show: true, lineStyle: { color: COLOUR.line } } as const;
export const HIDDEN = { show: false } as const;
/** A series of bars in the colour of the page. */
export const BARS = {
  type: "bar",
  silent: true,
  emphasis: { disabled: true },
  itemStyle: { color: COLOUR.accent },
} as const;

/** What is measured along an axis, below it. */
export function axisName(name: string, nameGap: number): object {
  return { name, nameGap, nameLocation: "middle", nameTextStyle: AXIS_TEXT };
}

/** Room that the longest of some texts needs. */
export function widestText(texts: readonly string[]): number {
  return Math.ceil(Math.max(0, ...texts.map((text) => [...text].length)) * CHARACTER_WIDTH);
}
