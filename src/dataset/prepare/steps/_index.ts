// All steps of recipes. A new one is listed here and nowhere else.

import type { Step } from "../step.ts";
import { castStep, dropStep, keepStep, renameStep, roleStep } from "./columns.ts";
import { constantStep, emptyStep } from "./constant.ts";
import { duplicatesStep } from "./duplicates.ts";
import { encodeStep } from "./encode.ts";
import { groupStep } from "./group.ts";
import { infiniteStep } from "./infinite.ts";
import { joinLabelsStep, labelRulesStep } from "./labels.ts";
import { missingStep } from "./missing.ts";
import { balanceStep, splitStep } from "./parts.ts";
import { filterStep, sampleStep } from "./rows.ts";
import { timeStep } from "./time.ts";

export const STEPS: readonly Step[] = [
  renameStep,
  castStep,
  timeStep,
  roleStep,
  labelRulesStep,
  joinLabelsStep,
  keepStep,
  dropStep,
  filterStep,
  sampleStep,
  infiniteStep,
  missingStep,
  duplicatesStep,
  groupStep,
  constantStep,
  emptyStep,
  encodeStep,
  splitStep,
  balanceStep,
];
