// The columns of tables of verdicts. A page takes the ones that it has rows for.

import { ClassBadge } from "../class-badge.tsx";
import { bytes, count, duration, endpoint, momentOfUs, percent } from "../format.ts";
import type { Column } from "../virtual-table.tsx";
import { reasonsOf, type VerdictRow } from "./verdict-row.ts";

const MICROSECONDS = 1e6;

const COLUMNS = {
  start_us: {
    header: "Began (UTC)",
    width: 216,
    isSortable: true,
    cell: (row) => <span className="mono">{momentOfUs(row.start_us)}</span>,
  },
  class: {
    header: "Class",
    width: 150,
    isSortable: true,
    cell: (row) => <ClassBadge name={row.class} attack={row.attack} />,
  },
  confidence: {
    header: "Probability",
    width: 110,
    isNumber: true,
    isSortable: true,
    cell: (row) => percent(row.confidence),
  },
  attack_probability: {
    header: "Attack",
    width: 96,
    isNumber: true,
    isSortable: true,
    cell: (row) => percent(row.attack_probability),
  },
  source_address: {
    header: "From",
    width: 210,
    grows: true,
    isSortable: true,
    cell: (row) => <Foreign text={endpoint(row.source_address, row.source_port)} />,
  },
  destination_address: {
    header: "To",
    width: 210,
    grows: true,
    isSortable: true,
    cell: (row) => <Foreign text={endpoint(row.destination_address, row.destination_port)} />,
  },
  destination_port: {
    header: "Port",
    width: 80,
    isNumber: true,
    isSortable: true,
    cell: (row) => (row.destination_port === 0 ? "–" : row.destination_port),
  },
  transport: {
    header: "Over",
    width: 80,
    isSortable: true,
    cell: (row) => (row.service ? `${row.transport} ${row.service}` : row.transport),
  },
  duration: {
    header: "Lasted",
    width: 110,
    isNumber: true,
    cell: (row) => duration((row.end_us - row.start_us) / MICROSECONDS),
  },
  packets: { header: "Packets", width: 90, isNumber: true, cell: (row) => count(row.packets) },
  wire_bytes: { header: "Bytes", width: 90, isNumber: true, cell: (row) => bytes(row.wire_bytes) },
  end_reason: {
    header: "Ended by",
    width: 120,
    isSortable: true,
    cell: (row) => (row.early ? "goes on" : row.end_reason),
  },
  community_id: {
    header: "Community ID",
    width: 290,
    isSortable: true,
    cell: (row) => <Foreign text={row.community_id} />,
  },
  unknown: {
    header: "Unlike training",
    width: 126,
    isSortable: true,
    cell: (row) => (row.unknown === undefined || row.unknown === null ? "–" : row.unknown ? "yes" : "no"),
  },
  reasons: { header: "Reasons", width: 420, cell: (row) => <Foreign text={reasonsOf(row)} /> },
} satisfies Record<string, Omit<Column<VerdictRow>, "id">>;

export type VerdictColumn = keyof typeof COLUMNS;

/** The columns of these names, in their order. */
export function verdictColumns(names: readonly VerdictColumn[]): Column<VerdictRow>[] {
  return names.map((id) => ({ id, ...COLUMNS[id] }));
}

/** A text of others, cut at the edge of its cell and told whole where the pointer rests. */
function Foreign({ text }: { text: string }) {
  return (
    <span className="mono" title={text} style={{ overflow: "hidden", textOverflow: "ellipsis" }}>
      {text}
    </span>
  );
}
