// The loss ledger: what became of every packet and every flow, from the wire to the alert, and the sums that prove it.
//
// A ledger whose sums do not agree is a defect of ours, never the user's. Knows no files and prints nothing.

import type { RowLedger } from "../feature/row-meter.ts";
import type { DecodeReport } from "../packet/statistics.ts";
import type { AlertLedger } from "../verdict/alert.ts";

/** Everything counted between the wire and the rows. */
export interface MeterLedger {
  /** Frames that the captures held. */
  frames: number;
  /** Frames that the capturing side says it lost; null when it does not say. */
  framesLostBefore: number | null;
  /** Times in which a live capture was interrupted, and their sum in µs; absent where captures are read. */
  gaps?: number;
  gapUs?: number;
  /** Frames decoded, by what was found. */
  decoded: number;
  sound: number;
  malformed: number;
  cut: number;
  unsupported: number;
  /** Decoded packets, by what became of them. */
  metered: number;
  withoutFlow: number;
  dropped: number;
  held: number;
  /** Among the metered ones: fragments whose first one never came. */
  orphanFragments: number;
  /** Packets older than the clock of a live source allowed. */
  late: number;
  clockResets: number;
  flowsOpened: number;
  flowsOpen: number;
  /** Flows handed out, by reason. */
  flowsEnded: Record<string, number>;
  /** Rows of ended flows. */
  rows: number;
  earlyRows: number;
  /** Packets that the rows of ended flows tell of; null where the schema does not count packets. */
  packetsInRows: number | null;
  /** Absent where a row tells of a flow. */
  rowOf?: "packet";
  /** Memory of the measure groups: what was replaced because a bound was reached. */
  measures: Record<string, number>;
}

/** The verdicts' part. */
export interface VerdictLedger {
  verdicts: number;
  /** Of them, verdicts on flows that go on. */
  earlyVerdicts: number;
  attacks: number;
  benign: number;
  byClass: Record<string, number>;
  /** Attack verdicts on flows that an alert holds already, by an early verdict of the same class. */
  repeated: number;
  alerts: AlertLedger;
}

export interface Ledger extends MeterLedger {
  /** Absent where nothing was judged. */
  verdict?: VerdictLedger;
}

export function meterLedger(
  frames: number,
  framesLostBefore: number | null,
  decode: DecodeReport,
  meter: RowLedger,
  { packetsInRows, rowOf }: Pick<MeterLedger, "packetsInRows" | "rowOf">,
): MeterLedger {
  const ofKind = (kind: string): number =>
    decode.problems.reduce((sum, problem) => sum + (problem.kind === kind ? problem.packets : 0), 0);
  const malformed = ofKind("malformed");
  const cut = ofKind("cut");
  const unsupported = ofKind("unsupported");
  return {
    frames,
    framesLostBefore,
    decoded: decode.packets,
    sound: decode.packets - malformed - cut - unsupported,
    malformed,
    cut,
    unsupported,
    metered: meter.metered,
    withoutFlow: meter.withoutFlow,
    dropped: meter.dropped,
    held: meter.held,
    orphanFragments: meter.orphanFragments,
    late: meter.late,
    clockResets: meter.clockResets,
    flowsOpened: meter.flowsOpened,
    flowsOpen: meter.flowsOpen,
    flowsEnded: meter.flowsEnded,
    rows: meter.rows,
    earlyRows: meter.earlyRows,
    packetsInRows,
    ...(rowOf === undefined ? {} : { rowOf }),
    measures: meter.measures,
  };
}

interface Sum {
  /** In words, for the message. */
  name: string;
  left: (ledger: Ledger) => number;
  right: (ledger: Ledger) => number;
}

