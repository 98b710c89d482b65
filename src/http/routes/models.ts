// The models in charge, the registry's names, versions and aliases, and the schemas.
//
// A change of an alias is in force when its answer is given: the next request is answered by the model that it names then.

import type { FastifyBaseLogger } from "fastify";
import * as z from "zod";
import { tellAliasToMlflow } from "../../app/mlflow.ts";
import type { AliasResult, ModelName, ModelVersion } from "../../app/registry.ts";
import { listModels, promoteModel, removeModelAlias, rollBackModel, showModel } from "../../app/registry.ts";
import { type RowField, rowFields } from "../../app/row-fields.ts";
import { listSchemas, type Schema, showSchema } from "../../app/schemas.ts";
import { type Served, versionText } from "../../app/serving/charge.ts";
import type { App } from "../app.ts";
import { problems } from "../contract/common.ts";
import {
  aliasResult,
  modelFieldsForm,
  nameForm,
  schemaForm,
  schemaSummary,
  servedForm,
} from "../contract/models.ts";
import type { Services } from "../services.ts";
import { ownerOf } from "./files.ts";

const nameParams = z.object({ name: z.string().min(1) });
const aliasParams = z.object({ name: z.string().min(1), alias: z.string().min(1) });
const expected = z.int().min(0).optional().describe("Version that the alias must name now, 0 for none.");

export async function modelRoutes(app: App, services: Services): Promise<void> {
  readRoutes(app, services);
  fieldRoutes(app, services);
  aliasRoutes(app, services);
  schemaRoutes(app);
}

function readRoutes(app: App, services: Services): void {
  const tags = ["Models"];
  app.get("/models", {
    config: { permission: "read" },
    schema: {
      operationId: "listModels",
      summary: "The models in charge, and those of the registry",
      tags,
      response: { 200: z.object({ served: z.array(servedForm), models: z.array(nameForm) }) },
    },
    handler: async () => ({
      served: services.charge.names.flatMap((name) => served(services, services.charge.named(name))),
      models: (await listModels(services.store)).map(nameFacts),
    }),
  });
  app.get("/models/:name", {
    config: { permission: "read" },
    schema: {
      operationId: "showModel",
      summary: "A model by name: what is in charge, its versions and aliases",
      tags,
      params: nameParams,
      response: {
        200: z.object({ served: servedForm.nullable(), model: nameForm.nullable() }),
        ...problems(404),
      },
    },
    handler: async ({ params: { name } }) => {
      const [inCharge] = served(services, services.charge.named(name));
      const model = await showModel(services.store, name).catch((failure: unknown) => {
        if (inCharge === undefined) throw failure;
        return undefined;
      });
      return { served: inCharge ?? null, model: model === undefined ? null : nameFacts(model) };
    },
  });
}

/** What a form for a row of a model needs. */
function fieldRoutes(app: App, services: Services): void {
  app.get("/models/:ref/fields", {
    config: { permission: "read" },
    schema: {
      operationId: "modelFields",
      summary: "The fields of a model's rows, with what each means and what is usual",
      tags: ["Models"],
      description: "`ref` is as in POST /models/{ref}/predict.",
      params: z.object({ ref: z.string().min(1) }),
      response: { 200: modelFieldsForm, ...problems(404, 422) },
    },
    handler: async ({ params: { ref } }) => {
      const found = await services.charge.find(ref);
      const { manifest, judge, unknown } = found.predictor;
      const { id, fingerprint, columns } = manifest.schema;
      return {
        name: found.name,
        version: versionText(found),
        schema: { id, fingerprint, columns: columns.length },
        classes: manifest.classes,
        benignClasses: manifest.benignClasses,
        threshold: judge.threshold,
        knowsUnknown: unknown !== undefined,
        fields: rowFields(manifest.schema).map(fieldFacts),
      };
    },
  });
}

