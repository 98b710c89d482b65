// The filter of verdicts as conditions: each part of it is one, and moments end with the second that was named.

import { expect, test } from "vitest";
import { conditionsOf } from "./conditions.ts";

test("every part of a filter is a condition", () => {
  expect(conditionsOf({})).toEqual([]);
  expect(
    conditionsOf(
      {
        attack: false,
        classes: ["a", "b"],
        address: "10.",
        port: 0,
        communityId: "1:x",
        from: "1970-01-01T00:00:01",
        to: "1970-01-01T00:00:02",
        text: "x",
      },
      ["reasons"],
    ),
  ).toEqual([
    { column: "attack", is: "equal", value: 0 },
    { column: "class", is: "equal", value: ["a", "b"] },
    { column: ["source_address", "destination_address"], is: "starts", value: "10." },
    { column: ["source_port", "destination_port"], is: "equal", value: 0 },
    { column: "community_id", is: "equal", value: "1:x" },
    { column: "start_us", is: "at-least", value: 1_000_000 },
    { column: "start_us", is: "at-most", value: 2_999_999 },
    {
      column: [
        ...["class", "source_address", "destination_address", "transport", "community_id", "end_reason"],
        ...["source_port", "destination_port", "reasons"],
      ],
      is: "contains",
      value: "x",
    },
  ]);
});
