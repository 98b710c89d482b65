// All addresses of the console. Each page is a file of its own that is loaded when it is first looked at.

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { capturesRoutes } from "./pages/captures/routes.ts";
import { datasetsRoutes } from "./pages/datasets/routes.ts";
import { jobsRoutes } from "./pages/jobs/routes.ts";
import { liveRoutes } from "./pages/live/routes.ts";
import { modelsRoutes } from "./pages/models/routes.ts";
import { overviewRoutes } from "./pages/overview/routes.ts";
import { predictRoutes } from "./pages/predict/routes.ts";
import { settingsRoutes } from "./pages/settings/routes.ts";
import { trainRoutes } from "./pages/train/routes.ts";
import { Loading } from "./parts/states.tsx";
import { PageFailure, PageNotFound } from "./shell/failures.tsx";
import { Shell } from "./shell/shell.tsx";

export const root = createRootRoute({ notFoundComponent: PageNotFound });

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search["to"] === "string" ? { to: search["to"] } : {},
  component: lazyRouteComponent(() => import("./shell/login.tsx"), "Login"),
});

/** Everything but the login stands in the shell. */
export const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });

const index = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/overview" as string, replace: true });
  },
});

const tree = root.addChildren([
  login,
  shell.addChildren([
    index,
    ...overviewRoutes(shell),
    ...liveRoutes(shell),
    ...capturesRoutes(shell),
    ...predictRoutes(shell),
    ...datasetsRoutes(shell),
    ...trainRoutes(shell),
    ...modelsRoutes(shell),
    ...jobsRoutes(shell),
    ...settingsRoutes(shell),
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  basepath: "/console",
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: PageFailure,
  defaultNotFoundComponent: PageNotFound,
  scrollRestoration: true,
});
