// Tables of an evaluation: scores beside simple rules, figures of each class, detection of each label.

import { Alert, Text } from "@mantine/core";
import { ClassBadge } from "../../parts/class-badge.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { count, percent, score } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { useScores } from "./run-queries.ts";
import type { ClassReport, Evaluation, Figure as FigureValue, Interval } from "./types.ts";
import { intervalText, shareInterval } from "./words.ts";

export function ScoresPanel({ evaluation }: { evaluation: Evaluation }) {
  const { metrics, intervals, baselines } = evaluation;
  const { data: known } = useScores();
  const figures = intervals["figures"] as Record<string, Interval> | undefined;
  const rows = (known?.scores ?? []).filter(({ id }) => id in metrics);
  return (
    <Panel
      title="Scores"
      note={`With ${percent(intervals.confidence, 0)} intervals of resampled rows, beside rules that need no learning.`}
      h="100%"
    >
      <DataTable
        label="Scores and baselines"
        rows={rows}
        rowKey={({ id }) => id}
        minWidth={480 + baselines.length * 110}
        columns={[
          { id: "title", header: "Figure", cell: ({ title }) => title },
          {
            id: "value",
            header: "Model",
            isNumber: true,
            cell: ({ id }) => <b>{score(metrics[id] as FigureValue)}</b>,
          },
          {
            id: "interval",
            header: "Interval",
            isNumber: true,
            cell: ({ id }) => intervalText(figures?.[id]) || "–",
          },
          ...baselines.map((baseline, at) => ({
            id: baseline.id,
            header: BASELINES[baseline.id] ?? baseline.id,
            isNumber: true,
            cell: ({ id }: { id: string }) => score(baselines[at].metrics[id]),
          })),
        ]}
      />
      {baselines.map(({ id, rule }) => (
        <Text key={id} size="xs" c="dimmed" className="foreign">
          {BASELINES[id] ?? id}: {rule}
        </Text>
      ))}
    </Panel>
  );
}

const BASELINES: Record<string, string> = {
  majority: "Majority class",
  "best-column": "Best column",
  "depth-2-tree": "Two questions",
};

export function ClassesPanel({ evaluation: { metrics, model } }: { evaluation: Evaluation }) {
  return (
    <Panel title="Classes">
      <DataTable
        label="Figures of each class"
        rows={metrics.perClass}
        rowKey={({ name }) => name}
        minWidth={760}
        columns={[
          {
            id: "name",
            header: "Class",
            value: ({ name }) => name,
            cell: ({ name }) => <ClassBadge name={name} attack={!model.benignClasses.includes(name)} />,
          },
          numberColumn<ClassReport>("support", "Rows", ({ support }) => support, count),
          numberColumn<ClassReport>("predicted", "Called so", ({ predicted }) => predicted, count),
          numberColumn<ClassReport>("precision", "Precision", ({ precision }) => precision),
          numberColumn<ClassReport>("recall", "Recall", ({ recall }) => recall),
          numberColumn<ClassReport>("f1", "F1", ({ f1 }) => f1),
          numberColumn<ClassReport>("fpr", "False positive rate", (one) => one.falsePositiveRate),
          numberColumn<ClassReport>("rocAuc", "ROC area", ({ rocAuc }) => rocAuc),
          numberColumn<ClassReport>("prAuc", "PR area", ({ prAuc }) => prAuc),
        ]}
      />
    </Panel>
  );
}

function numberColumn<Row>(
  id: string,
  header: string,
  of: (row: Row) => FigureValue,
  text: (value: FigureValue) => string = score,
) {
  return {
    id,
    header,
    isNumber: true,
    value: (row: Row) => of(row) ?? undefined,
    cell: (row: Row) => text(of(row)),
  };
}

/** Of the labels as they are spelled in the rows, before they are joined into classes. */
export function DetectionPanel({ evaluation: { detection, attack } }: { evaluation: Evaluation }) {
  const unseen = detection.filter(({ isAttack, isSeen }) => isAttack && !isSeen);
  return (
    <Panel
      title="Detection of each label"
      note={`Share of the rows that are called an attack, from ${score(attack.threshold, 3)}: detection where the label is one, false alarms where it is benign.`}
    >
      {unseen.length > 0 && (
        <Alert variant="light" color="yellow" mb="sm" p="xs">
          <Text size="sm">{count(unseen.length)} attacks of these rows do not occur in training.</Text>
        </Alert>
      )}
      <DataTable
        label="Detection of each label"
        rows={detection}
        rowKey={({ name }) => name}
        minWidth={620}
        columns={[
          {
            id: "name",
            header: "Label",
            value: ({ name }) => name,
            cell: ({ name, isAttack }) => <ClassBadge name={name} attack={isAttack} />,
          },
          {
            id: "seen",
            header: "In training",
            value: ({ isSeen }) => isSeen,
            cell: ({ isSeen }) => (isSeen ? "yes" : "no"),
          },
          numberColumn<Evaluation["detection"][number]>("rows", "Rows", ({ rows }) => rows, count),
          numberColumn<Evaluation["detection"][number]>(
            "flagged",
            "Called an attack",
            ({ flagged }) => flagged,
            count,
          ),
          numberColumn<Evaluation["detection"][number]>(
            "rate",
            "Share",
            ({ rate }) => rate,
            (rate) => percent(rate),
          ),
          {
            id: "interval",
            header: "Interval",
            isNumber: true,
            cell: ({ interval }) => shareInterval(interval) ?? "–",
          },
        ]}
      />
    </Panel>
  );
}
