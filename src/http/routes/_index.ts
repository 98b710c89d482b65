// All groups of routes, in the order in which the interface is described.

import type { App } from "../app.ts";
import type { Services } from "../services.ts";
import { authRoutes } from "./auth.ts";
import { datasetRoutes } from "./datasets.ts";
import { fileRoutes } from "./files.ts";
import { flowRoutes } from "./flows.ts";
import { jobRoutes } from "./jobs.ts";
import { keyRoutes } from "./keys.ts";
import { kserveRoutes } from "./kserve.ts";
import { modelFileRoutes } from "./model-files.ts";
import { modelRoutes } from "./models.ts";
import { predictRoutes } from "./predict.ts";
import { resultRowRoutes } from "./result-rows.ts";
import { runRoutes } from "./runs.ts";
import { serviceRoutes } from "./service.ts";
import { sourceRoutes } from "./sources.ts";
import { userRoutes } from "./users.ts";

export type Routes = (app: App, services: Services) => Promise<void>;

export const ROUTES: readonly Routes[] = [
  serviceRoutes,
  predictRoutes,
  modelRoutes,
  modelFileRoutes,
  runRoutes,
  fileRoutes,
  flowRoutes,
  datasetRoutes,
  jobRoutes,
  resultRowRoutes,
  sourceRoutes,
  kserveRoutes,
  authRoutes,
  userRoutes,
  keyRoutes,
];
