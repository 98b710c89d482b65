// A page at an address, loaded when it is first looked at. Addresses are plain texts: links are checked by the tests that follow
// them, not by types, so that pages need not know of each other.

import { type AnyRoute, createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";

/** `load` gives the module of the page, `name` is that of the component that it exports. */
export function pageRoute<Module extends Record<string, unknown>>(
  parent: AnyRoute,
  path: string,
  load: () => Promise<Module>,
  name: keyof Module & string,
): AnyRoute {
  return createRoute({
    getParentRoute: () => parent,
    path,
    // What a page keeps in its address are texts, numbers and lists of them; each page reads its own.
    validateSearch: (search: Record<string, unknown>) => search,
    component: lazyRouteComponent(load as () => Promise<Record<string, ComponentType>>, name) as never,
  }) as unknown as AnyRoute;
}
