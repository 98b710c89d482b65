// All jobs, newest first: what runs, what waits, and what was. The filter and the page stand in the address.

import { Anchor, Group, Progress, Select, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { api, data, type Job } from "../../api/client.ts";
import { isEnded } from "../../api/queries.ts";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { ago, bytes, count, duration, moment, percent } from "../../parts/format.ts";
import { Page, Panel } from "../../parts/page.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Asked, Empty } from "../../parts/states.tsx";
import { useFileNames } from "./file-names.ts";
import { StateBadge } from "./job-state.tsx";
import { type JobState, STATE_WORDS, STATES, subjectOf, tookS } from "./job-words.ts";

const PAGE_SIZE = 50;
/** How often is looked while jobs go on, and while none does, ms. */
const LOOK_MS = { busy: 2_000, idle: 10_000 };

interface Search {
  state?: JobState;
  kind?: string;
  page?: number;
}

export function Jobs() {
  const { state, kind, page } = readSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const go = (search: Search): void => void navigate({ to: "/jobs" as string, search: search as never });
  const jobs = useQuery({
    queryKey: ["jobs", state, kind, page],
    queryFn: () =>
      data(
        api.GET("/jobs", { params: { query: { state, kind, offset: page * PAGE_SIZE, limit: PAGE_SIZE } } }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data: found } }) =>
      found?.jobs.some((job) => !isEnded(job)) ? LOOK_MS.busy : LOOK_MS.idle,
  });
  const kinds = useQuery({
    queryKey: ["job-kinds"],
    queryFn: () => data(api.GET("/jobs/kinds")),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const names = useFileNames();
  const columns = useMemo(() => columnsWith(names), [names]);
  const isFiltered = state !== undefined || kind !== undefined;
  return (
    <Page
      title="Jobs"
      note="Long work: scoring, imports, trainings. Each runs in a process of its own, one after the other, and leaves files."
    >
      <Panel>
        <Group gap="sm" mb="sm" align="flex-end">
          <Select
            label="State"
            placeholder="any"
            clearable
            clearButtonProps={{ "aria-label": "Any state" }}
            w={160}
            data={STATES.map((value) => ({ value, label: STATE_WORDS[value].text }))}
            value={state ?? null}
            onChange={(value) => go({ kind, state: (value as JobState | null) ?? undefined })}
          />
          <Select
            label="Kind"
            placeholder="any"
            clearable
            clearButtonProps={{ "aria-label": "Any kind" }}
            w={160}
            data={(kinds.data?.kinds ?? []).map(({ id }) => id)}
            value={kind ?? null}
            onChange={(value) => go({ state, kind: value ?? undefined })}
          />
          {jobs.data !== undefined && (
            <Text size="sm" c="dimmed" pb={8}>
              {count(jobs.data.total)} {jobs.data.total === 1 ? "job" : "jobs"}
            </Text>
          )}
        </Group>
        <Asked query={jobs} what="the jobs">
          {({ jobs: found, total }) => (
            <>
              <DataTable
                label="Jobs"
                columns={columns}
                rows={found}
                rowKey={({ id }) => id}
                minWidth={760}
                empty={isFiltered ? <Empty title="No job is like that" /> : <NoJobs />}
              />
              <Pager
                page={page}
                pageSize={PAGE_SIZE}
                total={total}
                onPage={(next) => go({ state, kind, ...(next > 0 && { page: next }) })}
              />
            </>
          )}
        </Asked>
      </Panel>
    </Page>
  );
}

function NoJobs() {
  return (
    <Empty title="No jobs yet">
      Drop a capture under Captures or rows under Predict, import a data set or start a training: each becomes
      a job, and is listed here with its log and its files.
    </Empty>
  );
}

function columnsWith(names: ReadonlyMap<string, string>): DataColumn<Job>[] {
  const about: DataColumn<Job> = {
    id: "subject",
    header: "About",
    cell: (job) => (
      <Text size="sm" className="foreign" maw={320} lineClamp={2}>
        {subjectOf(job, names)}
      </Text>
    ),
  };
  return COLUMNS.flatMap((column) => (column.id === "kind" ? [column, about] : [column]));
}

const COLUMNS: readonly DataColumn<Job>[] = [
  {
    id: "kind",
    header: "Job",
    cell: ({ id, kind }) => (
      <Anchor size="sm" fw={600} renderRoot={(props) => <Link to={`/jobs/${id}` as string} {...props} />}>
        {kind}
      </Anchor>
    ),
  },
  { id: "state", header: "State", cell: ({ state }) => <StateBadge state={state} /> },
  {
    id: "asked",
    header: "Asked for",
    cell: ({ created, owner }) => (
      <Text size="sm" title={`${moment(created)} UTC`}>
        {ago(created)}
        {owner !== undefined && (
          <Text span size="sm" c="dimmed" className="foreign">
            {` by ${owner}`}
          </Text>
        )}
      </Text>
    ),
  },
  {
    id: "took",
    header: "Took",
    isNumber: true,
    cell: (job) => duration(tookS(job, Date.now())),
  },
  { id: "outcome", header: "Outcome", cell: (job) => <Outcome job={job} /> },
];

/** How far it is, what went wrong, or what it left. */
function Outcome({ job: { state, progress, failure, results } }: { job: Job }) {
  if (failure !== undefined)
    return (
      <Text size="sm" className="foreign" lineClamp={2} maw={340}>
        {failure.message}
      </Text>
    );
  if (state === "running")
    return (
      <>
        <Text size="sm" className="foreign" lineClamp={1} maw={340}>
          {progress?.step ?? "starting"}
          {progress?.share !== undefined && ` · ${percent(progress.share, 0)}`}
        </Text>
        {progress?.share !== undefined && (
          <Progress value={progress.share * 100} size="xs" aria-label={percent(progress.share, 0)} />
        )}
      </>
    );
  return (
    <Text size="sm" c="dimmed" className="foreign" lineClamp={2} maw={340}>
      {results.map(({ name, bytes: size }) => `${name} (${bytes(size)})`).join(", ")}
    </Text>
  );
}

function readSearch(search: Record<string, unknown>): Search & { page: number } {
  const page = Number(search["page"] ?? 0);
  return {
    state: STATES.find((one) => one === search["state"]),
    kind: typeof search["kind"] === "string" ? search["kind"] : undefined,
    page: Number.isInteger(page) && page > 0 ? page : 0,
  };
}
