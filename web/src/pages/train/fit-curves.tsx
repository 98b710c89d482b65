// Curves of fits: figures of each iteration, of the fits and the figures that are chosen.

import { Checkbox, Group, MultiSelect, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { Chart } from "../../parts/chart.tsx";
import { count } from "../../parts/format.ts";
import { progressOption } from "./charts.ts";

export interface FitCurve {
  name: string;
  total?: number;
  points: readonly { done: number; metrics: Record<string, number> }[];
}

/** Fits with a curve: one iteration makes none. */
export function drawable(fits: readonly FitCurve[]): FitCurve[] {
  return fits
    .map((fit) => ({ ...fit, points: fit.points.filter(({ done }) => done > 0) }))
    .filter(({ points }) => points.length > 1);
}

export function FitCurves({ fits: given }: { fits: readonly FitCurve[] }) {
  const fits = useMemo(() => drawable(given), [given]);
  const [chosenFits, setFits] = useState<string[]>();
  const [chosenMetrics, setMetrics] = useState<string[]>();
  const [isLogarithmic, setLogarithmic] = useState(false);
  const names = fits.map(({ name }) => name);
  // The newest fit is looked at until others are chosen.
  const shownNames = chosenFits?.filter((name) => names.includes(name)) ?? names.slice(-1);
  const metrics = [...new Set(fits.flatMap(({ points }) => Object.keys(points.at(-1)?.metrics ?? {})))];
  const shownMetrics = chosenMetrics?.filter((name) => metrics.includes(name)) ?? lossesOf(metrics);
  const option = useMemo(
    () =>
      progressOption(
        fits.filter(({ name }) => shownNames.includes(name)),
        shownMetrics,
        isLogarithmic,
      ),
    [fits, shownNames, shownMetrics, isLogarithmic],
  );
  if (fits.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No curve: no iterations yet, or the learner has none.
      </Text>
    );
  const shown = fits.filter(({ name }) => shownNames.includes(name));
  const last = shown.at(-1)?.points.at(-1);
  return (
    <Stack gap="xs">
      <Group gap="sm" align="flex-end">
        {fits.length > 1 && (
          <MultiSelect
            label="Fits"
            size="xs"
            miw={220}
            data={names}
            value={shownNames}
            onChange={setFits}
            clearable
          />
        )}
        <MultiSelect
          label="Figures"
          size="xs"
          miw={220}
          data={metrics}
          value={shownMetrics}
          onChange={setMetrics}
        />
        <Checkbox
          size="xs"
          pb={6}
          label="Logarithmic"
          checked={isLogarithmic}
          onChange={(event) => setLogarithmic(event.currentTarget.checked)}
        />
      </Group>
      <Chart label={`Figures of iterations of ${shownNames.join(", ")}`} option={option} height={300} />
      {last !== undefined && (
        <Text size="sm" c="dimmed" data-testid="last-figures">
          Iteration {count(last.done)}
          {shown.at(-1)?.total !== undefined && ` of ${count(shown.at(-1)?.total)}`}:{" "}
          {shownMetrics
            .filter((name) => last.metrics[name] !== undefined)
            .map((name) => `${name} ${last.metrics[name].toPrecision(4)}`)
            .join(", ")}
        </Text>
      )}
    </Stack>
  );
}

/** Losses where there are any; else everything. */
function lossesOf(metrics: readonly string[]): string[] {
  const losses = metrics.filter((name) => /loss/i.test(name));
  return losses.length > 0 ? losses : [...metrics];
}
