// Takes openings of flows, and rows, where they are handed out elsewhere (../journal.ts).

import { ENTRY_OPEN, Journal } from "../journal";
import { CicFlow } from "./flow";

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
    const entry = this.journal.beginRow(flow, reason, atUs);
    store<u32>(entry, keyReversed ? 1 : 0, 28);
    this.journal.endRow();
  }
}
