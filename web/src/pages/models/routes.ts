// Addresses of models: all of them, one with its versions.

import type { AnyRoute } from "@tanstack/react-router";
import { pageRoute } from "../../page-route.ts";

export function modelsRoutes(parent: AnyRoute): AnyRoute[] {
  return [
    pageRoute(parent, "/models", () => import("./models.tsx"), "Models"),
    pageRoute(parent, "/models/$name", () => import("./model.tsx"), "ModelPage"),
  ];
}
