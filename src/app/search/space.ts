// Which parameters a search tries: grids and seeded draws over ranges that learners declare or the user names.
//
// The same learners, ranges and seed give the same candidates, whatever other learners are compared. Knows no table and
// no score.

import { exactExp, exactLog } from "../../base/elementary.ts";
import { OrbweaverError } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import type {
  Learner,
  ParameterSpecification,
  ParameterValues,
  SearchRange,
} from "../../learner/contract.ts";
import { completeParameters } from "../../learner/parameters.ts";

export type SearchMethod = "grid" | "random" | "halving";
export const SEARCH_METHODS: readonly SearchMethod[] = ["grid", "random", "halving"];

/** A learner with every parameter. */
export interface Candidate {
  learner: Learner;
  parameters: ParameterValues;
  /** Names of the parameters that were set or tried, in the learner's order. */
  varied: readonly string[];
}

export interface SpaceOptions {
  learners: readonly Learner[];
  /** NAME=VALUE or LEARNER.NAME=VALUE: for all candidates. */
  set?: readonly string[];
  /** NAME=a,b,c or LEARNER.NAME=a,b,c or NAME=low..high or NAME=low..high:log. */
  grid?: readonly string[];
  search?: SearchMethod;
  /** Candidates of each learner that draws; DRAWS_DEFAULT unless given. */
  trials?: number;
  seed: number;
}

/** Draws of each learner unless told otherwise: 60 would come within 5 % of the best with 95 % (Bergstra and Bengio 2012). */
export const TRIALS_DEFAULT = 16;
/** Most candidates of a search. */
export const CANDIDATES_MAX = 512;
/** Draws that may give nothing new before the space counts as exhausted, for each candidate wanted. */
const DRAWS_PER_TRIAL = 50;

/**
 * The candidates, learner by learner. A learner whose grid was named tries that and nothing else; the others try what they
 * declare where a search was asked for, and are one candidate otherwise. Draws begin with the parameters as they stand.
 *
 * Throws `parameter-invalid` for unknown names, values out of range, and more than CANDIDATES_MAX candidates.
 */
export function candidatesOf(options: SpaceOptions): Candidate[] {
  const { learners, search, trials = TRIALS_DEFAULT, seed } = options;
  const set = assigned(learners, options.set ?? [], "--set", parsedValue);
  const named = assigned(learners, options.grid ?? [], "--grid", parsedRange);
  const candidates = learners.flatMap((learner): Candidate[] => {
    const base = set.get(learner.id) ?? new Map();
    const own = named.get(learner.id);
    const space = own ?? (search === undefined ? new Map<string, SearchRange>() : declared(learner, base));
    const tried =
      search === "random" || search === "halving"
        ? drawn(learner, space, trials, drawsOf(seed, learner.id))
        : gridOf(learner, space);
    return tried.map((values) => candidateOf(learner, base, values));
  });
  requireFew(candidates.length);
  return candidates;
}

function requireFew(count: number): void {
  if (count <= CANDIDATES_MAX) return;
  throw new OrbweaverError(
    "parameter-invalid",
    `the search has ${count} candidates, at most ${CANDIDATES_MAX} are allowed`,
    { hint: "Name fewer values with --grid, or draw some with --search random --trials N." },
  );
}

type Values = ReadonlyMap<string, number | boolean | string>;

function candidateOf(learner: Learner, base: Values, tried: Values): Candidate {
  const given = { ...Object.fromEntries(base), ...Object.fromEntries(tried) };
  const varied = learner.parameters.map(({ name }) => name).filter((name) => Object.hasOwn(given, name));
  return { learner, parameters: completeParameters(learner.parameters, given), varied };
}

/** Ranges that a learner declares, without those parameters that were set. */
function declared({ parameters }: Learner, base: Values): Map<string, SearchRange> {
  return new Map(
    parameters.flatMap(({ name, search }) =>
      search === undefined || base.has(name) ? [] : [[name, search] as const],
    ),
  );
}

// --- grids ----------------------------------------------------------------------------------------------------

/** Every combination, the last parameter fastest. */
function gridOf(
  learner: Learner,
  space: ReadonlyMap<string, SearchRange>,
): Map<string, number | boolean | string>[] {
  let combinations: Map<string, number | boolean | string>[] = [new Map()];
  for (const specification of learner.parameters) {
    const range = space.get(specification.name);
    if (range === undefined) continue;
    const values = pointsOf(specification, range);
    requireFew(combinations.length * values.length);
    combinations = combinations.flatMap((before) =>
      values.map((value) => new Map([...before, [specification.name, value]])),
    );
  }
  return combinations;
}

/** Values as they are; of a range both ends and its middle. */
function pointsOf(specification: ParameterSpecification, range: SearchRange): (number | boolean | string)[] {
  if ("values" in range) return [...range.values];
  const { low, high } = range;
  const middle = between(range, 0.5);
  return [...new Set([low, middle, high].map((value) => rounded(specification, value)))];
}

// --- draws ----------------------------------------------------------------------------------------------------

