// A training that has ended: what it was, how it was chosen, how it was judged since, what its model rests on, its tree.

import { Grid, Select, Stack, Tabs, Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { count, duration, figure, moment, score } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { Asked, Empty, Failure } from "../../parts/states.tsx";
import { Candidates } from "./candidates.tsx";
import { Facts, ManyFacts, Rows } from "./facts.tsx";
import { Findings } from "./findings.tsx";
import { drawable, FitCurves } from "./fit-curves.tsx";
import { Artefacts, Fingerprint, Report, Versions } from "./run-parts.tsx";
import { useEvaluationRuns, useRecord, useRunCard } from "./run-queries.ts";
import { ShareBars } from "./share-bars.tsx";
import { TreeView } from "./tree-view.tsx";
import type { ModelVersion, Run } from "./types.ts";
import { rowsText, shortId, valueText } from "./words.ts";

export function TrainingRun({ run, versions }: { run: Run; versions: ModelVersion[] }) {
  const search = useSearch({ strict: false }) as { tab?: string };
  const navigate = useNavigate();
  const isFinished = run.state === "finished";
  const card = useRunCard(isFinished && run.modelObject !== undefined ? run.id : undefined);
  const hasTrees = card.data?.hasTrees === true;
  const tab = search.tab ?? "training";
  const change = (next: string | null): void => {
    void navigate({
      to: "." as string,
      search: ((before: object) => ({ ...before, tab: next ?? undefined })) as never,
      replace: true,
    });
  };
  return (
    <Tabs value={tab} onChange={change} keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="training">Training</Tabs.Tab>
        <Tabs.Tab value="evaluation">Evaluation</Tabs.Tab>
        <Tabs.Tab value="importance">Importance</Tabs.Tab>
        {hasTrees && <Tabs.Tab value="tree">Tree</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="training">
        <TrainingTab run={run} versions={versions} />
      </Tabs.Panel>
      <Tabs.Panel value="evaluation">
        <EvaluationTab run={run} versions={versions} />
      </Tabs.Panel>
      <Tabs.Panel value="importance">
        <Panel title="Importance of columns" note="Share of each column in what moves the model's scores.">
          {isFinished ? (
            <Asked query={card} what="the model">
              {({ importance }) => (
                <ShareBars
                  label="Importance of columns"
                  models={[{ name: run.learner ?? "model", shares: importance }]}
                />
              )}
            </Asked>
          ) : (
            <Text size="sm" c="dimmed">
              This run left no model.
            </Text>
          )}
        </Panel>
      </Tabs.Panel>
      {hasTrees && card.data !== undefined && (
        <Tabs.Panel value="tree">
          <TreeView
            source={{ run: run.id }}
            classes={card.data.classes.map(({ name }) => name)}
            benignClasses={card.data.classes.flatMap(({ name, isBenign }) => (isBenign ? [name] : []))}
          />
        </Tabs.Panel>
      )}
    </Tabs>
  );
}

function TrainingTab({ run, versions }: { run: Run; versions: ModelVersion[] }) {
  const record = useRecord(run.state === "finished" ? run.id : undefined);
  const { comparison, findings, fit, steps } = record.data ?? {};
  return (
    <Stack gap="md">
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Panel title="What it was" h="100%">
            <Facts
              facts={[
                ["Rows", <Rows key="rows" rows={run.rows} />],
                [
                  "Learnt from",
                  run.data === undefined
                    ? "–"
                    : `${count(run.data.rows)} rows, ${count(run.schema?.columns)} columns of ${run.schema?.id}`,
                ],
                [
                  "Classes",
                  run.data?.classes.map(({ name, rows }) => `${name} ${count(rows)}`).join(", ") ?? "–",
                ],
                ["Took", run.elapsedMs === undefined ? "–" : duration(run.elapsedMs / 1_000)],
                ["Iterations", count(run.iterations)],
                ["Seed", valueText(run.seed)],
                ["Versions", <Versions key="versions" versions={versions} />],
                ["By", valueText(run.by)],
                ["Release", run.release],
                ["Rows' fingerprint", <Fingerprint key="print" text={run.data?.fingerprint} />],
                ["Model's SHA-256", <Fingerprint key="model" text={run.modelObject} />],
              ]}
            />
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Panel title="What makes scores doubtful" note="The audit of the training rows." h="100%">
            {record.isError ? (
              <Failure failure={record.error} />
            ) : (
              <Findings findings={findings} remarks={comparison?.remarks} />
            )}
          </Panel>
        </Grid.Col>
      </Grid>
      <Panel title="Scores">
        {comparison === undefined ? (
          <Text size="sm" c="dimmed">
            Not recorded: one learner learnt from all rows without being judged. Ask for folds or a share held
            out, or evaluate the model on other rows.
          </Text>
        ) : (
          <Candidates comparison={comparison} />
        )}
      </Panel>
      <Panel title="While it learnt">
        {fit === undefined || drawable([{ name: "", points: fit.progress }]).length === 0 ? (
          <Text size="sm" c="dimmed">
            Not recorded: the learner has no iterations to tell of.
          </Text>
        ) : (
          <FitCurves fits={[{ name: "the model", points: fit.progress }]} />
        )}
      </Panel>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Panel title="Parameters" h="100%">
            <Facts
              facts={[
                ...Object.entries(run.parameters ?? {}).map(
                  ([name, value]) => [name, valueText(value)] as const,
                ),
                ...Object.entries(steps ?? {}).map(
                  ([name, value]) => [`step: ${name}`, valueText(value)] as const,
                ),
              ]}
            />
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Panel title="Asked for" h="100%">
            <Facts
              facts={Object.entries(run.options).map(([name, value]) => [name, valueText(value)] as const)}
            />
          </Panel>
        </Grid.Col>
      </Grid>
      {Object.keys(run.metrics ?? {}).length > 0 && (
        <Panel title="Recorded figures">
          <ManyFacts
            facts={Object.entries(run.metrics ?? {}).map(([name, value]) => [name, figure(value)] as const)}
          />
        </Panel>
      )}
      <Artefacts run={run} />
    </Stack>
  );
}

function EvaluationTab({ run, versions }: { run: Run; versions: ModelVersion[] }) {
  const search = useSearch({ strict: false }) as { evaluation?: string };
  const navigate = useNavigate();
  const [found] = useEvaluationRuns([run.modelObject]);
  if (run.modelObject === undefined) return <Empty title="This run left no model to judge" />;
  return (
    <Asked query={found} what="evaluations">
      {({ runs }) => {
        const chosen = runs.find(({ id }) => id === search.evaluation) ?? runs[0];
        if (chosen === undefined)
          return (
            <Panel>
              <Empty title="Not evaluated yet">
                {versions.length > 0
                  ? "Evaluate the model on rows that it has not seen: curves, thresholds and confusion come of it."
                  : "Register the model, then evaluate it on rows that it has not seen."}
              </Empty>
            </Panel>
          );
        return (
          <Stack gap="md">
            <Select
              label="Evaluation"
              maw={520}
              allowDeselect={false}
              value={chosen.id}
              data={runs.map((one) => ({
                value: one.id,
                label: `${rowsText(one.rows)} · ${moment(one.started)} · macro F1 ${score(one.metrics?.["macroF1"])} · ${shortId(one.id)}`,
              }))}
              onChange={(id) =>
                void navigate({
                  to: "." as string,
                  search: ((before: object) => ({ ...before, evaluation: id })) as never,
                  replace: true,
                })
              }
            />
            <Report id={chosen.id} />
          </Stack>
        );
      }}
    </Asked>
  );
}
