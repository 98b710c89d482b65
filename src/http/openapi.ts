// The head of the OpenAPI document. Paths and forms come from the routes themselves.

import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import type { Services } from "./services.ts";

/** Groups of routes, as the page shows them. */
const TAGS = [
  { name: "Predictions", description: "Rows in, verdicts out." },
  { name: "Models", description: "Models in charge, versions, aliases." },
  { name: "Schemas", description: "Which fields rows have." },
  { name: "KServe V1", description: "The interface of KServe's first protocol." },
  {
    name: "Open Inference Protocol",
    description: "The interface of KServe's second protocol (V2), by typed tensors.",
  },
  { name: "Files", description: "Uploads of rows and captures." },
  { name: "Data sets", description: "Tables of the project." },
  { name: "Jobs", description: "Work that takes long: scoring, imports, trainings." },
  { name: "Runs", description: "What was trained and judged; learners." },
  { name: "Live sources", description: "Interfaces that are metered, captures that are played." },
  { name: "Service", description: "Whether the server lives, is ready, and what it did." },
] as const;

export function documentOf(_: Services): NonNullable<FastifyDynamicSwaggerOptions["openapi"]> {
  return {
    openapi: "3.1.0",
    info: {
      title: "Orbweaver",
      description: "Network traffic into verdicts that a person can check.",
      version: "1",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    tags: [...TAGS],
  };
}
