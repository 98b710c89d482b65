// Curves of several evaluations laid over each other, with their areas.

import { SimpleGrid, Text } from "@mantine/core";
import { useMemo } from "react";
import { Chart } from "../../parts/chart.tsx";
import { score } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { calibrationOption, precisionOption, rocOption } from "./charts.ts";
import type { Evaluation, Figure } from "./types.ts";

export function CurvesPanel({ judged }: { judged: readonly { name: string; evaluation: Evaluation }[] }) {
  const [roc, precision, calibration] = useMemo(() => {
    const curves = judged.map(({ name, evaluation }) => ({ name, curves: evaluation.curves.attack }));
    return [
      rocOption(curves),
      precisionOption(curves),
      calibrationOption(
        judged.map(({ name, evaluation }) => ({ name, calibration: evaluation.curves.attack.calibration })),
      ),
    ];
  }, [judged]);
  const areas = (of: (one: Evaluation) => Figure): string =>
    judged.map(({ name, evaluation }) => `${name} ${score(of(evaluation))}`).join(", ");
  return (
    <Panel title="Curves" note="Attack or not, by the summed probability of the attack classes.">
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        <Chart
          label={`Receiver operating characteristics, areas: ${areas(({ curves }) => curves.attack.rocAuc)}`}
          option={roc}
          height={340}
        />
        <Chart
          label={`Precision over recall, areas: ${areas(({ curves }) => curves.attack.prAuc)}`}
          option={precision}
          height={340}
        />
        <Chart
          label={`Calibration, expected errors: ${areas(({ curves }) => curves.attack.calibration.expectedError)}`}
          option={calibration}
          height={340}
        />
      </SimpleGrid>

      <Text size="sm" c="dimmed" mt="xs">
        ROC areas: {areas(({ curves }) => curves.attack.rocAuc)}. PR areas:{" "}
        {areas(({ curves }) => curves.attack.prAuc)}.
      </Text>
    </Panel>
  );
}
