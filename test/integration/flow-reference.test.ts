// Keeps the tables of docs/reference/flow-measures.md equal to the code's. ORBWEAVER_UPDATE_DOCS=1 writes them.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { HOSTS_REMEMBERED, PAIRS_REMEMBERED } from "../../src/feature/measures/context.ts";
import { DISTINCT_MAXIMUM } from "../../src/feature/measures/windows.ts";
import { RowMeter, schemaById } from "../../src/feature/row-meter.ts";
import {
  CONNECTION_DEFAULTS,
  FIRST_FRAGMENTS_REMEMBERED,
  FRAGMENT_TIMEOUT_US,
  HELD_MAXIMUM,
  MAXIMUM_FLOWS_DEFAULT,
} from "../../src/flow/contract.ts";
import {
  COLUMN_DIFFERENCES,
  COMMUNITY_DIFFERENCES,
  CONVERSATION_DIFFERENCES,
  ROUND_TRIP_DIFFERENCES,
  SEGMENT_AGREEMENT,
  SEGMENT_DIFFERENCES,
} from "../support/flow-differences.ts";
import { countingError, expectedError } from "../support/linear-counting.ts";
import { markdownTable, withTables } from "../support/page-tables.ts";

const PAGE = fileURLToPath(new URL("../../docs/reference/flow-measures.md", import.meta.url));

const seconds = (us: number): string => `${us / 1e6} s`;
const count = (number: number): string => number.toLocaleString("en");
const share = (part: number): string => `${(100 * part).toFixed(1)} %`;

function timeouts(): string {
  const { idleTimeoutUs, unansweredTimeoutUs, activeTimeoutUs, lingerUs } = CONNECTION_DEFAULTS;
  return markdownTable(
    ["When", "After", "Reason"],
    [
      ["Nobody speaks", seconds(idleTimeoutUs), "idle"],
      [
        "A TCP connection attempt is not answered, counted from its last packet",
        seconds(unansweredTimeoutUs),
        "idle",
      ],
      ["Both sides sent FIN", seconds(lingerUs), "closed"],
      ["One side sent RST", seconds(lingerUs), "reset"],
      ["A SYN comes on a closed connection", "at once", "reused"],
      ["The flow is old and speaks again; it is continued in a new one", seconds(activeTimeoutUs), "active"],
      ["The table is full, and no flow has been silent longer", "at once", "evicted"],
      ["The input ends", "at once", "end-of-input"],
    ],
  );
}

function bounds(): string {
  const { flowBytes } = new RowMeter({ schema: schemaById("flow"), onRows: () => undefined });
  return markdownTable(
    ["What", "At the most", "Then"],
    [
      ["Flows", count(MAXIMUM_FLOWS_DEFAULT), "the one that was silent longest is handed out"],
      ["Memory of a flow", `${count(flowBytes)} bytes`, "none is taken for a packet"],
      [
        "Fragments that wait for their first one",
        `${HELD_MAXIMUM}, ${seconds(FRAGMENT_TIMEOUT_US)} each`,
        "the oldest is metered without ports, and counted",
      ],
      [
        "First fragments remembered",
        `${count(FIRST_FRAGMENTS_REMEMBERED)}, ${seconds(FRAGMENT_TIMEOUT_US)} each`,
        "the oldest of its set of 4 is forgotten",
      ],
      [
        "Hosts remembered as sources, and as destinations",
        count(HOSTS_REMEMBERED),
        "the one of its set of 4 that was silent longest is replaced, and counted",
      ],
      ["Pairs of hosts and service remembered", count(PAIRS_REMEMBERED), "the same"],
    ],
  );
}

function counting(): string {
  const rows = [1, 10, 50, 100, 200, 400, 800].map((partners) => {
    const { mean, error } = countingError(partners);
    return [partners, mean.toFixed(1), share(error), share(expectedError(partners))];
  });
  return markdownTable(
    ["Partners", "Counted on average", "Typical error", "In theory"],
    [...rows, ["very many", DISTINCT_MAXIMUM, "saturated", ""]],
  );
}

function segments(): string {
  return markdownTable(
    ["Column", "tshark", "Orbweaver", "The same"],
    SEGMENT_AGREEMENT.map(({ measure, tshark, orbweaver, same }) => [
      `\`${measure}\`, both directions`,
      count(tshark),
      count(orbweaver),
      count(same),
    ]),
  );
}

function differences(): string {
  const tables = [
    ["Conversations", CONVERSATION_DIFFERENCES],
    ["Community IDs", COMMUNITY_DIFFERENCES],
    ["Segments", SEGMENT_DIFFERENCES],
    ["Flows", ROUND_TRIP_DIFFERENCES],
    ["Flows", COLUMN_DIFFERENCES],
  ] as const;
  const rows = tables.flatMap(([of, table]) =>
    table.map(({ what, why, files }) => {
      const times = Object.values(files).reduce((sum, number) => sum + number, 0);
      return [of, what, times, Object.keys(files).length, why];
    }),
  );
  return markdownTable(["Of", "What", "How many", "Captures", "Why"], rows);
}

test("the tables of docs/reference/flow-measures.md are those of the code", () => {
  const tables = {
    timeouts: timeouts(),
    bounds: bounds(),
    counting: counting(),
    segments: segments(),
    differences: differences(),
  };
  const page = withTables(readFileSync(PAGE, "utf8"), tables);
  if (process.env["ORBWEAVER_UPDATE_DOCS"] === "1") writeFileSync(PAGE, page);
  expect(
    readFileSync(PAGE, "utf8"),
    "run this test with ORBWEAVER_UPDATE_DOCS=1 and look at the difference",
  ).toBe(page);
});
