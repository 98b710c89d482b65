// What a job has been through: its steps with the time that each took, and the times that it was begun.

import { Text, Timeline } from "@mantine/core";
import type { Job } from "../../api/client.ts";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { duration, moment } from "../../parts/format.ts";
import { STATE_WORDS, tookS } from "./job-words.ts";

export function Steps({ job: { steps = [], state } }: { job: Job }) {
  if (steps.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {state === "queued" ? "It has not begun yet." : "It told none."}
      </Text>
    );
  const isRunning = state === "running";
  return (
    <Timeline active={isRunning ? steps.length - 1 : steps.length} bulletSize={14} lineWidth={2}>
      {steps.map((step) => (
        <Timeline.Item
          key={step.started}
          title={
            <Text size="sm" className="foreign">
              {step.step}
            </Text>
          }
        >
          <Text size="xs" c="dimmed">
            {moment(step.started).slice(11)} UTC, {duration(tookS(step, Date.now()))}
            {isRunning && step.ended === undefined && " until now"}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

type Attempt = NonNullable<Job["attempts"]>[number] & { ordinal: number };

const COLUMNS: readonly DataColumn<Attempt>[] = [
  { id: "ordinal", header: "Attempt", cell: ({ ordinal }) => ordinal },
  { id: "started", header: "Begun, UTC", cell: ({ started }) => moment(started) },
  { id: "took", header: "Took", isNumber: true, cell: (attempt) => duration(tookS(attempt, Date.now())) },
  {
    id: "end",
    header: "Ended",
    cell: ({ end }) => (end === undefined ? "goes on" : STATE_WORDS[end].text),
  },
];

export function Attempts({ job: { attempts = [] } }: { job: Job }) {
  if (attempts.length === 0) return null;
  return (
    <DataTable
      label="Attempts"
      columns={COLUMNS}
      rows={attempts.map((attempt, index) => ({ ...attempt, ordinal: index + 1 }))}
      rowKey={({ ordinal }) => String(ordinal)}
      minWidth={380}
    />
  );
}
