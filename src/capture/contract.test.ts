import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PROBLEM_KINDS } from "./contract.ts";
import { SLICE_BYTES } from "./gunzip.ts";
import { FRAME_BYTES_MAX, INTERFACES_LISTED_MAX, WIRE_BYTES_MAX } from "./ledger.ts";
import { PCAP_VARIANTS } from "./pcap.ts";
import { BLOCK_BYTES_MAX, INTERFACES_MAX } from "./pcapng.ts";

const page = readFileSync(new URL("../../docs/reference/captures.md", import.meta.url), "utf8");

test("the reference page lists every problem, and no other", () => {
  const rows = Object.entries(PROBLEM_KINDS).map(
    ([kind, { stops, meaning }]) => `| \`${kind}\` | ${stops ? "yes" : "no"} | ${meaning} |`,
  );
  const listed = page.split("\n").filter((line) => /^\| `[a-z-]+` \| (yes|no) \|/.test(line));
  expect(listed).toEqual(rows);
});

test("the reference page states the bounds and magics of the code", () => {
  const bounds = {
    FRAME_BYTES_MAX,
    WIRE_BYTES_MAX,
    BLOCK_BYTES_MAX,
    INTERFACES_MAX,
    INTERFACES_LISTED_MAX,
    SLICE_BYTES,
  };
  for (const [name, bound] of Object.entries(bounds))
    expect(page, name).toContain(bound.toLocaleString("en-US"));
  for (const { magic } of PCAP_VARIANTS) expect(page).toContain(`\`${magic.toString(16)}\``);
});
