// What the bundled model is trained on: generated captures, one run per line of this recipe, drawn from one seed.
//
// Every scenario appears alone and in company, so that neither the presence nor the absence of other traffic gives a
// class away. Knows no files; the same seed gives the same recipe.

import { Random } from "../../src/base/random.ts";
import {
  type GenerateOptions,
  type ScenarioRequest,
  TRAFFIC_CLASSES,
  type TrafficClass,
} from "../../src/generate/contract.ts";
import { SCENARIOS } from "../../src/generate/scenarios/_index.ts";

const BENIGN = SCENARIOS.filter((scenario) => !scenario.attack && !scenario.name.startsWith("bench-")).map(
  (s) => s.name,
);
// A single call of a beacon is a small web request like any other; what it is shows over hours, not in a flow.
const ATTACKS = SCENARIOS.filter((scenario) => scenario.attack && scenario.label !== "beacon").map(
  (s) => s.name,
);
/** Classes of the model, the benign one first. */
export const CLASSES: readonly TrafficClass[] = TRAFFIC_CLASSES.filter((name) => name !== "beacon");

const LOOKALIKES = ["mail", "ssh", "interactive", "file-transfer", "database"];

export interface RecipeOptions {
  seed: number;
  /** Runs of every benign scenario alone. */
  benignAlone: number;
  /** Runs of several benign scenarios together. */
  benignMixed: number;
  /** Runs of two or three benign scenarios whose sessions look like password guessing: short, chatty, repeated. */
  lookalikes: number;
  /** Runs of every attack scenario alone. */
  attackAlone: number;
  /** Runs of every attack scenario among benign ones. */
  attackMixed: number;
}

export const TRAINING: RecipeOptions = {
  seed: 20240304,
  benignAlone: 8,
  benignMixed: 60,
  lookalikes: 40,
  attackAlone: 12,
  attackMixed: 14,
};
/** Other draws of the same scenarios, never trained on. */
export const HOLDOUT: RecipeOptions = {
  seed: 77_001,
  benignAlone: 2,
  benignMixed: 12,
  lookalikes: 6,
  attackAlone: 3,
  attackMixed: 3,
};

export function recipe(options: RecipeOptions): GenerateOptions[] {
  const random = new Random(options.seed);
  const runs: GenerateOptions[] = [];
  const add = (scenarios: ScenarioRequest[]): void => {
    runs.push({
      scenarios,
      seed: random.uint32(),
      durationUs: Math.round(random.pick([20, 45, 90, 150, 300]) * 1e6),
      packets: random.integer(8_000, 40_000),
    });
  };
  for (const name of BENIGN)
    for (let run = 0; run < options.benignAlone; run++) add([{ name, intensity: intensity(random) }]);
  for (let run = 0; run < options.benignMixed; run++) add(company(random, random.integer(2, 6)));
  for (let run = 0; run < options.lookalikes; run++) {
    const names = random.shuffle([...LOOKALIKES]).slice(0, random.integer(2, 3));
    add(names.map((name) => ({ name, intensity: intensity(random) })));
  }
  for (const name of ATTACKS) {
    for (let run = 0; run < options.attackAlone; run++) add([{ name, ...pace(random, name) }]);
    for (let run = 0; run < options.attackMixed; run++) {
      const startOffsetUs = random.chance(0.5) ? random.integer(0, 15_000_000) : 0;
      add([...company(random, random.integer(1, 4)), { name, startOffsetUs, ...pace(random, name) }]);
    }
  }
  return runs;
}

/** Half of the guessing is slow: one or two connections at a time with pauses of seconds. */
function pace(random: Random, name: string): Pick<ScenarioRequest, "parameters"> {
  if (!name.endsWith("brute-force") || random.chance(0.5)) return {};
  return {
    parameters: { parallel: random.integer(1, 2), pause: random.pick([0.2, 0.5, 1, 2, 4, 8]), sources: 1 },
  };
}

function company(random: Random, size: number): ScenarioRequest[] {
  const names = random.shuffle([...BENIGN]).slice(0, size);
  return names.map((name) => ({ name, intensity: intensity(random) }));
}

function intensity(random: Random): number {
  return random.pick([0.3, 0.6, 1, 1, 1.5, 2.5]);
}
