// What all shards do: take the chunks that wait, record by record, and hand journals back. S is what meters the records of one
// engine; flow-shard.ts tells what chunks are.

import { touch } from "../../flow/assembly/arena";
import {
  claim,
  claimedChunk,
  claimedShard,
  hasRoom,
  isEnd,
  putBack,
  release,
  signal,
  takeJournal,
  waitForChunk,
} from "./dispatch";
import { driveLane } from "./lane";
import {
  FRAME_START,
  RECORD_ADVANCE,
  RECORD_FRAME,
  RECORD_PACKET,
  RECORD_RESET,
} from "./records";

/**
 * Records whose frames are fetched together, while those of the group before are metered: frames lie where another thread had
 * them read, and lines that are asked for together come together.
 */
const GROUP_RECORDS: i32 = 16;
/** Where most headers end. */
const HEADERS_BYTES: usize = 128;

/** Meters a chunk that nobody has claimed, if there is one; else false. */
export function helpWith<S>(): bool {
  if (!claim()) return false;
  const metering = changetype<S>(<usize>load<u32>(claimedShard(), 16));
  if (!isEnd()) {
    const chunk = claimedChunk();
    run(metering, <usize>load<u32>(chunk), <usize>load<u32>(chunk, 4));
  } else if (!endFlows(metering)) {
    putBack();
    return true;
  }
  takeJournal(metering.journal, true);
  release();
  return true;
}

/**
 * Hands flows out at the end of the input; false when some are left and the journal has no room for them. Rows are read in an order
 * that goes through all shards: who waited here for one to be read would wait while there is work in others.
 */
function endFlows<S>(metering: S): bool {
  // As many between two looks at the journal as a piece of it has rows.
  const flows = <f64>metering.journal.rowCapacity;
  do {
    if (metering.end(flows)) return true;
  } while (hasRoom(claimedShard()));
  return false;
}

/** Lends the calling thread until its host ends it. */
export function serveWith<S, D>(): void {
  for (;;) {
    const seen = signal();
    if (!helpWith<S>() && !driveLane<D>()) waitForChunk(seen);
  }
}

function run<S>(metering: S, chunk: usize, bytes: usize): void {
  let at = chunk;
  const end = chunk + bytes;
  let lookAt = chunk;
  let ahead = lookAhead(chunk, end);
  while (at < end) {
    if (at == lookAt) {
      lookAt = ahead;
      ahead = lookAhead(ahead, end);
    }
    const kind = load<u32>(at, 4);
    const nowUs = load<f64>(at, 8);
    if (kind == RECORD_FRAME) metering.takeFrame(at, nowUs);
    else if (kind == RECORD_PACKET) metering.takePacket(at, nowUs);
    else if (kind == RECORD_ADVANCE) metering.advance(nowUs);
    else if (kind == RECORD_RESET) metering.resetClock(nowUs);
    at += <usize>load<u32>(at);
  }
}

/** Has the headers of a group's frames fetched; gives the record behind the group. */
function lookAhead(group: usize, end: usize): usize {
  let at = group;
  for (let record: i32 = 0; record < GROUP_RECORDS && at < end; record++) {
    if (load<u32>(at, 4) == RECORD_FRAME) touch(<usize>load<u32>(at, FRAME_START), HEADERS_BYTES);
    at += <usize>load<u32>(at);
  }
  return at;
}
