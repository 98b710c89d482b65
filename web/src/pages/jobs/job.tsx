// One job: how it stands and how far it is as that changes, what was asked for, its steps, its log, and what it left.

import { Anchor, Button, Code, Grid, Group, SegmentedControl, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError, api, client, type Job, type NewJob } from "../../api/client.ts";
import { isEnded, useMay } from "../../api/queries.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { Facts } from "../../parts/facts.tsx";
import { bytes, duration, moment } from "../../parts/format.ts";
import { JobState } from "../../parts/job-progress.tsx";
import { failed, told } from "../../parts/notify.tsx";
import { Figure, Page, Panel } from "../../parts/page.tsx";
import { Asked, Empty } from "../../parts/states.tsx";
import { useFileNames } from "./file-names.ts";
import { JobLog } from "./job-log.tsx";
import { StateBadge } from "./job-state.tsx";
import { madeBy, subjectOf, tookS } from "./job-words.ts";
import { Results } from "./results.tsx";
import { Attempts, Steps } from "./steps.tsx";
import { useFollowedJob } from "./use-job-events.ts";

const ABOVE = [{ to: "/jobs", text: "Jobs" }];
const MEGABYTE = 2 ** 20;

export function JobPage() {
  const { job: id } = useParams({ strict: false }) as { job: string };
  const followed = useFollowedJob(id);
  const names = useFileNames();
  const { query } = followed;
  if (query.error instanceof ApiError && query.error.status === 404)
    return (
      <Page title="Job" above={ABOVE}>
        <Empty title="There is no such job">
          It may have been removed: jobs are kept for 30 days, unless the server was told otherwise.
        </Empty>
      </Page>
    );
  if (query.data === undefined)
    return (
      <Page title="Job" above={ABOVE}>
        <Asked query={query} what="the job">
          {() => null}
        </Asked>
      </Page>
    );
  const job = query.data;
  return (
    <Page
      title={titleOf(job, names)}
      above={ABOVE}
      note={
        <Group gap="xs">
          <StateBadge state={job.state} />
          <Code>{job.id}</Code>
        </Group>
      }
      actions={<Actions job={job} />}
    >
      <Standing job={job} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="md">
            {(job.results.length > 0 || job.state === "finished") && <Left job={job} />}
            <JobLog id={id} followed={followed} isOver={isEnded(job)} />
            {job.summary !== undefined && (
              <Panel title="What was found">
                <Facts value={job.summary} label="What was found" />
              </Panel>
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="md">
            <Request job={job} />
            <Panel title="Steps">
              <Steps job={job} />
            </Panel>
            {job.attempt > 0 && (
              <Panel
                title="Attempts"
                note={job.attempt > 1 ? "It went on, or began again, when its server was back." : undefined}
              >
                <Attempts job={job} />
              </Panel>
            )}
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function titleOf(job: Job, names: ReadonlyMap<string, string>): string {
  const subject = subjectOf(job, names);
  return subject === "" ? job.kind : `${job.kind}: ${subject}`;
}

function Standing({ job }: { job: Job }) {
  const { created, started, owner, memoryMegabytes } = job;
  const waitedS = tookS({ started: created, ended: started ?? job.ended }, Date.now());
  return (
    <Panel>
      <Stack gap="md">
        {(!isEnded(job) || job.failure !== undefined) && <JobState job={job} />}
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          <Figure
            label="Asked for, UTC"
            value={moment(created).slice(11)}
            note={`${moment(created).slice(0, 10)}${owner === undefined ? "" : `, by ${owner}`}`}
          />
          <Figure label="Waited" value={duration(waitedS)} />
          <Figure label="Took" value={duration(tookS(job, Date.now()))} />
          <Figure label="Memory, at most" value={bytes(memoryMegabytes * MEGABYTE)} />
        </SimpleGrid>
      </Stack>
    </Panel>
  );
}

function Left({ job }: { job: Job }) {
  const made = madeBy(job);
  return (
    <Panel title="What it left">
      <Stack gap="sm">
        {made.map(({ to, text }) => (
          <Anchor
            key={to}
            size="sm"
            className="foreign"
            renderRoot={(props) => <Link to={to as string} {...props} />}
          >
            {text}
          </Anchor>
        ))}
        {job.results.length > 0 ? (
          <Results job={job} />
        ) : (
          made.length === 0 && (
            <Text size="sm" c="dimmed">
              No files.
            </Text>
          )
        )}
      </Stack>
    </Panel>
  );
}

function Request({ job }: { job: Job }) {
  const [how, setHow] = useState("table");
  return (
    <Panel
      title="What was asked for"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="How the request is shown"
          value={how}
          onChange={setHow}
          data={[
            { value: "table", label: "Table" },
            { value: "json", label: "JSON" },
          ]}
        />
      }
    >
      {how === "table" ? (
        <Facts value={job.request} label="What was asked for" />
      ) : (
        <Code block className="foreign" style={{ whiteSpace: "pre-wrap" }}>
          {JSON.stringify({ kind: job.kind, request: job.request }, null, 2)}
        </Code>
      )}
    </Panel>
  );
}

function Actions({ job }: { job: Job }) {
  const mayChange = useMay("write");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const again = useMutation({
    mutationFn: () => client.createJob({ kind: job.kind, request: job.request } as NewJob),
    onSuccess: async ({ id }) => {
      told("Asked for again.");
      await queries.invalidateQueries({ queryKey: ["jobs"] });
      await navigate({ to: `/jobs/${id}` as string });
    },
    onError: failed,
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE("/jobs/{id}", { params: { path: { id: job.id } } }),
    onSuccess: async () => {
      told("The job is removed.");
      await queries.invalidateQueries({ queryKey: ["jobs"] });
      await navigate({ to: "/jobs" as string });
    },
    onError: failed,
  });
  if (!mayChange || !isEnded(job)) return null;
  return (
    <>
      <Button size="xs" variant="default" loading={again.isPending} onClick={() => again.mutate()}>
        Ask for it again
      </Button>
      <ConfirmButton
        question="Remove this job?"
        action="Remove"
        loading={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        Its record, its log and its files go. What it made elsewhere stays: data sets, runs and models.
      </ConfirmButton>
    </>
  );
}
