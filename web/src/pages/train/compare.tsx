// Runs side by side: scores with intervals and baselines, settings that differ, curves laid over each other, importance and
// confusion beside each other; and why they may not be comparable. The runs stand in the address.

import { Alert, Button, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { api, data } from "../../api/client.ts";
import { count } from "../../parts/format.ts";
import { Page, Panel } from "../../parts/page.tsx";
import { Empty, Failure, Loading } from "../../parts/states.tsx";
import { CurvesPanel } from "./compare-curves.tsx";
import {
  EvaluationScores,
  FactsPanel,
  SettingsPanel,
  type Shown,
  TrainingScores,
} from "./compare-tables.tsx";
import { evaluationsOf, evaluationWarnings } from "./comparing.ts";
import { HeatMatrix } from "./heat-matrix.tsx";
import { useEvaluationRuns, useEvaluations, useRecords, useRunsById } from "./run-queries.ts";
import { ShareBars } from "./share-bars.tsx";
import type { Run } from "./types.ts";
import { runName } from "./words.ts";

const COMPARED_MAX = 8;

export function Compare() {
  const search = useSearch({ strict: false }) as { runs?: unknown };
  const ids =
    typeof search.runs === "string"
      ? [...new Set(search.runs.split(",").filter(Boolean))].slice(0, COMPARED_MAX)
      : [];
  const above = [{ to: "/train", text: "Train and compare" }];
  if (ids.length < 2)
    return (
      <Page title="Compare" above={above}>
        <Empty
          title="Choose two runs at the least"
          action={
            <Button size="xs" renderRoot={(props) => <Link to={"/train" as string} {...props} />}>
              Choose runs
            </Button>
          }
        />
      </Page>
    );
  return (
    <Page title="Compare" note={`${count(ids.length)} runs side by side.`} above={above}>
      <ComparedRuns key={ids.join()} ids={ids} />
    </Page>
  );
}

function ComparedRuns({ ids }: { ids: readonly string[] }) {
  const shown = useRunsById(ids);
  const failure = shown.find(({ error }) => error !== null)?.error;
  if (failure) return <Failure failure={failure} />;
  const runs = shown.flatMap(({ data: found }) => (found === undefined ? [] : [found.run]));
  return runs.length < ids.length ? <Loading what="the runs" /> : <Judged runs={runs} />;
}

function Judged({ runs }: { runs: readonly Run[] }) {
  const found = useEvaluationRuns(runs.map(({ modelObject }) => modelObject));
  const chosen = evaluationsOf(runs.map((run, at) => ({ run, evaluations: found[at]?.data?.runs ?? [] })));
  const reports = useEvaluations(chosen.map((run) => run?.id));
  const trainings = runs.map(({ kind, id }) => (kind === "train" ? id : undefined));
  const records = useRecords(trainings.filter((id) => id !== undefined));
  const isWaiting =
    found.some(({ isLoading }) => isLoading) ||
    reports.some(({ isLoading }) => isLoading) ||
    records.some(({ isLoading }) => isLoading);
  if (isWaiting) return <Loading what="evaluations" />;
  const byId = new Map(
    trainings.filter((id) => id !== undefined).map((id, at) => [id, records[at]?.data ?? undefined]),
  );
  return (
    <SideBySide
      compared={runs.map((run, at) => ({
        run,
        name: runName(run),
        evaluation: reports[at]?.data ?? undefined,
        evaluationRun: chosen[at],
        record: byId.get(run.id),
      }))}
    />
  );
}

function SideBySide({ compared }: Shown) {
  const judged = compared.flatMap(({ name, evaluation }) =>
    evaluation === undefined ? [] : [{ name, evaluation }],
  );
  return (
    <Stack gap="md">
      <Warnings compared={compared} />
      <FactsPanel compared={compared} />
      <EvaluationScores compared={compared} />
      <TrainingScores compared={compared} />
      <SettingsPanel compared={compared} />
      {judged.length > 0 && (
        <>
          <CurvesPanel judged={judged} />
          <Panel title="Importance of columns">
            <ShareBars
              label="Importance of columns of each run"
              models={judged.map(({ name, evaluation }) => ({ name, shares: evaluation.importance }))}
            />
          </Panel>
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            {judged.map(({ name, evaluation: { metrics } }) => (
              <Panel key={name} title={`Confusion of ${name}`}>
                <HeatMatrix
                  label={`Confusion matrix of ${name}`}
                  classes={metrics.classes}
                  confusion={metrics.confusion}
                />
              </Panel>
            ))}
          </SimpleGrid>
        </>
      )}
    </Stack>
  );
}

/** What the server says of trainings, and what differs among evaluations. */
function Warnings({ compared }: Shown) {
  const ids = compared.filter(({ record }) => record !== undefined).map(({ run }) => run.id);
  const { data: told } = useQuery({
    queryKey: ["compare", ids],
    queryFn: () => data(api.GET("/runs/compare", { params: { query: { runs: ids.join(",") } } })),
    enabled: ids.length >= 2,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const names = compared.map(({ name }) => name);
  const called = new Map(compared.map(({ run, name }) => [run.id, name]));
  const warnings = [
    ...(told?.warnings ?? []).map((text) => `${named(text, called)}.`),
    ...evaluationWarnings(
      names,
      compared.map(({ evaluationRun }) => evaluationRun),
    ),
  ];
  if (warnings.length === 0) return null;
  return (
    <Alert
      color="yellow"
      variant="light"
      title="Before these are compared"
      role="note"
      styles={{ title: { color: "var(--mantine-color-text)" } }}
    >
      <ul style={{ margin: 0, paddingLeft: 18 }}>
        {warnings.map((text) => (
          <li key={text}>
            <Text size="sm" className="foreign">
              {text}
            </Text>
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** Ids of runs by the names that they have here. */
function named(text: string, names: ReadonlyMap<string, string>): string {
  return [...names].reduce((left, [id, name]) => left.replaceAll(id, name), text);
}
