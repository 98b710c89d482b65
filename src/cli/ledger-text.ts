// The loss ledger in lines: from the wire to the alert, what is a part of what by indentation.

import { checkLedger, flowsWithoutRow, type Ledger } from "../app/ledger.ts";
import { groupedText } from "../base/number-text.ts";
import type { Colours } from "./output.ts";
import { tableLines } from "./table.ts";

/** A line of the ledger; the level says whose part it is. */
type Entry = readonly [level: number, name: string, count: number];

/** Figures that are only told when they are not 0. */
export function ledgerLines(ledger: Ledger, colours: Colours): string[] {
  const entries = [...meterEntries(ledger), ...verdictEntries(ledger)];
  const rows = entries
    .filter(([level, , count]) => level === 0 || count > 0)
    .map(([level, name, count]) => [`${"  ".repeat(level)}${name}`, groupedText(count)]);
  const faults = checkLedger(ledger);
  const closing =
    faults.length === 0
      ? [colours.dim("  All sums agree.")]
      : faults.map((fault) => colours.red(`  The sums do not agree: ${fault}`));
  return [colours.bold("Loss ledger"), ...tableLines([{}, { align: "right" }], rows), ...closing];
}

function meterEntries(ledger: Ledger): Entry[] {
  const ofPackets = ledger.rowOf === "packet";
  const without = ofPackets ? "without a row: of another protocol" : "without an IP header: no flow";
  return [
    ...(ledger.framesLostBefore === null
      ? []
      : [[0, "frames lost while capturing", ledger.framesLostBefore] as const]),
    ...(ledger.gaps ? [[0, "interruptions of the capture", ledger.gaps] as const] : []),
    [0, "frames read", ledger.frames],
    [1, "sound", ledger.sound],
    [1, "cut short by the capture", ledger.cut],
    [1, "malformed", ledger.malformed],
    [1, "of a kind not read", ledger.unsupported],
    [0, "frames decoded", ledger.decoded],
    [1, ofPackets ? "with a row" : "metered into flows", ledger.metered],
    [2, "fragments without their first", ledger.orphanFragments],
    [2, "later than --lateness allows", ledger.late],
    [1, without, ledger.withoutFlow],
    [1, "dropped by the lifecycle", ledger.dropped],
    [1, "held: fragments waiting", ledger.held],
    [0, ofPackets ? "conversations" : "flows opened", ledger.flowsOpened],
    ...Object.entries(ledger.flowsEnded).map(([reason, count]): Entry => [1, `ended: ${reason}`, count]),
    [1, "still open", ledger.flowsOpen],
    [1, "ended without a row: of one packet", flowsWithoutRow(ledger)],
    [0, "rows", ledger.rows + ledger.earlyRows],
    [1, ofPackets ? "of packets" : "of ended flows", ledger.rows],
    [1, "early", ledger.earlyRows],
  ];
}

function verdictEntries({ verdict }: Ledger): Entry[] {
  if (verdict === undefined) return [];
  const { alerts } = verdict;
  const ended = Object.values(alerts.ended).reduce((sum, count) => sum + count, 0);
  return [
    [0, "verdicts", verdict.verdicts],
    [1, "benign", verdict.benign],
    [1, "attack", verdict.attacks],
    [2, "told before by an early verdict", verdict.repeated],
    [2, "gathered in alerts", alerts.flows],
    [0, "alerts", ended + alerts.open],
  ];
}
