// Memory that is taken once and kept as long as the instance lives. Pages that nobody writes to cost no memory, so
// tables are taken in the size that they may have at the most.

const PAGE: usize = 65536;
const ALIGNMENT: usize = 64;

let end: usize = 0;
let limit: usize = 0;

/**
 * Takes from a part of the memory only, where others take from other parts. To be called before anything is reserved; the
 * memory must be as long as that already.
 */
export function confine(from: usize, to: usize): void {
  end = align(from);
  limit = to;
}

/** So many bytes, zero, at a multiple of 64; 0 when memory is refused. */
export function reserve(bytes: usize): usize {
  if (end == 0) end = align(__heap_base);
  const address = end;
  const next = align(address + bytes);
  if (next < address) return 0;
  if (limit != 0) {
    if (next > limit) return 0;
    end = next;
    return address;
  }
  const pages = <i32>((next + PAGE - 1) / PAGE);
  if (pages > memory.size() && memory.grow(pages - memory.size()) < 0) return 0;
  end = next;
  return address;
}

function align(address: usize): usize {
  return (address + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

/** Zeroes so many bytes, a multiple of 16. For a few hundred, calls of memory.fill cost more than these stores. */
@inline
export function clear(address: usize, bytes: usize): void {
  const none = i64x2.splat(0);
  const end = address + bytes;
  while (address < end) {
    v128.store(address, none);
    address += 16;
  }
}

/** What `touch` read; nobody needs it, but a read for nothing would be left out. */
let touched: u32 = 0;

/**
 * Has lines of memory fetched that will be needed soon, every 64 bytes from `address` on. What is done meanwhile does not
 * wait for them, and lines that are touched together come together.
 */
@inline
export function touch(address: usize, bytes: usize): void {
  let read: u32 = 0;
  for (let at: usize = 0; at < bytes; at += 64) read |= load<u32>(address + at);
  touched = read;
}
