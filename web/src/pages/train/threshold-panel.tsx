// The threshold, and what it means on a network: a slider over the curve of the evaluation, with the traffic that one states. All of
// it stands in the address.

import { Grid, Group, NumberInput, SimpleGrid, Slider, Stack, Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { Chart } from "../../parts/chart.tsx";
import { count, percent, score, short } from "../../parts/format.ts";
import { Figure, Panel } from "../../parts/page.tsx";
import { thresholdOption } from "./charts.ts";
import { type Operating, operatingAt, pointNear } from "./operating.ts";
import type { Evaluation } from "./types.ts";

const FLOWS_DEFAULT = 1_000_000;
const BASE_DEFAULT = 0.01;
const FLOWS_MAX = 1e12;

export function ThresholdPanel({ evaluation }: { evaluation: Evaluation }) {
  const { attack, curves } = evaluation;
  const points = curves.attack.thresholds;
  const [{ threshold, flows, base }, change] = useTraffic(attack.threshold);
  const point = pointNear(points, threshold);
  const option = useMemo(() => thresholdOption(points, threshold), [points, threshold]);
  if (point === undefined)
    return (
      <Panel title="Threshold">
        <Text size="sm" c="dimmed">
          Not recorded: the rows hold attacks only, or none.
        </Text>
      </Panel>
    );
  const found = operatingAt(point, { flowsPerDay: flows, baseRate: base }, attack.benign);
  return (
    <Panel
      title="Threshold"
      note={`Summed probability of the attack classes from which a flow is an attack. Measured on ${count(attack.attacks)} attacks and ${count(attack.benign)} benign rows.`}
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="md">
            <div>
              <Group justify="space-between">
                <Text size="sm" id="threshold-label">
                  Threshold
                </Text>
                <Text size="sm" fw={600} data-testid="threshold">
                  {score(threshold, 3)}
                </Text>
              </Group>
              <Slider
                value={threshold}
                min={0}
                max={1}
                step={0.005}
                label={null}
                thumbProps={{ "aria-labelledby": "threshold-label" }}
                onChange={(value) => change({ threshold: value })}
                marks={[{ value: attack.threshold }]}
              />
            </div>
            <SimpleGrid cols={2} spacing="sm">
              <NumberInput
                label="Flows a day"
                value={flows}
                min={1}
                max={FLOWS_MAX}
                thousandSeparator=","
                onChange={(value) => typeof value === "number" && value >= 1 && change({ flows: value })}
              />
              <NumberInput
                label="Of them attacks"
                suffix=" %"
                value={Number((base * 100).toPrecision(6))}
                min={0}
                max={100}
                decimalScale={6}
                onChange={(value) =>
                  typeof value === "number" && value >= 0 && value <= 100 && change({ base: value / 100 })
                }
              />
            </SimpleGrid>
            <Figures found={found} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Chart
            label={`Detection and false alarm rate by threshold; at ${score(threshold, 3)} ${percent(found.detectionRate)} of the attacks are detected and ${percent(found.falseAlarmRate, 2)} of the benign rows are false alarms`}
            option={option}
            height={300}
          />
        </Grid.Col>
      </Grid>
    </Panel>
  );
}

function Figures({ found }: { found: Operating }) {
  const { falseAlarmsPerDayMost: most } = found;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="md" aria-live="polite">
      <Figure
        label="Detection rate (recall)"
        value={percent(found.detectionRate)}
        note={`${short(found.missedPerDay)} missed a day`}
      />
      <Figure label="False alarm rate" value={percent(found.falseAlarmRate, 2)} />
      <div data-testid="false-alarms">
        <Figure
          label="False alarms a day"
          value={short(found.falseAlarmsPerDay)}
          note={most === undefined ? undefined : `none in the test; up to ${short(most)} (rule of three)`}
        />
      </div>
      <Figure label="True alarms a day" value={short(found.trueAlarmsPerDay)} />
      <Figure
        label="Precision on this network"
        value={percent(found.precision)}
        note="share of the alarms that are attacks"
      />
      <Figure label="Precision in the test" value={percent(found.precisionInTest)} />
    </SimpleGrid>
  );
}

interface Traffic {
  threshold: number;
  flows: number;
  base: number;
}

/** What the address says, within its bounds. */
function useTraffic(threshold: number): [Traffic, (change: Partial<Traffic>) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const number = (name: keyof Traffic, fallback: number, most: number): number => {
    const value = Number(search[name] ?? fallback);
    return Number.isFinite(value) && value >= 0 && value <= most ? value : fallback;
  };
  const change = (given: Partial<Traffic>): void => {
    void navigate({
      to: "." as string,
      search: ((before: Record<string, unknown>) => ({ ...before, ...given })) as never,
      replace: true,
      resetScroll: false,
    });
  };
  return [
    {
      threshold: number("threshold", threshold, 1),
      flows: number("flows", FLOWS_DEFAULT, FLOWS_MAX),
      base: number("base", BASE_DEFAULT, 1),
    },
    change,
  ];
}
