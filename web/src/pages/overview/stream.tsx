// The verdicts of a live source as they come, the newest on top; held still on demand. Kept are as many as can be looked at.

import { Button, Text } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconTable } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { count, momentOfUs } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { flowAddress } from "../../parts/verdicts/addresses.ts";
import { type VerdictColumn, verdictColumns } from "../../parts/verdicts/columns.tsx";
import type { VerdictRow } from "../../parts/verdicts/verdict-row.ts";
import { type Column, VirtualTable } from "../../parts/virtual-table.tsx";
import type { FeedView } from "../live/feed.ts";
import { VerdictDrawer } from "../live/verdict-drawer.tsx";

/** Verdicts kept in the stream. */
export const STREAM_MAX = 200;

const FIRST_REASON: Column<VerdictRow> = {
  id: "reason",
  header: "First reason",
  width: 300,
  grows: true,
  cell: ({ reasons }) => (
    <span style={{ overflow: "hidden", textOverflow: "ellipsis" }}>
      {(Array.isArray(reasons) ? (reasons[0] as string | undefined) : reasons) ?? "–"}
    </span>
  ),
};
/** Narrower than in the table of all, so that a reason finds room. */
const WIDTHS: Partial<Record<VerdictColumn, number>> = {
  class: 110,
  source_address: 176,
  destination_address: 176,
  transport: 120,
  packets: 76,
  wire_bytes: 84,
};
const TIME: Column<VerdictRow> = {
  id: "time",
  header: "Last packet (UTC)",
  width: 132,
  cell: ({ end_us }) => (
    <span className="mono" title={momentOfUs(end_us)}>
      {momentOfUs(end_us).slice(11, 23)}
    </span>
  ),
};
const COLUMNS: readonly Column<VerdictRow>[] = [
  TIME,
  ...verdictColumns(Object.keys(WIDTHS) as VerdictColumn[]).map((column) => ({
    ...column,
    width: WIDTHS[column.id as VerdictColumn] ?? column.width,
    isSortable: false,
    grows: false,
  })),
  FIRST_REASON,
];

export interface StreamProps {
  view: FeedView;
  /** Newest first. */
  verdicts: readonly VerdictRow[];
}

export function Stream({ view: { source }, verdicts }: StreamProps) {
  const [held, setHeld] = useState<readonly VerdictRow[]>();
  const [opened, setOpened] = useState<VerdictRow>();
  const navigate = useNavigate();
  const shown = held ?? verdicts;
  const open = (row: VerdictRow): void => {
    const { community_id: communityId, start_us: startUs } = row;
    if (source?.capture === undefined) setOpened(row);
    else void navigate(flowAddress(source.capture, { communityId, startUs, model: source.model }));
  };
  return (
    <Panel
      title="Verdicts"
      note={
        source?.kind === "replay"
          ? "As they come, the newest on top. Times are those of the capture."
          : "As they come, the newest on top."
      }
      actions={
        <>
          <Button
            size="xs"
            variant="default"
            aria-pressed={held !== undefined}
            leftSection={
              held === undefined ? (
                <IconPlayerPause size={14} aria-hidden />
              ) : (
                <IconPlayerPlay size={14} aria-hidden />
              )
            }
            onClick={() => setHeld(held === undefined ? verdicts : undefined)}
          >
            {held === undefined ? "Pause" : "Go on"}
          </Button>
          {source !== undefined && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconTable size={14} aria-hidden />}
              renderRoot={(props) => (
                <Link to={`/live/${encodeURIComponent(source.name)}` as string} {...props} />
              )}
            >
              All of them
            </Button>
          )}
        </>
      }
    >
      <VirtualTable<VerdictRow>
        label="The newest verdicts"
        columns={COLUMNS}
        rowCount={shown.length}
        rowAt={(index) => shown[index]}
        onOpen={open}
        height={34 + 10 * 32}
        empty={
          <Text c="dimmed" p="md" size="sm" ta="center">
            No verdict has come yet. One comes when a flow has ended, or was silent for a minute.
          </Text>
        }
      />
      {source !== undefined && source.counts.untold > 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          {count(source.counts.untold)} verdicts were counted and not told one by one, since more than 1,000
          came in a second.
        </Text>
      )}
      <VerdictDrawer row={opened} onClose={() => setOpened(undefined)} />
    </Panel>
  );
}
