// The loss ledger as rows of a table: what came, and what became of it, level by level. Knows no page.

import type { Schemas } from "../../api/client.ts";

type Ledger = Schemas["LiveLedger"];

export interface LedgerRow {
  name: string;
  value: number | null;
  /** 0 for what is divided up below it. */
  depth: 0 | 1;
  /** Something was lost here, or could not be read. */
  isLoss?: boolean;
  note?: string;
}

/** Reasons by which flows end, in words. */
const END_REASONS: Record<string, string> = {
  idle: "silent for too long",
  active: "cut at the greatest age",
  closed: "closed",
  reset: "reset",
  reused: "its ports were used anew",
  evicted: "pushed out of a full table",
  "end-of-input": "open at the end of the input",
};

/** What is 0 is left out below a line, unless it says that nothing was lost. */
export function ledgerRows(ledger: Ledger): LedgerRow[] {
  const { verdict } = ledger;
  const some = (rows: LedgerRow[]): LedgerRow[] => rows.filter(({ value }) => value !== 0);
  return [
    {
      name: "Lost before they were captured",
      value: ledger.framesLostBefore,
      depth: 0,
      isLoss: (ledger.framesLostBefore ?? 0) > 0,
      note: ledger.framesLostBefore === null ? "told when the capture ends" : undefined,
    },
    { name: "Frames read", value: ledger.frames, depth: 0 },
    ...some([
      { name: "sound", value: ledger.sound, depth: 1 },
      { name: "malformed", value: ledger.malformed, depth: 1, isLoss: true },
      { name: "cut short when captured", value: ledger.cut, depth: 1, isLoss: true },
      { name: "of a kind that is not decoded", value: ledger.unsupported, depth: 1, isLoss: true },
    ]),
    { name: "Packets metered", value: ledger.metered, depth: 0 },
    ...some([
      { name: "without a flow (ARP and the like)", value: ledger.withoutFlow, depth: 1 },
      { name: "dropped", value: ledger.dropped, depth: 1, isLoss: true },
      { name: "held until their first fragment comes", value: ledger.held, depth: 1 },
      { name: "fragments whose first one never came", value: ledger.orphanFragments, depth: 1 },
      { name: "late", value: ledger.late, depth: 1, isLoss: true },
    ]),
    { name: "Flows opened", value: ledger.flowsOpened, depth: 0 },
    { name: "still open", value: ledger.flowsOpen, depth: 1 },
    ...some(
      Object.entries(ledger.flowsEnded).map(([reason, value]) => ({
        name: `ended: ${END_REASONS[reason] ?? reason}`,
        value,
        depth: 1 as const,
        isLoss: reason === "evicted",
      })),
    ),
    { name: "Verdicts", value: verdict.verdicts, depth: 0 },
    { name: "benign", value: verdict.benign, depth: 1 },
    { name: "attacks", value: verdict.attacks, depth: 1 },
    { name: "Alerts opened", value: verdict.alerts.opened, depth: 0 },
    ...some([
      { name: "that go on", value: verdict.alerts.open, depth: 1 },
      { name: "became part of a wider one", value: verdict.alerts.joined, depth: 1 },
      ...Object.entries(verdict.alerts.ended).map(([reason, value]) => ({
        name: `ended: ${reason.replaceAll("-", " ")}`,
        value,
        depth: 1 as const,
      })),
    ]),
  ];
}
