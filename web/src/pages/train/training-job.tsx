// A training that goes on: how far it is, its curves as they grow, its log, the way to stop it; and at its end the way to its run.

import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { api, data, type Job } from "../../api/client.ts";
import { isEnded } from "../../api/queries.ts";
import { duration, figure, moment } from "../../parts/format.ts";
import { JobState } from "../../parts/job-progress.tsx";
import { Page, Panel } from "../../parts/page.tsx";
import { Asked } from "../../parts/states.tsx";
import { JobLog } from "../jobs/job-log.tsx";
import { useFollowedJob } from "../jobs/use-job-events.ts";
import { runOf } from "./evaluate-form.tsx";
import { Facts } from "./facts.tsx";
import { FitCurves } from "./fit-curves.tsx";
import { valueText } from "./words.ts";

const CURVES_MS = 700;

export function TrainingJob() {
  const { job: id } = useParams({ strict: false }) as { job: string };
  const followed = useFollowedJob(id);
  const job = followed.query.data;
  const isOver = job !== undefined && isEnded(job);
  return (
    <Page
      title="Training"
      above={[{ to: "/train", text: "Train and compare" }]}
      note={
        job === undefined
          ? undefined
          : `Asked for ${moment(job.created)} UTC${job.owner === undefined ? "" : ` by ${job.owner}`}`
      }
      actions={<Ways job={job} />}
    >
      <Panel>
        <Asked query={followed.query} what="the training">
          {(found) => (found.state === "finished" ? <Finished job={found} /> : <JobState job={found} />)}
        </Asked>
      </Panel>
      <CurvesPanel id={id} isOver={isOver} />
      <JobLog id={id} followed={followed} isOver={isOver} />
    </Page>
  );
}

function Ways({ job }: { job: Job | undefined }) {
  const run = runOf(job);
  if (run === undefined) return null;
  return (
    <Button size="xs" renderRoot={(props) => <Link to={`/train/runs/${run}` as string} {...props} />}>
      Open the run
    </Button>
  );
}

function Finished({ job }: { job: Job }) {
  const { summary, started, ended } = job;
  const {
    learner,
    model,
    best,
    metrics = {},
    findings,
  } = (summary ?? {}) as {
    learner?: string;
    model?: string;
    best?: string;
    metrics?: Record<string, number>;
    findings?: number;
  };
  const took =
    started === undefined || ended === undefined
      ? undefined
      : (Date.parse(ended) - Date.parse(started)) / 1_000;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600} role="status">
        The training has ended: the model is made.
      </Text>
      <Facts
        facts={[
          ["Learner", valueText(best ?? learner)],
          ["Registered as", valueText(model)],
          ["Took", duration(took)],
          ["Findings of the audit", valueText(findings)],
          ...Object.entries(metrics).map(([name, value]) => [name, figure(value)] as const),
        ]}
      />
    </Stack>
  );
}

function CurvesPanel({ id, isOver }: { id: string; isOver: boolean }) {
  const curves = useQuery({
    queryKey: ["job", id, "curves", isOver],
    queryFn: () => data(api.GET("/jobs/{id}/curves", { params: { path: { id } } })),
    refetchInterval: isOver ? false : CURVES_MS,
    placeholderData: (before) => before,
  });
  return (
    <Panel
      title="While it learns"
      note="Figures of each iteration, of the fit that runs unless others are chosen."
    >
      <Group>
        <Asked query={curves} what="curves">
          {({ fits }) => (
            <Stack w="100%">
              <FitCurves fits={fits} />
            </Stack>
          )}
        </Asked>
      </Group>
    </Panel>
  );
}