/** Every sum that must agree. The verdicts' ones hold only where something was judged. */
const METER_SUMS: readonly Sum[] = [
  { name: "frames read = frames decoded", left: (l) => l.frames, right: (l) => l.decoded },
  {
    name: "frames decoded = sound + malformed + cut + unsupported",
    left: (l) => l.decoded,
    right: (l) => l.sound + l.malformed + l.cut + l.unsupported,
  },
  {
    name: "frames decoded = metered + without flow + dropped + held",
    left: (l) => l.decoded,
    right: (l) => l.metered + l.withoutFlow + l.dropped + l.held,
  },
  {
    name: "flows opened = flows ended + flows open",
    left: (l) => l.flowsOpened,
    right: (l) => total(l.flowsEnded) + l.flowsOpen,
  },
  {
    name: "flows ended = rows",
    left: (l) => total(l.flowsEnded) - flowsWithoutRow(l),
    right: (l) => (l.rowOf === "packet" ? total(l.flowsEnded) - flowsWithoutRow(l) : l.rows),
  },
  {
    name: "packets metered = rows of packets",
    left: (l) => l.metered,
    right: (l) => (l.rowOf === "packet" ? l.rows : l.metered),
  },
  {
    name: "packets metered = packets in the rows",
    left: (l) => l.metered,
    right: (l) => (l.flowsOpen === 0 ? (l.packetsInRows ?? l.metered) : l.metered),
  },
];

const VERDICT_SUMS: readonly (Omit<Sum, "left" | "right"> & {
  left: (ledger: Ledger, verdict: VerdictLedger) => number;
  right: (ledger: Ledger, verdict: VerdictLedger) => number;
})[] = [
  { name: "rows + early rows = verdicts", left: (l) => l.rows + l.earlyRows, right: (_, v) => v.verdicts },
  { name: "early rows = early verdicts", left: (l) => l.earlyRows, right: (_, v) => v.earlyVerdicts },
  { name: "verdicts = attacks + benign", left: (_, v) => v.verdicts, right: (_, v) => v.attacks + v.benign },
  { name: "verdicts = verdicts by class", left: (_, v) => v.verdicts, right: (_, v) => total(v.byClass) },
  {
    name: "attacks = flows in alerts + repeated",
    left: (_, v) => v.attacks,
    right: (_, v) => v.alerts.flows + v.repeated,
  },
  {
    name: "alerts opened = alerts ended + joined + open",
    left: (_, v) => v.alerts.opened,
    right: (_, v) => total(v.alerts.ended) + v.alerts.joined + v.alerts.open,
  },
  {
    name: "flows in alerts = flows of the alerts handed out",
    left: (_, v) => v.alerts.flows,
    right: (_, v) => (v.alerts.open === 0 ? v.alerts.flowsReported : v.alerts.flows),
  },
];

/** A sum of the ledger: what must be equal, in words, with both figures. */
export interface LedgerSum {
  name: string;
  left: number;
  right: number;
}

/** Every sum that must agree. */
export function ledgerSums(ledger: Ledger): LedgerSum[] {
  const { verdict } = ledger;
  const sums = METER_SUMS.map(({ name, left, right }) => ({
    name,
    left: left(ledger),
    right: right(ledger),
  }));
  if (verdict !== undefined) {
    for (const { name, left, right } of VERDICT_SUMS) {
      sums.push({ name, left: left(ledger, verdict), right: right(ledger, verdict) });
    }
  }
  return sums;
}

/** The sums that do not agree, in words with both figures; empty when all is well. */
export function checkLedger(ledger: Ledger): string[] {
  return ledgerSums(ledger)
    .filter(({ left, right }) => left !== right)
    .map(({ name, left, right }) => `${name}: ${left} is not ${right}`);
}

/** The ledger of two runs, one behind the other: its sums agree where theirs do. What one does not know is the other's. */
export function addLedgers<Kind extends Ledger>(one: Kind, other: Kind): Kind {
  return added(one as unknown as Counts, other as unknown as Counts) as unknown as Kind;
}

interface Counts {
  [name: string]: number | string | null | undefined | Counts;
}

function added(one: Counts, other: Counts): Counts {
  const sum: Counts = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const before = one[name];
    if (typeof before === "number" && typeof value === "number") sum[name] = before + value;
    else if (typeof before === "object" && before !== null && typeof value === "object" && value !== null)
      sum[name] = added(before, value);
    else sum[name] = value ?? before;
  }
  return sum;
}

/** Flows that ended and are no row, where the schema leaves some out. */
export function flowsWithoutRow(ledger: Ledger): number {
  return ledger.measures["flowsWithoutRow"] ?? 0;
}

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
