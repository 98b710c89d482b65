// The learner "neighbours": keeps the training rows, of which the nearest vote.
//
// Guarantees: the same table, parameters and seed give the same model, bit for bit, for any order of the columns. See
// docs/reference/kernels.md for the method, its sources and its bounds.

import { Random } from "../../base/random.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { Model } from "../../model/contract.ts";
import {
  multiplicitiesOf,
  NEIGHBOURS_FORMAT_VERSION,
  NEIGHBOURS_KIND,
  NeighboursModel,
  VOTE_WEIGHTS,
  type VoteWeights,
} from "../../model/kinds/neighbours.ts";
import { METRICS, type Metric } from "../../model/neighbour-search.ts";
import { PointEncoder, type Points } from "../../model/points.ts";
import { checkTrainingTable } from "../check.ts";
import type { FitContext, Learner, ParameterSpecification, ParameterValues } from "../contract.ts";
import { encodingParameters, fitEncoding, type Scaling } from "../encoding.ts";
import { arrangePoints, numbersBySpread } from "../neighbours/arrange.ts";
import { completeParameters } from "../parameters.ts";
import { drawBounded, type MergedPoints, mergePoints, takePoints } from "../points.ts";
import { drawRowSample } from "../row-sample.ts";
import { activeClassesOf, classWeightsOf, heedCancel, manifestOf } from "../training.ts";

const PARAMETERS: readonly ParameterSpecification[] = [
  {
    name: "k",
    type: "integer",
    default: 5,
    minimum: 1,
    maximum: 10_000,
    description: "Training rows that vote",
    search: { values: [1, 3, 5, 11, 25] },
  },
  {
    name: "weights",
    type: "choice",
    default: "uniform",
    choices: VOTE_WEIGHTS,
    description: "Whether all votes count alike, or the more the nearer their row is (1 / distance)",
    search: { values: VOTE_WEIGHTS },
  },
  {
    name: "metric",
    type: "choice",
    default: "euclidean",
    choices: METRICS,
    description: "Distance over the encoded columns: root of squares, or sum of absolute differences",
    search: { values: METRICS },
  },
  {
    name: "balance",
    type: "boolean",
    default: false,
    description: "Weigh votes by the inverse of the rows of their class",
  },
  {
    name: "maxRows",
    type: "integer",
    default: 200_000,
    minimum: 10,
    maximum: 5_000_000,
    description: "Most distinct rows to keep; of more, a stratified draw",
  },
  ...encodingParameters("log"),
];

/** Streams of the seed. */
const STREAM = { rows: 1, sample: 3 } as const;
/** Numbers and codes of all points at most: 512 MiB. Fewer rows are kept where they would be more. */
const POINT_VALUES_MAXIMUM = 2 ** 27;
const STEPS = 4;

export const neighbours: Learner = {
  id: "neighbours",
  task: "classification",
  description: "K nearest neighbours: exact search, equal rows counted together",
  parameters: PARAMETERS,
  fit: fitNeighbours,
};

async function fitNeighbours(
  table: LabelledTable,
  given: ParameterValues,
  context: FitContext,
): Promise<Model> {
  const parameters = completeParameters(PARAMETERS, given);
  const classCounts = checkTrainingTable(table);
  if (context.validation) requireSameSchema(table.schema, context.validation.schema, "the validation table");
  let done = 0;
  const step = async (metrics: Record<string, number>): Promise<void> => {
    await context.onProgress?.({ done: ++done, total: STEPS, metrics });
    heedCancel(context, () => `${done} of ${STEPS} steps`);
  };
  heedCancel(context, () => "0 steps");
  const rows = Int32Array.from({ length: table.rowCount }, (_, row) => row);
  const encoding = fitEncoding(table, rows, { scaling: parameters["scaling"] as Scaling });
  await step({});
  const plain = new PointEncoder(encoding, table.schema.columns);
  const merged = mergePoints(table, rows, plain);
  await step({ distinctRows: merged.points.count });
  const votes = votesOf(table, merged);
  const kept = keptPoints(votes, merged.points, Number(parameters["maxRows"]), context.seed);
  const order = numbersBySpread(merged.points);
  const points = takePoints(reordered(merged.points, order), kept);
  const { order: places, blockStarts } = arrangePoints(points);
  await step({ keptRows: points.count });
  const arranged = Int32Array.from(places, (place) => kept[place]);
  const classes = activeClassesOf(table, rows);
  const classWeights = new Float64Array(table.classes.length).fill(1);
  classWeightsOf(table, parameters["balance"] === true, context, classes).forEach((weight, index) => {
    classWeights[classes.active[index]] = weight;
  });
  const neighbourhood = {
    encoding,
    order,
    points: takePoints(points, places),
    blockStarts,
    ranks: Uint32Array.from(arranged),
    ...arrangedVotes(votes, arranged),
    classWeights,
    k: Number(parameters["k"]),
    weights: parameters["weights"] as VoteWeights,
    metric: parameters["metric"] as Metric,
    sample: drawRowSample(table, rows, new Random(context.seed).fork(STREAM.sample).uint32()),
  };
  await step({ keptRows: points.count });
  const manifest = manifestOf(table, context, {
    kind: NEIGHBOURS_KIND,
    formatVersion: NEIGHBOURS_FORMAT_VERSION,
    title: "Nearest neighbours",
    learner: "neighbours",
    parameters,
    trainingRows: multiplicitiesOf(neighbourhood).reduce((sum, count) => sum + count, 0),
    validationRows: 0,
    classCounts,
    iterations: 1,
    metrics: { distinctRows: merged.points.count, keptRows: points.count },
  });
  return new NeighboursModel(manifest, neighbourhood);
}

