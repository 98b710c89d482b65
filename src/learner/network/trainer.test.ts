// Steps of networks: against scikit-learn's, and against slopes found by moving every weight a little.

import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { foreignSchema } from "../../feature/table.ts";
import { NETWORK_FORMAT_VERSION, NETWORK_KIND, NetworkModel } from "../../model/kinds/network.ts";
import { ACTIVATION, type DenseLayer, type Network } from "../../model/network.ts";
import { fitEncoding } from "../encoding.ts";
import { manifestOf } from "../training.ts";
import { Workspace } from "../workspace.ts";
import { AutoencoderTrainer, plainRows } from "./autoencoders.ts";
import { floatsAt, LOSS, NETWORK_KERNELS, type NetworkWorkspace } from "./kernels.ts";
import { drawNetwork, type Plan, placeNetwork, readNetwork } from "./layers.ts";
import { type LabelledRows, NetworkTrainer, type Optimiser, scratchBytes, takeInputs } from "./trainer.ts";

interface Case {
  name: string;
  classes: number;
  hidden: number[];
  activation: "relu" | "tanh" | "logistic";
  solver: "adam" | "sgd";
  alpha: number;
  rows: number[];
  labels: number[];
  before: { weights: number[]; biases: number[] }[];
  after: { weights: number[]; biases: number[] }[];
  losses: number[] | null;
  probabilities: number[];
}

const golden: { columns: number; steps: number; rate: number; cases: Case[] } = JSON.parse(
  readFileSync(new URL("../../../test/golden/networks.json", import.meta.url), "utf8"),
);

const workspaces: NetworkWorkspace[] = [];

afterEach(async () => {
  for (const workspace of workspaces.splice(0)) await workspace.close();
});

function opened(): NetworkWorkspace {
  const workspace = new Workspace(NETWORK_KERNELS);
  workspaces.push(workspace);
  return workspace;
}

function planOf(widths: number[], hidden: number, dropout = 0, output: number = ACTIVATION.linear): Plan {
  return { widths, hidden, output, initialisation: "glorot", dropout, sparse: true };
}

interface Sample {
  width: number;
  rows: readonly number[];
  labels: readonly number[];
  labelWeights?: readonly number[];
}

function trainerOf(
  workspace: NetworkWorkspace,
  plan: Plan,
  network: Network,
  { width, rows, labels, labelWeights }: Sample,
  optimiser: Optimiser,
) {
  const count = labels.length;
  workspace.takeScratch(scratchBytes(width, count));
  const at = workspace.take(rows.length * 4);
  const labelsAt = workspace.take(count * 4);
  floatsAt(workspace, at, rows.length).set(rows);
  workspace.wordsAt(labelsAt, count).set(labels);
  const training: LabelledRows = { ...plainRows(workspace, at, width, count), labels: labelsAt };
  const inputs = takeInputs(workspace, width, count);
  const placed = placeNetwork(workspace, plan, network, inputs);
  const outputs = plan.widths[plan.widths.length - 1];
  const trainer = new NetworkTrainer(workspace, {
    network: placed,
    inputs,
    training,
    loss: outputs === 1 ? LOSS.logistic : LOSS.softmax,
    labelWeights: Float64Array.from(labelWeights ?? new Array(Math.max(2, outputs)).fill(1)),
    optimiser,
  });
  return { trainer, placed, training };
}

