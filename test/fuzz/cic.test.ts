// Fuzzes the intake of CICFlowMeter's generations: frames of every kind, cut and damaged, in memory full of other things.
//
// What lies around a frame must change nothing: rows of the same frames are the same in memory of zeros and in memory of
// ones. And whatever a frame holds, nothing is thrown, and every packet and flow is accounted for.

import { describe, expect, test } from "vitest";
import { Random } from "../../src/base/random.ts";
import { RowMeter, schemaById } from "../../src/feature/row-meter.ts";
import { CATALOGUE } from "../support/catalogue.ts";

const FRAMES = 20_000;
const BLOCK_BYTES = 4096;
const MARGIN = 1024;
/** Bytes that headers take for something else. */
const TELLING = [0, 1, 3, 4, 6, 12, 17, 20, 32, 45, 0x45, 0x4f, 0x81, 0x88, 0xa5, 0xff];

/** Damaged frames, the same for the same seed. */
function* damagedFrames(seed: number): Generator<Uint8Array> {
  const random = new Random(seed);
  const frames = CATALOGUE.map(({ bytes }) => bytes).filter(
    (frame) => frame.length <= BLOCK_BYTES - 2 * MARGIN,
  );
  for (let count = 0; count < FRAMES; count++) {
    const frame = frames[random.integer(0, frames.length - 1)].slice();
    for (let change = random.integer(0, 3); change > 0 && frame.length > 0; change--) {
      frame[random.integer(0, frame.length - 1)] = random.pick(TELLING);
    }
    yield random.chance(1 / 3) ? frame.subarray(0, random.integer(0, frame.length)) : frame;
  }
}

/** Every row of the frames, as text, and the ledger. */
function meteredIn(
  id: string,
  surroundings: number,
  seed: number,
): { rows: string[]; ledger: string; sums: number[] } {
  const rows: string[] = [];
  const meter = new RowMeter({
    schema: schemaById(id),
    maximumFlows: 1000,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        const at = row * batch.columnCount;
        const values = batch.values.subarray(at, at + batch.columnCount);
        rows.push(`${JSON.stringify(batch.identity(row))} ${values.join()}`);
      }
    },
  });
  const [block] = meter.reserveBlocks(BLOCK_BYTES, 1);
  let timeUs = 1e15;
  for (const frame of damagedFrames(seed)) {
    block.fill(surroundings);
    block.set(frame, MARGIN);
    timeUs += (frame.length % 7) * 300_000 - 200_000;
    meter.frame(block, MARGIN, frame.length, frame.length, timeUs, 1);
  }
  meter.end();
  const ledger = meter.ledger();
  const ended = Object.values(ledger.flowsEnded).reduce((sum, count) => sum + count, 0);
  const taken = ledger.metered + ledger.withoutFlow + ledger.dropped;
  const sums = [
    ledger.packets - taken,
    ledger.flowsOpened - ended,
    ended - ledger.rows - ledger.measures["flowsWithoutRow"],
  ];
  return { rows, ledger: JSON.stringify(ledger), sums };
}

describe.each(["cic-v3", "cic-v4", "cic-wtmc", "cic-2022", "cic-fixed", "cic"])("%s", (id) => {
  test("reads nothing outside of frames, and accounts for all of them", { timeout: 60_000 }, () => {
    const inZeros = meteredIn(id, 0x00, 7);
    const inOnes = meteredIn(id, 0xff, 7);
    expect(inOnes.ledger).toBe(inZeros.ledger);
    expect(inOnes.rows).toEqual(inZeros.rows);
    expect(inZeros.sums).toEqual([0, 0, 0]);
    expect(inZeros.rows.length).toBeGreaterThan(200);
  });
});
