// The page "import": files that become one data set, and what had to be repaired.

import {
  Accordion,
  Button,
  Checkbox,
  CloseButton,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { api, data, type Job, type StoredFile } from "../../api/client.ts";
import { useCaptures, useMay, useUploads } from "../../api/queries.ts";
import { uploadFile } from "../../api/upload.ts";
import { DropZone } from "../../parts/drop-zone.tsx";
import { ago, bytes, percent } from "../../parts/format.ts";
import { JobProgress } from "../../parts/job-progress.tsx";
import { Page, Panel } from "../../parts/page.tsx";
import { Failure, NotAllowed } from "../../parts/states.tsx";
import { useImporters } from "./dataset-queries.ts";
import { ImportReport } from "./import-report.tsx";
import { nameFrom, nameProblem } from "./names.ts";

const ABOVE = [{ to: "/datasets", text: "Data sets" }];

export function ImportPage() {
  const search: { job?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const mayWrite = useMay("write");
  const go = (job: string | undefined): void => void navigate({ search: { job } as never });
  return (
    <Page
      title="Import"
      above={ABOVE}
      note="What kind of files they are is told from what they hold. What cannot be a value is repaired or left out, and all of it is told."
      actions={
        search.job !== undefined && (
          <Button variant="default" onClick={() => go(undefined)}>
            Import other files
          </Button>
        )
      }
    >
      {search.job !== undefined ? (
        <Panel title="The import">
          <JobProgress id={search.job}>{(job) => <ImportReport job={job} />}</JobProgress>
        </Panel>
      ) : mayWrite ? (
        <NewImport onJob={go} />
      ) : (
        <Panel>
          <NotAllowed />
        </Panel>
      )}
    </Page>
  );
}

interface Options {
  as?: string;
  label?: string;
  timezone?: string;
  rejectShareMax?: number;
  replace: boolean;
}

function NewImport({ onJob }: { onJob: (job: string) => void }) {
  const [files, setFiles] = useState<File[]>([]);
  const [uploads, setUploads] = useState<string[]>([]);
  const { data: sentUploads } = useUploads();
  const [captures, setCaptures] = useState<string[]>([]);
  const { data: sentCaptures } = useCaptures();
  const [name, setName] = useState("");
  const [options, setOptions] = useState<Options>({ replace: false });
  const [sent, setSent] = useState<string>();
  const wanted = name === "" ? nameFrom(files[0]?.name ?? "") : name;
  const start = useMutation({
    mutationFn: async () => {
      const sources: unknown[] = uploads.map((upload) => ({ upload }));
      for (const [index, file] of files.entries()) {
        const stored = await uploadFile("uploads", file, {
          onProgress: ({ sent: done, total }) =>
            setSent(`${index + 1} of ${files.length}: ${percent(total === 0 ? 1 : done / total, 0)}`),
        });
        sources.push({ upload: stored.id });
      }
      sources.push(...captures.map((capture) => ({ capture })));
      const request = { sources, name: wanted, ...options };
      return data(api.POST("/jobs", { body: { kind: "import", request } as never })) as Promise<Job>;
    },
    onSuccess: ({ id }) => onJob(id),
  });
  const isAnything = files.length + uploads.length + captures.length > 0;
  const problem = wanted === "" ? undefined : nameProblem(wanted);
  return (
    <Panel title="Files" note="Several files become one table.">
      <Stack gap="md">
        <DropZone
          what="files of rows"
          note="CSV, Parquet, JSON lines, Zeek, EVE, line protocol, the public data sets; packed with gzip or not"
          isMultiple
          disabled={start.isPending}
          onFiles={(more) => setFiles((before) => [...before, ...more])}
        />
        {files.map((file, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name
          <Group key={`${file.name} ${index}`} gap="xs" wrap="nowrap">
            <CloseButton
              size="sm"
              aria-label={`Leave out ${file.name}`}
              disabled={start.isPending}
              onClick={() => setFiles((before) => before.filter((_, at) => at !== index))}
            />
            <Text size="sm" className="foreign">
              {file.name}
            </Text>
            <Text size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }}>
              {bytes(file.size)}
            </Text>
          </Group>
        ))}
        <Stored
          label="Files that were sent before"
          files={sentUploads}
          value={uploads}
          onChange={setUploads}
        />
        <Stored
          label="Captures, metered into rows"
          files={sentCaptures}
          value={captures}
          onChange={setCaptures}
        />
        <TextInput
          label="Name of the data set"
          placeholder={wanted}
          maw={420}
          value={name}
          error={problem}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Advanced options={options} onOptions={setOptions} />
        <Group>
          <Button
            onClick={() => start.mutate()}
            loading={start.isPending}
            disabled={!isAnything || wanted === "" || problem !== undefined}
          >
            Import
          </Button>
          {start.isPending && sent !== undefined && (
            <Text size="sm" role="status">
              Sending {sent}
            </Text>
          )}
        </Group>
        {start.isError && <Failure failure={start.error} />}
      </Stack>
    </Panel>
  );
}

interface StoredProps {
  label: string;
  files: readonly StoredFile[] | undefined;
  value: string[];
  onChange: (ids: string[]) => void;
}

/** Files that were sent before. */
function Stored({ label, files = [], value, onChange }: StoredProps) {
  if (files.length === 0) return null;
  return (
    <MultiSelect
      label={label}
      data={files.map(({ id, name, bytes: size, created }) => ({
        value: id,
        label: `${name}, ${bytes(size)}, ${ago(created)}`,
      }))}
      value={value}
      onChange={onChange}
      searchable
      clearable
      clearButtonProps={{ "aria-label": "None of them" }}
    />
  );
}

function Advanced({ options, onOptions }: { options: Options; onOptions: (options: Options) => void }) {
  const { data: known } = useImporters();
  const set = (change: Partial<Options>): void => onOptions({ ...options, ...change });
  const text = (value: string): string | undefined => (value.trim() === "" ? undefined : value.trim());
  const chosen = known?.importers.find(({ id }) => id === options.as);
  return (
    <Accordion variant="contained" chevronPosition="left">
      <Accordion.Item value="advanced">
        <Accordion.Control>Advanced</Accordion.Control>
        <Accordion.Panel>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <Select
              label="Kind of the files"
              description={chosen?.description ?? "Told from what they hold unless chosen"}
              placeholder="Told from what they hold"
              data={(known?.importers ?? []).map(({ id, title }) => ({ value: id, label: title }))}
              value={options.as ?? null}
              onChange={(as) => set({ as: as ?? undefined })}
              clearable
              clearButtonProps={{ "aria-label": "Tell it from the files" }}
              searchable
            />
            <TextInput
              label="Column of labels"
              description="Where its name does not tell"
              value={options.label ?? ""}
              onChange={(event) => set({ label: text(event.currentTarget.value) })}
            />
            <TextInput
              label="Time zone"
              description="Of times that are told without one; UTC unless given"
              placeholder="America/Halifax"
              value={options.timezone ?? ""}
              onChange={(event) => set({ timezone: text(event.currentTarget.value) })}
            />
            <NumberInput
              label="Rejected rows at the most"
              description="Share of a file, per cent; 1 unless given"
              min={0}
              max={100}
              suffix=" %"
              value={options.rejectShareMax === undefined ? "" : options.rejectShareMax * 100}
              onChange={(value) => set({ rejectShareMax: value === "" ? undefined : Number(value) / 100 })}
            />
            <Checkbox
              label="Replace a data set of this name"
              checked={options.replace}
              onChange={(event) => set({ replace: event.currentTarget.checked })}
            />
          </SimpleGrid>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
