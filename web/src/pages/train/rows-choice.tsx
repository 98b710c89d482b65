// Rows to choose: a data set with its table and part, or an upload, or a file that is uploaded now.

import { Group, Loader, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { useDatasets, useMay, useUploads } from "../../api/queries.ts";
import { uploadFile } from "../../api/upload.ts";
import { DropZone } from "../../parts/drop-zone.tsx";
import { ago, bytes, count, percent } from "../../parts/format.ts";
import { failed } from "../../parts/notify.tsx";

export type RowsInput = { dataset: string } | { upload: string };

type Dataset = Schemas["Dataset"];

/** References of a data set: its tables, and the parts of its splits. */
export function referencesOf({
  name,
  table,
  tables,
  splits,
  split,
}: Dataset): { value: string; label: string }[] {
  const whole = Object.entries(tables).map(([one, { rows }]) => ({
    value: one === table ? name : `${name}:${one}`,
    label: `${one === table ? name : `${name}:${one}`} · ${count(rows)} rows`,
  }));
  const parts = Object.entries(splits).flatMap(([id, { parts: named }]) =>
    named.map(({ name: part, rows }) => {
      const value = id === split ? `${name}@${part}` : `${name}@${id}/${part}`;
      return { value, label: `${value} · ${count(rows)} rows` };
    }),
  );
  return [...whole, ...parts];
}

/** The data set that is meant, and its table. */
export function tableOf(
  datasets: readonly Dataset[] | undefined,
  rows: RowsInput | undefined,
): { dataset: Dataset; table: Dataset["tables"][string] } | undefined {
  if (rows === undefined || !("dataset" in rows)) return undefined;
  const [, name = "", table] = /^([^:@]+)(?::([^@]+))?/.exec(rows.dataset) ?? [];
  const dataset = datasets?.find((one) => one.name === name);
  const found = dataset?.tables[table ?? dataset.table];
  return dataset === undefined || found === undefined ? undefined : { dataset, table: found };
}

export function RowsChoice({
  label,
  value,
  onChange,
}: {
  label: string;
  value: RowsInput | undefined;
  onChange: (rows: RowsInput | undefined) => void;
}) {
  const [from, setFrom] = useState<"dataset" | "upload">(
    value !== undefined && "upload" in value ? "upload" : "dataset",
  );
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={500}>
          {label}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={`${label}: where from`}
          value={from}
          onChange={(next) => {
            setFrom(next as "dataset" | "upload");
            onChange(undefined);
          }}
          data={[
            { value: "dataset", label: "Data set" },
            { value: "upload", label: "File" },
          ]}
        />
      </Group>
      {from === "dataset" ? (
        <DatasetChoice label={label} value={value} onChange={onChange} />
      ) : (
        <UploadChoice label={label} value={value} onChange={onChange} />
      )}
    </Stack>
  );
}

interface ChoiceProps {
  label: string;
  value: RowsInput | undefined;
  onChange: (rows: RowsInput | undefined) => void;
}

function DatasetChoice({ label, value, onChange }: ChoiceProps) {
  const { data: datasets, isPending } = useDatasets();
  if (isPending) return <Loader size="xs" />;
  if (datasets === undefined || datasets.length === 0)
    return (
      <Text size="sm" c="dimmed">
        There is no data set yet. Import one under Data sets, or choose a file.
      </Text>
    );
  return (
    <Select
      aria-label={`${label}: data set`}
      placeholder="Choose a data set, or a part of one"
      searchable
      clearable
      data={datasets.map((dataset) => ({ group: dataset.name, items: referencesOf(dataset) }))}
      value={value !== undefined && "dataset" in value ? value.dataset : null}
      onChange={(dataset) => onChange(dataset === null ? undefined : { dataset })}
    />
  );
}

function UploadChoice({ label, value, onChange }: ChoiceProps) {
  const queries = useQueryClient();
  const mayWrite = useMay("write");
  const { data: uploads } = useUploads();
  const [sent, setSent] = useState<number>();
  const take = (file: File): void => {
    setSent(0);
    void uploadFile("uploads", file, {
      onProgress: ({ sent: done, total }) => setSent(total > 0 ? done / total : 1),
    })
      .then(async ({ id }) => {
        await queries.invalidateQueries({ queryKey: ["uploads"] });
        onChange({ upload: id });
      }, failed)
      .finally(() => setSent(undefined));
  };
  return (
    <Stack gap="xs">
      <Select
        aria-label={`${label}: file`}
        placeholder={uploads?.length === 0 ? "No file has been uploaded" : "Choose an uploaded file"}
        searchable
        clearable
        data={(uploads ?? []).map(({ id, name, bytes: size, created }) => ({
          value: id,
          label: `${name} · ${bytes(size)} · ${ago(created)}`,
        }))}
        value={value !== undefined && "upload" in value ? value.upload : null}
        onChange={(upload) => onChange(upload === null ? undefined : { upload })}
      />
      {mayWrite &&
        (sent === undefined ? (
          <DropZone
            what="a file"
            note="CSV, JSON lines, Parquet; may be compressed."
            onFiles={([file]) => take(file)}
          />
        ) : (
          <Text size="sm" role="status">
            Uploading, {percent(sent, 0)} …
          </Text>
        ))}
    </Stack>
  );
}