describe.each(golden.cases)("scikit-learn: $name", (found) => {
  const count = found.labels.length;
  const outputs = found.classes === 2 ? 1 : found.classes;
  const widths = [golden.columns, ...found.hidden, outputs];
  const hidden = ACTIVATION[found.activation];
  const networkOf = (layers: Case["before"]): Network =>
    layers.map(
      ({ weights, biases }, index): DenseLayer => ({
        inputs: widths[index],
        outputs: widths[index + 1],
        activation: index === layers.length - 1 ? ACTIVATION.linear : hidden,
        weights: Float32Array.from(weights),
        biases: Float32Array.from(biases),
      }),
    );

  test("steps lead to the same weights, over the same losses", () => {
    const workspace = opened();
    const optimiser: Optimiser = {
      kind: found.solver,
      learningRate: golden.rate,
      first: 0.9,
      second: 0.999,
      epsilon: 1e-8,
      l2: found.alpha,
    };
    const sample = { width: golden.columns, rows: found.rows, labels: found.labels };
    const { trainer, placed } = trainerOf(
      workspace,
      planOf(widths, hidden),
      networkOf(found.before),
      sample,
      optimiser,
    );
    for (let step = 0; step < golden.steps; step++) {
      const loss = trainer.learn(0, count, 0) / count;
      if (found.losses) expect(loss).toBeCloseTo(found.losses[step], 5);
    }
    readNetwork(workspace, placed).forEach(({ weights, biases }, index) => {
      const { weights: wanted, biases: wantedBiases } = found.after[index];
      weights.forEach((weight, place) => {
        expect(weight).toBeCloseTo(wanted[place], 4);
      });
      biases.forEach((bias, place) => {
        expect(bias).toBeCloseTo(wantedBiases[place], 4);
      });
    });
  });

  test("its network gives the same probabilities as a model", () => {
    const columns = Array.from({ length: golden.columns }, (_, index) => ({
      name: `c${index}`,
      kind: "numeric" as const,
      unit: "",
      categories: [],
      description: "",
    }));
    const values = columns.map((_, column) =>
      Float64Array.from({ length: count }, (_, row) => found.rows[row * golden.columns + column]),
    );
    const classes = Array.from({ length: found.classes }, (_, index) => `class ${index}`);
    const labels = Int32Array.from(found.labels);
    const table = { schema: foreignSchema("golden", columns), rowCount: count, values, classes, labels };
    const rows = Int32Array.from({ length: count }, (_, row) => row);
    const model = new NetworkModel(
      manifestOf(
        table,
        { seed: 1 },
        {
          kind: NETWORK_KIND,
          formatVersion: NETWORK_FORMAT_VERSION,
          title: "Golden",
          learner: "mlp",
          parameters: {},
          trainingRows: count,
          validationRows: 0,
          classCounts: classes.map(() => 1),
          iterations: 1,
          metrics: {},
        },
      ),
      {
        encoding: fitEncoding(table, rows, { scaling: "none" }),
        network: networkOf(found.after),
        activeClasses: Int32Array.from(classes.keys()),
        reference: new Float64Array(columns.length),
        importance: new Float64Array(columns.length),
      },
    );
    const out = new Float64Array(count * found.classes);
    model.scoreTable(table, out);
    out.forEach((probability, index) => {
      expect(probability).toBeCloseTo(found.probabilities[index], 6);
    });
  });
});

// ---------------------------------------------------------------------------------------------- slopes

const PLAIN: Optimiser = { kind: "sgd", learningRate: 1, first: 0, second: 0, epsilon: 0, l2: 0 };

const SLOPES: Record<string, (sum: number) => number> = {
  relu: (sum) => Math.max(0, sum),
  tanh: Math.tanh,
  logistic: (sum) => 1 / (1 + Math.exp(-sum)),
  linear: (sum) => sum,
};
const NAMES = Object.keys(ACTIVATION) as (keyof typeof ACTIVATION)[];

/** Layers as nested lists of 64-bit numbers: weights input after input, then biases. */
type Plain = { inputs: number; outputs: number; activation: number; numbers: number[] }[];

function plainOf(network: Network): Plain {
  return network.map(({ inputs, outputs, activation, weights, biases }) => ({
    inputs,
    outputs,
    activation,
    numbers: [...weights, ...biases],
  }));
}

function outputsOf(layers: Plain, row: readonly number[]): number[] {
  return layers.reduce<number[]>(
    (values, { inputs, outputs, activation, numbers }) =>
      Array.from({ length: outputs }, (_, output) => {
        let sum = numbers[inputs * outputs + output];
        for (let input = 0; input < inputs; input++) sum += values[input] * numbers[input * outputs + output];
        return SLOPES[NAMES.find((name) => ACTIVATION[name] === activation) ?? "linear"](sum);
      }),
    [...row],
  );
}

function classLoss(layers: Plain, { width, rows, labels, labelWeights = [] }: Sample): number {
  let sum = 0;
  labels.forEach((label, row) => {
    const outputs = outputsOf(layers, rows.slice(row * width, (row + 1) * width));
    const scores = outputs.length === 1 ? [0, outputs[0]] : outputs;
    const total = scores.reduce((all, score) => all + Math.exp(score), 0);
    sum += (labelWeights[label] ?? 1) * (Math.log(total) - scores[label]);
  });
  return sum / labels.length;
}

function squareLoss(layers: Plain, { width, rows, labels }: Sample): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const inputs = rows.slice(row * width, (row + 1) * width);
    outputsOf(layers, inputs).forEach((output, index) => {
      sum += (output - inputs[index]) ** 2 / width / labels.length;
    });
  }
  return sum;
}

/** Slopes of a loss by every number of the layers, by central differences. */
function slopesOf(layers: Plain, loss: (layers: Plain) => number): number[] {
  const step = 1e-5;
  return layers.flatMap((layer) =>
    layer.numbers.map((number, index) => {
      layer.numbers[index] = number + step;
      const above = loss(layers);
      layer.numbers[index] = number - step;
      const below = loss(layers);
      layer.numbers[index] = number;
      return (above - below) / (2 * step);
    }),
  );
}

/** A third of the inputs is 0, as those of categories are. */
function sampleOf(width: number, count: number, classes: number, seed: number): Sample {
  const random = new Random(seed);
  return {
    width,
    rows: Array.from({ length: width * count }, () => Math.fround(random.chance(0.3) ? 0 : random.normal())),
    labels: Array.from({ length: count }, (_, row) => row % classes),
    labelWeights: Array.from({ length: classes }, (_, label) => 0.5 + label),
  };
}

