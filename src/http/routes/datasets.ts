// Data sets of the project: listed, shown, looked into, downloaded, removed. What takes long becomes a job.

import type { FastifyReply } from "fastify";
import * as z from "zod";
import { datasetRows } from "../../app/dataset-rows.ts";
import { listProjectDatasets, removeProjectDataset, showProjectDataset } from "../../app/datasets.ts";
import { listImporters } from "../../app/import.ts";
import { checkRecipe, listRecipeSteps, splitSchema } from "../../app/recipes.ts";
import { downloadDataset } from "../../app/table-download.ts";
import type { App } from "../app.ts";
import { problems } from "../contract/common.ts";
import {
  checkedRecipeForm,
  datasetForm,
  importersForm,
  jobForm,
  nameParams,
  pageOfRowsForm,
  pageOfRowsQuery,
  recipeStepsForm,
  recipeTextForm,
  removedForm,
  rowsQuery,
} from "../contract/work.ts";
import { sendTable, untilClosed } from "../downloads.ts";
import type { Services } from "../services.ts";
import { ownerOf } from "./files.ts";

const tags = ["Data sets"];

export async function datasetRoutes(app: App, services: Services): Promise<void> {
  setRoutes(app, services);
  rowRoutes(app, services);
  workRoutes(app, services);
  recipeRoutes(app);
}

function setRoutes(app: App, services: Services): void {
  app.get("/datasets", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "listDatasets",
      summary: "Data sets of the project",
      response: { 200: z.object({ datasets: z.array(datasetForm) }) },
    },
    handler: async () => ({ datasets: await listProjectDatasets(services.work.root) }),
  });
  app.get("/datasets/:name", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "showDataset",
      summary: "What a data set holds, and where it came from",
      params: nameParams,
      response: { 200: datasetForm, ...problems(404, 422) },
    },
    handler: async ({ params: { name } }) => showProjectDataset(services.work.root, name),
  });
  app.delete("/datasets/:name", {
    config: { permission: "write" },
    schema: {
      tags,
      operationId: "removeDataset",
      summary: "Remove a data set, and its files where no other has them",
      params: nameParams,
      response: { 200: removedForm, ...problems(404, 422) },
    },
    handler: async ({ params: { name } }) => removeProjectDataset(services.work.root, name),
  });
}

function rowRoutes(app: App, services: Services): void {
  app.get("/datasets/:name/rows", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "downloadDataset",
      summary: "The rows of a data set",
      description:
        "As CSV, Parquet or JSON lines. In CSV, texts that a spreadsheet would take for a formula get an apostrophe.",
      params: nameParams,
      querystring: rowsQuery,
      response: {
        200: { description: "The rows.", content: { "application/octet-stream": { schema: z.unknown() } } },
        ...problems(400, 404, 422, 503),
      },
    },
    handler: async ({ params: { name }, query: { format, table, part } }, given) => {
      const reply = given as unknown as FastifyReply;
      const reference = referenceOf(name, { table, part });
      const download = await downloadDataset(services.work.root, reference, format, untilClosed(reply));
      return sendTable(reply, name, download) as never;
    },
  });
  app.get("/datasets/:name/page", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "pageOfDataset",
      summary: "Some rows of a data set, to be looked at",
      params: nameParams,
      querystring: pageOfRowsQuery,
      response: { 200: pageOfRowsForm, ...problems(400, 404, 422) },
    },
    handler: async ({ params: { name }, query: { offset, limit, ...query } }, reply) => {
      const signal = untilClosed(reply as unknown as FastifyReply);
      const page = await datasetRows(services.work.root, referenceOf(name, query), { offset, limit, signal });
      return { ...page, columns: [...page.columns] };
    },
  });
}

/** NAME, NAME:TABLE, NAME@PART. */
function referenceOf(name: string, { table, part }: { table?: string; part?: string }): string {
  return `${name}${table === undefined ? "" : `:${table}`}${part === undefined ? "" : `@${part}`}`;
}

function workRoutes(app: App, services: Services): void {
  for (const kind of ["profile", "audit"] as const) {
    app.post(`/datasets/:name/${kind}`, {
      config: { permission: "write" },
      schema: {
        tags,
        operationId: `${kind}Dataset`,
        summary: kind === "profile" ? "Profile a data set, as a job" : "Audit a data set, as a job",
        params: nameParams,
        response: { 202: jobForm, ...problems(404, 503) },
      },
      handler: async (request, reply) => {
        const { name } = request.params as { name: string };
        const { root, queue } = services.work;
        await showProjectDataset(root, name);
        const asked = kind === "profile" ? { rows: { dataset: name } } : { training: { dataset: name } };
        const job = await queue.submit(kind, asked, ownerOf(request));
        return reply.code(202).header("location", `/jobs/${job.id}`).send(job);
      },
    });
  }
  app.get("/importers", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "listImporters",
      summary: "Kinds of files that can be imported",
      response: { 200: importersForm },
    },
    handler: async () => ({ importers: listImporters() }),
  });
}

function recipeRoutes(app: App): void {
  app.get("/recipes/steps", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "listRecipeSteps",
      summary: "Steps of recipes, with the forms of their options",
      response: { 200: recipeStepsForm },
    },
    handler: async () => ({ steps: listRecipeSteps(), split: splitSchema() }),
  });
  app.post("/recipes/check", {
    config: { permission: "read" },
    schema: {
      tags,
      operationId: "checkRecipe",
      summary: "Whether a recipe is right; tells line and place where it is not",
      body: recipeTextForm,
      response: { 200: checkedRecipeForm, ...problems(400, 413, 422) },
    },
    handler: async ({ body: { text } }) => checkRecipe(text),
  });
}
