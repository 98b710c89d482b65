// A file of rows, or a data set: what is asked for, then the job, then the table that it made.

import { Accordion, Button, Group, NumberInput, Select, Stack, TagsInput, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Job } from "../../api/client.ts";
import { useDatasets, useMay } from "../../api/queries.ts";
import { uploadFile } from "../../api/upload.ts";
import { DropZone } from "../../parts/drop-zone.tsx";
import { bytes, percent } from "../../parts/format.ts";
import { JobProgress } from "../../parts/job-progress.tsx";
import { Panel } from "../../parts/page.tsx";
import { Empty, Failure, NotAllowed } from "../../parts/states.tsx";
import { columnsOfFile, columnsToKeep } from "./file-columns.ts";
import { FileResult } from "./file-result.tsx";
import { KnownFields } from "./known-fields.tsx";
import type { ModelChoice } from "./model-choices.ts";

const REASONS_MAX = 10;
const KEPT_MAX = 64;

interface FilePartProps {
  model: ModelChoice;
  job: string | undefined;
  onJob: (job: string | undefined) => void;
}

export function FilePart({ model, job, onJob }: FilePartProps) {
  const mayWrite = useMay("write");
  if (job !== undefined) return <Asked id={job} model={model} onLeave={() => onJob(undefined)} />;
  if (!mayWrite)
    return (
      <Panel>
        <NotAllowed>
          Files are judged by jobs, which your role may not ask for. A single row may be judged.
        </NotAllowed>
      </Panel>
    );
  if (model.job === undefined)
    return (
      <Panel>
        <Empty title="This model judges single rows only">
          The server was started with it from a file. Jobs take models of the registry.
        </Empty>
      </Panel>
    );
  return <NewJudgement model={model} reference={model.job} onJob={onJob} />;
}

interface NewJudgementProps {
  model: ModelChoice;
  reference: string;
  onJob: (job: string) => void;
}

