// The columns of CICFlowMeter, read from a flow's state as the rules of a generation say.
//
// The measures, their order and the version are told in ../../measures/cic.ts. Writing changes nothing.

import { PROTOCOL_TCP, PROTOCOL_UDP } from "../../../packet/assembly/packet";
import {
  ACTIVE,
  BACKWARD_BULK,
  BACKWARD_GAPS,
  BACKWARD_LENGTHS,
  Bulk,
  CicFlow,
  FORWARD_BULK,
  FORWARD_GAPS,
  FORWARD_LENGTHS,
  GAPS,
  IDLE,
  LENGTHS,
  seriesOf,
} from "./flow";
import {
  CONNECTION_NONE,
  CONNECTION_TCP,
  Rules,
  SUBFLOWS_GAPS,
  SUBFLOWS_ONE,
  SUBFLOWS_PACKETS,
  UNDEFINED_MISSING,
  UNDEFINED_MINUS_ONE,
} from "./rules";
import { addTo, Series, varianceOf } from "./series";

export const CIC_MEASURES: i32 = 87;

/** Room for a series that is completed while a row is written, which `cicWrite` is lent. */
export const COMPLETED_BYTES: usize = offsetof<Series>();
let completed: usize = 0;

let out: usize = 0;

@inline
function put(value: f64): void {
  store<f64>(out, value);
  out += 8;
}

/** Writes CIC_MEASURES numbers. `room` for COMPLETED_BYTES is written to. */
export function cicWrite(flow: CicFlow, rules: Rules, to: usize, room: usize): void {
  out = to;
  completed = room;
  const durationUs = flow.endUs - flow.startUs;
  put(<f64>flow.protocol);
  put(durationUs);
  put(<f64>flow.forwardPackets);
  put(<f64>flow.backwardPackets);
  put(seriesOf(flow, FORWARD_LENGTHS).sum);
  put(seriesOf(flow, BACKWARD_LENGTHS).sum);
  putLengths(seriesOf(flow, FORWARD_LENGTHS));
  putLengths(seriesOf(flow, BACKWARD_LENGTHS));
  putRates(flow, rules, durationUs);
  putGaps(flow, rules);
  putSides(flow, durationUs, rules.undefined == UNDEFINED_MISSING ? NaN : 0);
  putLengthsOfBoth(flow);
  putFlags(flow);
  putRatios(flow, rules);
  putBulk(flow, FORWARD_BULK, rules);
  putBulk(flow, BACKWARD_BULK, rules);
  putSubflows(flow, rules);
  put(<f64>flow.forwardWindow);
  put(<f64>flow.backwardWindow);
  put(<f64>flow.forwardData);
  put(<f64>flow.backwardData);
  put(<f64>flow.forwardHeaderLeast);
  put(<f64>flow.backwardHeaderLeast);
  putPeriods(flow, rules);
  put(flow.firstIcmp < 0 ? -1 : <f64>(flow.firstIcmp & 0xff));
  put(flow.firstIcmp < 0 ? -1 : <f64>(flow.firstIcmp >> 8));
  put(<f64>flow.forwardRetransmissions);
  put(<f64>flow.backwardRetransmissions);
  put(<f64>(flow.forwardRetransmissions + flow.backwardRetransmissions));
  const timed = flow.protocol == PROTOCOL_TCP || (flow.protocol == PROTOCOL_UDP && rules.connectionTime != CONNECTION_TCP);
  put(timed && rules.connectionTime != CONNECTION_NONE ? flow.endUs - flow.connectionStartUs : 0);
}

function putLengths(series: Series): void {
  put(series.greatest);
  put(series.least);
  put(series.mean);
  put(sqrt(varianceOf(series)));
}

/** `amount` per second of a flow, which may have no duration. */
function putRate(amount: f64, durationUs: f64, rules: Rules): void {
  if (rules.undefined == UNDEFINED_MISSING && durationUs <= 0) put(NaN);
  else if (rules.undefined == UNDEFINED_MINUS_ONE && durationUs == 0) put(-1);
  else put(amount / (durationUs / 1e6));
}

function putRates(flow: CicFlow, rules: Rules, durationUs: f64): void {
  putRate(seriesOf(flow, FORWARD_LENGTHS).sum + seriesOf(flow, BACKWARD_LENGTHS).sum, durationUs, rules);
  putRate(<f64>flow.packets, durationUs, rules);
}

