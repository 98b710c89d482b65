// The verdicts on a file: how many rows of which class, and the table, which is filtered, sorted and downloaded.

import { Alert, Button, Group, MultiSelect, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Job } from "../../api/client.ts";
import { download, TABLE_FORMATS } from "../../api/download.ts";
import { BarList } from "../../parts/bar-list.tsx";
import { count, percent } from "../../parts/format.ts";
import { failed } from "../../parts/notify.tsx";
import { Figure, Panel } from "../../parts/page.tsx";
import { cellsOf, useJobRows } from "../../parts/remote-rows.ts";
import { Empty, Failure, Loading } from "../../parts/states.tsx";
import type { Condition } from "../../parts/verdicts/conditions.ts";
import { VirtualTable } from "../../parts/virtual-table.tsx";
import { verdictTableColumns } from "./verdict-table.tsx";

const RESULT = "verdicts";

interface Summary {
  model: string;
  schema: string;
  threshold: number;
  rows: number;
  attacks: number;
  unknown: number;
  byClass: Record<string, number>;
  remarks: string[];
}

export function FileResult({ job }: { job: Job }) {
  const summary = job.summary as Summary | undefined;
  if (job.kind !== "score" || summary?.byClass === undefined)
    return <Empty title="This job judged no rows" />;
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title="What was found">
          <Group gap="xl" align="flex-start">
            <Figure label="Rows" value={count(summary.rows)} />
            <Figure
              label="Attacks"
              value={count(summary.attacks)}
              note={`${percent(share(summary.attacks, summary.rows))}, from a probability of ${summary.threshold} on`}
            />
            <Figure label="Unlike training" value={count(summary.unknown)} />
          </Group>
          <Text size="sm" c="dimmed" mt="sm" className="foreign">
            Judged by {summary.model}, for rows of the schema {summary.schema}
          </Text>
          <Remarks remarks={summary.remarks ?? []} />
        </Panel>
        <Panel title="Classes">
          <Classes summary={summary} />
        </Panel>
      </SimpleGrid>
      <Verdicts job={job} classes={Object.keys(summary.byClass)} />
    </Stack>
  );
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function Remarks({ remarks }: { remarks: readonly string[] }) {
  if (remarks.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" mt="sm" title="What you should know">
      {remarks.map((remark) => (
        <Text size="sm" key={remark} className="foreign">
          {remark}
        </Text>
      ))}
    </Alert>
  );
}

function Classes({ summary }: { summary: Summary }) {
  const found = Object.entries(summary.byClass).sort(([, one], [, other]) => other - one);
  return (
    <BarList
      label="Rows of each class"
      full={summary.rows}
      bars={found.map(([name, rows]) => ({
        key: name,
        label: name,
        value: rows,
        text: `${count(rows)} · ${percent(share(rows, summary.rows))}`,
      }))}
    />
  );
}

interface Search {
  class?: string[];
  sort?: string;
  order?: string;
}

function Verdicts({ job, classes }: { job: Job; classes: readonly string[] }) {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const go = (change: Search): void =>
    void navigate({ search: ((before: Search) => ({ ...before, ...change })) as never, replace: true });
  const chosen = Array.isArray(search.class) ? search.class : [];
  const where: Condition[] = chosen.length === 0 ? [] : [{ column: "class", is: "equal", value: chosen }];
  const sorting =
    typeof search.sort === "string"
      ? { column: search.sort, descending: search.order === "descending" }
      : undefined;
  const rows = useJobRows({ job: job.id, result: RESULT, where, sorting }, cellsOf);
  const columns = useMemo(() => verdictTableColumns(rows.columns), [rows.columns]);
  const result = job.results.find(({ name }) => name === RESULT);
  return (
    <Panel
      title="Rows"
      note={rows.total === undefined ? undefined : `${count(rows.total)} of ${count(result?.rows)} rows`}
      actions={TABLE_FORMATS.map(({ format, label }) => (
        <Button
          key={format}
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() =>
            void download(
              `/jobs/${job.id}/results/${RESULT}?format=${format}`,
              `verdicts-${job.id}.${format}`,
            ).catch(failed)
          }
        >
          {label}
        </Button>
      ))}
    >
      <Stack gap="sm">
        <MultiSelect
          label="Classes"
          placeholder={chosen.length === 0 ? "All" : undefined}
          data={[...classes]}
          value={chosen}
          onChange={(value) => go({ class: value.length === 0 ? undefined : value })}
          clearable
          clearButtonProps={{ "aria-label": "All classes" }}
          maw={520}
        />
        {rows.failure !== undefined ? (
          <Failure failure={rows.failure} retry={rows.retry} />
        ) : rows.total === undefined ? (
          <Loading what="the rows" />
        ) : (
          <VirtualTable
            label="Verdicts"
            columns={columns}
            rowCount={rows.total}
            rowAt={rows.rowAt}
            onRange={rows.onRange}
            sorting={sorting}
            onSort={(to) =>
              go({
                sort: to?.column,
                order: to === undefined ? undefined : to.descending ? "descending" : "ascending",
              })
            }
            height={480}
          />
        )}
      </Stack>
    </Panel>
  );
}
