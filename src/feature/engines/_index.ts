// The engines of the house. A schema names the one that computes it.

import { antinexEngine } from "./antinex.ts";
import { apaEngine } from "./apa.ts";
import { CIC_ENGINES } from "./cic.ts";
import type { EngineDefinition } from "./contract.ts";
import { flowEngine } from "./flow.ts";
import { kdd100Engine, kddEngine, kddExtractorEngine } from "./kdd.ts";

export const ENGINES: readonly EngineDefinition[] = [
  flowEngine,
  kddEngine,
  kdd100Engine,
  kddExtractorEngine,
  apaEngine,
  antinexEngine,
  ...CIC_ENGINES,
];

/** The engine of an id. Throws RangeError, which only a programming mistake can cause. */
export function engineById(id: string): EngineDefinition {
  const engine = ENGINES.find((candidate) => candidate.id === id);
  if (engine === undefined) throw new RangeError(`no engine '${id}'`);
  return engine;
}
