// The batch of ../rows.ts, filled with rows of this engine: they also tell under which name a flow is known.

import { reserve } from "../../../flow/assembly/arena";
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from "../../../packet/assembly/packet";
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
  add(flow: MeasuredFlow, reason: i32, keyReversed: bool, _atUs: f64): void {
    const rows = this.rows;
    const row = <usize>rows.count;
    const bytes = <usize>rows.columns << 3;
    const value = rows.values + row * bytes;
    for (let column: usize = 0; column < <usize>rows.columns; column++) {
      const number = load<f64>(rows.measures + <usize>load<u32>(rows.sources + (column << 2)));
      store<f64>(value + (column << 3), number == number ? number : NaN); // one bit pattern for missing
    }
    store<u8>(this.keys + row, keyReversed ? 1 : 0);
    this.identify(rows, flow, row, reason);
    rows.count += 1;
    if (rows.count == rows.capacity) rows.flush();
  }

  private identify(rows: Rows, flow: MeasuredFlow, row: usize, reason: i32): void {
    const address = rows.addresses + (row << 5);
    const key = changetype<usize>(flow);
    v128.store(address, v128.load(key));
    v128.store(address, v128.load(key, 16), 16);
    const protocol = flow.protocol;
    const icmp = protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6;
    const ports = rows.ports + (row << 2);
    store<u16>(ports, <u16>(icmp ? flow.icmp >>> 8 : flow.ports >>> 16));
    store<u16>(ports, <u16>(icmp ? flow.icmp & 0xff : flow.ports & 0xffff), 2);
    store<u8>(rows.protocol + row, <u8>protocol);
    store<u8>(rows.reason + row, <u8>reason);
    store<f64>(rows.flow + (row << 3), flow.ordinal);
    store<f64>(rows.startUs + (row << 3), flow.startUs);
    store<f64>(rows.endUs + (row << 3), flow.endUs);
  }
}
