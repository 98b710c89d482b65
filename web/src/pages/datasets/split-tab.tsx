// The splits of a data set: their parts with the rows of each class, and a form for another one.

import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, data, type Job } from "../../api/client.ts";
import { useMay } from "../../api/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { count, percent } from "../../parts/format.ts";
import { JobProgress } from "../../parts/job-progress.tsx";
import { Panel } from "../../parts/page.tsx";
import { Asked, Empty, Failure } from "../../parts/states.tsx";
import { useRecipeSteps } from "./dataset-queries.ts";
import { SchemaForm } from "./schema-form.tsx";
import type { Schema } from "./schema-form-model.ts";
import type { Manifest, Split } from "./types.ts";

export function SplitTab({ set }: { set: Manifest }) {
  const mayWrite = useMay("write");
  const splits = Object.entries(set.splits);
  return (
    <Stack gap="md">
      {splits.length === 0 && (
        <Panel>
          <Empty title="Not split yet">
            A split says which rows are for training and which for tests, so that no model is judged by rows
            that it learnt from.
          </Empty>
        </Panel>
      )}
      {splits.map(([name, split]) => (
        <OneSplit
          key={name}
          name={name}
          split={split}
          isMeant={name === set.split}
          rows={set.tables[split.table].rows}
        />
      ))}
      {mayWrite && <NewSplit set={set} />}
    </Stack>
  );
}

interface OneSplitProps {
  name: string;
  split: Split;
  isMeant: boolean;
  rows: number;
}

function OneSplit({ name, split, isMeant, rows }: OneSplitProps) {
  const { method, parts, options } = split;
  const classes = [...new Set(parts.flatMap((part) => (part.classes ?? []).map((one) => one.name)))];
  return (
    <Panel
      title={name}
      note={`By ${method}${isMeant ? "; meant where no split is named" : ""}. ${Object.entries(options)
        .map(([option, value]) => `${option}: ${JSON.stringify(value)}`)
        .join(", ")}`}
    >
      <DataTable<Split["parts"][number]>
        label={`Parts of ${name}`}
        rows={parts}
        rowKey={(part) => part.name}
        minWidth={320 + classes.length * 90}
        columns={[
          { id: "name", header: "Part", value: (part) => part.name, cell: (part) => part.name },
          {
            id: "rows",
            header: "Rows",
            isNumber: true,
            value: (part) => part.rows,
            cell: (part) => `${count(part.rows)} · ${percent(rows === 0 ? 0 : part.rows / rows)}`,
          },
          ...classes.map((className) => ({
            id: `class ${className}`,
            header: className,
            isNumber: true,
            cell: (part: Split["parts"][number]) =>
              count(part.classes?.find((one) => one.name === className)?.rows),
          })),
        ]}
      />
    </Panel>
  );
}

function NewSplit({ set }: { set: Manifest }) {
  const steps = useRecipeSteps();
  const search: { job?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [value, setValue] = useState<Record<string, unknown>>({ by: "random" });
  const [name, setName] = useState("");
  const start = useMutation({
    mutationFn: () =>
      data(
        api.POST("/jobs", {
          body: {
            kind: "split",
            request: { dataset: set.name, split: value, ...(name === "" ? {} : { as: name }) },
          } as never,
        }),
      ) as Promise<Job>,
    onSuccess: ({ id }) =>
      void navigate({ search: ((before: object) => ({ ...before, job: id })) as never, replace: true }),
  });
  return (
    <Panel title="Split it">
      <Asked query={steps} what="the ways to split">
        {({ split: schema }) => (
          <Stack gap="md">
            <SchemaForm
              schema={schema as Schema}
              value={value}
              onValue={(next) => setValue(next as Record<string, unknown>)}
              columns={set.tables[set.table].columns.map((column) => column.name)}
            />
            <TextInput
              label="Name of the split"
              description="That of the way unless given"
              maw={320}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Group>
              <Button onClick={() => start.mutate()} loading={start.isPending}>
                Split
              </Button>
            </Group>
            {start.isError && <Failure failure={start.error} />}
            {search.job !== undefined && (
              <JobProgress id={search.job}>{(job) => <Done job={job} name={set.name} />}</JobProgress>
            )}
          </Stack>
        )}
      </Asked>
    </Panel>
  );
}

/** What the split warns of; the data set is asked for anew. */
function Done({ job, name }: { job: Job; name: string }) {
  const queries = useQueryClient();
  useEffect(() => void queries.invalidateQueries({ queryKey: ["dataset", name] }), [queries, name]);
  if (job.kind !== "split") return null;
  const { warnings = [] } = job.summary as { warnings?: string[] };
  return (
    <Alert color={warnings.length === 0 ? "green" : "yellow"} variant="light" title="The split is made">
      {warnings.map((warning) => (
        <Text size="sm" key={warning} className="foreign">
          {warning}
        </Text>
      ))}
    </Alert>
  );
}
