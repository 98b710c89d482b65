// All runs: filtered, sorted, chosen to be put side by side. Filters and the choice stand in the address.

import { Badge, Button, Checkbox, CloseButton, Group, Paper, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMay } from "../../api/queries.ts";
import { ago, count, duration, score } from "../../parts/format.ts";
import { Page } from "../../parts/page.tsx";
import { Empty, Failure, Loading } from "../../parts/states.tsx";
import { type Column, VirtualTable } from "../../parts/virtual-table.tsx";
import { StateBadge } from "./facts.tsx";
import { Filters, RunningJobs, type Search } from "./run-filters.tsx";
import { type RunFilter, useRunList } from "./run-queries.ts";
import type { Run } from "./types.ts";
import { rowsText, shortId } from "./words.ts";

const COMPARED_MAX = 8;
/** Figures of the list; the one that is sorted by comes first. */
const SHOWN = ["macroF1", "accuracy", "rocAuc", "logLoss"];

export function Train() {
  const mayWrite = useMay("write");
  const [search, change] = useFilter();
  const { selected: chosen = "", ...filter } = search;
  const selected = chosen === "" ? [] : chosen.split(",");
  const list = useRunList(filter as RunFilter);
  const navigate = useNavigate();
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const toggle = (id: string): void => {
    const next = selected.includes(id) ? selected.filter((one) => one !== id) : [...selected, id];
    change({ selected: next.slice(-COMPARED_MAX).join(",") || undefined });
  };
  return (
    <Page
      title="Train and compare"
      note="Trainings and evaluations, with what they were asked, what they reached, and what they left."
      actions={
        mayWrite && (
          <Button
            size="xs"
            leftSection={<IconPlus size={16} />}
            renderRoot={(props) => <Link to={"/train/new" as string} {...props} />}
          >
            Train a model
          </Button>
        )
      }
    >
      <RunningJobs />
      <Filters search={search} change={change} />
      {selected.length > 0 && (
        <Paper withBorder p="xs" bg="var(--console-panel)" role="region" aria-label="Chosen runs">
          <Group gap="xs">
            <Text size="sm">{count(selected.length)} chosen</Text>
            {selected.map((id) => (
              <Badge
                key={id}
                variant="default"
                radius="sm"
                tt="none"
                rightSection={
                  <CloseButton size="xs" aria-label={`Take ${shortId(id)} out`} onClick={() => toggle(id)} />
                }
              >
                {shortId(id)}
              </Badge>
            ))}
            <Button
              size="compact-sm"
              disabled={selected.length < 2}
              onClick={() =>
                void navigate({
                  to: "/train/compare" as string,
                  search: { runs: selected.join(",") } as never,
                })
              }
            >
              Compare
            </Button>
            {selected.length < 2 && (
              <Text size="sm" c="dimmed">
                Choose another one.
              </Text>
            )}
          </Group>
        </Paper>
      )}
      {list.failure !== undefined && list.total === 0 ? (
        <Failure failure={list.failure} />
      ) : list.first?.data === undefined ? (
        <Loading what="runs" />
      ) : list.total === 0 ? (
        <NoRuns isFiltered={isFiltered} />
      ) : (
        <>
          <VirtualTable
            label="Runs"
            columns={columnsOf(filter.sort, selected, toggle)}
            rowCount={list.total}
            rowAt={list.rowAt}
            onRange={list.onRange}
            height={620}
            rowHeight={36}
            onOpen={({ id }) => void navigate({ to: `/train/runs/${id}` as string })}
          />
          <Text size="sm" c="dimmed">
            {count(list.total)} runs
            {filter.sort === undefined ? ", newest first" : `, best ${filter.sort} first`}
          </Text>
        </>
      )}
    </Page>
  );
}

function NoRuns({ isFiltered }: { isFiltered: boolean }) {
  const mayWrite = useMay("write");
  return isFiltered ? (
    <Empty title="No run is like that">Take a filter away to see others.</Empty>
  ) : (
    <Empty
      title="Nothing has been trained yet"
      action={
        mayWrite && (
          <Button size="xs" renderRoot={(props) => <Link to={"/train/new" as string} {...props} />}>
            Train a model
          </Button>
        )
      }
    >
      Trainings and evaluations stand here, whether they were asked for here, by the command line or over
      HTTP.
    </Empty>
  );
}

function useFilter(): [Search, (change: Partial<Search>) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const found: Search = {};
  for (const name of ["kind", "state", "learner", "rows", "sort", "selected"] as const)
    if (typeof search[name] === "string" && search[name] !== "") found[name] = search[name] as never;
  return [
    found,
    (change) =>
      void navigate({
        to: "." as string,
        search: ((before: object) => ({ ...before, ...change })) as never,
        replace: true,
      }),
  ];
}

function columnsOf(
  sort: string | undefined,
  selected: readonly string[],
  toggle: (id: string) => void,
): Column<Run>[] {
  const metrics = [...new Set([...(sort === undefined ? [] : [sort]), ...SHOWN])].slice(0, 4);
  return [
    {
      id: "choose",
      header: "",
      width: 40,
      cell: ({ id, state }) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box has its own keys
        // biome-ignore lint/a11y/noStaticElementInteractions: keeps a click from opening the run
        <span onClick={(event) => event.stopPropagation()}>
          <Checkbox
            size="xs"
            aria-label={`Choose run ${shortId(id)}`}
            checked={selected.includes(id)}
            disabled={state !== "finished"}
            onChange={() => toggle(id)}
          />
        </span>
      ),
    },
    { id: "id", header: "Run", width: 90, cell: ({ id }) => <span className="mono">{shortId(id)}</span> },
    {
      id: "kind",
      header: "Kind",
      width: 100,
      cell: ({ kind }) => (kind === "train" ? "training" : "evaluation"),
    },
    { id: "state", header: "State", width: 100, cell: ({ state }) => <StateBadge state={state} /> },
    { id: "learner", header: "Learner", width: 120, cell: ({ learner }) => learner ?? "–" },
    { id: "rows", header: "Rows", width: 180, grows: true, cell: ({ rows }) => rowsText(rows) },
    ...metrics.map((metric) => ({
      id: metric,
      header: metric,
      width: 94,
      isNumber: true,
      cell: ({ metrics: found }: Run) => score(found?.[metric]),
    })),
    {
      id: "took",
      header: "Took",
      width: 90,
      isNumber: true,
      cell: ({ elapsedMs }) => duration(elapsedMs === undefined ? undefined : elapsedMs / 1_000),
    },
    { id: "started", header: "Began", width: 90, isNumber: true, cell: ({ started }) => ago(started) },
  ];
}
