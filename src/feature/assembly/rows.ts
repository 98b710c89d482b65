// One bounded batch of rows in memory: feature values, and who the flow was. RowBatch of ../row.ts looks at it from outside.

import { reserve } from "../../flow/assembly/arena";
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from "../../packet/assembly/packet";
import { MeasuredFlow } from "./measured-flow";

/** Called when the batch is full; it is empty when this returns. */
@external("env", "takeRows")
declare function takeRows(): void;

@unmanaged
@final
export class Rows {
  count: u32;
  capacity: u32;
  columns: u32;
  /** Row-major, 64-bit numbers. */
  values: usize;
  flow: usize;
  startUs: usize;
  endUs: usize;
  /** Eight words a row. */
  addresses: usize;
  /** Two 16-bit numbers a row. */
  ports: usize;
  /** One byte a row. */
  protocol: usize;
  reason: usize;
  /** Of each column: where its measure lies among all measures, bytes. Written from outside. */
  sources: usize;
  /** The measures of one flow. */
  measures: usize;

  /** Takes memory for batches of `capacity` rows; false when it is refused. */
  setup(capacity: u32, columns: u32, measures: u32): bool {
    this.capacity = capacity;
    this.columns = columns;
    this.values = reserve(<usize>capacity * (<usize>columns << 3));
    this.flow = reserve(<usize>capacity << 3);
    this.startUs = reserve(<usize>capacity << 3);
    this.endUs = reserve(<usize>capacity << 3);
    this.addresses = reserve(<usize>capacity << 5);
    this.ports = reserve(<usize>capacity << 2);
    this.protocol = reserve(<usize>capacity);
    this.reason = reserve(<usize>capacity);
    this.sources = reserve(<usize>columns << 2);
    this.measures = reserve(<usize>measures << 3);
    return this.values != 0 && this.addresses != 0 && this.sources != 0 && this.measures != 0;
  }

  /** Adds a row of the measures that were written last. */
  add(flow: MeasuredFlow, reason: i32, _atUs: f64): void {
    const row = this.count;
    const columns = this.columns;
    let value = this.values + <usize>row * (<usize>columns << 3);
    let source = this.sources;
    const measures = this.measures;
    const end = source + (<usize>columns << 2);
    while (source < end) {
      const number = load<f64>(measures + <usize>load<u32>(source));
      store<f64>(value, number == number ? number : NaN); // one bit pattern for missing
      source += 4;
      value += 8;
    }
    this.identify(flow, <usize>row, reason);
    this.count = row + 1;
    if (this.count == this.capacity) this.flush();
  }

  flush(): void {
    if (this.count == 0) return;
    takeRows();
    this.count = 0;
  }

  private identify(flow: MeasuredFlow, row: usize, reason: i32): void {
    const address = this.addresses + (row << 5);
    const key = changetype<usize>(flow);
    v128.store(address, v128.load(key));
    v128.store(address, v128.load(key, 16), 16);
    const protocol = flow.protocol;
    const icmp = protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6;
    const ports = this.ports + (row << 2);
    store<u16>(ports, <u16>(icmp ? flow.icmp >>> 8 : flow.ports >>> 16));
    store<u16>(ports, <u16>(icmp ? flow.icmp & 0xff : flow.ports & 0xffff), 2);
    store<u8>(this.protocol + row, <u8>protocol);
    store<f64>(this.flow + (row << 3), flow.ordinal);
    store<f64>(this.startUs + (row << 3), flow.startUs);
    store<f64>(this.endUs + (row << 3), flow.endUs);
    store<u8>(this.reason + row, <u8>reason);
  }
}
