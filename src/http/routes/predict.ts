// POST /predict and /models/{ref}/predict: rows in, verdicts out.

import type { FastifyReply, FastifyRequest } from "fastify";
import { validatorCompiler } from "fastify-type-provider-zod";
import * as z from "zod";
import type { App } from "../app.ts";
import { problems } from "../contract/common.ts";
import { answerForm, predictQuery, refusedForm, rowsForm } from "../contract/predict.ts";
import { answerPredict } from "../predict.ts";
import type { Services } from "../services.ts";

const TEXT_TYPES = [
  "text/csv",
  "application/x-ndjson",
  "application/jsonl",
  "application/x-jsonlines",
  "application/ndjson",
];

/** Describes bodies, and leaves checking them to the model. */
export const rowsValidator: typeof validatorCompiler = (route) =>
  route.httpPart === "body" ? (value: unknown) => ({ value }) : validatorCompiler(route);

const SHARED = {
  tags: ["Predictions"],
  consumes: ["application/json", ...TEXT_TYPES.slice(0, 2)],
  querystring: predictQuery,
  body: rowsForm,
  response: {
    200: {
      description: "Verdicts, in the form that the header Accept asks for, else in that of the rows.",
      content: {
        "application/json": { schema: answerForm },
        "application/x-ndjson": { schema: z.string().describe("One verdict a line.") },
        "text/csv": { schema: z.string().describe("A header, and one verdict a line.") },
      },
    },
    ...problems(404, 406, 413, 415, 503),
    400: {
      description: "The request is not as it should be.",
      content: { "application/problem+json": { schema: refusedForm } },
    },
  },
};

export async function predictRoutes(app: App, services: Services): Promise<void> {
  takeRows(app);
  app.setValidatorCompiler(rowsValidator);
  app.post("/predict", {
    config: { permission: "predict", streamed: true },
    schema: {
      ...SHARED,
      operationId: "predict",
      summary: "Verdicts of the main model",
      description:
        "One row gives one verdict, whose members serve clients of several public services: `predicted_class` and `class_label`, or `prediction`, `confidence` and `status`. Many rows give a list. CSV and JSON lines are read and answered as they come, however large.",
    },
    handler: (request, reply) => {
      const { charge } = services;
      const answer = answerPredict(request as unknown as FastifyRequest, reply as unknown as FastifyReply, {
        charge,
        served: charge.main(),
        query: request.query,
      });
      if (typeof answer !== "string") return answer as never;
      // Nothing is returned, so that nothing is waited for.
      reply.send(answer as never);
      return undefined as never;
    },
  });
  app.post("/models/:ref/predict", {
    config: { permission: "predict", streamed: true },
    schema: {
      ...SHARED,
      operationId: "predictWith",
      summary: "Verdicts of a model by name or reference",
      description: "`ref` is a name that is served, or NAME, NAME@ALIAS or NAME:VERSION of the registry.",
      params: z.object({ ref: z.string().min(1) }),
    },
    handler: async (request, reply) => {
      const { charge } = services;
      return answerPredict(request as unknown as FastifyRequest, reply as unknown as FastifyReply, {
        charge,
        served: await charge.find(request.params.ref),
        query: request.query,
      }) as never;
    },
  });
}

/** Bodies stay what they are: bytes of JSON, and text as it comes. */
export function takeRows(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  app.addContentTypeParser(TEXT_TYPES, (_request, body, done) => done(null, body));
}
