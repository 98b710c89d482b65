// The verdicts of a job on a capture: how many of each class, what they are narrowed by, and the table. Filter and order are in
// the address, so that what is seen can be shared.

import { Button, Group, Menu, Stack, Text } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import type { Job } from "../../api/client.ts";
import { download, TABLE_FORMATS } from "../../api/download.ts";
import { useModels } from "../../api/queries.ts";
import { ClassBadge } from "../../parts/class-badge.tsx";
import { count, percent } from "../../parts/format.ts";
import { failed } from "../../parts/notify.tsx";
import { Figure, Panel } from "../../parts/page.tsx";
import { questionQuery, useJobRows } from "../../parts/remote-rows.ts";
import { Failure, Loading } from "../../parts/states.tsx";
import { flowAddress } from "../../parts/verdicts/addresses.ts";
import { type VerdictColumn, verdictColumns } from "../../parts/verdicts/columns.tsx";
import { conditionsOf } from "../../parts/verdicts/conditions.ts";
import { readFilter, type VerdictFilter, writeFilter } from "../../parts/verdicts/filter.ts";
import { FilterBar } from "../../parts/verdicts/filter-bar.tsx";
import { type Sorting, VirtualTable } from "../../parts/virtual-table.tsx";
import { type ScoreSummary, summaryOf } from "./capture-queries.ts";
import { type JobVerdict, readVerdict } from "./verdict-values.ts";

const COLUMNS = [
  "start_us",
  "class",
  "confidence",
  "attack_probability",
  "source_address",
  "destination_address",
  "transport",
  "duration",
  "end_reason",
  "unknown",
  "community_id",
] as const satisfies readonly VerdictColumn[];
const RESULT = "verdicts";

export function VerdictsPanel({ capture, job }: { capture: string; job: Job }) {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const filter = readFilter(search);
  const sorting = readSorting(search);
  const change = useCallback(
    (changed: Record<string, unknown>) => {
      void navigate({ search: ((before: object) => ({ ...before, ...changed })) as never, replace: true });
    },
    [navigate],
  );
  const where = conditionsOf(filter);
  const rows = useJobRows({ job: job.id, result: RESULT, where, sorting }, readVerdict);
  const columns = useMemo(() => verdictColumns(COLUMNS), []);
  const summary = summaryOf(job);
  const open = useCallback(
    ({ row }: JobVerdict) => void navigate(flowAddress(capture, { job: job.id, row }) as never),
    [navigate, capture, job.id],
  );
  return (
    <Panel
      title="Verdicts"
      note={summary && `Model ${summary.model}, an attack from probability ${summary.threshold} on`}
      actions={<ExportMenu job={job.id} where={where} sorting={sorting} rows={rows.total} />}
    >
      <Stack gap="sm">
        {summary && (
          <ClassSummary summary={summary} filter={filter} onFilter={(next) => change(writeFilter(next))} />
        )}
        <FilterBar
          filter={filter}
          onFilter={(next) => change(writeFilter(next))}
          classes={Object.keys(summary?.byClass ?? {})}
        />
        {rows.failure !== undefined && <Failure failure={rows.failure} retry={rows.retry} />}
        <Text size="sm" c="dimmed" role="status" data-testid="row-count">
          {rows.total === undefined
            ? "Looking for rows …"
            : `${count(rows.total)} of ${count(summary?.rows)} flows`}
        </Text>
        {rows.total === undefined ? (
          rows.failure === undefined && <Loading what="rows" />
        ) : (
          <VirtualTable
            label="Verdicts"
            columns={columns}
            rowCount={rows.total}
            rowAt={rows.rowAt}
            onRange={rows.onRange}
            sorting={sorting}
            onSort={(next) => change(writeSorting(next))}
            onOpen={open}
            empty={
              <Text c="dimmed" p="md" size="sm" ta="center">
                No flow fits the filter
              </Text>
            }
          />
        )}
      </Stack>
    </Panel>
  );
}

/** Flows by class: each chooses itself. */
function ClassSummary({
  summary,
  filter,
  onFilter,
}: {
  summary: ScoreSummary;
  filter: VerdictFilter;
  onFilter: (filter: VerdictFilter) => void;
}) {
  const { data } = useModels();
  const isBenign = useMemo(() => {
    const found = data?.served.find(({ schema }) => schema.id === summary.schema);
    return new Set(found?.benignClasses ?? []);
  }, [data, summary.schema]);
  const classes = Object.entries(summary.byClass)
    .filter(([, rows]) => rows > 0)
    .sort(([, one], [, other]) => other - one);
  return (
    <Group gap="lg" align="flex-start">
      <Figure label="Flows" value={count(summary.rows)} />
      <Figure
        label="Attacks"
        value={count(summary.attacks)}
        note={summary.rows > 0 ? percent(summary.attacks / summary.rows) : undefined}
      />
      {summary.unknown > 0 && <Figure label="Unlike training" value={count(summary.unknown)} />}
      <Group gap={8} role="group" aria-label="Classes" maw={760}>
        {classes.map(([name, rows]) => {
          const isChosen = filter.classes?.includes(name) ?? false;
          return (
            <Button
              key={name}
              size="compact-sm"
              variant={isChosen ? "light" : "default"}
              aria-pressed={isChosen}
              onClick={() => onFilter({ ...filter, classes: isChosen ? [] : [name] })}
              rightSection={<Text size="sm">{count(rows)}</Text>}
            >
              <ClassBadge name={name} attack={data === undefined ? undefined : !isBenign.has(name)} />
            </Button>
          );
        })}
      </Group>
    </Group>
  );
}

interface ExportProps {
  job: string;
  where: ReturnType<typeof conditionsOf>;
  sorting: Sorting | undefined;
  rows: number | undefined;
}

/** The rows that are seen, in their order; all of them where nothing is filtered. */
function ExportMenu({ job, where, sorting, rows }: ExportProps) {
  const [isSaving, setSaving] = useState(false);
  const save = async (format: string): Promise<void> => {
    setSaving(true);
    try {
      const query = new URLSearchParams({ format, ...questionQuery({ where, sorting }) });
      await download(`/jobs/${job}/results/${RESULT}?${query}`, `verdicts-${job}.${format}`);
    } catch (failure) {
      failed(failure);
    } finally {
      setSaving(false);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          loading={isSaving}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          Save {rows === undefined ? "rows" : `${count(rows)} rows`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {TABLE_FORMATS.map(({ format, label }) => (
          <Menu.Item key={format} onClick={() => void save(format)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function readSorting({ sort, order }: Record<string, unknown>): Sorting | undefined {
  return typeof sort === "string" && sort !== ""
    ? { column: sort, descending: order === "descending" }
    : undefined;
}

function writeSorting(sorting: Sorting | undefined): Record<string, unknown> {
  return {
    sort: sorting?.column,
    order: sorting?.descending ? "descending" : undefined,
  };
}
