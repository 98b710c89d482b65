// Takes openings of flows, and rows, where they are handed out elsewhere (../journal.ts).

import { ENTRY_OPEN, ENTRY_ROW, Journal, ROW_MEASURES } from "../journal";
import { takeJournal } from "../dispatch";
import { CicFlow } from "./flow";
import { NEVER_US } from "./lifecycle";

@unmanaged
@final
export class CicJournal {
  journal: Journal;

  @inline
  get measures(): usize {
    return this.journal.measures;
  }

  /** Newest packet time. */
  @inline
  nowUs(): f64 {
    return this.journal.counts.nowUs;
  }

  open(flow: CicFlow): void {
    this.journal.entry(ENTRY_OPEN, this.nowUs(), changetype<usize>(flow));
  }

  /** A new clock begins. */
  forget(): void {
    this.journal.forget();
  }

  /** Takes the row whose measures lie at `measures`. */
  add(flow: CicFlow, reason: i32, keyReversed: bool, atUs: f64): void {
    const journal = this.journal;
    memory.copy(journal.measures - ROW_MEASURES, changetype<usize>(flow), ROW_MEASURES);
    const entry = journal.entry(ENTRY_ROW, atUs, changetype<usize>(flow));
    store<u32>(entry, <u32>reason, 24);
    store<u32>(entry, keyReversed ? 1 : 0, 28);
    // What no silence ends comes in the order of the last packets.
    if (atUs >= NEVER_US) store<f64>(entry, flow.lastOrdinal, 8);
    journal.rowCount++;
    journal.measures += journal.rowBytes;
    if (journal.rowCount == journal.rowCapacity || journal.entryCount == journal.entryCapacity) takeJournal(journal);
  }
}
