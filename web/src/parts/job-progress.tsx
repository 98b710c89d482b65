// A job that goes on: its step, how far it is, and the way to stop it; what it failed of when it did.

import { Alert, Button, Code, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, type Job } from "../api/client.ts";
import { isEnded, useJob, useMay } from "../api/queries.ts";
import { count, percent } from "./format.ts";
import { failed } from "./notify.tsx";
import { Asked } from "./states.tsx";

export interface JobProgressProps {
  id: string;
  children?: (job: Job) => ReactNode;
  /** Stands below what a job failed of. */
  whenFailed?: (job: Job) => ReactNode;
}

/** Shows a job until it has ended well; then `children` with it. */
export function JobProgress({ id, children, whenFailed }: JobProgressProps) {
  const query = useJob(id);
  return (
    <Asked query={query} what="the job">
      {(job) => {
        if (job.state === "finished" && children !== undefined) return <>{children(job)}</>;
        return (
          <>
            <JobState job={job} />
            {job.failure !== undefined && whenFailed?.(job)}
          </>
        );
      }}
    </Asked>
  );
}

export function JobState({ job }: { job: Job }) {
  const queries = useQueryClient();
  const mayStop = useMay("write");
  const stop = useMutation({
    mutationFn: () => api.POST("/jobs/{id}/cancel", { params: { path: { id: job.id } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["job", job.id] }),
    onError: failed,
  });
  if (job.failure !== undefined)
    return (
      <Alert color="red" title={`The job ${job.kind} failed`} role="alert" variant="light">
        <Text size="sm" className="foreign">
          {job.failure.message}
        </Text>
        <Text size="sm" c="dimmed" className="foreign">
          {job.failure.hint}
        </Text>
      </Alert>
    );
  if (isEnded(job)) return <Text size="sm">The job is {job.state}.</Text>;
  const { progress } = job;
  const isWaiting = job.state === "queued";
  return (
    <Stack gap={6} role="status" aria-live="polite">
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {isWaiting ? "Waiting for another job to end" : (progress?.step ?? "Starting")}
          {progress?.done !== undefined && (
            <Text span c="dimmed" size="sm">
              {` · ${count(progress.done)}${progress.total === undefined ? "" : ` of ${count(progress.total)}`} ${progress.unit ?? ""}`}
            </Text>
          )}
        </Text>
        {mayStop && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={job.cancelAsked}
            loading={stop.isPending}
            onClick={() => stop.mutate()}
          >
            {job.cancelAsked ? "Stopping …" : "Stop"}
          </Button>
        )}
      </Group>
      <Progress
        value={progress?.share === undefined ? 100 : progress.share * 100}
        animated={!isWaiting}
        striped={progress?.share === undefined}
        color={isWaiting ? "gray" : undefined}
        aria-label={progress?.share === undefined ? "under way" : percent(progress.share, 0)}
      />
      <Text size="xs" c="dimmed">
        Job <Code>{job.id}</Code>
      </Text>
    </Stack>
  );
}
