// Inference by the Open Inference Protocol: tensors in, tensors out, whatever the model.
//
// Rows come as one tensor [rows, columns] in the order of the schema (of any numeric datatype, or of texts), or as one tensor a
// field, [rows] or [rows, 1], by the field's name. Outputs are those of `OUTPUTS`; requests may name some. Knows no route.

import type * as z from "zod";
import { type Charge, judgeFor, type Served, versionText } from "../app/serving/charge.ts";
import { BLOCK_ROWS, type Predictor } from "../app/serving/predictor.ts";
import { RowBlock } from "../app/serving/rows.ts";
import { OrbweaverError } from "../base/errors.ts";
import { v2Request } from "./contract/kserve.ts";
import { parseJson } from "./json-body.ts";
import { type Datatype, readTensors, refused, type Tensor, tensorBytes, tensorJson } from "./tensors.ts";

/** Names of the tensor of rows, in the metadata; requests may call it otherwise. */
const ROWS = "rows";

interface Output {
  datatype: Datatype;
  /** Elements of a row. */
  width: (predictor: Predictor) => number;
  /** Writes the elements of a row. */
  put: (predictor: Predictor, row: number, out: (number | string)[]) => void;
  isGiven?: (predictor: Predictor) => boolean;
}

const one = (): number => 1;

export const OUTPUTS: Readonly<Record<string, Output>> = {
  class_index: {
    datatype: "INT32",
    width: one,
    put: ({ judge }, row, out) => out.push(judge.classIndex[row]),
  },
  label: { datatype: "BYTES", width: one, put: ({ judge }, row, out) => out.push(judge.className(row)) },
  confidence: {
    datatype: "FP64",
    width: one,
    put: ({ judge }, row, out) => out.push(judge.probability[row]),
  },
  probabilities: {
    datatype: "FP64",
    width: ({ classCount }) => classCount,
    put: ({ judge, classCount }, row, out) => {
      for (let index = 0; index < classCount; index++)
        out.push(judge.probabilities[row * classCount + index]);
    },
  },
  attack: { datatype: "BOOL", width: one, put: ({ judge }, row, out) => out.push(judge.attack[row]) },
  attack_probability: {
    datatype: "FP64",
    width: one,
    put: ({ judge }, row, out) => out.push(judge.attackProbability[row]),
  },
  unknown: {
    datatype: "BOOL",
    width: one,
    put: ({ unknown }, row, out) => out.push(unknown?.[row] ?? 0),
    isGiven: ({ unknown }) => unknown !== undefined,
  },
};

type TensorFacts = { name: string; datatype: string; shape: number[] };

/** What goes in and comes out, as metadata tells it. */
export function modelTensors(predictor: Predictor): { inputs: TensorFacts[]; outputs: TensorFacts[] } {
  const { columns } = predictor.manifest.schema;
  const hasTexts = columns.some(({ kind }) => kind === "categorical");
  const inputs = hasTexts
    ? columns.map(({ name, kind }) => ({
        name,
        datatype: kind === "categorical" ? "BYTES" : "FP64",
        shape: [-1],
      }))
    : [{ name: ROWS, datatype: "FP64", shape: [-1, columns.length] }];
  const outputs = Object.entries(OUTPUTS)
    .filter(([, { isGiven }]) => isGiven?.(predictor) !== false)
    .map(([name, { datatype, width }]) => ({
      name,
      datatype,
      shape: name === "probabilities" ? [-1, width(predictor)] : [-1],
    }));
  return { inputs, outputs };
}

export interface InferenceAnswer {
  body: Buffer | string;
  /** Bytes of JSON, where tensors follow as bytes. */
  headerLength?: number;
}

type Request = z.infer<typeof v2Request>;

/** The request in a body; `headerLength` bytes of it are JSON, the rest tensors. Throws `body-invalid`, `request-invalid`. */
export function parseRequest(body: Buffer, headerLength: number): { request: Request; behind: Buffer } {
  const parsed = v2Request.safeParse(parseJson(body.subarray(0, headerLength)));
  if (parsed.success) return { request: parsed.data, behind: body.subarray(headerLength) };
  const fields = parsed.error.issues.map(({ path, message }) => ({
    field: path.length === 0 ? "body" : path.map(String).join("/"),
    found: /received (.*)$/.exec(message)?.[1] ?? "something else",
    expected: /expected (.*?)(?:, received .*)?$/.exec(message)?.[1] ?? message,
  }));
  const [{ field, found, expected }] = fields;
  throw new OrbweaverError("request-invalid", `${field}: found ${found}, expected ${expected}`, { fields });
}

