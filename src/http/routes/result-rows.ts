// Rows of a table that a job made, a page at a time, filtered and sorted.

import type { FastifyReply } from "fastify";
import * as z from "zod";
import { OrbweaverError } from "../../base/errors.ts";
import type { App } from "../app.ts";
import { problems } from "../contract/common.ts";
import { questionOf, rowsPageForm, rowsPageQuery } from "../contract/table-rows.ts";
import { idParams } from "../contract/work.ts";
import { untilClosed } from "../downloads.ts";
import type { Services } from "../services.ts";

const PARQUET = "application/vnd.apache.parquet";

export async function resultRowRoutes(app: App, services: Services): Promise<void> {
  app.get("/jobs/:id/results/:result/rows", {
    config: { permission: "read" },
    schema: {
      tags: ["Jobs"],
      operationId: "jobResultRows",
      summary: "Rows of a table that a job made",
      description:
        "A page of the rows that fit, in the order that is asked for. Finding them takes a moment for a large table, and pages of the same question are quick from then on.",
      params: idParams.extend({ result: z.string().min(1).max(100) }),
      querystring: rowsPageQuery,
      response: { 200: rowsPageForm, ...problems(400, 404, 503) },
    },
    handler: async ({ params, query }, reply) => {
      const { path, result } = await services.work.queue.shelf.result(params.id, params.result);
      if (result.type !== PARQUET)
        throw new OrbweaverError(
          "request-invalid",
          `the result '${result.name}' is no table and has no rows`,
        );
      const { offset, limit } = query;
      const signal = untilClosed(reply as unknown as FastifyReply);
      return services.work.tables.page(path, { ...questionOf(query), offset, limit }, signal);
    },
  });
}
