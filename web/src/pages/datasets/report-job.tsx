// A report on a data set that a job makes: the newest there is, the way to a new one, and what goes on meanwhile.

import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, client, data, type Job } from "../../api/client.ts";
import { save } from "../../api/download.ts";
import { useMay } from "../../api/queries.ts";
import { ago, bytes } from "../../parts/format.ts";
import { JobProgress } from "../../parts/job-progress.tsx";
import { failed } from "../../parts/notify.tsx";
import { Asked, Empty } from "../../parts/states.tsx";
import { REPORT_BYTES_MAX, useJobsOf, useReport } from "./dataset-queries.ts";

export interface ReportJobProps<Report> {
  kind: "profile" | "audit";
  /** Of the data set, its table or part. */
  reference: string;
  /** Beside the reference: what the job is asked for. */
  request: Record<string, unknown>;
  /** Says what it would tell. */
  description: string;
  /** When the data set was made: older reports are of another one. */
  since: string;
  children: (report: Report) => ReactNode;
}

export function ReportJob<Report>(props: ReportJobProps<Report>) {
  const { kind, reference, request, description, since, children } = props;
  const search: { job?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const mayWrite = useMay("write");
  const jobs = useJobsOf(kind, reference);
  const start = useMutation({
    mutationFn: () => data(api.POST("/jobs", { body: { kind, request } as never })) as Promise<Job>,
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["jobs-of", kind, reference] });
      void navigate({ search: ((before: object) => ({ ...before, job: id })) as never, replace: true });
    },
    onError: failed,
  });
  const button = (words: string): ReactNode =>
    mayWrite ? (
      <Button size="xs" loading={start.isPending} onClick={() => start.mutate()}>
        {words}
      </Button>
    ) : (
      <Text size="sm" c="dimmed">
        Your role may not ask for one.
      </Text>
    );
  return (
    <Asked query={jobs} what={`what is known of the ${kind}`}>
      {(known) => {
        const chosen =
          known.find(({ id }) => id === search.job) ??
          known.find(({ state, created }) => state !== "failed" && state !== "cancelled" && created >= since);
        const id = chosen?.id ?? search.job;
        if (id === undefined)
          return (
            <Empty title={`No ${kind} yet`} action={button(`Make the ${kind}`)}>
              {description}
            </Empty>
          );
        return (
          <Stack gap="md">
            <Group justify="space-between">
              <Text size="sm" c="dimmed">
                {chosen === undefined ? "" : `Asked for ${ago(chosen.created)}`}
              </Text>
              {button(`Make the ${kind} again`)}
            </Group>
            <JobProgress id={id}>
              {(job) => (
                <Loaded<Report> job={job} result={kind}>
                  {children}
                </Loaded>
              )}
            </JobProgress>
          </Stack>
        );
      }}
    </Asked>
  );
}

interface LoadedProps<Report> {
  job: Job;
  result: string;
  children: (report: Report) => ReactNode;
}

function Loaded<Report>({ job, result, children }: LoadedProps<Report>) {
  const file = job.results.find(({ name }) => name === result);
  if (file === undefined) return <Empty title="The job left no report" />;
  if (file.bytes > REPORT_BYTES_MAX) return <TooLarge job={job} />;
  return (
    <Report job={job} result={result}>
      {children}
    </Report>
  );
}

function Report<Content>({ job, result, children }: LoadedProps<Content>) {
  const report = useReport<Content>(job, result);
  return (
    <Asked query={report} what="the report">
      {(content) => children(content)}
    </Asked>
  );
}

/** What is not loaded into the page can be taken home. */
function TooLarge({ job }: { job: Job }) {
  const files = job.results;
  return (
    <Empty
      title={`The report is longer than ${bytes(REPORT_BYTES_MAX)}`}
      action={
        <Group gap="xs">
          {files.map(({ name, file, bytes: size, description }) => (
            <Button
              key={name}
              size="xs"
              variant="default"
              onClick={() =>
                void client
                  .result(job.id, name)
                  .then(async (answer) => save(await answer.blob(), file))
                  .catch(failed)
              }
            >
              {description}, {bytes(size)}
            </Button>
          ))}
        </Group>
      }
    >
      Choose some columns to see them here, or take the files.
    </Empty>
  );
}
