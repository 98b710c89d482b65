// The Open Inference Protocol against its published required API: each rule as a row of a table, then tensors of every datatype.
//
// The rules are those of kserve/open-inference-protocol, specification/protocol/inference_rest.md, and of the binary tensor data
// extension of KServe's documentation.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Started, startServing } from "../../src/http/start.ts";
import type { Model } from "../../src/model/contract.ts";
import { clientRows, schemaTable, servedModel } from "../support/served-models.ts";

const CLASSES = ["Benign", "DDoS-ACK", "DDoS-PSH-ACK"];
const folder = mkdtempSync(join(tmpdir(), "orbweaver-v2-"));
const table = schemaTable("apa", CLASSES);
const rows = [0, 1, 2].map((row) => table.values.map((column) => column[row]));
let model: Model;
let started: Started;

beforeAll(async () => {
  model = await servedModel({ schema: "apa", classes: CLASSES });
  const kdd = await servedModel({ schema: "kdd", classes: ["normal", "dos"], trees: 3 });
  writeFileSync(join(folder, "apa.orb"), model.encode());
  writeFileSync(join(folder, "kdd.orb"), kdd.encode());
  started = await startServing({
    models: [join(folder, "apa.orb"), join(folder, "kdd.orb")],
    place: { project: join(folder, "project"), create: true },
    port: 0,
  });
});
afterAll(async () => {
  await started.close();
  rmSync(folder, { recursive: true, force: true });
});

interface OutTensor {
  name: string;
  datatype: string;
  shape: number[];
  data?: unknown[];
  parameters?: { binary_data_size: number };
}

interface Inference {
  model_name: string;
  model_version: string;
  id?: string;
  outputs: OutTensor[];
  error?: string;
}

async function get(path: string): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(started.address + path);
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

async function post(
  body: unknown,
  path = "/v2/models/apa/infer",
): Promise<{ status: number; json: Inference }> {
  const response = await fetch(started.address + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Inference };
}

/** A request with JSON and bytes behind it. */
async function postBinary(request: unknown, bytes: Uint8Array, length?: number) {
  const json = Buffer.from(JSON.stringify(request));
  const response = await fetch(`${started.address}/v2/models/apa/infer`, {
    method: "POST",
    headers: {
      "content-type": "application/octet-stream",
      "inference-header-content-length": String(length ?? json.length),
    },
    body: Buffer.concat([json, bytes]),
  });
  return { response, body: Buffer.from(await response.arrayBuffer()) };
}

const whole = (data: unknown = rows, datatype = "FP64", shape: unknown = [3, 19]) => ({
  name: "rows",
  shape,
  datatype,
  data,
});
const output = ({ outputs }: Inference, name: string): OutTensor | undefined =>
  outputs.find((one) => one.name === name);

/** Probabilities of the library. */
function expected(values: number[][] = rows): number[] {
  const out = new Float64Array(values.length * 3);
  model.score(Float64Array.from(values.flat()), values.length, out);
  return [...out];
}

const STRING = expect.any(String);
const TENSORS = expect.arrayContaining([
  expect.objectContaining({ name: STRING, datatype: STRING, shape: expect.arrayContaining([-1]) }),
]);

