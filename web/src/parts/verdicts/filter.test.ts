// The filter of verdicts: through an address and back, and asked of rows.

import { describe, expect, test } from "vitest";
import { endOfMomentUs, isFiltered, momentUs, readFilter, rowFilter, writeFilter } from "./filter.ts";
import type { VerdictRow } from "./verdict-row.ts";

const ROW: VerdictRow = {
  class: "DDoS",
  attack: true,
  confidence: 0.9,
  attack_probability: 0.95,
  flow: 1,
  community_id: "1:abc=",
  start_us: 1_518_775_205_000_123,
  end_us: 1_518_775_206_000_000,
  source_address: "10.0.0.7",
  source_port: 50_000,
  destination_address: "2001:db8::1",
  destination_port: 80,
  transport: "tcp",
  end_reason: "end-of-capture",
  reasons: ["packets = 812 (+3.1)"],
};

const passes = (filter: Parameters<typeof rowFilter>[0]): boolean => rowFilter(filter)(ROW);

describe("the filter in an address", () => {
  test("comes back as it went", () => {
    const filter = {
      text: "ddos",
      classes: ["DDoS", "a,b"],
      attack: false,
      address: "10.",
      port: 0,
      communityId: "1:abc=",
      from: "2018-02-16T10:00:05",
      to: "2018-02-16T10:01",
    };
    expect(readFilter(writeFilter(filter))).toEqual(filter);
    expect(isFiltered(filter)).toBe(true);
    expect(isFiltered(readFilter({}))).toBe(false);
  });

  test("is none where the address makes no sense", () => {
    expect(readFilter({ port: "http", attack: "perhaps", from: "yesterday", text: "", class: [] })).toEqual(
      {},
    );
    expect(readFilter({ port: 70_000 })).toEqual({});
    // A router reads what looks like a number as one.
    expect(readFilter({ text: 443, class: "DDoS" })).toEqual({ text: "443", classes: ["DDoS"] });
  });
});

describe("the filter asked of rows", () => {
  test("by class, attack, either address, either port, Community ID", () => {
    expect(passes({})).toBe(true);
    expect([passes({ classes: ["DDoS"] }), passes({ classes: ["Benign"] })]).toEqual([true, false]);
    expect([passes({ attack: true }), passes({ attack: false })]).toEqual([true, false]);
    expect([
      passes({ address: "10.0" }),
      passes({ address: "2001:DB8" }),
      passes({ address: "0.0" }),
    ]).toEqual([true, true, false]);
    expect([passes({ port: 80 }), passes({ port: 50_000 }), passes({ port: 8 })]).toEqual([
      true,
      true,
      false,
    ]);
    expect([passes({ communityId: "1:abc=" }), passes({ communityId: "1:abc" })]).toEqual([true, false]);
  });

  test("by the moment that it began, to the end of the second that was named", () => {
    expect(momentUs("2018-02-16T10:00:05")).toBe(1_518_775_205_000_000);
    expect(endOfMomentUs("2018-02-16T10:00:05")).toBe(1_518_775_205_999_999);
    expect(endOfMomentUs("2018-02-16T10:00")).toBe(1_518_775_259_999_999);
    expect(passes({ from: "2018-02-16T10:00:05", to: "2018-02-16T10:00:05" })).toBe(true);
    expect(passes({ from: "2018-02-16T10:00:06" })).toBe(false);
    expect(passes({ to: "2018-02-16T10:00:04" })).toBe(false);
  });

  test("by a text anywhere in it, in any case, reasons and ports included", () => {
    for (const text of ["ddos", "DB8::1", "500", "812", "end-of"]) expect(passes({ text }), text).toBe(true);
    expect(passes({ text: "udp" })).toBe(false);
  });
});
