// The verdicts of a live source in a table: as they come, narrowed, sorted, held still, taken away as CSV. The newest 100,000 are
// held in the page.

import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { IconDownload, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { save } from "../../api/download.ts";
import { count } from "../../parts/format.ts";
import { Page } from "../../parts/page.tsx";
import { flowAddress } from "../../parts/verdicts/addresses.ts";
import { type VerdictColumn, verdictColumns } from "../../parts/verdicts/columns.tsx";
import { isFiltered, readFilter, rowFilter, writeFilter } from "../../parts/verdicts/filter.ts";
import { FilterBar } from "../../parts/verdicts/filter-bar.tsx";
import type { VerdictRow } from "../../parts/verdicts/verdict-row.ts";
import { type Sorting, VirtualTable } from "../../parts/virtual-table.tsx";
import { verdictCsv } from "./csv.ts";
import type { FeedView } from "./feed.ts";
import { FeedFailure, FeedState, originOf } from "./feed-state.tsx";
import { useSourceFeed } from "./use-feed.ts";
import { VerdictDrawer } from "./verdict-drawer.tsx";
import { compareBy, type LogRow, VerdictLog } from "./verdict-log.ts";

/** Verdicts held in the page. */
const HELD_MAX = 100_000;
const NAMES: readonly VerdictColumn[] = [
  "start_us",
  "class",
  "confidence",
  "source_address",
  "destination_address",
  "transport",
  "packets",
  "wire_bytes",
  "duration",
  "reasons",
  "end_reason",
  "community_id",
];
const SORTABLE: readonly string[] = ["packets", "wire_bytes"];
const COLUMNS = verdictColumns(NAMES).map((column) => ({
  ...column,
  isSortable: column.isSortable || SORTABLE.includes(column.id),
  width: column.id === "transport" ? 120 : column.width,
}));

export function Live() {
  const { source } = useParams({ strict: false }) as { source: string };
  return <LiveOf key={source} name={source} />;
}

function LiveOf({ name }: { name: string }) {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const [isPaused, setPaused] = useState(false);
  const [isScrolled, setScrolled] = useState(false);
  const [opened, setOpened] = useState<VerdictRow>();
  const [generation, toTop] = useReducer((before: number) => before + 1, 0);
  const isStill = isPaused || isScrolled;
  const { log, view } = useVerdictLog(name, search, isStill);
  const filter = useMemo(() => readFilter(search), [search]);
  const sorting = readSorting(search);
  const set = (change: Record<string, unknown>): void =>
    void navigate({ search: ((before: object) => ({ ...before, ...change })) as never, replace: true });
  const open = useCallback(
    (row: LogRow) => {
      const { capture, model } = view.source ?? {};
      if (capture === undefined || model === undefined) return setOpened(row);
      const { community_id: communityId, start_us: startUs } = row;
      void navigate(flowAddress(capture, { communityId, startUs, model }));
    },
    [navigate, view.source],
  );
  const classes = Object.keys(view.source?.counts.byClass ?? {});
  return (
    <Page
      title={`Verdicts of ${name}`}
      note={view.source && `From ${originOf(view.source)}, judged by ${view.source.model}.`}
      above={[{ to: "/overview", text: "Overview" }]}
      actions={
        <>
          <FeedState view={view} />
          <Button
            size="xs"
            variant="default"
            aria-pressed={isPaused}
            leftSection={isPaused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
            onClick={() => setPaused(!isPaused)}
          >
            {isPaused ? "Go on" : "Pause"}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} />}
            disabled={log.count === 0}
            onClick={() => save(verdictCsv(log.rows()), `${name}-verdicts.csv`)}
          >
            CSV
          </Button>
        </>
      }
    >
      <FeedFailure view={view} />
      <Stack gap="xs">
        <FilterBar filter={filter} onFilter={(next) => set(writeFilter(next))} classes={classes} />
        <Held log={log} view={view} isFiltered={isFiltered(filter)} />
        {isStill && log.waiting > 0 && (
          <Group gap="xs">
            <Text size="sm">{count(log.waiting)} came meanwhile.</Text>
            <Button
              size="compact-xs"
              onClick={() => {
                setPaused(false);
                setScrolled(false);
                toTop();
              }}
            >
              Show them
            </Button>
          </Group>
        )}
        <VirtualTable<LogRow>
          key={generation}
          label={`Verdicts of ${name}`}
          columns={COLUMNS}
          rowCount={log.count}
          rowAt={(index) => log.rowAt(index)}
          onRange={(first) => setScrolled(first > 0)}
          sorting={sorting}
          onSort={(next) => set({ sort: next?.column, order: next?.descending ? "descending" : undefined })}
          onOpen={open}
          height={600}
          empty={
            <Text c="dimmed" p="md" size="sm" ta="center">
              {log.size === 0 ? "No verdict has come yet." : "No verdict passes the filter."}
            </Text>
          }
        />
        <Text size="xs" c="dimmed">
          A verdict comes when its flow has ended.{" "}
          <Anchor
            size="xs"
            underline="always"
            renderRoot={(props) => (
              <Link to={"/overview" as string} search={{ source: name } as never} {...props} />
            )}
          >
            Overview of {name}
          </Anchor>
        </Text>
      </Stack>
      <VerdictDrawer row={opened} onClose={() => setOpened(undefined)} />
    </Page>
  );
}

/** The log of the source's verdicts, narrowed and sorted as the address says. */
function useVerdictLog(
  name: string,
  search: Record<string, unknown>,
  isStill: boolean,
): { log: VerdictLog; view: FeedView } {
  const log = useRef<VerdictLog>(undefined);
  log.current ??= new VerdictLog(HELD_MAX);
  const held = log.current;
  const [, redraw] = useReducer((before: number) => before + 1, 0);
  const view = useSourceFeed(name, (verdicts) => {
    held.add(verdicts);
    redraw();
  });
  const key = JSON.stringify(search);
  useEffect(() => {
    const asked = JSON.parse(key) as Record<string, unknown>;
    const sorting = readSorting(asked);
    held.filter(rowFilter(readFilter(asked)));
    held.sort(sorting && compareBy(sorting.column, sorting.descending));
    redraw();
  }, [key, held]);
  useEffect(() => {
    held.holdStill(isStill);
    redraw();
  }, [isStill, held]);
  return { log: held, view };
}

function readSorting(search: Record<string, unknown>): Sorting | undefined {
  const column = COLUMNS.find(({ id, isSortable }) => isSortable && id === search["sort"])?.id;
  return column === undefined ? undefined : { column, descending: search["order"] === "descending" };
}

function Held({ log, view, isFiltered }: { log: VerdictLog; view: FeedView; isFiltered: boolean }) {
  const untold = view.source?.counts.untold ?? 0;
  return (
    <Text size="sm" c="dimmed" data-testid="held">
      {isFiltered ? `${count(log.count)} of ` : ""}
      {count(log.size)} verdicts; the newest {count(HELD_MAX)} are held in this page.
      {untold > 0 &&
        ` ${count(untold)} were counted but not told one by one: more than 1,000 came in a second.`}
      {view.dropped > 0 && ` ${count(view.dropped)} events were lost on the way.`}
    </Text>
  );
}
