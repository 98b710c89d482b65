// Parts of the engine by themselves, for tests: one flow table, and one table of host windows.
//
// scripts/build-kernels.mjs compiles this file, and what it imports, into test/support/parts.generated.ts.

import { reserve } from "../../../src/flow/assembly/arena";
import { Flow } from "../../../src/flow/assembly/flow";
import { icmpTable } from "../../../src/flow/assembly/icmp";
import { FlowTable } from "../../../src/flow/assembly/table";
import { distinctTable, HostWindows } from "../../../src/feature/assembly/windows";
import { Packet } from "../../../src/packet/assembly/packet";

export { reserve } from "../../../src/flow/assembly/arena";

const table = changetype<FlowTable>(reserve(offsetof<FlowTable>()));
const hosts = changetype<HostWindows>(reserve(offsetof<HostWindows>()));

export function icmpAddress(): usize {
  return icmpTable();
}

export function distinctAddress(): usize {
  return distinctTable();
}

export function tableSetup(maximum: u32, seed: u32): bool {
  return table.setup(maximum, (offsetof<Flow>() + 63) & ~63, seed);
}

export function tableSize(): u32 {
  return table.size;
}

/** Number of the packet's flow, or -1. */
export function tableFind(packet: usize): i32 {
  const flow = table.find(changetype<Packet>(packet));
  return flow == 0 ? -1 : <i32>changetype<Flow>(flow).number;
}

export function tableMatches(): bool {
  return table.matchesStoredDirection;
}

export function tableInsert(packet: usize, reversed: bool): i32 {
  return <i32>changetype<Flow>(table.insert(changetype<Packet>(packet), reversed)).number;
}

export function tableRemove(flow: u32): void {
  table.remove(table.addressOf(flow));
}

export function hostsSetup(entries: u32, bitmaps: u32): bool {
  return hosts.setup(entries, bitmaps);
}

export function hostsReplaced(): f64 {
  return hosts.replaced;
}

export function hostsEntryFor(high: u32, low: u32, timeUs: f64): u32 {
  return hosts.entryFor(((<u64>high) << 32) | <u64>low, timeUs);
}

export function hostsHolds(entry: u32, high: u32, low: u32): bool {
  return hosts.holds(entry, ((<u64>high) << 32) | <u64>low);
}

export function hostsForget(): void {
  hosts.forget();
}

export function hostsConnect(entry: u32, timeUs: f64, partner: u32, port: u32): void {
  hosts.connect(entry, timeUs, partner, port);
}

export function hostsAnswer(entry: u32, timeUs: f64): void {
  hosts.answer(entry, timeUs);
}

export function hostsConnections(entry: u32, window: i32, atUs: f64): i32 {
  return hosts.connections(entry, window, atUs);
}

export function hostsUnanswered(entry: u32, window: i32, atUs: f64): i32 {
  return hosts.unanswered(entry, window, atUs);
}

export function hostsDistinct(entry: u32, window: i32, atUs: f64, bitmap: u32): i32 {
  return hosts.distinct(entry, window, atUs, bitmap);
}