describe("the required API", () => {
  test.each<[rule: string, path: string, status: number, body: unknown]>([
    [
      "server metadata has name, version and extensions",
      "/v2",
      200,
      { name: STRING, version: STRING, extensions: ["binary_tensor_data"] },
    ],
    ["server live", "/v2/health/live", 200, { live: true }],
    ["server ready", "/v2/health/ready", 200, { live: true, ready: true }],
    ["model ready has the model's name", "/v2/models/apa/ready", 200, { name: "apa", ready: true }],
    [
      "model metadata",
      "/v2/models/apa",
      200,
      {
        name: "apa",
        versions: [STRING],
        platform: STRING,
        inputs: [{ name: "rows", datatype: "FP64", shape: [-1, 19] }],
        outputs: TENSORS,
      },
    ],
    [
      "model metadata with categories: a tensor a field",
      "/v2/models/kdd",
      200,
      { inputs: expect.arrayContaining([{ name: "service", datatype: "BYTES", shape: [-1] }]) },
    ],
    ["an unknown model is an error with its message", "/v2/models/none", 404, { error: STRING }],
    ["an unknown model is not ready", "/v2/models/none/ready", 404, { error: STRING }],
    ["an unknown version is an error", "/v2/models/apa/versions/99", 404, { error: STRING }],
    ["names are case-sensitive", "/v2/models/APA", 404, { error: STRING }],
  ])("%s", async (_, path, status, body) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject(body as Record<string, unknown>);
  });

  test("a version that metadata names may be asked for by path", async () => {
    const { json } = await get("/v2/models/apa");
    const [version] = json["versions"] as string[];
    for (const path of ["", "/ready"])
      expect((await get(`/v2/models/apa/versions/${version}${path}`)).status).toBe(200);
    const answer = await post({ inputs: [whole()] }, `/v2/models/apa/versions/${version}/infer`);
    expect(answer.json).toMatchObject({ model_name: "apa", model_version: version });
  });

  test("without outputs all are returned, the id is echoed, and scores are the library's", async () => {
    const { status, json } = await post({ id: "42", parameters: { anything: 1 }, inputs: [whole()] });
    expect(status).toBe(200);
    expect(json).toMatchObject({ id: "42", model_name: "apa", model_version: STRING });
    expect(json.outputs.map(({ name, datatype, shape }) => [name, datatype, shape])).toEqual([
      ["class_index", "INT32", [3]],
      ["label", "BYTES", [3]],
      ["confidence", "FP64", [3]],
      ["probabilities", "FP64", [3, 3]],
      ["attack", "BOOL", [3]],
      ["attack_probability", "FP64", [3]],
    ]);
    expect(output(json, "probabilities")?.data).toEqual(expected());
    const index = output(json, "class_index")?.data as number[];
    expect(output(json, "label")?.data).toEqual(index.map((one) => CLASSES[one]));
  });

  test("without an id there is none; outputs that are named are returned, in that order", async () => {
    const { json } = await post({ inputs: [whole()], outputs: [{ name: "label" }, { name: "attack" }] });
    expect(json).not.toHaveProperty("id");
    expect(json.outputs.map(({ name }) => name)).toEqual(["label", "attack"]);
  });

  test("data may be flat or nested, row-major", async () => {
    const flat = await post({ inputs: [whole(rows.flat())] });
    const nested = await post({ inputs: [whole()] });
    expect(flat.json.outputs).toEqual(nested.json.outputs);
  });

  test("one tensor a field, in any order, [rows] or [rows, 1], under any spelling of its name", async () => {
    const inputs = table.schema.columns.map(({ name }, at) => ({
      name: at % 2 === 0 ? name : name.replaceAll(" ", "_"),
      datatype: "FP64",
      shape: at % 3 === 0 ? [3, 1] : [3],
      data: rows.map((row) => row[at]),
    }));
    const { json } = await post({ inputs: inputs.reverse() });
    expect(output(json, "probabilities")?.data).toEqual(expected());
  });

  test("categories as texts", async () => {
    const kddTable = schemaTable("kdd", ["normal", "dos"]);
    const [row] = clientRows(kddTable, 1);
    const inputs = Object.entries(row).map(([name, value]) => ({
      name,
      shape: [1],
      datatype: typeof value === "string" ? "BYTES" : "FP64",
      data: [value],
    }));
    const { status, json } = await post({ inputs }, "/v2/models/kdd/infer");
    expect(status).toBe(200);
    const asTexts = { name: "rows", shape: [1, 41], datatype: "BYTES", data: Object.values(row).map(String) };
    expect((await post({ inputs: [asTexts] }, "/v2/models/kdd/infer")).json.outputs).toEqual(json.outputs);
  });
});