/** Different draws, the first of which leaves everything as it is; all of the grid where that is no more than asked for. */
function drawn(
  learner: Learner,
  space: ReadonlyMap<string, SearchRange>,
  trials: number,
  random: Random,
): Map<string, number | boolean | string>[] {
  const finite = [...space.values()].every((range) => "values" in range);
  const combinations = [...space.values()].reduce(
    (product, range) => product * ("values" in range ? range.values.length : 1),
    1,
  );
  if (finite && combinations <= trials) return gridOf(learner, space);
  const asItIs = new Map<string, number | boolean | string>();
  const found = new Map([["", asItIs]]);
  for (let draw = 0; draw < trials * DRAWS_PER_TRIAL && found.size < trials; draw++) {
    const values = new Map<string, number | boolean | string>();
    for (const specification of learner.parameters) {
      const range = space.get(specification.name);
      if (range !== undefined) values.set(specification.name, drawnValue(specification, range, random));
    }
    const key = JSON.stringify([...values]);
    if (!found.has(key)) found.set(key, values);
  }
  return [...found.values()];
}

function drawnValue(specification: ParameterSpecification, range: SearchRange, random: Random) {
  if ("values" in range) return random.pick(range.values);
  return rounded(specification, between(range, random.uniform()));
}

/** A stream of its own for every learner, so that its draws do not hang on its company. */
function drawsOf(seed: number, id: string): Random {
  let name = 0;
  for (const character of id) name = (Math.imul(name, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return new Random(seed).fork(name);
}

/** The value at a share of the way from low to high. */
function between(
  { low, high, scale }: { low: number; high: number; scale: "linear" | "log" },
  share: number,
): number {
  if (share === 0) return low;
  return scale === "linear" ? low + share * (high - low) : low * exactExp(share * exactLog(high / low));
}

/** Whole where it must be, else with three significant digits; within the parameter's range. */
function rounded({ type, minimum, maximum }: ParameterSpecification, value: number): number {
  const short = type === "integer" ? Math.round(value) : Number(value.toPrecision(3));
  return Math.min(maximum ?? short, Math.max(minimum ?? short, short));
}

// --- texts ----------------------------------------------------------------------------------------------------

/** What texts such as NAME=… and LEARNER.NAME=… say of each learner, by its id. */
function assigned<Value>(
  learners: readonly Learner[],
  texts: readonly string[],
  option: string,
  parse: (specification: ParameterSpecification, text: string) => Value,
): Map<string, Map<string, Value>> {
  const found = new Map<string, Map<string, Value>>();
  for (const text of texts) {
    const at = text.indexOf("=");
    if (at < 1) {
      throw new OrbweaverError(
        "parameter-invalid",
        `${option} is '${text}', expected NAME=… or LEARNER.NAME=…`,
      );
    }
    const name = text.slice(0, at);
    for (const { learner, specification } of meant(learners, name)) {
      const own = found.get(learner.id) ?? new Map<string, Value>();
      own.set(specification.name, parse(specification, text.slice(at + 1)));
      found.set(learner.id, own);
    }
  }
  return found;
}

/** The parameters that a name means: of one learner, or of all that have it. */
function meant(learners: readonly Learner[], name: string) {
  const dot = name.indexOf(".");
  const owners = dot < 0 ? learners : learners.filter(({ id }) => id === name.slice(0, dot));
  const found = owners.flatMap((learner) => {
    const specification = learner.parameters.find((one) => one.name === name.slice(dot + 1));
    return specification === undefined ? [] : [{ learner, specification }];
  });
  if (found.length > 0) return found;
  const known = owners.length === 1 ? owners[0].parameters.map((one) => one.name).join(", ") : "";
  throw new OrbweaverError(
    "parameter-invalid",
    `there is no parameter '${name}'${known === "" ? ` of ${learners.map(({ id }) => id).join(", ")}` : `; there are ${known}`}`,
  );
}

/** A value by the type of its parameter. Throws `parameter-invalid`; ranges are completeParameters' to hold. */
export function parsedValue({ name, type }: ParameterSpecification, text: string): number | boolean | string {
  if (type === "choice" || type === "text") return text;
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (type !== "boolean" && !Number.isNaN(number)) return number;
  const expected = type === "boolean" ? "true or false" : "a number";
  throw new OrbweaverError("parameter-invalid", `parameter '${name}' is '${text}', expected ${expected}`);
}

const RANGE = /^(.+)\.\.(.+?)(?::(linear|log))?$/;

/** Values separated by commas, or a range. */
function parsedRange(specification: ParameterSpecification, text: string): SearchRange {
  const { name, type } = specification;
  const match = type === "integer" || type === "number" ? RANGE.exec(text) : null;
  if (match === null)
    return { values: [...new Set(text.split(",").map((one) => parsedValue(specification, one.trim())))] };
  const [low, high] = [match[1], match[2]].map((one) => Number(parsedValue(specification, one)));
  const scale = match[3] === "log" ? "log" : "linear";
  if (low < high && (scale === "linear" || low > 0)) return { low, high, scale };
  throw new OrbweaverError(
    "parameter-invalid",
    `the range of '${name}' is '${text}', expected LOW..HIGH${scale === "log" ? " above 0" : ""} with LOW below HIGH`,
  );
}
