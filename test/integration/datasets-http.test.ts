// What the console's forms ask the server for: pages of data sets, steps and checks of recipes, importers, and the fields of models.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importDataset } from "../../src/app/import.ts";
import { meterCaptures } from "../../src/app/meter-capture.ts";
import { SCHEMA_EXAMPLES } from "../../src/app/schema-examples.generated.ts";
import { ApiError } from "../../src/client/index.ts";
import { SCHEMAS } from "../../src/feature/schemas/_index.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { startTestServer, type TestServer } from "../support/serving.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({});
  const path = join(server.root, "odd.csv");
  const long = "x".repeat(700);
  writeFileSync(
    path,
    `bytes,"<img src=x onerror=alert(1)>",share,label\n1,=1+1,0.1,a\n2,${long},Infinity,b\n9007199254740993,,,a\n`,
  );
  await importDataset({ sources: [path], out: "odd", project: server.root });
});

afterAll(() => server.remove());

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const cause = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(cause).toBeInstanceOf(ApiError);
  return cause as ApiError;
}

describe("pages of a data set", () => {
  const path = { name: "odd" };

  test("hold values as they are spelled, and say of how many rows they are", async () => {
    const { data } = await server.client.api.GET("/datasets/{name}/page", {
      params: { path, query: { limit: 2 } },
    });
    expect(data?.total).toBe(3);
    expect(data?.columns.map(({ name }) => name)).toEqual([
      "bytes",
      "<img src=x onerror=alert(1)>",
      "share",
      "label",
      "source_file",
    ]);
    expect(data?.rows).toEqual([
      ["1", "=1+1", "0.1", "a", "odd.csv"],
      ["2", "x".repeat(500), "Infinity", "b", "odd.csv"],
    ]);
    const rest = await server.client.api.GET("/datasets/{name}/page", {
      params: { path, query: { offset: 2 } },
    });
    expect(rest.data?.rows).toEqual([["9007199254740992", null, null, "a", "odd.csv"]]);
  });

  test("are bounded, and only of what there is", async () => {
    const large = await failure(
      server.client.api.GET("/datasets/{name}/page", { params: { path, query: { limit: 201 } } }),
    );
    expect(large).toMatchObject({ status: 400, code: "request-invalid" });
    const gone = await failure(
      server.client.api.GET("/datasets/{name}/page", { params: { path: { name: "none" } } }),
    );
    expect(gone).toMatchObject({ status: 404, code: "dataset-unknown" });
    const part = await failure(
      server.client.api.GET("/datasets/{name}/page", { params: { path, query: { part: "train" } } }),
    );
    expect(part.status).toBe(404);
  });
});

describe("recipes", () => {
  test("every step tells the form of its options", async () => {
    const { data } = await server.client.api.GET("/recipes/steps");
    const forms = Object.fromEntries((data?.steps ?? []).map(({ name, form }) => [name, form]));
    expect(Object.keys(forms)).toContain("label-rules");
    expect(forms["missing"]).toMatchObject({
      short: "strategy",
      properties: { strategy: { enum: ["drop", "constant", "mean", "median", "most-frequent"] } },
    });
    expect(data?.split).toMatchObject({ oneOf: { length: 5 } });
  });

  test("are checked as a whole, with line and place", async () => {
    const check = (text: string) => server.client.api.POST("/recipes/check", { body: { text } });
    const { data } = await check("steps:\n  - split: random\n  - missing: median\n");
    expect(data).toEqual({
      given: { steps: [{ split: "random" }, { missing: "median" }] },
      learns: [null, "medians"],
    });
    const wrong = await failure(check("steps:\n  - drop: a\n  - missing: middle\n"));
    expect(wrong).toMatchObject({ status: 422, code: "recipe-invalid" });
    expect(wrong.message).toContain("line 3, steps[2].missing.strategy");
    const early = await failure(check("steps:\n  - missing: mean\n  - split: random\n"));
    expect(early.message).toContain("stands before the split");
    expect((await failure(check("steps: [\n"))).message).toContain("line 2");
  });
});

test("importers are told", async () => {
  const { data } = await server.client.api.GET("/importers");
  expect(data?.importers.map(({ id }) => id)).toContain("nsl-kdd");
});

describe("fields of rows", () => {
  test("each schema has an example of today's columns, which lies within what they may be", async () => {
    for (const { id, fingerprint, columns } of SCHEMAS) {
      const example = SCHEMA_EXAMPLES[id];
      expect(example.fingerprint, id).toBe(fingerprint);
      expect(example.row).toHaveLength(columns.length);
      columns.forEach(({ kind, categories }, index) => {
        const value = example.row[index];
        if (kind === "categorical" && value !== null) expect(categories).toContain(value);
      });
    }
  });

  test("those of a model have examples that it takes", async () => {
    const { client } = server;
    const params = { path: { ref: "bundled" } };
    const { data } = await client.api.GET("/models/{ref}/fields", { params });
    expect(data?.schema.id).toBe("flow");
    const row = Object.fromEntries((data?.fields ?? []).map(({ name, example }) => [name, example]));
    expect(row["service"]).toBe("http");
    const answer = await client.api.POST("/models/{ref}/predict", { params, body: row as never });
    expect(answer.data).toMatchObject({ status: "success" });
    const none = await failure(client.api.GET("/models/{ref}/fields", { params: { path: { ref: "none" } } }));
    expect(none.status).toBe(404);
  });

  dataTest("examples are what Zeek's capture gives", async () => {
    const [schema] = SCHEMAS.filter(({ id }) => id === "kdd");
    const rows: number[][] = [];
    await meterCaptures({
      captures: [sharedData("pcap/zeek-btest/get.pcap")],
      schema,
      onRows: ({ values, count, columnCount }) => {
        for (let row = 0; row < count; row++)
          rows.push([...values.subarray(row * columnCount, (row + 1) * columnCount)]);
      },
    });
    const told = rows[0].map((value, index) => schema.columns[index].categories[value] ?? value);
    expect(told).toEqual(SCHEMA_EXAMPLES["kdd"].row);
  });
});