test.each([
  { widths: [5, 9, 6, 1], hidden: "relu", classes: 2 },
  { widths: [7, 10, 3], hidden: "tanh", classes: 3 },
  { widths: [21, 13, 17, 5], hidden: "logistic", classes: 5 },
  { widths: [3, 2], hidden: "relu", classes: 2 },
] as const)("the step of $widths $hidden follows the slope of the loss", ({ widths, hidden, classes }) => {
  const workspace = opened();
  const plan = planOf([...widths], ACTIVATION[hidden]);
  const network = drawNetwork(plan, new Random(3)).map((layer) => ({
    ...layer,
    biases: layer.biases.map((_, index) => 0.1 * (index % 3) - 0.05),
  }));
  const sample = sampleOf(widths[0], 45, classes, 4);
  const { trainer, placed } = trainerOf(workspace, plan, network, sample, PLAIN);
  const before = plainOf(network);
  const loss = trainer.learn(0, 45, 0) / 45;
  expect(loss).toBeCloseTo(classLoss(before, sample), 5);
  const after = plainOf(readNetwork(workspace, placed)).flatMap(({ numbers }) => numbers);
  const start = before.flatMap(({ numbers }) => numbers);
  slopesOf(before, (layers) => classLoss(layers, sample)).forEach((slope, index) => {
    expect(start[index] - after[index]).toBeCloseTo(slope, 5);
  });
});

test.each([ACTIVATION.linear, ACTIVATION.logistic])(
  "autoencoders follow the slope of theirs (output %i)",
  (output) => {
    const workspace = opened();
    const random = new Random(8);
    const plans = [5, 3].map((width) => planOf([width, width - 1, width], ACTIVATION.logistic, 0, output));
    const drawn = sampleOf(11, 30, 2, 9);
    // Inputs of a network are followed by padding to a multiple of four.
    const sample = {
      ...drawn,
      rows: drawn.rows.map((value, index) => ([5, 6, 7].includes(index % 11) ? 0 : value)),
    };
    workspace.takeScratch(scratchBytes(11, 30));
    const at = workspace.take(sample.rows.length * 4);
    floatsAt(workspace, at, sample.rows.length).set(sample.rows);
    const rows = plainRows(workspace, at, 11, 30);
    const shared = { rows, width: 11, starts: [0, 8], plans, batchRows: 30, optimiser: PLAIN };
    const trainer = new AutoencoderTrainer(workspace, shared, random);
    const before = trainer.networks.map(plainOf);
    const errors = workspace.take(30 * 2 * 4);
    trainer.judge(rows, errors);
    const found = floatsAt(workspace, errors, 60).slice();
    expect(trainer.learn(0)).toBe(30);
    trainer.networks.forEach((network, index) => {
      const width = plans[index].widths[0];
      const own = {
        width,
        labels: sample.labels,
        rows: sample.labels.flatMap((_, row) => {
          const start = row * 11 + shared.starts[index];
          return sample.rows.slice(start, start + width);
        }),
      };
      const meanSquare = sample.labels.reduce((sum, _, row) => sum + found[row * 2 + index] ** 2 / 30, 0);
      expect(meanSquare).toBeCloseTo(squareLoss(before[index], own), 5);
      const after = plainOf(network).flatMap(({ numbers }) => numbers);
      const start = before[index].flatMap(({ numbers }) => numbers);
      slopesOf(before[index], (layers) => squareLoss(layers, own)).forEach((slope, place) => {
        expect(start[place] - after[place]).toBeCloseTo(slope, 5);
      });
    });
  },
);

test("dropout leaves out the share it is told, by the seed, and keeps the mean", () => {
  // A network that copies: what comes out of the hidden layer is what the loss sees.
  const workspace = opened();
  const plan = planOf([4, 400, 1], ACTIVATION.relu, 0.25);
  const network = drawNetwork(plan, new Random(1));
  const weights = new Float32Array(400).fill(1 / 400);
  network[0].weights.fill(0);
  network[0].biases.fill(1);
  const copying = [network[0], { ...network[1], weights }];
  const sample = { width: 4, rows: new Array(4 * 64).fill(1), labels: new Array(64).fill(0) };
  const still = { ...PLAIN, learningRate: 0 };
  const { trainer, training } = trainerOf(workspace, plan, copying, sample, still);
  const [first, again, other] = [7, 7, 8].map((seed) => trainer.learn(0, 64, seed));
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  // Judged without dropout, the output is 1 and its loss ln(1 + e); with it, near that.
  expect(trainer.judge(training) / 64).toBeCloseTo(Math.log(1 + Math.E), 5);
  expect(Math.abs(first / 64 - Math.log(1 + Math.E))).toBeLessThan(0.02);
});
