// Tensors of the Open Inference Protocol (V2): typed numbers and texts, in JSON or as bytes behind it.
//
// What it guarantees: a tensor has as many elements as its shape says, each within its datatype, in row-major order; everything
// else is refused by name of tensor. FP32 and FP16 elements are rounded to their datatype, as bytes would be. Source: the
// protocol's required API and its binary tensor data extension (kserve/open-inference-protocol). Knows no model.

import { shown } from "../app/serving/fields.ts";
import { OrbweaverError } from "../base/errors.ts";

export type Datatype = keyof typeof DATATYPES;

interface DatatypeRule {
  /** Bytes of an element; 0 where each has its own. */
  size: number;
  /** Bounds of whole numbers. */
  range?: readonly [number, number];
  read?: (view: DataView, at: number) => number;
  write?: (view: DataView, at: number, value: number) => void;
}

export const DATATYPES = {
  BOOL: { size: 1, range: [0, 1], read: (v, at) => v.getUint8(at), write: (v, at, x) => v.setUint8(at, x) },
  UINT8: { size: 1, range: [0, 255], read: (v, at) => v.getUint8(at) },
  UINT16: { size: 2, range: [0, 65_535], read: (v, at) => v.getUint16(at, true) },
  UINT32: { size: 4, range: [0, 4_294_967_295], read: (v, at) => v.getUint32(at, true) },
  UINT64: { size: 8, range: [0, 2 ** 64], read: (v, at) => Number(v.getBigUint64(at, true)) },
  INT8: { size: 1, range: [-128, 127], read: (v, at) => v.getInt8(at) },
  INT16: { size: 2, range: [-32_768, 32_767], read: (v, at) => v.getInt16(at, true) },
  INT32: {
    size: 4,
    range: [-2_147_483_648, 2_147_483_647],
    read: (v, at) => v.getInt32(at, true),
    write: (v, at, x) => v.setInt32(at, x, true),
  },
  INT64: { size: 8, range: [-(2 ** 63), 2 ** 63], read: (v, at) => Number(v.getBigInt64(at, true)) },
  FP16: { size: 2, read: (v, at) => halfValue(v.getUint16(at, true)) },
  FP32: { size: 4, read: (v, at) => v.getFloat32(at, true) },
  FP64: {
    size: 8,
    read: (v, at) => v.getFloat64(at, true),
    write: (v, at, x) => v.setFloat64(at, x, true),
  },
  BYTES: { size: 0 },
} as const satisfies Record<string, DatatypeRule>;

export interface Tensor {
  name: string;
  datatype: Datatype;
  shape: readonly number[];
  /** Row-major: numbers, or texts of BYTES. */
  data: ArrayLike<number> | readonly string[];
}

/** A tensor as a request has it, checked for its form only. */
export interface GivenTensor {
  name: string;
  datatype: string;
  shape: readonly number[];
  parameters?: Record<string, unknown>;
  data?: unknown;
}

/** Most elements of a tensor. */
const ELEMENTS_MAX = 1 << 27;

/** Reads tensors, those whose bytes follow the JSON in their order. Throws `tensor-invalid`. */
export function readTensors(given: readonly GivenTensor[], behind: Buffer): Tensor[] {
  let at = 0;
  const tensors = given.map((one) => {
    const { name } = one;
    const datatype = knownDatatype(one);
    const count = elementCount(one);
    const size = one.parameters?.["binary_data_size"];
    if (size === undefined) return { name, datatype, shape: one.shape, data: jsonData(one, datatype, count) };
    if (one.data !== undefined) throw refused(name, "data in JSON and as bytes", "one of them");
    if (!isCount(size) || at + size > behind.length)
      throw refused(
        name,
        `binary_data_size ${shown(size)}`,
        `a size within the ${behind.length - at} bytes that follow`,
      );
    const bytes = behind.subarray(at, at + size);
    at += size;
    return { name, datatype, shape: one.shape, data: binaryData(name, datatype, count, bytes) };
  });
  if (at === behind.length) return tensors;
  throw refused("body", `${behind.length - at} bytes behind the last tensor`, "none");
}

