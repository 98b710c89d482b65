// Rows of the original extractor: the 28 features that it computes, rates as it prints them.
//
// Measures in order: general (9), the time window (9), the window of connections (10); KDD_EXTRACTOR_MEASURE_GROUPS of
// ../../measures/kdd.ts lists them so. Bound: the time window holds TIME_CONNECTIONS.

import { reserve } from "../../../flow/assembly/arena";
import { PROTOCOL_ICMP, PROTOCOL_TCP } from "../../../packet/assembly/packet";
import { Rows } from "../rows";
import { ExtractorFlow } from "./extractor-meter";
import { Ended, ExtractorWindow } from "./extractor-window";
import { flagOf, STATE_S1, STATE_S2, STATE_S3 } from "./states";

export const EXTRACTOR_MEASURES: i32 = 28;
const TIME_CONNECTIONS: u32 = 131_072;
const TIME_US: f64 = 2_000_000;
const COUNT_CONNECTIONS: u32 = 100;

@unmanaged
@final
export class ExtractorRows {
  rows: Rows;
  recent: ExtractorWindow;
  lastOnes: ExtractorWindow;
  ended: Ended;
  /** Room for what one window says. */
  found: usize;
  endedRows: f64;

  setup(rows: Rows, seed: u32): bool {
    this.rows = rows;
    this.recent = changetype<ExtractorWindow>(reserve(offsetof<ExtractorWindow>()));
    this.lastOnes = changetype<ExtractorWindow>(reserve(offsetof<ExtractorWindow>()));
    this.ended = changetype<Ended>(reserve(offsetof<Ended>()));
    this.found = reserve(9 * 8);
    if (changetype<usize>(this.ended) == 0 || this.found == 0) return false;
    return this.recent.setup(TIME_CONNECTIONS, TIME_US, seed) && this.lastOnes.setup(COUNT_CONNECTIONS, Infinity, seed);
  }

  write(flow: ExtractorFlow, reason: i32, atUs: f64): void {
    const out = this.rows.measures;
    const flag = flagOf(flow.state);
    store<f64>(out, wholeSeconds(flow));
    store<f64>(out, flow.protocol == PROTOCOL_ICMP ? 0 : flow.protocol == PROTOCOL_TCP ? 1 : 2, 8);
    store<f64>(out, <f64>flow.service, 16);
    store<f64>(out, <f64>flag, 24);
    store<f64>(out, flow.sourceBytes, 32);
    store<f64>(out, flow.destinationBytes, 40);
    const land = flow.source3 == flow.destination3 && flow.ports >>> 16 == (flow.ports & 0xffff);
    store<f64>(out, land ? 1 : 0, 48);
    store<f64>(out, 0, 56); // wrong fragments are not looked for
    store<f64>(out, <f64>flow.urgent, 64);
    const ended = this.ended;
    ended.endUs = flow.lastUs;
    ended.host = <u32>flow.destination3;
    ended.sourcePort = <u16>(flow.ports >>> 16);
    ended.service = <u8>flow.service;
    ended.error = flag == STATE_S1 || flag == STATE_S2 || flag == STATE_S3 ? 1 : 0;
    this.writeWindows(ended, out + 72);
    this.endedRows += 1;
    this.rows.add(flow, reason, atUs);
  }

  private writeWindows(ended: Ended, out: usize): void {
    this.recent.write(ended, out);
    this.recent.add(ended);
    // The window of connections has its rates in another order.
    const other = this.lastOnes;
    const found = this.found;
    other.write(ended, found);
    store<f64>(out, load<f64>(found), 72);
    store<f64>(out, load<f64>(found, 8), 80);
    store<f64>(out, load<f64>(found, 48), 88);
    store<f64>(out, load<f64>(found, 56), 96);
    store<f64>(out, other.samePortRate(ended), 104);
    store<f64>(out, load<f64>(found, 64), 112);
    memory.copy(out + 120, found + 16, 32);
    other.add(ended);
  }
}

/** From the first packet to the one that came last, cut to whole milliseconds, then to seconds. */
function wholeSeconds(flow: ExtractorFlow): f64 {
  return Math.floor(Math.floor((flow.lastUs - flow.startUs) / 1000) / 1000);
}
