// Addresses of the captures: all of them; one with its table of verdicts (?job=… and the filter); one flow of it, by
// ?job=…&row=…, or for verdicts of a source that plays it by ?community_id=…&start_us=…&model=… (flowAddress in addresses.ts).

import type { AnyRoute } from "@tanstack/react-router";
import { pageRoute } from "../../page-route.ts";

export function capturesRoutes(parent: AnyRoute): AnyRoute[] {
  return [
    pageRoute(parent, "/captures", () => import("./captures.tsx"), "Captures"),
    pageRoute(parent, "/captures/$capture", () => import("./capture.tsx"), "Capture"),
    pageRoute(parent, "/captures/$capture/flow", () => import("./flow.tsx"), "Flow"),
  ];
}
