// A SYN flood of ten million distinct flows against the bounded table: memory stays as it is, the flows that were silent
// longest are handed out, and the ledger accounts for every packet.

import { expect, test } from "vitest";
import { RowMeter, schemaById } from "../../src/feature/row-meter.ts";
import { END_REASONS } from "../../src/flow/reasons.ts";
import { LINK_ETHERNET } from "../../src/packet/link.ts";

const FLOWS = 10_000_000;
const MAXIMUM_FLOWS = 100_000;
/** Growth that is not ours: what the engine of JavaScript keeps for itself. */
const MEMORY_SLACK = 100 * 2 ** 20;

/** An Ethernet frame with an IPv4 header and a TCP SYN, of which source address and port are filled in for each flow. */
function synFrame(): Uint8Array {
  const frame = new Uint8Array(60);
  frame.set([0x08, 0x00, 0x45, 0x00, 0x00, 0x28], 12);
  frame.set([64, 6], 22);
  frame.set([10, 0, 0, 1], 30);
  frame.set([0, 80], 36);
  frame.set([0x50, 0x02, 0x20, 0x00], 46);
  return frame;
}

test("ten million flows through a table of a hundred thousand", { timeout: 300_000 }, () => {
  const schema = schemaById("flow");
  const packets = schema.columns.findIndex(({ measure }) => measure === "packets");
  const ended = new Float64Array(END_REASONS.length);
  let rowPackets = 0;
  let inOrder = true;
  let lastFlow = 0;
  const meter = new RowMeter({
    schema,
    maximumFlows: MAXIMUM_FLOWS,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        ended[batch.reason[row]]++;
        rowPackets += batch.values[row * batch.columnCount + packets];
        if (batch.flow[row] !== lastFlow + 1) inOrder = false;
        lastFlow = batch.flow[row];
      }
    },
  });
  const [frame] = meter.reserveBlocks(60, 1);
  frame.set(synFrame());
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  let settledBytes = 0;
  for (let flow = 0; flow < FLOWS; flow++) {
    view.setUint32(26, 0x0b00_0000 + (flow >>> 8));
    view.setUint16(34, 1024 + (flow & 0xff));
    meter.frame(frame, 0, 60, 60, flow, LINK_ETHERNET);
    if (flow === 2 * MAXIMUM_FLOWS) settledBytes = process.memoryUsage.rss();
  }
  expect(meter.ledger().flowsOpen).toBe(MAXIMUM_FLOWS);
  expect(process.memoryUsage.rss() - settledBytes).toBeLessThan(MEMORY_SLACK);
  expect(meter.ledger().flowsEnded["evicted"]).toBe(FLOWS - MAXIMUM_FLOWS);
  meter.end();
  const ledger = meter.ledger();
  expect(ledger).toMatchObject({
    packets: FLOWS,
    metered: FLOWS,
    flowsOpened: FLOWS,
    flowsOpen: 0,
    rows: FLOWS,
  });
  expect(ledger.flowsEnded["end-of-input"]).toBe(MAXIMUM_FLOWS);
  expect(rowPackets).toBe(FLOWS);
  // Silent longest is handed out first; here that is the order of opening.
  expect(inOrder).toBe(true);
  const byReason = Object.fromEntries(END_REASONS.map((name, reason) => [name, ended[reason]]));
  expect(byReason).toMatchObject(ledger.flowsEnded);
});
