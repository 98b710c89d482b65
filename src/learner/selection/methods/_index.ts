// The methods of feature selection, from those that look at one column to those that fit models again and again.

import type { SelectionMethod } from "../contract.ts";
import { anova } from "./anova.ts";
import { correlation } from "./correlation.ts";
import { elimination } from "./elimination.ts";
import { model } from "./model.ts";
import { mutualInformation } from "./mutual-information.ts";
import { permutation } from "./permutation.ts";
import { variance } from "./variance.ts";

export const SELECTION_METHODS: readonly SelectionMethod[] = [
  variance,
  correlation,
  anova,
  mutualInformation,
  model,
  permutation,
  elimination,
];
