// Address of the settings: one page, its part in ?tab=….

import type { AnyRoute } from "@tanstack/react-router";
import { pageRoute } from "../../page-route.ts";

export function settingsRoutes(parent: AnyRoute): AnyRoute[] {
  return [pageRoute(parent, "/settings", () => import("./settings.tsx"), "Settings")];
}
