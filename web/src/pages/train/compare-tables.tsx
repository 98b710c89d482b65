// Tables of runs side by side: facts, scores of evaluations and of trainings with their baselines, settings that differ.

import { ScrollArea, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { bytes, count, duration, moment, percent, score } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { foldsText, scoreText } from "./candidates.tsx";
import { differingSettings, settingsOf } from "./comparing.ts";
import { Rows, To } from "./facts.tsx";
import { useScores } from "./run-queries.ts";
import type { Evaluation, Figure, Interval, MetricFacts, Run, TrainingRecord } from "./types.ts";
import { bestOf, intervalText, shareInterval, valueText } from "./words.ts";

export interface ComparedRun {
  run: Run;
  name: string;
  evaluation: Evaluation | undefined;
  evaluationRun: Run | undefined;
  record: TrainingRecord | undefined;
}

export interface Shown {
  compared: readonly ComparedRun[];
}

export function FactsPanel({ compared }: Shown) {
  const facts = (title: string, of: (one: ComparedRun) => ReactNode): Line => ({
    title,
    cells: compared.map(of),
  });
  return (
    <Panel title="Runs">
      <Beside
        label="Facts of the runs"
        compared={compared}
        lines={[
          facts("Kind", ({ run }) => (run.kind === "train" ? "training" : "evaluation")),
          facts("Began, UTC", ({ run }) => moment(run.started)),
          facts("Rows", ({ run }) => <Rows rows={run.rows} />),
          facts("Count of rows", ({ run }) => count(run.data?.rows)),
          facts("Columns", ({ run }) => count(run.schema?.columns)),
          facts("Rows' fingerprint", ({ run }) => (
            <span className="mono">{run.data?.fingerprint.slice(0, 12) ?? "–"}</span>
          )),
          facts("Took", ({ run }) =>
            duration(run.elapsedMs === undefined ? undefined : run.elapsedMs / 1_000),
          ),
          facts("Size of the model", ({ run }) =>
            bytes(run.artefacts?.find(({ name }) => name === "model.orb")?.bytes),
          ),
          facts("Judged on", ({ evaluationRun }) =>
            evaluationRun === undefined ? (
              "not evaluated"
            ) : (
              <To
                to={`/train/runs/${evaluationRun.id}`}
              >{`${evaluationRun.rows.join(", ")}, ${count(evaluationRun.data?.rows)} rows`}</To>
            ),
          ),
        ]}
      />
    </Panel>
  );
}

export function EvaluationScores({ compared }: Shown) {
  const { data: known } = useScores();
  const rows = (known?.scores ?? []).filter(({ id }) =>
    compared.some(({ evaluation }) => evaluation?.metrics[id] !== undefined),
  );
  if (rows.length === 0) return null;
  const lines = rows.map((metric) => lineOf(metric, compared));
  const detection = (
    title: string,
    name: "detectionRate" | "falseAlarmRate",
    greaterIsBetter: boolean,
  ): Line => ({
    title,
    cells: compared.map(({ run, evaluation }) => (
      <Score
        key={run.id}
        value={percent(evaluation?.attack[name], 2)}
        interval={shareInterval(evaluation?.attack.intervals[name]) ?? ""}
      />
    )),
    best: bestOf(
      compared.map(({ evaluation }) => evaluation?.attack[name]),
      { greaterIsBetter },
    ),
  });
  const baselines = compared.find(({ evaluation }) => (evaluation?.baselines.length ?? 0) > 0)?.evaluation
    ?.baselines;
  return (
    <Panel
      title="Scores of evaluations"
      note="With 95 % intervals of resampled rows. The best of a line is bold; intervals that overlap do not tell runs apart."
    >
      <Beside
        label="Scores of evaluations"
        compared={compared}
        lines={[
          ...lines,
          detection("Attacks detected", "detectionRate", true),
          detection("Benign rows called attacks", "falseAlarmRate", false),
          ...(baselines ?? []).map(({ id }) => ({
            title: `Baseline: ${id.replaceAll("-", " ")}, macro F1`,
            cells: compared.map(({ evaluation }) =>
              score(evaluation?.baselines.find((one) => one.id === id)?.metrics["macroF1"]),
            ),
          })),
        ]}
      />
    </Panel>
  );
}

function lineOf(metric: MetricFacts, compared: readonly ComparedRun[]): Line {
  const values = compared.map(({ evaluation }) => evaluation?.metrics[metric.id] as Figure | undefined);
  return {
    title: metric.title,
    cells: compared.map(({ evaluation }, at) => {
      const intervals = evaluation?.intervals["figures"] as Record<string, Interval> | undefined;
      return (
        <Score
          key={compared[at].run.id}
          value={score(values[at])}
          interval={intervalText(intervals?.[metric.id])}
        />
      );
    }),
    best: bestOf(values, metric),
  };
}

function Score({ value, interval }: { value: string; interval: string }) {
  return (
    <>
      {value}
      {interval !== "" && (
        <Text size="xs" c="dimmed" fw={400}>
          {interval}
        </Text>
      )}
    </>
  );
}

/** What trainings were chosen by, on folds of their own rows. */
export function TrainingScores({ compared }: Shown) {
  const trained = compared.filter(({ record }) => record?.comparison !== undefined);
  if (trained.length === 0) return null;
  const metrics = new Map(
    trained.flatMap(({ record }) => record?.comparison?.metrics ?? []).map((one) => [one.id, one]),
  );
  const scoreOf = ({ record }: ComparedRun, kind: "candidate" | string, id: string) => {
    const { entries = [], best } = record?.comparison ?? {};
    return entries.find(({ name }) => name === (kind === "candidate" ? best : kind))?.scores[id];
  };
  const baselines = [
    ...new Set(
      trained.flatMap(
        ({ record }) =>
          record?.comparison?.entries.filter(({ kind }) => kind === "baseline").map(({ name }) => name) ?? [],
      ),
    ),
  ];
  const lines = [...metrics.values()].map(
    (metric): Line => ({
      title: metric.title,
      cells: compared.map((one) => scoreText(scoreOf(one, "candidate", metric.id))),
      best: bestOf(
        compared.map((one) => scoreOf(one, "candidate", metric.id)?.mean),
        metric,
      ),
    }),
  );
  return (
    <Panel
      title="Scores of trainings"
      note="Of the best candidate of each, on held-out parts of its own training rows. ± is half of the 95 % interval."
    >
      <Beside
        label="Scores of trainings"
        compared={compared}
        lines={[
          {
            title: "Judged on",
            cells: compared.map(({ record }) =>
              record?.comparison === undefined ? "not judged" : foldsText(record.comparison.folds),
            ),
          },
          ...lines,
          ...baselines.map((name) => ({
            title: `Baseline: ${name}, macro F1`,
            cells: compared.map((one) => scoreText(scoreOf(one, name, "macroF1"))),
          })),
        ]}
      />
    </Panel>
  );
}

export function SettingsPanel({ compared }: Shown) {
  const runs = compared.map(({ run }) => run);
  const names = differingSettings(runs);
  const settings = runs.map(settingsOf);
  return (
    <Panel title="Settings that differ">
      {names.length === 0 ? (
        <Text size="sm">All settings are the same.</Text>
      ) : (
        <Beside
          label="Settings that differ"
          compared={compared}
          lines={names.map((name) => ({ title: name, cells: settings.map((one) => valueText(one[name])) }))}
        />
      )}
    </Panel>
  );
}

interface Line {
  title: string;
  cells: readonly ReactNode[];
  best?: number;
}

function Beside({ label, compared, lines }: Shown & { label: string; lines: readonly Line[] }) {
  return (
    <ScrollArea type="auto" offsetScrollbars="present" viewportProps={{ tabIndex: 0 }}>
      <Table aria-label={label} miw={180 + compared.length * 170} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Td />
            {compared.map(({ run, name }) => (
              <Table.Th key={run.id} scope="col" ta="right">
                <To to={`/train/runs/${run.id}`}>{name}</To>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(({ title, cells, best }) => (
            <Table.Tr key={title}>
              <Table.Th scope="row" fw={400}>
                {title}
              </Table.Th>
              {cells.map((cell, at) => (
                <Table.Td
                  key={compared[at].run.id}
                  ta="right"
                  fw={at === best ? 700 : undefined}
                  className="foreign"
                >
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
