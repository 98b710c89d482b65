// The form of a training: rows, labels, learners with their parameters, how candidates are judged and searched, steps around the
// learner, the name to register. Made from what the server tells of learners, recipes and figures.

import { Alert, Button, Group, List, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { client } from "../../api/client.ts";
import { useMay } from "../../api/queries.ts";
import { failed } from "../../parts/notify.tsx";
import { Page, Panel } from "../../parts/page.tsx";
import { Asked, NotAllowed } from "../../parts/states.tsx";
import { LearnersPanel } from "./learners-panel.tsx";
import { useLearners } from "./run-queries.ts";
import {
  EMPTY_FORM,
  type Learner,
  type Part,
  problemsOf,
  requestOf,
  type TrainingForm,
} from "./training-form.ts";
import { JudgingPanel, RowsPanel, StepsPanel } from "./training-panels.tsx";

const ABOVE = [{ to: "/train", text: "Train and compare" }];

export function NewTraining() {
  const mayWrite = useMay("write");
  const learners = useLearners();
  return (
    <Page
      title="Train a model"
      above={ABOVE}
      note="Labelled rows in, a model out: of one learner, or of the best of many that are compared."
    >
      {mayWrite ? (
        <Asked query={learners} what="learners">
          {({ learners: found }) => <Form learners={found as unknown as Learner[]} />}
        </Asked>
      ) : (
        <Panel>
          <NotAllowed>Analysts and administrators train models; you can look at the runs.</NotAllowed>
        </Panel>
      )}
    </Page>
  );
}

function Form({ learners }: { learners: readonly Learner[] }) {
  const search = useSearch({ strict: false }) as { dataset?: unknown; upload?: unknown };
  const [form, setForm] = useState<TrainingForm>(() => ({
    ...EMPTY_FORM,
    ...(typeof search.dataset === "string" && { rows: { dataset: search.dataset } }),
    ...(typeof search.upload === "string" && { rows: { upload: search.upload } }),
  }));
  const change: Part["change"] = (given) => setForm((before) => ({ ...before, ...given }));
  const navigate = useNavigate();
  const start = useMutation({
    mutationFn: () => client.createJob({ kind: "train", request: requestOf(form) }),
    onSuccess: ({ id }) => void navigate({ to: `/train/jobs/${id}` as string }),
    onError: failed,
  });
  const problems = problemsOf(form, learners);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (problems.length === 0) start.mutate();
      }}
    >
      <Stack gap="md">
        <RowsPanel form={form} change={change} />
        <LearnersPanel form={form} change={change} learners={learners} />
        <JudgingPanel form={form} change={change} />
        <StepsPanel form={form} change={change} />
        <Panel title="Name">
          <TextInput
            label="Register as"
            description="The model becomes the next version of this name in the registry. Without one only the run keeps it."
            maw={420}
            value={form.name}
            onChange={(event) => change({ name: event.currentTarget.value.trim() })}
          />
        </Panel>
        {problems.length > 0 && (
          <Alert
            variant="light"
            color="yellow"
            title="Before it can start"
            role="note"
            styles={{ title: { color: "var(--mantine-color-text)" } }}
          >
            <List size="sm">
              {problems.map((problem) => (
                <List.Item key={problem}>{problem}</List.Item>
              ))}
            </List>
          </Alert>
        )}
        <Group>
          <Button type="submit" disabled={problems.length > 0} loading={start.isPending}>
            Start the training
          </Button>
          <Text size="sm" c="dimmed">
            {summaryOf(form)}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

function summaryOf({ learners, preset, judging, folds, holdout, search }: TrainingForm): string {
  const who = learners.length === 0 ? `the recipe ${preset}` : learners.join(", ");
  const judged = {
    none: "not judged",
    cv: `judged on ${folds} folds`,
    holdout: `judged on ${holdout * 100} % held out`,
  }[judging];
  return `${who}, ${search === "none" ? "" : `searched (${search}), `}${judged}`;
}
