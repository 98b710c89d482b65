// Which files of others are run, and which are refused: each rule on a file that breaks it and no other.

import { expect, test } from "vitest";
import { MessageWriter } from "../base/message-writer.ts";
import { checkOnnx } from "./check.ts";
import { Graph, ML_DOMAIN } from "./graph.ts";
import { readOnnx } from "./read.ts";

const FACTS = {
  irVersion: 8,
  opsets: { "": 13, [ML_DOMAIN]: 3 },
  producer: "test",
  producerVersion: "",
  graphName: "test",
  description: "",
  metadata: {},
};

function fileOf(build: (graph: Graph, input: string) => string): Uint8Array {
  const graph = new Graph();
  const input = graph.input({ name: "in", element: "double", shape: ["rows", 2] });
  graph.output(build(graph, input), { name: "out", element: "double", shape: ["rows", 2] });
  return graph.finish(FACTS);
}

/** The file with more fields of the model, of the graph (7), or of a constant of it (5). */
function withFields({ model, graph, constant }: Record<string, MessageWriter | undefined>): Uint8Array {
  const tensor = new MessageWriter().ints(1, [1]).int(2, 1).text(8, "weights");
  if (constant) tensor.raw(constant.finish());
  const inner = new MessageWriter().message(5, tensor);
  if (graph) inner.raw(graph.finish());
  const outer = new MessageWriter().int(1, 8).message(7, inner).message(8, new MessageWriter().int(2, 13));
  if (model) outer.raw(model.finish());
  return outer.finish();
}

const refused = (bytes: Uint8Array): string => {
  try {
    checkOnnx(readOnnx(bytes));
    return "";
  } catch (failure) {
    return (failure as Error).message;
  }
};

const subgraph = (operator: string): MessageWriter => {
  const node = new MessageWriter().text(1, "a").text(2, "b").text(4, operator);
  return new MessageWriter().message(1, node).text(2, "inside");
};

test("usual files are run", () => {
  expect(refused(fileOf((graph, input) => graph.softmax(input)))).toBe("");
  expect(refused(withFields({}))).toBe("");
  expect(refused(fileOf((graph, input) => graph.node("Scaler", [input], { domain: ML_DOMAIN })))).toBe("");
  const scan = fileOf((graph, input) =>
    graph.node("Scan", [input], { attributes: { body: { graph: subgraph("Abs") } } }),
  );
  expect(refused(scan)).toBe("");
});

test.each([
  [
    "an operator of another domain",
    "custom.Evil",
    (graph: Graph, input: string) => graph.node("Evil", [input], { domain: "custom" }),
  ],
  ["an operator that is not listed", "Evil", (graph: Graph, input: string) => graph.node("Evil", [input])],
  [
    "a name of all objects",
    "constructor",
    (graph: Graph, input: string) => graph.node("constructor", [input]),
  ],
  [
    "a domain of all objects",
    "__proto__.has",
    (graph: Graph, input: string) => graph.node("has", [input], { domain: "__proto__" }),
  ],
  [
    "an operator of onnxruntime's own",
    "com.microsoft.Gelu",
    (graph: Graph, input: string) => graph.node("Gelu", [input], { domain: "com.microsoft" }),
  ],
  [
    "a choice",
    "If",
    (graph: Graph, input: string) =>
      graph.node("If", [input], { attributes: { then_branch: { graph: subgraph("Abs") } } }),
  ],
  ["a sequence", "SequenceMap", (graph: Graph, input: string) => graph.node("SequenceMap", [input])],
])("%s is not run", (_, name, build) => {
  expect(refused(fileOf(build))).toBe(`the ONNX file asks for the operator '${name}', which is not run`);
});

test("loops are not run, nor graphs where none belong", () => {
  const loop = fileOf((graph, input) => {
    const again = graph.cast(graph.double(1), "bool");
    return graph.loop(5, { again, values: [input] }, [["rows", 2]], (body, values) => ({
      again: body.node("Identity", [again]),
      values: [body.node("Abs", [values[0]])],
    }))[0];
  });
  expect(refused(loop)).toContain("operator 'Loop'");
  const hidden = fileOf((graph, input) =>
    graph.node("Abs", [input], { attributes: { body: { graph: subgraph("Abs") } } }),
  );
  expect(refused(hidden)).toContain("graph inside its operator 'Abs'");
  const inside = fileOf((graph, input) =>
    graph.node("Scan", [input], { attributes: { body: { graph: subgraph("Evil") } } }),
  );
  expect(refused(inside)).toContain("operator 'Evil'");
  const node = new MessageWriter()
    .text(4, "Scan")
    .message(5, new MessageWriter().text(1, "body").message(6, subgraph("Abs")).int(20, 5));
  const twice = fileOf((graph, input) =>
    graph.node("Scan", [input], { attributes: { body: { graph: new MessageWriter().message(1, node) } } }),
  );
  expect(refused(twice)).toContain("graph inside its operator 'Scan'");
});

test("data outside the file is not read", () => {
  const entry = new MessageWriter().text(1, "location").text(2, "/etc/passwd");
  expect(refused(withFields({ constant: new MessageWriter().message(13, entry) }))).toContain(
    "'weights' in another file",
  );
  expect(refused(withFields({ constant: new MessageWriter().int(14, 1) }))).toContain(
    "'weights' in another file",
  );
  const attribute = fileOf((graph, input) =>
    graph.node("Constant", [input], { attributes: { value: { tensor: new MessageWriter().int(14, 1) } } }),
  );
  expect(refused(attribute)).toContain("'value' in another file");
});

test("functions, training steps and sparse constants are not run", () => {
  expect(refused(withFields({ model: new MessageWriter().message(25, new MessageWriter()) }))).toContain(
    "has functions",
  );
  expect(refused(withFields({ model: new MessageWriter().message(20, new MessageWriter()) }))).toContain(
    "has training steps",
  );
  expect(refused(withFields({ graph: new MessageWriter().message(15, new MessageWriter()) }))).toContain(
    "sparse",
  );
});

test("files that are no models, and files that are too large, are refused", () => {
  expect(refused(new Uint8Array(0))).toContain("no graph or no version");
  expect(refused(new MessageWriter().int(1, 8).finish())).toContain("no graph or no version");
  expect(refused(new TextEncoder().encode("PK\u0003\u0004"))).toContain("not an ONNX model");
  const many = new MessageWriter();
  const node = new MessageWriter().text(4, "Abs").finish();
  for (let index = 0; index < 100_001; index++) many.bytes(1, node);
  expect(refused(withFields({ graph: many }))).toContain("more than 100000 nodes");
});
