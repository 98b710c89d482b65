// The learner "bayes": naive Bayes, Gaussian for numeric columns, smoothed frequencies for categorical ones.
//
// Guarantees: the same table and parameters give the same model, bit for bit, for any order of the columns. See
// docs/reference/linear.md for the method, its sources and what each parameter does.

import { exactLog } from "../../base/elementary.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { Model } from "../../model/contract.ts";
import { encodeValue, INPUT, INPUT_NUMBERS } from "../../model/encoder.ts";
import { BAYES_FORMAT_VERSION, BAYES_KIND, BAYES_LIMITS, BayesModel } from "../../model/kinds/bayes.ts";
import { checkTrainingTable } from "../check.ts";
import type { FitContext, Learner, ParameterSpecification, ParameterValues } from "../contract.ts";
import { fitEncoding } from "../encoding.ts";
import { BALANCE_PARAMETER, everyRow } from "../linear/prepare.ts";
import { completeParameters } from "../parameters.ts";
import { activeClassesOf, classWeightsOf, heedCancel, manifestOf } from "../training.ts";

const PARAMETERS: readonly ParameterSpecification[] = [
  {
    name: "varianceSmoothing",
    type: "number",
    default: 1,
    minimum: 1e-15,
    maximum: 100,
    description: "Share of each column's variance over all rows that is added to its variance in every class",
    search: { low: 1e-4, high: 3, scale: "log" },
  },
  {
    name: "categorySmoothing",
    type: "number",
    default: 1,
    minimum: 1e-9,
    maximum: 1e6,
    description: "Rows that are added to each category of every class (Laplace)",
  },
  {
    name: "transform",
    type: "choice",
    default: "log",
    choices: ["none", "log"],
    description: "Numeric columns as they are, or their logarithms, sign(x) log(1 + |x|)",
  },
  BALANCE_PARAMETER,
];

export const bayes: Learner = {
  id: "bayes",
  task: "classification",
  description: "Naive Bayes: Gaussian numeric columns, smoothed frequencies of categories",
  parameters: PARAMETERS,
  fit: fitBayes,
};

async function fitBayes(table: LabelledTable, given: ParameterValues, context: FitContext): Promise<Model> {
  const parameters = completeParameters(PARAMETERS, given);
  const classCounts = checkTrainingTable(table);
  if (context.validation) requireSameSchema(table.schema, context.validation.schema, "the validation table");
  const rows = everyRow(table);
  const classes = activeClassesOf(table, rows);
  const classWeights = classWeightsOf(table, parameters["balance"] === "balanced", context, classes);
  const encoding = fitEncoding(table, rows, {
    scaling: parameters["transform"] === "log" ? "log" : "standard",
  });
  const count = classes.active.length;
  const width = encoding.columnOfInput.length;
  const [first, second] = [new Float64Array(width * count), new Float64Array(width * count)];
  const labels = Uint32Array.from(rows, (row) => classes.labelOf[table.labels[row]]);
  const encoded = new Float64Array(table.rowCount);
  for (let input = 0; input < width; ) {
    heedCancel(context, () => `${input} of ${width} inputs`);
    const column = encoding.columnOfInput[input];
    let end = input + 1;
    while (end < width && encoding.columnOfInput[end] === column) end++;
    const kind = encoding.kindOfInput[input];
    if (kind === INPUT.value || kind === INPUT.logarithm) {
      const numbers = encoding.numbers.subarray(input * INPUT_NUMBERS, (input + 1) * INPUT_NUMBERS);
      encodeColumn(table.values[column], numbers, kind === INPUT.logarithm, encoded);
      const smoothing = Number(parameters["varianceSmoothing"]);
      const { means, variances } = classMoments(encoded, labels, count, smoothing);
      first.set(means, input * count);
      second.set(variances, input * count);
    } else if (kind !== INPUT.missing) {
      const codes = encoding.codeOfInput.subarray(input, end);
      const { categories } = table.schema.columns[column];
      const smoothing = Number(parameters["categorySmoothing"]);
      const found = categoryLogarithms(
        table.values[column],
        labels,
        codes,
        categories.length,
        count,
        smoothing,
      );
      first.set(found, input * count);
    }
    input = end;
    await context.onProgress?.({ done: input, total: width, metrics: {} });
  }
  const weighted = classes.counts.map((rowsOfClass, label) => rowsOfClass * classWeights[label]);
  const total = exactLog(weighted.reduce((sum, weight) => sum + weight, 0));
  const priors = Float64Array.from(weighted, (weight) => Math.min(0, exactLog(weight) - total));
  const manifest = manifestOf(table, context, {
    kind: BAYES_KIND,
    formatVersion: BAYES_FORMAT_VERSION,
    title: "Naive Bayes",
    learner: "bayes",
    parameters,
    trainingRows: table.rowCount,
    validationRows: 0,
    classCounts,
    iterations: 1,
    metrics: {},
  });
  return new BayesModel(manifest, { encoding, activeClasses: classes.active, priors, first, second });
}