/** Of each point, the classes of its rows and how many rows of each. */
interface Votes {
  starts: Uint32Array;
  classes: Uint16Array;
  counts: Uint32Array;
}

function votesOf({ labels }: LabelledTable, { points, pointOfRow }: MergedPoints): Votes {
  const perPoint: Map<number, number>[] = Array.from({ length: points.count });
  // Most points have one class: two arrays serve them, maps those that have more.
  const first = new Int32Array(points.count).fill(-1);
  const counts = new Uint32Array(points.count);
  let total = points.count;
  pointOfRow.forEach((point, row) => {
    const label = labels[row];
    if (first[point] < 0) first[point] = label;
    if (first[point] === label) {
      counts[point]++;
      return;
    }
    perPoint[point] ??= new Map();
    const seen = perPoint[point].get(label) ?? 0;
    if (seen === 0) total++;
    perPoint[point].set(label, seen + 1);
  });
  const votes = {
    starts: new Uint32Array(points.count + 1),
    classes: new Uint16Array(total),
    counts: new Uint32Array(total),
  };
  let at = 0;
  for (let point = 0; point < points.count; point++) {
    const here: [number, number][] = [[first[point], counts[point]], ...(perPoint[point] ?? [])];
    for (const [label, count] of here.sort(([a], [b]) => a - b)) {
      votes.classes[at] = label;
      votes.counts[at++] = count;
    }
    votes.starts[point + 1] = at;
  }
  return votes;
}

function arrangedVotes({ starts, classes, counts }: Votes, points: Int32Array) {
  const voteStarts = new Uint32Array(points.length + 1);
  points.forEach((point, index) => {
    voteStarts[index + 1] = voteStarts[index] + starts[point + 1] - starts[point];
  });
  const voteClasses = new Uint16Array(voteStarts[points.length]);
  const voteCounts = new Uint32Array(voteStarts[points.length]);
  points.forEach((point, index) => {
    voteClasses.set(classes.subarray(starts[point], starts[point + 1]), voteStarts[index]);
    voteCounts.set(counts.subarray(starts[point], starts[point + 1]), voteStarts[index]);
  });
  return { voteStarts, voteClasses, voteCounts };
}

/** Points to keep, ascending; where they are too many, a draw from each class, by the class most of their rows are of. */
function keptPoints(votes: Votes, points: Points, maxRows: number, seed: number): Int32Array {
  const { starts, classes, counts } = votes;
  const main = new Int32Array(points.count);
  for (let point = 0; point < points.count; point++) {
    let best = starts[point];
    for (let vote = best; vote < starts[point + 1]; vote++) if (counts[vote] > counts[best]) best = vote;
    main[point] = classes[best];
  }
  const present = [...new Set(main)].sort((a, b) => a - b);
  const classOfPoint = main.map((label) => present.indexOf(label));
  const room = Math.max(1, Math.floor(POINT_VALUES_MAXIMUM / (points.numbers + points.codes)));
  const random = new Random(seed).fork(STREAM.rows);
  return drawBounded(classOfPoint, present.length, Math.min(maxRows, room), random.uint32()).chosen;
}

/** The same points with their numbers in another order. */
function reordered(points: Points, order: Int32Array): Points {
  const { count, numbers, values } = points;
  const moved = new Float32Array(values.length);
  for (let point = 0; point < count; point++)
    for (let number = 0; number < numbers; number++)
      moved[point * numbers + number] = values[point * numbers + order[number]];
  return { ...points, values: moved };
}
