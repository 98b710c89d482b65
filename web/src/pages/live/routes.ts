// Addresses of the verdicts of a live source: /live/NAME with the filter of verdicts, ?sort=COLUMN and ?order=descending.

import type { AnyRoute } from "@tanstack/react-router";
import { pageRoute } from "../../page-route.ts";

export function liveRoutes(parent: AnyRoute): AnyRoute[] {
  return [pageRoute(parent, "/live/$source", () => import("./live.tsx"), "Live")];
}