function encodeColumn(
  values: Float64Array | Float32Array,
  numbers: Float64Array,
  isLogarithm: boolean,
  out: Float64Array,
): void {
  // Values repeat themselves; encoding is the costly part.
  let [last, encoded] = [0, encodeValue(numbers, 0, isLogarithm, 0)];
  for (let row = 0; row < out.length; row++) {
    const value = values[row];
    if (value !== last && !Number.isNaN(value)) {
      last = value;
      encoded = encodeValue(numbers, 0, isLogarithm, value);
    }
    out[row] = Number.isNaN(value) ? value : encoded;
  }
}

/**
 * Mean and variance of encoded values in every class, without missing ones, in the order of the rows. The smoothing is
 * added times the variance over all rows, which the encoding has made 1 or so. A class in which all values are missing
 * has those of all rows.
 */
function classMoments(values: Float64Array, labels: Uint32Array, classes: number, smoothing: number) {
  const counts = new Float64Array(classes + 1);
  const means = new Float64Array(classes + 1);
  const variances = new Float64Array(classes + 1);
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row])) continue;
    counts[labels[row]]++;
    means[labels[row]] += values[row];
  }
  for (let label = 0; label < classes; label++) {
    counts[classes] += counts[label];
    means[classes] += means[label];
  }
  for (let label = 0; label <= classes; label++) if (counts[label] > 0) means[label] /= counts[label];
  const overall = means[classes];
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row])) continue;
    const distance = values[row] - means[labels[row]];
    variances[labels[row]] += distance * distance;
    variances[classes] += (values[row] - overall) * (values[row] - overall);
  }
  for (let label = 0; label <= classes; label++) if (counts[label] > 0) variances[label] /= counts[label];
  const added = smoothing * variances[classes];
  for (let label = 0; label < classes; label++) {
    if (counts[label] === 0) [means[label], variances[label]] = [overall, variances[classes]];
    variances[label] = Math.max(BAYES_LIMITS.variance, variances[label] + added);
  }
  return { means: means.subarray(0, classes), variances: variances.subarray(0, classes) };
}

/**
 * Logarithms of (rows of the category in the class + smoothing) / (rows of the class + smoothing × categories), category after
 * category as the inputs are; missing values count nowhere.
 */
function categoryLogarithms(
  values: Float64Array | Float32Array,
  labels: Uint32Array,
  codes: Int32Array,
  categories: number,
  classes: number,
  smoothing: number,
): Float64Array {
  const other = codes.indexOf(-1);
  const inputOf = new Int32Array(categories).fill(other);
  codes.forEach((code, input) => {
    if (code >= 0) inputOf[code] = input;
  });
  const counts = new Float64Array(codes.length * classes);
  const totals = new Float64Array(classes).fill(smoothing * codes.length);
  for (let row = 0; row < labels.length; row++) {
    const value = values[row];
    if (Number.isNaN(value)) continue;
    const isKnown = value >= 0 && value < categories && value === Math.floor(value);
    const input = isKnown ? inputOf[value] : other;
    counts[input * classes + labels[row]]++;
    totals[labels[row]]++;
  }
  return counts.map((count, index) => exactLog((count + smoothing) / totals[index % classes]));
}
