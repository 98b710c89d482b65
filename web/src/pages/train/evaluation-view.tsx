// An evaluation: figures with their intervals beside simple rules, what makes them doubtful, classes, confusion, curves, the
// threshold, and the columns that the model rests on.

import { Grid, SimpleGrid, Stack } from "@mantine/core";
import { count, percent, score } from "../../parts/format.ts";
import { Figure, Panel } from "../../parts/page.tsx";
import { CurvesPanels } from "./evaluation-curves.tsx";
import { ClassesPanel, DetectionPanel, ScoresPanel } from "./evaluation-tables.tsx";
import { Findings } from "./findings.tsx";
import { HeatMatrix } from "./heat-matrix.tsx";
import { ShareBars } from "./share-bars.tsx";
import { ThresholdPanel } from "./threshold-panel.tsx";
import type { Evaluation } from "./types.ts";
import { intervalText, shareInterval } from "./words.ts";

export function EvaluationView({ evaluation }: { evaluation: Evaluation }) {
  const { metrics, model, importance, audit, remarks } = evaluation;
  return (
    <Stack gap="md">
      <Headline evaluation={evaluation} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <ScoresPanel evaluation={evaluation} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Panel title="What makes them doubtful" h="100%">
            <Findings findings={audit?.findings} remarks={remarks} />
          </Panel>
        </Grid.Col>
      </Grid>
      <ThresholdPanel evaluation={evaluation} />
      <CurvesPanels evaluation={evaluation} />
      <Panel title="Confusion matrix">
        <HeatMatrix label="Confusion matrix" classes={metrics.classes} confusion={metrics.confusion} />
      </Panel>
      <ClassesPanel evaluation={evaluation} />
      <DetectionPanel evaluation={evaluation} />
      <Panel title="Importance of columns" note="Share of each column in what moves the model's scores.">
        <ShareBars label="Importance of columns" models={[{ name: model.learner, shares: importance }]} />
      </Panel>
    </Stack>
  );
}

function Headline({ evaluation: { attack, metrics, timing } }: { evaluation: Evaluation }) {
  const rate = (name: string) => shareInterval(attack.intervals[name]);
  return (
    <Panel>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
        <Figure
          label="Rows judged"
          value={count(metrics["rows"] ?? 0)}
          note={`${timing.microsecondsPerRow.toFixed(1)} µs a row`}
        />
        <Figure label="Macro F1" value={score(metrics["macroF1"])} />
        <Figure label="Accuracy" value={percent(metrics["accuracy"], 2)} />
        <Figure
          label={`Attacks detected, from ${score(attack.threshold, 3)}`}
          value={percent(attack.detectionRate)}
          note={rate("detectionRate")}
        />
        <Figure
          label="Benign rows called attacks"
          value={percent(attack.falseAlarmRate, 2)}
          note={rate("falseAlarmRate")}
        />
        <Figure
          label="Area under ROC, attack or not"
          value={score(attack.rocAuc)}
          note={intervalText(attack.intervals["rocAuc"])}
        />
      </SimpleGrid>
    </Panel>
  );
}
