// Addresses of the jobs: all of them, filtered by ?state=…&kind=…&page=…; and one.

import type { AnyRoute } from "@tanstack/react-router";
import { pageRoute } from "../../page-route.ts";

export function jobsRoutes(parent: AnyRoute): AnyRoute[] {
  return [
    pageRoute(parent, "/jobs", () => import("./jobs.tsx"), "Jobs"),
    pageRoute(parent, "/jobs/$job", () => import("./job.tsx"), "JobPage"),
  ];
}
