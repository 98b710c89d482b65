// The batch of ../rows.ts, filled with rows of this engine: they also tell under which name a flow is known.

import { reserve } from "../../../flow/assembly/arena";
import { Rows } from "../rows";
import { MeasuredFlow } from "../measured-flow";
import { CicFlow } from "./flow";
import { CIC_MEASURES } from "./write";

@unmanaged
@final
export class CicBatch {
  rows: Rows;
  /** One byte a row: 1 when Flow ID names the destination first. */
  keys: usize;

  /** Takes memory for batches of `capacity` rows; false when it is refused. */
  setup(capacity: u32, columns: u32): bool {
    const rows = reserve(offsetof<Rows>());
    this.keys = reserve(capacity);
    if (rows == 0 || this.keys == 0) return false;
    this.rows = changetype<Rows>(rows);
    return this.rows.setup(capacity, columns, CIC_MEASURES);
  }

  /** Where the measures of the next row are written. */
  @inline
  get measures(): usize {
    return this.rows.measures;
  }

  /** Who takes rows where they end needs not be told. */
  @inline
  open(_flow: CicFlow): void {}

  @inline
  forget(): void {}

  @inline
  nowUs(): f64 {
    return 0;
  }

  /** Adds a row of the measures that were written last. */
  add(flow: MeasuredFlow, reason: i32, keyReversed: bool, atUs: f64): void {
    const rows = this.rows;
    store<u8>(this.keys + <usize>rows.count, keyReversed ? 1 : 0);
    rows.add(flow, reason, atUs);
  }
}