function putGaps(flow: CicFlow, rules: Rules): void {
  const gaps = seriesOf(flow, GAPS);
  const missing = gaps.count == 0 && rules.undefined != UNDEFINED_MINUS_ONE ? NaN : 0;
  put(gaps.mean + missing);
  put(sqrt(varianceOf(gaps)) + missing);
  put(gaps.greatest + missing);
  put(gaps.least + missing);
  putSideGaps(seriesOf(flow, FORWARD_GAPS));
  putSideGaps(seriesOf(flow, BACKWARD_GAPS));
}

function putSideGaps(gaps: Series): void {
  put(gaps.sum);
  put(gaps.mean);
  put(sqrt(varianceOf(gaps)));
  put(gaps.greatest);
  put(gaps.least);
}

function putSides(flow: CicFlow, durationUs: f64, without: f64): void {
  put(<f64>flow.forwardPushes);
  put(<f64>flow.backwardPushes);
  put(<f64>flow.forwardUrgents);
  put(<f64>flow.backwardUrgents);
  put(<f64>flow.forwardResets);
  put(<f64>flow.backwardResets);
  put(<f64>flow.forwardHeaderBytes);
  put(<f64>flow.backwardHeaderBytes);
  put(durationUs > 0 ? <f64>flow.forwardPackets / (durationUs / 1e6) : without);
  put(durationUs > 0 ? <f64>flow.backwardPackets / (durationUs / 1e6) : without);
}

function putLengthsOfBoth(flow: CicFlow): void {
  const lengths = seriesOf(flow, LENGTHS);
  const variance = varianceOf(lengths);
  put(lengths.least);
  put(lengths.greatest);
  put(lengths.mean);
  put(sqrt(variance));
  put(variance);
}

function putFlags(flow: CicFlow): void {
  put(<f64>flow.fins);
  put(<f64>flow.syns);
  put(<f64>flow.resets);
  put(<f64>flow.pushes);
  put(<f64>flow.acknowledgments);
  put(<f64>flow.urgents);
  put(<f64>flow.reductions);
  put(<f64>flow.echoes);
}

function putRatios(flow: CicFlow, rules: Rules): void {
  const forward = <f64>flow.forwardPackets;
  const backward = <f64>flow.backwardPackets;
  const ratio = forward > 0 ? backward / forward : 0;
  put(rules.wholeRatio != 0 ? trunc(ratio) : ratio);
  put(seriesOf(flow, LENGTHS).sum / (forward + backward));
  put(forward > 0 ? seriesOf(flow, FORWARD_LENGTHS).sum / forward : 0);
  put(backward > 0 ? seriesOf(flow, BACKWARD_LENGTHS).sum / backward : 0);
}

/** `amount` shared among `parts`, as the rules divide; 0 where there are none. */
function putShare(amount: f64, parts: f64, rules: Rules): void {
  const share = parts == 0 ? 0 : amount / parts;
  put(rules.wholeDivision != 0 ? trunc(share) : share);
}

function putBulk(flow: CicFlow, part: usize, rules: Rules): void {
  const bulk = changetype<Bulk>(changetype<usize>(flow) + part);
  const bulks = <f64>bulk.bulks;
  putShare(bulk.bytes, bulks, rules);
  putShare(<f64>bulk.packets, bulks, rules);
  putShare(bulk.bytes, bulk.durationUs / 1e6, rules);
}

function putSubflows(flow: CicFlow, rules: Rules): void {
  let parts: f64 = 1;
  if (rules.subflows == SUBFLOWS_PACKETS) parts = <f64>flow.packets;
  else if (rules.subflows != SUBFLOWS_ONE) parts = <f64>flow.subflowGaps + (rules.subflows == SUBFLOWS_GAPS ? 0 : 1);
  putShare(<f64>flow.forwardPackets, parts, rules);
  putShare(seriesOf(flow, FORWARD_LENGTHS).sum, parts, rules);
  putShare(<f64>flow.backwardPackets, parts, rules);
  putShare(seriesOf(flow, BACKWARD_LENGTHS).sum, parts, rules);
}

function putPeriods(flow: CicFlow, rules: Rules): void {
  const last = flow.activeEndUs - flow.activeStartUs;
  let active = seriesOf(flow, ACTIVE);
  if (rules.lastActive != 0 && last > 0) {
    memory.copy(completed, changetype<usize>(active), offsetof<Series>());
    active = changetype<Series>(completed);
    addTo(active, last);
  }
  putPeriod(active);
  putPeriod(seriesOf(flow, IDLE));
}

function putPeriod(series: Series): void {
  put(series.mean);
  put(sqrt(varianceOf(series)));
  put(series.greatest);
  put(series.least);
}
