// The address of the overview: ?source=NAME is the live source that is looked at.

import type { AnyRoute } from "@tanstack/react-router";
import { pageRoute } from "../../page-route.ts";

export function overviewRoutes(parent: AnyRoute): AnyRoute[] {
  return [pageRoute(parent, "/overview", () => import("./overview.tsx"), "Overview")];
}
