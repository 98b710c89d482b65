// Addresses of the page "predict".

import type { AnyRoute } from "@tanstack/react-router";
import { pageRoute } from "../../page-route.ts";

export function predictRoutes(parent: AnyRoute): AnyRoute[] {
  return [pageRoute(parent, "/predict", () => import("./predict.tsx"), "Predict")];
}
