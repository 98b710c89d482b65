// Turns scenarios and a seed into frames and labels. Knows no files and no clock.
//
// Guarantees: the same options give the same frames and labels on every machine; frames leave in time order; memory
// depends on what goes on at a time, not on the capture's length; every frame is charged to one label record.

import { OrbweaverError } from "../base/errors.ts";
import { fnv1a } from "../base/hash.ts";
import { Random } from "../base/random.ts";
import type { FrameSink, GenerateOptions, GenerateSummary, ScenarioRequest } from "./contract.ts";
import { SCENARIOS } from "./scenarios/_index.ts";
import { drawParameters, type Scenario, Stage } from "./stage.ts";
import { World } from "./world.ts";

/** 2024-03-04 09:00:00 UTC. */
export const DEFAULT_START_US = 1_709_542_800_000_000;
export const DEFAULT_DURATION_US = 60_000_000;

/** Frames between two pauses of `generateInSteps`. */
const STEP_PACKETS = 8192;

/**
 * Generates a capture.
 *
 * @throws OrbweaverError `scenario-unknown`, or `usage` for a parameter that does not exist or is out of range
 */
export function generate(options: GenerateOptions, sink: FrameSink): GenerateSummary {
  const steps = generateInSteps(options, sink);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * The same, with pauses: each step makes some thousand frames and gives how many there are. A caller who passes true
 * to `next` ends the capture there, with its labels complete.
 */
export function* generateInSteps(
  options: GenerateOptions,
  sink: FrameSink,
): Generator<number, GenerateSummary, boolean | undefined> {
  const startUs = options.startUs ?? DEFAULT_START_US;
  const durationUs = options.durationUs ?? DEFAULT_DURATION_US;
  requireSane(options, startUs, durationUs);
  const requests = options.scenarios.map((request) => ({ request, scenario: scenarioNamed(request.name) }));
  const root = new Random(options.seed);
  const world = new World({
    random: root.fork(1),
    sink,
    startUs,
    endUs: startUs + durationUs,
    packets: options.packets ?? Infinity,
    defects: options.defects ?? true,
  });
  requests.forEach(({ request, scenario }, index) => {
    // A stream of its own for every request: adding one does not change what the others draw.
    const random = root.fork(fnv1a(`${index}:${scenario.name}`));
    scenario.start(openStage(world, random, scenario, request));
  });
  let stopped = false;
  while (!stopped) {
    const pauseAt = world.packets + STEP_PACKETS;
    world.scheduler.run(world.endUs, () => world.full || world.packets >= pauseAt);
    if (world.packets < pauseAt || world.full) break;
    stopped = (yield world.packets) === true;
  }
  world.ledger.finish();
  return {
    packets: world.packets,
    bytes: world.bytes,
    firstUs: world.packets > 0 ? world.firstUs : startUs,
    lastUs: world.packets > 0 ? world.lastUs : startUs,
    classes: world.ledger.classes,
    scenarios: world.ledger.scenarios,
    stoppedByPackets: world.full,
  };
}

/** The scenario of a name; throws `scenario-unknown`. */
export function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario !== undefined) return scenario;
  const names = SCENARIOS.map((candidate) => candidate.name).join(", ");
  throw new OrbweaverError("scenario-unknown", `no scenario '${name}', expected one of ${names}`);
}

function openStage(world: World, random: Random, scenario: Scenario, request: ScenarioRequest): Stage {
  const startUs = Math.min(world.startUs + (request.startOffsetUs ?? 0), world.endUs);
  const endUs =
    request.durationUs === undefined ? world.endUs : Math.min(world.endUs, startUs + request.durationUs);
  return new Stage({
    world,
    random,
    scenario,
    tag: { label: scenario.label, scenario: scenario.name },
    startUs,
    endUs,
    intensity: request.intensity ?? 1,
    drawn: drawParameters(random, scenario, request.parameters ?? {}),
  });
}

function requireSane(options: GenerateOptions, startUs: number, durationUs: number): void {
  const numbers: [string, number, number, number][] = [
    ["seed", options.seed, -(2 ** 53), 2 ** 53],
    ["start", startUs, 0, 4_000_000_000_000_000],
    ["duration", durationUs, 1, 366 * 86_400_000_000],
    ["packets", options.packets ?? 1, 1, Number.MAX_SAFE_INTEGER],
  ];
  for (const request of options.scenarios) {
    numbers.push([`intensity of '${request.name}'`, request.intensity ?? 1, 0.0001, 10_000]);
    numbers.push([`start of '${request.name}'`, request.startOffsetUs ?? 0, 0, durationUs]);
    numbers.push([`duration of '${request.name}'`, request.durationUs ?? 1, 1, 366 * 86_400_000_000]);
  }
  for (const [name, value, low, high] of numbers) {
    if (!(value >= low && value <= high))
      throw new OrbweaverError("usage", `${name} is ${value}, expected ${low} to ${high}`);
  }
  if (options.scenarios.length === 0)
    throw new OrbweaverError("usage", "no scenario given, expected at least one");
}