describe("datatypes", () => {
  const values = Array.from({ length: 19 }, (_, at) => at % 2);
  test.each([
    "BOOL",
    "UINT8",
    "UINT16",
    "UINT32",
    "UINT64",
    "INT8",
    "INT16",
    "INT32",
    "INT64",
    "FP16",
    "FP32",
    "FP64",
  ])("%s in JSON and as bytes", async (datatype) => {
    const data = datatype === "BOOL" ? values.map((value) => value === 1) : values;
    const { json } = await post({ inputs: [whole(data, datatype, [1, 19])] });
    expect(output(json, "probabilities")?.data).toEqual(expected([values]));
    const bytes = bytesOf(datatype, values);
    const input = { name: "rows", shape: [1, 19], datatype, parameters: { binary_data_size: bytes.length } };
    const { body } = await postBinary({ inputs: [input] }, bytes);
    expect((JSON.parse(body.toString()) as Inference).outputs).toEqual(json.outputs);
  });

  test("BYTES as bytes, each behind its length", async () => {
    const texts = rows[0].map((value) => Buffer.from(String(value)));
    const bytes = Buffer.concat(
      texts.flatMap((text) => [Buffer.from(Uint32Array.of(text.length).buffer), text]),
    );
    const input = {
      name: "rows",
      shape: [1, 19],
      datatype: "BYTES",
      parameters: { binary_data_size: bytes.length },
    };
    const { body } = await postBinary({ inputs: [input] }, bytes);
    expect(output(JSON.parse(body.toString()) as Inference, "probabilities")?.data).toEqual(
      expected([rows[0]]),
    );
  });

  test("FP32 elements are rounded as their bytes would be", async () => {
    const { json } = await post({ inputs: [whole(rows, "FP32")] });
    expect(output(json, "probabilities")?.data).toEqual(expected(rows.map((row) => row.map(Math.fround))));
  });

  test("outputs as bytes: all by binary_data_output, single ones by binary_data, in the order of the outputs", async () => {
    const request = {
      inputs: [whole()],
      parameters: { binary_data_output: true },
      outputs: [
        { name: "label" },
        { name: "class_index", parameters: { binary_data: false } },
        { name: "probabilities" },
        { name: "attack" },
      ],
    };
    const response = await fetch(`${started.address}/v2/models/apa/infer`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    const body = Buffer.from(await response.arrayBuffer());
    const length = Number(response.headers.get("inference-header-content-length"));
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    const json = JSON.parse(body.subarray(0, length).toString()) as Inference;
    const plain = (await post({ inputs: [whole()] })).json;
    expect(output(json, "class_index")?.data).toEqual(output(plain, "class_index")?.data);
    let at = length;
    const take = (name: string): Buffer => {
      const size = output(json, name)?.parameters?.binary_data_size ?? 0;
      at += size;
      return body.subarray(at - size, at);
    };
    const labels = take("label");
    const texts: string[] = [];
    for (let place = 0; place < labels.length; place += 4 + labels.readUInt32LE(place))
      texts.push(labels.toString("utf8", place + 4, place + 4 + labels.readUInt32LE(place)));
    expect(texts).toEqual(output(plain, "label")?.data);
    const probabilities = take("probabilities");
    expect(Array.from({ length: 9 }, (_, index) => probabilities.readDoubleLE(index * 8))).toEqual(
      expected(),
    );
    expect([...take("attack")].map((byte) => byte === 1)).toEqual(output(plain, "attack")?.data);
    expect(at).toBe(body.length);
  });
});

describe("faults of clients are told, below 500, with the member error", () => {
  test.each<[string, unknown]>([
    ["no inputs", {}],
    ["an empty list of inputs", { inputs: [] }],
    ["an input without a name", { inputs: [{ shape: [1], datatype: "FP64", data: [1] }] }],
    ["an unknown datatype", { inputs: [whole(rows, "FP8")] }],
    ["a shape that does not fit the data", { inputs: [whole(rows, "FP64", [4, 19])] }],
    ["a shape that does not fit the model", { inputs: [whole([[1, 2]], "FP64", [1, 2])] }],
    ["a negative dimension", { inputs: [whole(rows, "FP64", [-3, 19])] }],
    ["a shape beyond all bounds", { inputs: [whole(rows, "FP64", [2 ** 40, 19])] }],
    [
      "texts for numbers",
      {
        inputs: [
          whole(
            rows.map((row) => row.map(String)),
            "FP64",
          ),
        ],
      },
    ],
    ["fractions for whole numbers", { inputs: [whole(Array(19).fill(0.5), "INT32", [1, 19])] }],
    ["a whole number out of range", { inputs: [whole(Array(19).fill(256), "UINT8", [1, 19])] }],
    ["no data", { inputs: [{ name: "rows", shape: [3, 19], datatype: "FP64" }] }],
    [
      "a size of bytes that do not follow",
      { inputs: [{ name: "rows", shape: [3, 19], datatype: "FP64", parameters: { binary_data_size: 456 } }] },
    ],
    ["an unknown output", { inputs: [whole()], outputs: [{ name: "colour" }] }],
    ["an unknown field", { inputs: [{ name: "colour", shape: [1], datatype: "FP64", data: [1] }] }],
    ["fields that are missing", { inputs: [{ name: "Packets", shape: [1], datatype: "FP64", data: [1] }] }],
    ["an id that is no text", { id: 7, inputs: [whole()] }],
  ])("%s", async (_, request) => {
    const { status, json } = await post(request);
    expect(status).toBe(400);
    expect(json.error).toEqual(STRING);
  });

  test.each([
    ["bytes too few", { binary_data_size: 100 }, 100, undefined],
    ["bytes behind the last tensor", { binary_data_size: 152 }, 160, undefined],
    ["a header longer than the body", { binary_data_size: 152 }, 152, 100_000],
    ["a header that cuts the JSON", { binary_data_size: 152 }, 152, 10],
  ])("%s", async (_, parameters, size, length) => {
    const input = { name: "rows", shape: [1, 19], datatype: "FP64", parameters };
    const { response } = await postBinary({ inputs: [input] }, new Uint8Array(size), length);
    expect(response.status).toBe(400);
  });

  test("no rows are no fault", async () => {
    const { status, json } = await post({ inputs: [whole([], "FP64", [0, 19])] });
    expect(status).toBe(200);
    expect(output(json, "label")).toMatchObject({ shape: [0], data: [] });
  });
});

/** Little-endian bytes of 0 and 1, by the layout of each datatype. */
function bytesOf(datatype: string, values: readonly number[]): Buffer {
  const one: Record<string, number[]> = {
    FP16: [0x00, 0x3c],
    FP32: [0, 0, 0x80, 0x3f],
    FP64: [0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
  };
  const width = datatype === "BOOL" ? 1 : Number(/\d+/.exec(datatype)?.[0]) / 8;
  const ones = one[datatype] ?? [1, ...Array<number>(width - 1).fill(0)];
  return Buffer.from(values.flatMap((value) => (value === 1 ? ones : Array<number>(width).fill(0))));
}
