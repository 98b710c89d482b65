// The filter of verdicts as conditions that the server asks of its rows (GET /jobs/{id}/results/{result}/rows).

import { endOfMomentUs, momentUs, SEARCHED_COLUMNS, type VerdictFilter } from "./filter.ts";

export interface Condition {
  column: string | readonly string[];
  is: "equal" | "different" | "at-least" | "at-most" | "contains" | "starts" | "missing" | "present";
  value?: string | number | readonly (string | number)[];
}

/** @param extra further columns that a text is looked for in, such as reasons */
export function conditionsOf(filter: VerdictFilter, extra: readonly string[] = []): Condition[] {
  const { text, classes, attack, address, port, communityId, from, to } = filter;
  const conditions: Condition[] = [];
  if (attack !== undefined) conditions.push({ column: "attack", is: "equal", value: attack ? 1 : 0 });
  if (classes?.length) conditions.push({ column: "class", is: "equal", value: classes });
  if (address)
    conditions.push({ column: ["source_address", "destination_address"], is: "starts", value: address });
  if (port !== undefined)
    conditions.push({ column: ["source_port", "destination_port"], is: "equal", value: port });
  if (communityId) conditions.push({ column: "community_id", is: "equal", value: communityId });
  const fromUs = from === undefined ? undefined : momentUs(from);
  if (fromUs !== undefined) conditions.push({ column: "start_us", is: "at-least", value: fromUs });
  const toUs = to === undefined ? undefined : endOfMomentUs(to);
  if (toUs !== undefined) conditions.push({ column: "start_us", is: "at-most", value: toUs });
  if (text)
    conditions.push({
      column: [...SEARCHED_COLUMNS, "source_port", "destination_port", ...extra],
      is: "contains",
      value: text,
    });
  return conditions;
}
