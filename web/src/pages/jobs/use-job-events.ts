// A job as it goes on: what its events tell, kept where its query keeps it, and the lines of its log.
//
// Events begin with the job as it is; the log is read when they have begun, so that no line is lost between the two, and
// lines that both tell are taken once. Where events cannot be had the job is asked again every second.

import { type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { api, client, data, type Job } from "../../api/client.ts";
import { isEnded } from "../../api/queries.ts";
import { failed } from "../../parts/notify.tsx";
import { type LogPart, type LogWindow, windowOf, withEarlier, withLines } from "./log-window.ts";

/** Lines are put into the page this often at the most, ms. */
const FLUSH_MS = 200;
/** Bytes of the log that are asked for at once. */
const PART_BYTES = 262_144;

export interface FollowedJob {
  query: UseQueryResult<Job>;
  log: LogWindow | undefined;
  loadEarlier: () => Promise<void>;
  toEnd: () => Promise<void>;
  /** What is kept of the log, from this place on. */
  kept: number;
}

export function useFollowedJob(id: string): FollowedJob {
  const queries = useQueryClient();
  const [log, setLog] = useState<LogWindow>();
  const [kept, setKept] = useState(0);
  const [isHeard, setHeard] = useState(true);
  const query = useQuery({
    queryKey: ["job", id],
    queryFn: () => showJob(id),
    refetchInterval: ({ state }) =>
      isHeard || (state.data !== undefined && isEnded(state.data)) ? false : 1_000,
  });
  const readEnd = useCallback(async () => {
    const part = await readLog(id);
    setKept(part.kept);
    setLog(windowOf(part));
  }, [id]);

  useEffect(() => {
    const stopping = new AbortController();
    const flush = lineBuffer((lines) => setLog((window) => window && withLines(window, lines)));
    const follow = async (): Promise<void> => {
      let step: string | undefined;
      let isFirst = true;
      for await (const { event, data: told } of client.jobEvents(id, { signal: stopping.signal })) {
        if (event === "log") flush.add(told as { line: string; to: number });
        else if (event === "progress") {
          const progress = told as NonNullable<Job["progress"]>;
          queries.setQueryData<Job>(["job", id], (job) => job && { ...job, progress });
          const next = progress.step.split(": ", 1)[0];
          // Times of steps are the server's.
          if (next !== step) void queries.invalidateQueries({ queryKey: ["job", id] });
          step = next;
        } else if (event === "state") {
          queries.setQueryData<Job>(["job", id], (job) => ({ ...job, ...(told as Job) }));
          if (isEnded(told as Job)) void queries.invalidateQueries({ queryKey: ["job", id] });
          if (isFirst) await readEnd();
          isFirst = false;
        } else await readEnd();
      }
      flush.end();
    };
    setHeard(true);
    follow()
      .catch(async () => {
        if (stopping.signal.aborted) return;
        setHeard(false);
        await readEnd();
      })
      .catch(() => undefined);
    return () => {
      stopping.abort();
      flush.end();
    };
  }, [id, queries, readEnd]);

  const loadEarlier = async (): Promise<void> => {
    if (log === undefined) return;
    const from = Math.max(kept, log.from - PART_BYTES);
    const part = await readLog(id, from, log.from - from).catch(failed);
    if (part === undefined) return;
    setKept(part.kept);
    setLog(part.to > part.from ? withEarlier(log, part) : log);
  };
  return { query, log, kept, loadEarlier, toEnd: () => readEnd().catch(failed) };
}

function showJob(id: string): Promise<Job> {
  return data(api.GET("/jobs/{id}", { params: { path: { id } } })) as Promise<Job>;
}

function readLog(id: string, from?: number, bytes = PART_BYTES): Promise<LogPart> {
  return data(api.GET("/jobs/{id}/log", { params: { path: { id }, query: { from, bytes } } }));
}

/** Collects lines, and gives them on together. */
function lineBuffer(give: (lines: { line: string; to: number }[]) => void) {
  let lines: { line: string; to: number }[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (lines.length > 0) give(lines);
    lines = [];
  };
  return {
    add(line: { line: string; to: number }) {
      lines.push(line);
      timer ??= setTimeout(end, FLUSH_MS);
    },
    end,
  };
}
