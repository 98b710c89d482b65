// What these pages ask of the server.

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { api, client, data, type Job } from "../../api/client.ts";
import type { Manifest } from "./types.ts";

/** Reports of jobs that are larger are not loaded into the page. */
export const REPORT_BYTES_MAX = 8 << 20;
/** Jobs that are looked through for those of a data set. */
const JOBS_LOOKED_AT = 200;

export function useDataset(name: string): UseQueryResult<Manifest> {
  return useQuery({
    queryKey: ["dataset", name],
    queryFn: () => data(api.GET("/datasets/{name}", { params: { path: { name } } })),
  });
}

/** Jobs of a kind that were asked for this reference, newest first. */
export function useJobsOf(kind: "profile" | "audit", reference: string): UseQueryResult<Job[]> {
  return useQuery({
    queryKey: ["jobs-of", kind, reference],
    queryFn: async () => {
      const { jobs } = await data(api.GET("/jobs", { params: { query: { kind, limit: JOBS_LOOKED_AT } } }));
      return (jobs as Job[]).filter((job) => datasetOf(job) === reference);
    },
  });
}

function datasetOf({ request }: Job): string | undefined {
  const { rows, training } = request as { rows?: { dataset?: string }; training?: { dataset?: string } };
  return (rows ?? training)?.dataset;
}

/** A report that a job wrote as JSON. */
export function useReport<Report>(job: Job, result: string): UseQueryResult<Report> {
  return useQuery({
    queryKey: ["report", job.id, result],
    queryFn: async () => (await (await client.result(job.id, result)).json()) as Report,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}

export function useImporters() {
  return useQuery({
    queryKey: ["importers"],
    queryFn: () => data(api.GET("/importers")),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useRecipeSteps() {
  return useQuery({
    queryKey: ["recipe-steps"],
    queryFn: () => data(api.GET("/recipes/steps")),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
