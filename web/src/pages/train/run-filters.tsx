// Filters of the list of runs, and the trainings that are under way.

import { Button, Group, Paper, Select, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, data } from "../../api/client.ts";
import { useLearners, useScores } from "./run-queries.ts";
import type { Run } from "./types.ts";

const STATES = ["running", "finished", "failed", "cancelled", "interrupted"];

export interface Search {
  kind?: Run["kind"];
  state?: Run["state"];
  learner?: string;
  rows?: string;
  sort?: string;
  selected?: string;
}

export function Filters({ search, change }: { search: Search; change: (change: Partial<Search>) => void }) {
  const { data: learners } = useLearners();
  const { data: scores } = useScores();
  const [rows, setRows] = useState(search.rows ?? "");
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the text changes
  useEffect(() => {
    const timer = setTimeout(() => {
      if (rows !== (search.rows ?? "")) change({ rows: rows || undefined });
    }, 300);
    return () => clearTimeout(timer);
  }, [rows]);
  return (
    <Group gap="sm" align="flex-end" role="search" aria-label="Filter runs">
      <Select
        label="Kind"
        size="xs"
        w={130}
        clearable
        placeholder="all"
        data={[
          { value: "train", label: "trainings" },
          { value: "evaluate", label: "evaluations" },
        ]}
        value={search.kind ?? null}
        onChange={(value) => change({ kind: (value as Run["kind"]) ?? undefined })}
      />
      <Select
        label="State"
        size="xs"
        w={130}
        clearable
        placeholder="all"
        data={STATES}
        value={search.state ?? null}
        onChange={(value) => change({ state: (value as Run["state"]) ?? undefined })}
      />
      <Select
        label="Learner"
        size="xs"
        w={150}
        clearable
        searchable
        placeholder="all"
        data={learners?.learners.map(({ id }) => id) ?? []}
        value={search.learner ?? null}
        onChange={(value) => change({ learner: value ?? undefined })}
      />
      <TextInput
        label="Data set or file"
        size="xs"
        w={160}
        placeholder="nsl"
        value={rows}
        onChange={(event) => setRows(event.currentTarget.value)}
      />
      <Select
        label="Order"
        size="xs"
        w={190}
        clearable
        searchable
        placeholder="newest first"
        data={scores?.scores.map(({ id, title }) => ({ value: id, label: `best ${title}` })) ?? []}
        value={search.sort ?? null}
        onChange={(value) => change({ sort: value ?? undefined })}
      />
    </Group>
  );
}

/** Trainings and evaluations that wait or run, with the way to them. */
export function RunningJobs() {
  const { data: found } = useQuery({
    queryKey: ["jobs", "learning"],
    queryFn: async () => {
      const lists = await Promise.all(
        (["running", "queued"] as const).map((state) =>
          data(api.GET("/jobs", { params: { query: { state, kind: "train", limit: 5 } } })),
        ),
      );
      return lists.flatMap(({ jobs }) => jobs);
    },
    refetchInterval: 3_000,
  });
  if (found === undefined || found.length === 0) return null;
  return (
    <Paper withBorder p="xs" bg="var(--console-panel)" role="region" aria-label="Trainings under way">
      {found.map(({ id, state, progress }) => (
        <Group key={id} gap="sm" justify="space-between">
          <Text size="sm">
            {state === "queued" ? "A training waits" : `Training: ${progress?.step ?? "starting"}`}
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            renderRoot={(props) => <Link to={`/train/jobs/${id}` as string} {...props} />}
          >
            Look at it
          </Button>
        </Group>
      ))}
    </Paper>
  );
}