/** Judges the rows of a request. Throws `tensor-invalid`, `feature-missing`, `feature-invalid`. */
export function infer(
  charge: Charge,
  served: Served,
  { request, behind }: { request: Request; behind: Buffer },
): InferenceAnswer {
  const { predictor } = served;
  const wanted = wantedOutputs(predictor, request);
  const block = rowsOfTensors(predictor, readTensors(request.inputs, behind));
  const data = wanted.map((): (number | string)[] => []);
  for (let first = 0; first < block.count; first += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, block.count - first);
    judgeFor(charge, served, block.values, { first, count });
    wanted.forEach(({ output }, index) => {
      for (let row = 0; row < count; row++) output.put(predictor, row, data[index]);
    });
  }
  const tensors = wanted.map(({ name, output, isBinary }, index) => ({
    isBinary,
    tensor: {
      name,
      datatype: output.datatype,
      shape: name === "probabilities" ? [block.count, output.width(predictor)] : [block.count],
      data: data[index] as number[] | string[],
    },
  }));
  return answerOf(served, request, tensors);
}

interface WantedOutput {
  name: string;
  output: Output;
  isBinary: boolean;
}

function wantedOutputs(predictor: Predictor, { outputs, parameters }: Request): WantedOutput[] {
  const all = parameters?.["binary_data_output"] === true;
  const known = modelTensors(predictor).outputs.map(({ name }) => name);
  return (
    outputs ?? known.map((name): { name: string; parameters?: Record<string, unknown> } => ({ name }))
  ).map(({ name, parameters: own }) => {
    if (!known.includes(name)) throw refused("outputs", `an output '${name.slice(0, 60)}'`, known.join(", "));
    const asked = own?.["binary_data"];
    return { name, output: OUTPUTS[name], isBinary: typeof asked === "boolean" ? asked : all };
  });
}

function rowsOfTensors(predictor: Predictor, tensors: readonly Tensor[]): RowBlock {
  const block = new RowBlock(predictor.fields);
  const [only] = tensors;
  const isWhole = tensors.length === 1 && only.shape.length === 2 && only.shape[1] === predictor.columnCount;
  if (isWhole && (predictor.columnCount > 1 || predictor.fields.indexOf(only.name) < 0))
    addWhole(block, only);
  else addColumns(block, tensors);
  return block;
}

function addWhole(block: RowBlock, { data, shape }: Tensor): void {
  const width = block.columnCount;
  for (let row = 0; row < shape[0]; row++)
    block.addList(Array.prototype.slice.call(data, row * width, (row + 1) * width) as unknown[]);
}

function addColumns(block: RowBlock, tensors: readonly Tensor[]): void {
  const columns = tensors.map((tensor) => {
    const column = block.columnOf(tensor.name);
    if (column >= 0) return { column, tensor };
    const expected = `one tensor [rows, ${block.columnCount}], or tensors by names of fields`;
    throw refused(tensor.name, `a tensor [${tensor.shape.join(", ")}] of that name`, expected);
  });
  const [{ tensor: first }] = columns;
  for (const { tensor } of columns) {
    const { name, shape } = tensor;
    const isColumn = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
    if (!isColumn || shape[0] !== first.shape[0])
      throw refused(
        name,
        `the shape [${shape.join(", ")}]`,
        `[${first.shape[0] ?? "rows"}] or [${first.shape[0] ?? "rows"}, 1]`,
      );
  }
  const places = columns.map(({ column }) => column);
  for (let row = 0; row < (first.shape[0] ?? 0); row++)
    block.addValues(
      columns.map(({ tensor }) => tensor.data[row]),
      places,
    );
}

function answerOf(
  served: Served,
  request: Request,
  tensors: readonly { isBinary: boolean; tensor: Tensor }[],
): InferenceAnswer {
  const bytes: Buffer[] = [];
  const outputs = tensors.map(({ isBinary, tensor }) => {
    const { name, datatype, shape } = tensor;
    if (!isBinary) return { name, datatype, shape, data: tensorJson(tensor) };
    const written = tensorBytes(tensor);
    bytes.push(written);
    return { name, datatype, shape, parameters: { binary_data_size: written.length } };
  });
  const text = JSON.stringify({
    model_name: served.name,
    model_version: versionText(served),
    ...(request.id !== undefined && { id: request.id }),
    outputs,
  });
  if (bytes.length === 0) return { body: text };
  const json = Buffer.from(text);
  return { body: Buffer.concat([json, ...bytes]), headerLength: json.length };
}
