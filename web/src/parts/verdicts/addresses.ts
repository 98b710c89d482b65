// Where the page of a flow is, told in one place for those who lead to it.

export type FlowWanted =
  | { job: string; row: number }
  /** Of a source that plays the capture: the moment is that of the capture. */
  | { communityId: string; startUs: number; model: string };

/** What a link to the page of a flow needs: <Link {...flowAddress(…)}>. */
export function flowAddress(capture: string, wanted: FlowWanted): { to: string; search: never } {
  const search =
    "job" in wanted
      ? { job: wanted.job, row: wanted.row }
      : { community_id: wanted.communityId, start_us: wanted.startUs, model: wanted.model };
  return { to: `/captures/${encodeURIComponent(capture)}/flow`, search: search as never };
}
