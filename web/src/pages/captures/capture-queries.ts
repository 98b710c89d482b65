// What the pages of captures ask the server.

import { useQuery } from "@tanstack/react-query";
import { api, data, type Job, type StoredFile } from "../../api/client.ts";

/** What a capture holds, as GET /captures/{id} tells; see src/app/inspect.ts. */
export interface CaptureFacts {
  linkTypes: string[];
  capture: {
    format: string;
    frames: number;
    wireBytes: number;
    firstUs: number;
    lastUs: number;
    timesBackward: number;
    truncated: boolean;
    problems: { kind: string; count: number; message: string }[];
  };
  decode: {
    layers: Record<string, number>;
    cutFrames: number;
    problems: { layer: string; reason: string; kind: string; packets: number }[];
  };
}

export interface CaptureFile extends StoredFile {
  facts?: CaptureFacts;
}

/** Summary of a job `score`. */
export interface ScoreSummary {
  model: string;
  schema: string;
  threshold: number;
  rows: number;
  attacks: number;
  unknown: number;
  byClass: Record<string, number>;
  remarks: string[];
}

/** One capture with its facts: the server looks at it when this is asked for the first time. */
export function useCapture(id: string, isWanted = true) {
  return useQuery({
    queryKey: ["capture", id],
    queryFn: async ({ signal }) => {
      const capture = await data(api.GET("/captures/{id}", { params: { path: { id } }, signal }));
      return capture as CaptureFile;
    },
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Jobs that judge captures, newest first: the last thousand. */
export function useScoreJobs() {
  return useQuery({
    queryKey: ["jobs", "score", "captures"],
    queryFn: async () => {
      const { jobs } = await data(api.GET("/jobs", { params: { query: { kind: "score", limit: 1_000 } } }));
      return (jobs as Job[]).filter((job) => captureOf(job) !== undefined);
    },
    refetchInterval: ({ state }) =>
      state.data?.some((job) => job.state === "queued" || job.state === "running") ? 2_000 : false,
  });
}

/** The capture that a job judges; undefined for those that judge rows. */
export function captureOf(job: Job): string | undefined {
  return (job.request as { input?: { capture?: string } }).input?.capture;
}

export function summaryOf(job: Job): ScoreSummary | undefined {
  return job.state === "finished" ? (job.summary as ScoreSummary) : undefined;
}

/** The model that a job was asked for, or that it took. */
export function modelOf(job: Job): string {
  return summaryOf(job)?.model ?? (job.request as { model?: string }).model ?? "";
}
