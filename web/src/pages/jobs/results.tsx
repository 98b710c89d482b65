// What a job left: its files, each to be saved; tables in the format that one chooses.

import { Button, Group, Select, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import type { Job } from "../../api/client.ts";
import { download, TABLE_FORMATS } from "../../api/download.ts";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { bytes, count } from "../../parts/format.ts";
import { failed } from "../../parts/notify.tsx";

type Result = Job["results"][number];

const PARQUET = "application/vnd.apache.parquet";
const FORMATS = TABLE_FORMATS.map(({ format, label }) => ({ value: format, label }));

export function Results({ job }: { job: Job }) {
  const columns: DataColumn<Result>[] = [
    {
      id: "name",
      header: "File",
      cell: ({ name, description }) => (
        <>
          <Text size="sm" fw={600} className="foreign">
            {name}
          </Text>
          <Text size="xs" c="dimmed" className="foreign">
            {description}
          </Text>
        </>
      ),
    },
    { id: "rows", header: "Rows", isNumber: true, cell: ({ rows }) => count(rows) },
    { id: "size", header: "Size", isNumber: true, cell: ({ bytes: size }) => bytes(size) },
    { id: "save", header: "Save as", cell: (result) => <Save job={job.id} result={result} /> },
  ];
  return (
    <DataTable
      label="Files of the job"
      columns={columns}
      rows={job.results}
      rowKey={({ name }) => name}
      minWidth={560}
    />
  );
}

function Save({ job, result }: { job: string; result: Result }) {
  const isTable = result.type === PARQUET;
  const [format, setFormat] = useState("csv");
  const [isBusy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    const query = isTable ? `?format=${format}` : "";
    const name = isTable ? `${result.name}-${job}.${format}` : `${job}-${result.file}`;
    await download(`/jobs/${job}/results/${encodeURIComponent(result.name)}${query}`, name).catch(failed);
    setBusy(false);
  };
  return (
    <Group gap="xs" wrap="nowrap">
      {isTable ? (
        <Select
          size="xs"
          w={110}
          aria-label={`Format of ${result.name}`}
          data={FORMATS}
          value={format}
          allowDeselect={false}
          onChange={(value) => setFormat(value ?? "csv")}
        />
      ) : (
        <Text size="xs" c="dimmed" w={110} className="foreign">
          {result.file}
        </Text>
      )}
      <Button
        size="xs"
        variant="default"
        loading={isBusy}
        leftSection={<IconDownload size={14} aria-hidden />}
        aria-label={`Save ${result.name}`}
        onClick={() => void save()}
      >
        Save
      </Button>
    </Group>
  );
}
