// Addresses of trainings: the list of runs, the form, one that goes on, one that has ended, several side by side.

import type { AnyRoute } from "@tanstack/react-router";
import { pageRoute } from "../../page-route.ts";

export function trainRoutes(parent: AnyRoute): AnyRoute[] {
  return [
    pageRoute(parent, "/train", () => import("./train.tsx"), "Train"),
    pageRoute(parent, "/train/new", () => import("./new-training.tsx"), "NewTraining"),
    pageRoute(parent, "/train/compare", () => import("./compare.tsx"), "Compare"),
    pageRoute(parent, "/train/jobs/$job", () => import("./training-job.tsx"), "TrainingJob"),
    pageRoute(parent, "/train/runs/$run", () => import("./run.tsx"), "RunPage"),
  ];
}