function NewJudgement({ model, reference, onJob }: NewJudgementProps) {
  const [file, setFile] = useState<File>();
  const [dataset, setDataset] = useState<string>();
  const [columns, setColumns] = useState<string[]>();
  const [chosenKeep, setKeep] = useState<string[]>();
  const [reasons, setReasons] = useState(0);
  const [threshold, setThreshold] = useState<number>();
  const [share, setShare] = useState<number>();
  const fields = useQuery({
    queryKey: ["model-fields", model.reference],
    queryFn: () => data(api.GET("/models/{ref}/fields", { params: { path: { ref: model.reference } } })),
    staleTime: 60_000,
  });
  const names = (fields.data?.fields ?? []).map(({ name }) => name);
  // What the model takes may be known after the columns are.
  const isOffered = columns !== undefined && fields.data !== undefined;
  const keep = chosenKeep ?? (isOffered ? columnsToKeep(columns, names) : []);
  const offer = (found: string[] | undefined): void => {
    setColumns(found);
    setKeep(undefined);
  };
  const take = ([chosen]: File[]): void => {
    setFile(chosen);
    setDataset(undefined);
    void columnsOfFile(chosen).then(offer);
  };
  const judge = useMutation({
    mutationFn: async () => {
      const input = dataset === undefined ? { upload: await sent(file as File, setShare) } : { dataset };
      const request = {
        input,
        model: reference,
        reasons,
        keep,
        ...(threshold === undefined ? {} : { threshold }),
      };
      return data(api.POST("/jobs", { body: { kind: "score", request } as never })) as Promise<Job>;
    },
    onSuccess: ({ id }) => onJob(id),
  });
  const isChosen = file !== undefined || dataset !== undefined;
  return (
    <Panel
      title="Rows"
      note="CSV, JSON lines, Parquet or row files, packed with gzip or not. Names of columns may be spelled as the public data sets do."
    >
      <Stack gap="md">
        <DropZone
          what="a file of rows"
          accept=".csv,.txt,.tsv,.gz,.jsonl,.ndjson,.parquet,.orbrows"
          disabled={judge.isPending}
          onFiles={take}
        />
        <DatasetSelect
          value={dataset}
          onChoose={(name, known) => {
            setDataset(name);
            if (name !== undefined) {
              setFile(undefined);
              offer(known);
            }
          }}
        />
        {isChosen && (
          <>
            <Text size="sm" className="foreign">
              {file === undefined ? `The data set ${dataset}` : `${file.name}, ${bytes(file.size)}`}
            </Text>
            <TagsInput
              label="Columns to keep beside the verdicts"
              description={
                columns === undefined
                  ? "The columns of the file cannot be told before it is sent; names may be written here."
                  : `${columns.length} columns were found. Those that the model does not take are kept unless you choose.`
              }
              data={columns ?? names}
              value={keep}
              onChange={setKeep}
              maxTags={KEPT_MAX}
              clearable
              clearButtonProps={{ "aria-label": "Keep none" }}
            />
            <Accordion variant="contained" chevronPosition="left">
              <Accordion.Item value="advanced">
                <Accordion.Control>Advanced</Accordion.Control>
                <Accordion.Panel>
                  <Group gap="md" align="flex-start">
                    <NumberInput
                      label="Reasons for each row"
                      description="They take most of the time"
                      min={0}
                      max={REASONS_MAX}
                      value={reasons}
                      onChange={(value) => setReasons(Number(value) || 0)}
                      w={220}
                    />
                    <NumberInput
                      label="Attack from a probability of"
                      description="That of the model unless given"
                      min={0.0001}
                      max={1}
                      step={0.05}
                      value={threshold ?? ""}
                      onChange={(value) => setThreshold(value === "" ? undefined : Number(value))}
                      w={240}
                    />
                  </Group>
                </Accordion.Panel>
              </Accordion.Item>
            </Accordion>
            <Group>
              <Button onClick={() => judge.mutate()} loading={judge.isPending}>
                Judge the rows
              </Button>
              {judge.isPending && share !== undefined && (
                <Text size="sm" role="status">
                  Sent: {percent(share, 0)}
                </Text>
              )}
            </Group>
          </>
        )}
        {judge.isError && <Failure failure={judge.error} />}
      </Stack>
    </Panel>
  );
}

async function sent(file: File, onShare: (share: number) => void): Promise<string> {
  const stored = await uploadFile("uploads", file, {
    onProgress: ({ sent: done, total }) => onShare(total === 0 ? 1 : done / total),
  });
  return stored.id;
}

interface DatasetSelectProps {
  value: string | undefined;
  onChoose: (name: string | undefined, columns?: string[]) => void;
}

function DatasetSelect({ value, onChoose }: DatasetSelectProps) {
  const { data: sets = [] } = useDatasets();
  if (sets.length === 0) return null;
  return (
    <Select
      label="Or a data set"
      maw={420}
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Choose no data set" }}
      data={sets.map(({ name }) => name)}
      value={value ?? null}
      onChange={(name) => {
        const set = sets.find((one) => one.name === name);
        const columns = set?.tables[set.table]?.columns;
        onChoose(
          name ?? undefined,
          columns?.map((column) => column.name),
        );
      }}
    />
  );
}

/** The job that was asked for: under way, failed, or its table. */
function Asked({ id, model, onLeave }: { id: string; model: ModelChoice; onLeave: () => void }) {
  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <Button variant="default" onClick={onLeave}>
          Judge other rows
        </Button>
      </Group>
      <JobProgress id={id} whenFailed={(job) => <NotJudged job={job} model={model} />}>
        {(job) => <FileResult job={job} />}
      </JobProgress>
    </Stack>
  );
}

/** Failures that are about the columns of a file: what the model takes helps. */
const ABOUT_COLUMNS = ["schema-mismatch", "rows-invalid", "rows-format"];

function NotJudged({ job, model }: { job: Job; model: ModelChoice }) {
  if (!ABOUT_COLUMNS.includes(job.failure?.code ?? "")) return null;
  return <KnownFields reference={model.reference} />;
}