function knownDatatype({ name, datatype }: GivenTensor): Datatype {
  if (Object.hasOwn(DATATYPES, datatype)) return datatype as Datatype;
  throw refused(name, `datatype ${shown(datatype)}`, Object.keys(DATATYPES).join(", "));
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function elementCount({ name, shape }: GivenTensor): number {
  let count = 1;
  for (const dimension of shape) {
    if (!isCount(dimension))
      throw refused(name, `a dimension ${shown(dimension)}`, "whole numbers of at least 0");
    count *= dimension;
  }
  if (count > ELEMENTS_MAX) throw refused(name, `${count} elements`, `at most ${ELEMENTS_MAX}`);
  return count;
}

// --- JSON -----------------------------------------------------------------------------------------------------------

function jsonData({ name, data }: GivenTensor, datatype: Datatype, count: number): Tensor["data"] {
  if (!Array.isArray(data)) throw refused(name, `data that is ${shown(data)}`, "a list of elements");
  const elements = data.some(Array.isArray)
    ? (data.flat(Number.POSITIVE_INFINITY) as unknown[])
    : (data as unknown[]);
  if (elements.length !== count)
    throw refused(name, `${elements.length} elements`, `${count}, as the shape says`);
  if (datatype === "BYTES") return elements.map((element) => textElement(name, element));
  const { range } = DATATYPES[datatype] as DatatypeRule;
  const numbers = new Float64Array(count);
  for (let index = 0; index < count; index++)
    numbers[index] = element(name, elements[index], datatype, range);
  return numbers;
}

function element(name: string, value: unknown, datatype: Datatype, range: DatatypeRule["range"]): number {
  if (datatype === "BOOL" && typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "number") throw refused(name, `an element ${shown(value)}`, `elements of ${datatype}`);
  if (range === undefined) return datatype === "FP64" ? value : Math.fround(value);
  if (Number.isInteger(value) && value >= range[0] && value <= range[1]) return value;
  throw refused(
    name,
    `an element ${shown(value)}`,
    `whole numbers of ${datatype}: ${range[0]} to ${range[1]}`,
  );
}

function textElement(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw refused(name, `an element ${shown(value)}`, "texts");
}

// --- bytes ----------------------------------------------------------------------------------------------------------

function binaryData(name: string, datatype: Datatype, count: number, bytes: Buffer): Tensor["data"] {
  if (datatype === "BYTES") return binaryTexts(name, count, bytes);
  const { size, read } = DATATYPES[datatype] as Required<DatatypeRule>;
  if (bytes.length !== count * size)
    throw refused(name, `${bytes.length} bytes`, `${count * size}, as shape and datatype say`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const numbers = new Float64Array(count);
  for (let index = 0; index < count; index++) numbers[index] = read(view, index * size);
  return numbers;
}

/** Texts, each behind its length in 4 bytes. */
function binaryTexts(name: string, count: number, bytes: Buffer): string[] {
  const texts: string[] = [];
  let at = 0;
  while (at + 4 <= bytes.length && texts.length < count) {
    const length = bytes.readUInt32LE(at);
    if (at + 4 + length > bytes.length) break;
    texts.push(bytes.toString("utf8", at + 4, at + 4 + length));
    at += 4 + length;
  }
  if (texts.length === count && at === bytes.length) return texts;
  throw refused(name, `bytes that hold no ${count} texts`, "each text behind its length in 4 bytes");
}

/** IEEE 754 binary16. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The elements of a tensor as bytes. */
export function tensorBytes({ datatype, data }: Tensor): Buffer {
  if (datatype === "BYTES") {
    return Buffer.concat(
      Array.from(data as readonly string[], (text) => {
        const bytes = Buffer.from(text, "utf8");
        const length = Buffer.alloc(4);
        length.writeUInt32LE(bytes.length);
        return Buffer.concat([length, bytes]);
      }),
    );
  }
  const { size, write } = DATATYPES[datatype] as Required<DatatypeRule>;
  const bytes = Buffer.alloc(data.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let index = 0; index < data.length; index++) write(view, index * size, data[index] as number);
  return bytes;
}

/** The elements of a tensor as JSON has them. */
export function tensorJson({ datatype, data }: Tensor): unknown[] {
  if (datatype === "BOOL") return Array.from(data as ArrayLike<number>, (value) => value === 1);
  return Array.from(data as ArrayLike<number | string>);
}

export function refused(field: string, found: string, expected: string): OrbweaverError {
  return new OrbweaverError(
    "tensor-invalid",
    `${field.slice(0, 100)}: found ${found}, expected ${expected}`,
    {
      fields: [{ field: field.slice(0, 100), found, expected }],
    },
  );
}
