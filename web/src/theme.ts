// How the console looks: sober, with figures that stand below each other. Colours keep WCAG AA in both schemes.

import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Table,
  Tooltip,
} from "@mantine/core";

/** The one accent: a petrol blue, dark enough for white text from shade 7 on. */
const petrol: MantineColorsTuple = [
  "#e6f6f8",
  "#d0e8ec",
  "#a1d1d9",
  "#6fb9c5",
  "#47a3b3",
  "#2c8ea0",
  "#197c8f",
  "#0b6b7d",
  "#075868",
  "#03444f",
];

export const theme = createTheme({
  primaryColor: "petrol",
  primaryShade: { light: 7, dark: 7 },
  colors: { petrol },
  defaultRadius: "sm",
  cursorType: "pointer",
  // Drawers and dialogues fade by styles of their own, which no style sheet can shorten.
  respectReducedMotion: true,
  autoContrast: true,
  luminanceThreshold: 0.35,
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "1.35rem" }, h2: { fontSize: "1.05rem" } } },
  components: {
    // What they would lock with is a style that the content security policy refuses.
    Modal: { defaultProps: { lockScroll: false } },
    Drawer: { defaultProps: { lockScroll: false } },
    Table: Table.extend({ defaultProps: { verticalSpacing: 6, horizontalSpacing: "sm" } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 250 } }),
  },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    // Words on the light grounds of badges and alerts: the palette's own are too pale.
    "--mantine-color-gray-light-color": "#3b4248",
    "--mantine-color-red-light-color": "#a51d1d",
    "--mantine-color-orange-light-color": "#8f3300",
    "--mantine-color-yellow-light-color": "#6b4a00",
    "--mantine-color-green-light-color": "#1e6b30",
    "--mantine-color-teal-light-color": "#0a5c46",
    "--mantine-color-blue-light-color": "#0d4f8b",
    "--mantine-color-dimmed": "#5c636a",
    "--mantine-color-anchor": "#0b6b7d",
    "--console-panel": "#ffffff",
    "--console-ground": "#f6f7f8",
    "--console-line": "#dee2e6",
  },
  dark: {
    "--mantine-color-dimmed": "#a6adb4",
    "--mantine-color-anchor": "#6fb9c5",
    "--console-panel": "#1f2225",
    "--console-ground": "#17191b",
    "--console-line": "#3a3f44",
  },
});

/** Colours of classes and series, in this order: told apart also by those who see red and green alike (Okabe and Ito, 2008). */
export const SERIES = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#8c6d31",
  "#7a68a6",
] as const;

/** Of what is harmless, and of what is an attack, wherever a class is drawn. */
export const BENIGN = "#4a8f63";
export const ATTACK = "#c9372c";
