// Curves of an evaluation: of attack or not, or of one class against the rest.

import { Select, SimpleGrid, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { Chart } from "../../parts/chart.tsx";
import { score } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { calibrationOption, precisionOption, rocOption } from "./charts.ts";
import type { Evaluation } from "./types.ts";

export function CurvesPanels({ evaluation: { curves } }: { evaluation: Evaluation }) {
  const [name, setName] = useState(ATTACK);
  const shown = curves.classes.find((one) => one.name === name) ?? curves.attack;
  const title = shown === curves.attack ? "attack or not" : name;
  const [roc, precision, calibration] = useMemo(() => {
    const one = [{ name: title, curves: shown }];
    return [
      rocOption(one),
      precisionOption(one),
      calibrationOption([{ name: title, calibration: shown.calibration }]),
    ];
  }, [shown, title]);
  const isEmpty = shown.roc.length === 0;
  return (
    <Panel
      title="Curves"
      actions={
        <Select
          aria-label="Curves of"
          size="xs"
          w={200}
          allowDeselect={false}
          value={name}
          onChange={(value) => setName(value ?? ATTACK)}
          data={[
            { value: ATTACK, label: "Attack or not" },
            ...curves.classes.map((one) => ({ value: one.name, label: one.name })),
          ]}
        />
      }
    >
      {isEmpty ? (
        <Text size="sm" c="dimmed">
          Not recorded: curves take rows of both kinds.
        </Text>
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
          <Chart
            label={`Receiver operating characteristic of ${title}, area ${score(shown.rocAuc)}`}
            option={roc}
            height={320}
          />
          <Chart
            label={`Precision over recall of ${title}, area ${score(shown.prAuc)}`}
            option={precision}
            height={320}
          />
          <Chart
            label={`Calibration of ${title}: expected error ${score(shown.calibration.expectedError, 3)}`}
            option={calibration}
            height={320}
          />
        </SimpleGrid>
      )}
    </Panel>
  );
}

/** Attack or not; or one class against the rest. */
const ATTACK = "";
