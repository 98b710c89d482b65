// The captures that there are: what each holds, and what was found in it.

import { Anchor, Button, Group, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, type Job } from "../../api/client.ts";
import { download } from "../../api/download.ts";
import { useMay } from "../../api/queries.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { ago, bytes, count, duration, momentOfUs } from "../../parts/format.ts";
import { failed, told } from "../../parts/notify.tsx";
import { type CaptureFacts, type CaptureFile, captureOf, summaryOf, useCapture } from "./capture-queries.ts";
import { PlayButton } from "./play-button.tsx";

const MICROSECONDS = 1e6;
/** The newest captures are looked at by themselves when nobody has yet. */
const LOOKED_AT = 10;

interface Row {
  capture: CaptureFile;
  jobs: readonly Job[];
  isLookedAt: boolean;
}

export function CaptureTable({ captures, jobs }: { captures: readonly CaptureFile[]; jobs: readonly Job[] }) {
  const rows = captures.map((capture, index) => ({
    capture,
    jobs: jobs.filter((job) => captureOf(job) === capture.id),
    isLookedAt: index < LOOKED_AT,
  }));
  return (
    <DataTable
      label="Captures"
      columns={COLUMNS}
      rows={rows}
      rowKey={({ capture }) => capture.id}
      minWidth={980}
    />
  );
}

const COLUMNS: DataColumn<Row>[] = [
  {
    id: "name",
    header: "Capture",
    value: ({ capture }) => capture.name,
    cell: ({ capture }) => (
      <Anchor
        size="sm"
        className="foreign"
        renderRoot={(props) => <Link to={`/captures/${capture.id}` as string} {...props} />}
      >
        {capture.name}
      </Anchor>
    ),
  },
  {
    id: "bytes",
    header: "Size",
    isNumber: true,
    value: ({ capture }) => capture.bytes,
    cell: ({ capture }) => bytes(capture.bytes),
  },
  {
    id: "frames",
    header: "Frames",
    isNumber: true,
    value: ({ capture }) => capture.facts?.capture.frames,
    cell: (row) => <Told row={row}>{({ capture }) => count(capture.frames)}</Told>,
  },
  {
    id: "first",
    header: "First frame (UTC)",
    value: ({ capture }) => capture.facts?.capture.firstUs,
    cell: (row) => (
      <span style={{ whiteSpace: "nowrap" }}>
        <Told row={row}>{({ capture }) => momentOfUs(capture.firstUs).slice(0, 19)}</Told>
      </span>
    ),
  },
  {
    id: "duration",
    header: "Lasts",
    isNumber: true,
    cell: (row) => (
      <Told row={row}>{({ capture }) => duration((capture.lastUs - capture.firstUs) / MICROSECONDS)}</Told>
    ),
  },
  {
    id: "found",
    header: "Found",
    cell: (row) => <Found row={row} />,
  },
  {
    id: "created",
    header: "Sent",
    value: ({ capture }) => capture.created,
    cell: ({ capture }) => <span style={{ whiteSpace: "nowrap" }}>{ago(capture.created)}</span>,
  },
  { id: "actions", header: "", cell: ({ capture }) => <Actions capture={capture} /> },
];

/** What a capture holds; asked for where nobody has looked at it yet. */
function Told({ row, children }: { row: Row; children: (facts: CaptureFacts) => string }) {
  const { capture, isLookedAt } = row;
  const query = useCapture(capture.id, capture.facts === undefined && isLookedAt);
  const facts = capture.facts ?? query.data?.facts;
  if (facts !== undefined) return <>{children(facts)}</>;
  if (query.isError)
    return (
      <Text size="sm" c="dimmed">
        unreadable
      </Text>
    );
  return (
    <Text size="sm" c="dimmed">
      {query.isFetching ? "…" : "–"}
    </Text>
  );
}

function Found({ row: { jobs } }: { row: Row }) {
  const [newest] = jobs;
  if (newest === undefined)
    return (
      <Text size="sm" c="dimmed">
        not judged
      </Text>
    );
  const summary = summaryOf(newest);
  if (summary === undefined) return <Text size="sm">{newest.state}</Text>;
  return (
    <Text size="sm">
      {count(summary.attacks)} attacks in {count(summary.rows)} flows
    </Text>
  );
}

function Actions({ capture }: { capture: CaptureFile }) {
  const mayWrite = useMay("write");
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.DELETE("/captures/{id}", { params: { path: { id: capture.id } } }),
    onSuccess: async () => {
      told(`${capture.name} was removed`);
      await queries.invalidateQueries({ queryKey: ["captures"] });
    },
    onError: failed,
  });
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      {mayWrite && <PlayButton capture={capture} isCompact />}
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Download ${capture.name}`}
        onClick={() => download(`/captures/${capture.id}/content`, capture.name).catch(failed)}
      >
        Download
      </Button>
      {mayWrite && (
        <ConfirmButton
          size="compact-sm"
          question="Remove the capture?"
          action="Remove"
          label={`Remove ${capture.name}`}
          onConfirm={() => remove.mutate()}
        >
          {capture.name} goes from the server. Verdicts that were given stay with their jobs; packets and
          reasons can no longer be looked at.
        </ConfirmButton>
      )}
    </Group>
  );
}
