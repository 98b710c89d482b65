// Threads that share the items of a job: the caller deals out, whoever serves helps, nobody is waited for in vain.
//
// A job is a list of words; its items are numbered from 0 and touch no common bytes, save the job itself. What an item
// does is told by a class with one method that holds nothing; it is compiled into each of these functions. Nothing here
// holds static data, so that many instances may share one memory.
//
// Control block:  0 gate | 4 next item | 8 items | 12 kind | 16 job | 20 stop | 24 threads beside the caller's
//                64 scratch of each thread, the caller's first
// Gate:           generation (23 bits) | open (1 bit) | threads at work beside the caller's (8 bits)
//
// A thread joins an open job once, by compare-and-swap on the gate, and leaves when no item is left. The caller works
// too, closes the gate when no item is left, and waits only for those who joined: a thread that is late, or still
// starting, holds nobody up.

const OPEN: i32 = 256;
const AT_WORK: i32 = 255;
/** Looks at the gate before a thread goes to sleep: some microseconds. */
const LOOKS: u32 = 4000;

/** What the items of jobs do. Holds nothing: its instance is never made. */
export abstract class Work {
  abstract item(kind: u32, job: usize, item: u32, scratch: usize): void;
}

function drain<W extends Work>(control: usize, thread: u32): void {
  const items = load<u32>(control, 8);
  const kind = load<u32>(control, 12);
  const job = <usize>load<u32>(control, 16);
  const scratch = <usize>load<u32>(control + ((<usize>thread) << 2), 64);
  for (;;) {
    const item = atomic.add<u32>(control, 1, 4);
    if (item >= items) return;
    changetype<W>(0).item(kind, job, item, scratch);
  }
}

/** Runs all items of a job, with the help of whoever serves; returns when they are done. */
export function runItems<W extends Work>(control: usize, kind: u32, job: usize, items: u32): void {
  store<u32>(control, items, 8);
  store<u32>(control, kind, 12);
  store<u32>(control, <u32>job, 16);
  atomic.store<u32>(control, 0, 4);
  const helped = items > 1 && load<u32>(control, 24) > 0;
  if (helped) {
    const generation = (<u32>atomic.load<i32>(control) >>> 9) + 1;
    atomic.store<i32>(control, <i32>(generation << 9) | OPEN);
    atomic.notify(control, -1);
  }
  drain<W>(control, 0);
  if (!helped) return;
  atomic.and<i32>(control, ~OPEN);
  let looks: u32 = 0;
  for (;;) {
    const gate = atomic.load<i32>(control);
    if ((gate & AT_WORK) == 0) return;
    if (++looks > LOOKS) atomic.wait<i32>(control, gate, -1);
  }
}

/** Lends the calling thread to the jobs of `runItems` until `sendHome`. */
export function serveItems<W extends Work>(control: usize, thread: u32): void {
  let worked: u32 = 0xffffffff;
  let looks: u32 = 0;
  for (;;) {
    const gate = atomic.load<i32>(control);
    if (atomic.load<u32>(control, 20) != 0) return;
    const generation = <u32>gate >>> 9;
    if ((gate & OPEN) != 0 && generation != worked) {
      if (atomic.cmpxchg<i32>(control, gate, gate + 1) != gate) continue;
      worked = generation;
      looks = 0;
      drain<W>(control, thread);
      const before = atomic.sub<i32>(control, 1);
      if ((before & (AT_WORK | OPEN)) == 1) atomic.notify(control, -1);
    } else if (++looks > LOOKS) {
      atomic.wait<i32>(control, gate, -1);
    }
  }
}

/** Sends the serving threads home. */
export function sendHome(control: usize): void {
  atomic.store<u32>(control, 1, 20);
  atomic.add<i32>(control, 512);
  atomic.notify(control, -1);
}
