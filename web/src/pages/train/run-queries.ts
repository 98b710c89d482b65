// What is asked of the server about runs. Runs that have ended do not change any more; what they left never does.

import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { ApiError, api, client, data } from "../../api/client.ts";
import type { Evaluation, ModelVersion, Run, TrainingRecord } from "./types.ts";

export interface RunFilter {
  kind?: Run["kind"];
  state?: Run["state"];
  learner?: string;
  rows?: string;
  object?: string;
  model?: string;
  sort?: string;
}

/** Runs that are asked for at once. */
const BLOCK = 100;
const FOR_EVER = Number.POSITIVE_INFINITY;

async function runsOf(
  filter: RunFilter,
  page: { offset: number; limit: number },
): Promise<{ total: number; runs: Run[] }> {
  return (await data(api.GET("/runs", { params: { query: { ...filter, ...page } } }))) as unknown as {
    total: number;
    runs: Run[];
  };
}

/** A list of any length, block by block as it is looked at. */
export function useRunList(filter: RunFilter) {
  const [seen, setSeen] = useState<readonly number[]>([0]);
  const blocks = useQueries({
    queries: seen.map((block) => ({
      queryKey: ["runs", filter, block],
      queryFn: () => runsOf(filter, { offset: block * BLOCK, limit: BLOCK }),
      refetchInterval: 10_000,
    })),
  });
  const onRange = useCallback((first: number, last: number) => {
    const wanted: number[] = [0];
    for (let block = Math.floor(first / BLOCK); block <= Math.floor(last / BLOCK); block++)
      if (block > 0) wanted.push(block);
    setSeen((before) => (before.join() === wanted.join() ? before : wanted));
  }, []);
  const rowAt = (index: number): Run | undefined => {
    const at = seen.indexOf(Math.floor(index / BLOCK));
    return blocks[at]?.data?.runs[index % BLOCK];
  };
  const [first] = blocks;
  return {
    first,
    total: first?.data?.total ?? 0,
    rowAt,
    onRange,
    failure: blocks.find(({ error }) => error !== null)?.error ?? undefined,
  };
}

/** The newest runs of a filter. */
export function useRuns(filter: RunFilter | undefined, limit = 50) {
  return useQuery({
    queryKey: ["runs", filter, "newest", limit],
    queryFn: () => runsOf(filter ?? {}, { offset: 0, limit }),
    enabled: filter !== undefined,
  });
}

export interface ShownRun {
  run: Run;
  versions: ModelVersion[];
}

const runQuery = (id: string) => ({
  queryKey: ["run", id],
  queryFn: async () =>
    (await data(api.GET("/runs/{id}", { params: { path: { id } } }))) as unknown as ShownRun,
});

export function useRun(id: string) {
  return useQuery({
    ...runQuery(id),
    refetchInterval: ({ state }) => (state.data?.run.state === "running" ? 2_000 : false),
  });
}

export function useRunsById(ids: readonly string[]) {
  return useQueries({ queries: ids.map(runQuery) });
}

/** A JSON file of a run; null where the run left none of that name. */
async function artefact<Value>(id: string, name: string): Promise<Value | null> {
  try {
    const answer = await client.fetch(`/runs/${encodeURIComponent(id)}/artefacts/${name}`);
    return (await answer.json()) as Value;
  } catch (failure) {
    if (failure instanceof ApiError && failure.code === "artefact-unknown") return null;
    throw failure;
  }
}

const recordQuery = (id: string) => ({
  queryKey: ["run", id, "record"],
  queryFn: () => artefact<TrainingRecord>(id, "record.json"),
  staleTime: FOR_EVER,
});

const evaluationQuery = (id: string) => ({
  queryKey: ["run", id, "evaluation"],
  queryFn: () => artefact<Evaluation>(id, "evaluation.json"),
  staleTime: FOR_EVER,
});

export function useRecord(id: string | undefined) {
  return useQuery({ ...recordQuery(id ?? ""), enabled: id !== undefined });
}

export function useEvaluation(id: string | undefined) {
  return useQuery({ ...evaluationQuery(id ?? ""), enabled: id !== undefined });
}

export function useRecords(ids: readonly string[]) {
  return useQueries({ queries: ids.map(recordQuery) });
}

export function useEvaluations(ids: readonly (string | undefined)[]) {
  return useQueries({
    queries: ids.map((id) => ({ ...evaluationQuery(id ?? ""), enabled: id !== undefined })),
  });
}

/** Evaluations of model files, newest first; one answer for each digest. */
export function useEvaluationRuns(objects: readonly (string | undefined)[]) {
  return useQueries({
    queries: objects.map((object) => ({
      queryKey: ["runs", "evaluations", object],
      queryFn: () => runsOf({ kind: "evaluate", state: "finished", object }, { offset: 0, limit: 50 }),
      enabled: object !== undefined,
    })),
  });
}

export function useRunCard(id: string | undefined) {
  return useQuery({
    queryKey: ["run", id, "card"],
    queryFn: () => data(api.GET("/runs/{id}/card", { params: { path: { id: id ?? "" } } })),
    enabled: id !== undefined,
    staleTime: FOR_EVER,
  });
}

export function useScores() {
  return useQuery({
    queryKey: ["scores"],
    queryFn: () => data(api.GET("/scores")),
    staleTime: FOR_EVER,
  });
}

export function useLearners() {
  return useQuery({
    queryKey: ["learners"],
    queryFn: () => data(api.GET("/learners")),
    staleTime: FOR_EVER,
  });
}