function aliasRoutes(app: App, services: Services): void {
  const tags = ["Models"];
  const answer = { response: { 200: aliasResult, ...problems(400, 404, 409) } };
  app.post("/models/:name/aliases/:alias", {
    config: { permission: "admin" },
    schema: {
      operationId: "promote",
      summary: "Let an alias name a version",
      tags,
      params: aliasParams,
      body: z.object({
        version: z.int().min(1).optional().describe("Default: the newest."),
        expected,
      }),
      ...answer,
    },
    handler: async (request) => {
      const { name, alias } = request.params;
      const { version, ...given } = request.body;
      const reference = version === undefined ? name : `${name}:${version}`;
      const options = { alias, ...given, by: ownerOf(request) };
      return changed(services, request.log, promoteModel(services.store, reference, options));
    },
  });
  app.post("/models/:name/aliases/:alias/rollback", {
    config: { permission: "admin" },
    schema: {
      operationId: "rollBack",
      summary: "Let an alias name what it named before",
      tags,
      params: aliasParams,
      body: z.object({ expected }).optional(),
      ...answer,
    },
    handler: async (request) => {
      const { name, alias } = request.params;
      const options = { alias, ...request.body, by: ownerOf(request) };
      return changed(services, request.log, rollBackModel(services.store, name, options));
    },
  });
  app.delete("/models/:name/aliases/:alias", {
    config: { permission: "admin" },
    schema: {
      operationId: "removeAlias",
      summary: "Take an alias away",
      tags,
      params: aliasParams,
      ...answer,
    },
    handler: async (request) => {
      const { name, alias } = request.params;
      const options = { alias, by: ownerOf(request) };
      return changed(services, request.log, removeModelAlias(services.store, name, options));
    },
  });
}

/**
 * Waits until the models in charge follow, so that the next request meets them. MLflow, where a server of it is named, is told
 * without anybody waiting for it.
 */
async function changed(
  { charge, store }: Services,
  log: FastifyBaseLogger,
  change: Promise<AliasResult>,
): Promise<AliasResult> {
  const result = await change;
  await charge.refresh();
  void tellAliasToMlflow(store, result).then((warning) => {
    if (warning !== undefined) log.warn(warning);
  });
  return result;
}

function schemaRoutes(app: App): void {
  const tags = ["Schemas"];
  app.get("/schemas", {
    config: { permission: "read" },
    schema: {
      operationId: "listSchemas",
      summary: "The feature schemas",
      tags,
      response: { 200: z.object({ schemas: z.array(schemaSummary) }) },
    },
    handler: async () => ({
      schemas: listSchemas().map((schema) => ({ ...schemaFacts(schema), columns: schema.columns.length })),
    }),
  });
  app.get("/schemas/:id", {
    config: { permission: "read" },
    schema: {
      operationId: "showSchema",
      summary: "A schema with its columns",
      tags,
      params: z.object({ id: z.string() }),
      response: { 200: schemaForm, ...problems(404) },
    },
    handler: async ({ params: { id } }) => {
      const schema = showSchema(id);
      return { ...schemaFacts(schema), columns: rowFields(schema).map(fieldFacts) };
    },
  });
}

function fieldFacts({ name, kind, unit, categories, description, example, usual }: RowField) {
  const known = { name, kind, unit, categories: [...categories], description };
  return {
    ...known,
    ...(example === undefined ? {} : { example }),
    ...(usual === undefined ? {} : { usual }),
  };
}

function schemaFacts({ id, title, description, fingerprint, rowOf }: Schema) {
  return { id, title, description, fingerprint, rowOf: rowOf ?? ("flow" as const) };
}

function served({ charge }: Services, one: Served | undefined): z.infer<typeof servedForm>[] {
  if (one === undefined) return [];
  const { manifest, judge, counts, unknown } = one.predictor;
  const { id, fingerprint, columns } = manifest.schema;
  return [
    {
      name: one.name,
      reference: one.reference,
      version: versionText(one),
      digest: one.digest,
      isMain: charge.names[0] === one.name,
      kind: manifest.kind,
      schema: { id, fingerprint, columns: columns.length },
      classes: manifest.classes,
      benignClasses: manifest.benignClasses,
      threshold: judge.threshold,
      knowsUnknown: unknown !== undefined,
      rows: counts.rows,
    },
  ];
}

function nameFacts({
  name,
  versions,
}: {
  name: ModelName;
  versions: ModelVersion[];
}): z.infer<typeof nameForm> {
  return {
    name: name.name,
    created: name.created,
    aliases: Object.fromEntries(Object.entries(name.aliases).map(([alias, { version }]) => [alias, version])),
    versions,
    history: name.history,
  };
}
