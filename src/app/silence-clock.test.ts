import { expect, test } from "vitest";
import { SilenceClock } from "./silence-clock.ts";

const PACKET_US = 1_700_000_000e6;

function clockAt(): {
  clock: SilenceClock;
  at: (ms: number) => number | undefined;
  set: (ms: number) => void;
} {
  let now = 0;
  const clock = new SilenceClock(2e6, () => now);
  const set = (ms: number): void => {
    now = ms;
  };
  const at = (ms: number): number | undefined => {
    set(ms);
    return clock.announcedUs();
  };
  return { clock, at, set };
}

test("packet time goes on while nothing comes, behind by the lateness", () => {
  const { clock, at, set } = clockAt();
  expect(at(10_000)).toBeUndefined();
  set(10_000);
  clock.heard(PACKET_US, true, undefined);
  expect(at(11_999)).toBeUndefined();
  expect(at(12_000)).toBe(PACKET_US);
  expect(at(72_000)).toBe(PACKET_US + 60e6);
  clock.heard(PACKET_US + 62e6, true, undefined);
  expect(at(73_000)).toBeUndefined();
  expect(at(74_000)).toBe(PACKET_US + 62e6);
  clock.stop();
  expect(at(99_000)).toBeUndefined();
});

test("nothing is announced while part of a frame is on its way, or before a packet came", () => {
  const { clock, at } = clockAt();
  clock.heard(PACKET_US, false, undefined);
  expect(at(60_000)).toBeUndefined();
  clock.heard(Number.NEGATIVE_INFINITY, true, undefined);
  expect(at(120_000)).toBeUndefined();
});

test("a recording that comes through a pipe with pauses is not taken for live", () => {
  const { clock, at } = clockAt();
  clock.heard(PACKET_US, true, PACKET_US + 3600e6);
  expect(at(60_000)).toBeUndefined();
  clock.heard(PACKET_US, true, PACKET_US + 1e6);
  expect(at(120_000)).toBe(PACKET_US + 58e6);
});
