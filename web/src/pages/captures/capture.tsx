// One capture: what it holds, and the verdicts on its flows by one of the models that judged it.

import { Button, Group, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { api, client, type Job } from "../../api/client.ts";
import { download } from "../../api/download.ts";
import { useMay } from "../../api/queries.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { ago, bytes, count, duration, momentOfUs } from "../../parts/format.ts";
import { JobProgress } from "../../parts/job-progress.tsx";
import { failed } from "../../parts/notify.tsx";
import { Figure, Page, Panel } from "../../parts/page.tsx";
import { Asked, Empty, Failure } from "../../parts/states.tsx";
import {
  type CaptureFacts,
  type CaptureFile,
  captureOf,
  modelOf,
  useCapture,
  useScoreJobs,
} from "./capture-queries.ts";
import { firstOf, ModelSelect, useJobModels } from "./model-select.tsx";
import { PlayButton } from "./play-button.tsx";
import { VerdictsPanel } from "./verdicts-panel.tsx";

const MICROSECONDS = 1e6;
const ABOVE = [{ to: "/captures", text: "Captures" }];

export function Capture() {
  const { capture: id } = useParams({ strict: false }) as { capture: string };
  const query = useCapture(id);
  return (
    <Page
      title={query.data?.name ?? "Capture"}
      above={ABOVE}
      actions={query.data && <CaptureActions capture={query.data} />}
    >
      <Asked query={query} what="what it holds">
        {(capture) => (
          <>
            {capture.facts !== undefined && <FactsPanel capture={capture} facts={capture.facts} />}
            <JobsOfCapture id={id} />
          </>
        )}
      </Asked>
    </Page>
  );
}

function CaptureActions({ capture }: { capture: CaptureFile }) {
  const mayWrite = useMay("write");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.DELETE("/captures/{id}", { params: { path: { id: capture.id } } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["captures"] });
      await navigate({ to: "/captures" as string });
    },
    onError: failed,
  });
  return (
    <>
      {mayWrite && <PlayButton capture={capture} />}
      <Button
        size="xs"
        variant="default"
        onClick={() => download(`/captures/${capture.id}/content`, capture.name).catch(failed)}
      >
        Download
      </Button>
      {mayWrite && (
        <ConfirmButton question="Remove the capture?" action="Remove" onConfirm={() => remove.mutate()}>
          {capture.name} goes from the server. Verdicts that were given stay with their jobs; packets and
          reasons can no longer be looked at.
        </ConfirmButton>
      )}
    </>
  );
}

function FactsPanel({ capture: file, facts }: { capture: CaptureFile; facts: CaptureFacts }) {
  const { capture, linkTypes, decode } = facts;
  const remarks = [
    ...capture.problems.map(({ message, count: times }) =>
      times > 1 ? `${message} (${count(times)} times)` : message,
    ),
    ...decode.problems
      .filter(({ kind }) => kind !== "unsupported")
      .map(({ layer, reason, packets }) => `${count(packets)} packets with ${layer}: ${reason}`),
    ...(capture.timesBackward > 0
      ? [`${count(capture.timesBackward)} frames earlier than the one before`]
      : []),
  ];
  return (
    <Panel>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="md">
        <Figure label="Frames" value={count(capture.frames)} note={linkTypes.join(", ")} />
        <Figure label="On the wire" value={bytes(capture.wireBytes)} note={`file ${bytes(file.bytes)}`} />
        <Figure
          label="Lasts"
          value={duration((capture.lastUs - capture.firstUs) / MICROSECONDS)}
          note={`${momentOfUs(capture.firstUs).slice(0, 19)} UTC`}
        />
        <Figure label="TCP" value={count(decode.layers["tcp"] ?? 0)} note="packets" />
        <Figure label="UDP" value={count(decode.layers["udp"] ?? 0)} note="packets" />
        <Figure label="Sent" value={ago(file.created)} note={file.owner ?? capture.format} />
      </SimpleGrid>
      {remarks.length > 0 && (
        <Stack gap={2} mt="sm">
          {remarks.slice(0, 10).map((remark) => (
            <Text key={remark} size="sm" c="dimmed" className="foreign">
              {remark}
            </Text>
          ))}
        </Stack>
      )}
    </Panel>
  );
}

/** The job in the address, or the newest that went well; and a form for another model. */
function JobsOfCapture({ id }: { id: string }) {
  const query = useScoreJobs();
  const { job: wanted } = useSearch({ strict: false }) as { job?: string };
  const navigate = useNavigate();
  const choose = (job: string): void => {
    void navigate({ search: ((before: object) => ({ ...before, job })) as never });
  };
  return (
    <Asked query={query} what="verdicts">
      {(all) => {
        const jobs = all.filter((job) => captureOf(job) === id);
        const shown =
          jobs.find((job) => job.id === wanted) ?? jobs.find((job) => job.state === "finished") ?? jobs[0];
        return (
          <>
            <Panel>
              <Group align="flex-end" gap="md" justify="space-between">
                {jobs.length > 0 ? (
                  <Select
                    size="xs"
                    w={340}
                    maw="100%"
                    label="Verdicts by"
                    data={jobs.map((job) => ({ value: job.id, label: jobLabel(job) }))}
                    value={shown?.id ?? null}
                    onChange={(job) => job !== null && choose(job)}
                    allowDeselect={false}
                  />
                ) : (
                  <Text size="sm">No model has judged this capture yet.</Text>
                )}
                <JudgeForm capture={id} onJob={choose} />
              </Group>
            </Panel>
            {shown === undefined ? (
              <Empty title="No verdicts yet">Choose a model and have the flows judged.</Empty>
            ) : (
              <JobProgress key={shown.id} id={shown.id}>
                {(job) => <VerdictsPanel capture={id} job={job} />}
              </JobProgress>
            )}
          </>
        );
      }}
    </Asked>
  );
}

function jobLabel(job: Job): string {
  const state = job.state === "finished" ? "" : ` (${job.state})`;
  return `${modelOf(job)}, ${ago(job.created)}${state}`;
}

function JudgeForm({ capture, onJob }: { capture: string; onJob: (job: string) => void }) {
  const mayWrite = useMay("write");
  const queries = useQueryClient();
  const groups = useJobModels();
  const [chosen, setChosen] = useState<string>();
  const model = chosen ?? firstOf(groups);
  const judge = useMutation({
    mutationFn: () =>
      client.createJob({
        kind: "score",
        request: { input: { capture }, model: model ?? "", reasons: 0, keep: [] },
      }),
    onSuccess: async (job) => {
      await queries.invalidateQueries({ queryKey: ["jobs"] });
      onJob(job.id);
    },
  });
  if (!mayWrite) return null;
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="xs">
        <ModelSelect value={model} onValue={setChosen} width={220} />
        <Button
          size="xs"
          loading={judge.isPending}
          disabled={model === undefined}
          onClick={() => judge.mutate()}
        >
          Judge
        </Button>
      </Group>
      {judge.isError && <Failure failure={judge.error} />}
    </Stack>
  );
}
