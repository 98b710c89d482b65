// Addresses of the pages of data sets.

import type { AnyRoute } from "@tanstack/react-router";
import { pageRoute } from "../../page-route.ts";

export function datasetsRoutes(parent: AnyRoute): AnyRoute[] {
  return [
    pageRoute(parent, "/datasets", () => import("./datasets.tsx"), "Datasets"),
    pageRoute(parent, "/datasets/import", () => import("./import.tsx"), "ImportPage"),
    pageRoute(parent, "/datasets/prepare", () => import("./prepare.tsx"), "PreparePage"),
    pageRoute(parent, "/datasets/of/$name", () => import("./dataset.tsx"), "DatasetPage"),
  ];
}

/** Data sets may be called "import" too, so their pages have a place of their own. */
export function datasetAddress(name: string): string {
  return `/datasets/of/${encodeURIComponent(name)}`;
}
