// What follows from the HTTP interface: its description, and the types of the client that are made of it.

import openapiTS, { astToString } from "openapi-typescript";
import { createServer } from "../../src/http/server.ts";
import { noServices } from "../../src/http/services.ts";

const HEADER = `// The forms of the HTTP interface, as types. Written by \`npm run reference\` from docs/reference/openapi.json.

`;

let description: Promise<string> | undefined;

/** The OpenAPI document, as the server gives it. */
export function openApiPage(): Promise<string> {
  description ??= describe();
  return description;
}

async function describe(): Promise<string> {
  const server = await createServer({ services: noServices() });
  try {
    return `${JSON.stringify((server.fastify as unknown as { swagger: () => object }).swagger(), undefined, 1)}\n`;
  } finally {
    await server.close();
  }
}

/** Types of its paths and forms. */
export async function clientTypesPage(): Promise<string> {
  const ast = await openapiTS(await openApiPage(), { alphabetize: true, defaultNonNullable: false });
  return `${HEADER}${astToString(ast)}`;
}
