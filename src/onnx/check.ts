// Whether an ONNX file of others may be handed to a runtime: files are untrusted.
//
// Allowed is what is listed: operators of ai.onnx and ai.onnx.ml that classifiers of tables are made of, and one of
// onnxruntime's own. Nothing else: no other domains (which ask for libraries), no data outside the file, no loops, no
// functions. A Scan goes over the rows of a table and may hold such operators, and no further graph.

import { OrbweaverError } from "../base/errors.ts";
import { ML_DOMAIN } from "./graph.ts";
import { quoted } from "./quoted.ts";
import { type FileGraph, type FileNode, type OnnxFile, readGraph } from "./read.ts";
import { fieldsOf } from "./wire.ts";

const OPERATORS: Readonly<Record<string, ReadonlySet<string>>> = {
  "": new Set(
    (
      "Abs Acos Add And ArgMax ArgMin Atan AveragePool BatchNormalization Cast CastLike Ceil Celu Clip Compress Concat " +
      "Constant ConstantOfShape Conv CumSum Div Dropout Einsum Elu Equal Erf Exp Expand Flatten Floor Gather " +
      "GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual HardSigmoid HardSwish " +
      "Hardmax Identity InstanceNormalization IsInf IsNaN LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax " +
      "LpNormalization MatMul Max MaxPool Mean MeanVarianceNormalization Min Mish Mod Mul Neg NonZero Not OneHot Or " +
      "PRelu Pow Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd " +
      "ReduceSum ReduceSumSquare Relu Reshape Round Scan ScatterElements ScatterND Selu Shape Sigmoid Sign Size Slice " +
      "Softmax Softplus Softsign Split Sqrt Squeeze Sub Sum Swish Tanh ThresholdedRelu TopK Transpose Unsqueeze Where Xor"
    ).split(" "),
  ),
  [ML_DOMAIN]: new Set(
    (
      "ArrayFeatureExtractor Binarizer CategoryMapper FeatureVectorizer Imputer LabelEncoder LinearClassifier " +
      "LinearRegressor Normalizer OneHotEncoder SVMClassifier SVMRegressor Scaler TreeEnsemble TreeEnsembleClassifier " +
      "TreeEnsembleRegressor ZipMap"
    ).split(" "),
  ),
  "com.microsoft": new Set(["CDist"]),
};

/** AttributeProto.AttributeType of graphs. */
const GRAPHS = [5, 10];

/** Throws `onnx-unsupported`, naming what is not allowed. */
export function checkOnnx(file: OnnxFile): void {
  refuse(file.extras.length > 0, `has ${file.extras[0]}`);
  checkGraph(file.graph, 0);
}

function checkGraph(graph: FileGraph, depth: number): void {
  refuse(graph.hasSparseInitializers, "has sparse constants");
  for (const [name, tensor] of graph.initializers) checkTensor(tensor, name);
  for (const node of graph.nodes) checkNode(node, depth);
}

function checkNode(node: FileNode, depth: number): void {
  const { operator, domain } = node;
  const known = Object.hasOwn(OPERATORS, domain) && OPERATORS[domain].has(operator);
  refuse(!known, `asks for the operator ${quoted(domain === "" ? operator : `${domain}.${operator}`)}`);
  for (const attribute of node.attributes) {
    for (const { number, value, bytes } of fieldsOf(attribute.bytes)) {
      if (number === 5 || number === 10) checkTensor(bytes, attribute.name);
      else if (number === 22 || number === 23) refuse(true, "has sparse constants");
      else if (number === 6 || number === 11 || (number === 20 && GRAPHS.includes(value))) {
        refuse(operator !== "Scan" || depth > 0, `has a graph inside its operator ${quoted(operator)}`);
        if (number === 6) checkGraph(readGraph(bytes), depth + 1);
        else refuse(number === 11, `has a graph inside its operator ${quoted(operator)}`);
      }
    }
  }
}

/** Constants must lie in the file itself. */
function checkTensor(bytes: Uint8Array, name: string): void {
  for (const { number, value } of fieldsOf(bytes)) {
    const outside = number === 13 || (number === 14 && value !== 0);
    refuse(outside, `keeps the constant ${quoted(name)} in another file`);
  }
}

function refuse(condition: boolean, what: string): void {
  if (!condition) return;
  throw new OrbweaverError("onnx-unsupported", `the ONNX file ${what}, which is not run`);
}
