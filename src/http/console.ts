// The console: the pages that a browser shows at /console, as they were built into dist/web.
//
// What it guarantees: a page may run the scripts of this server and no others, nothing inline; its style elements carry a nonce that
// no two answers share. Files whose names tell their contents are kept by browsers, the page itself never. Knows no data: pages
// ask the interface as any client does.

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import { OrbweaverError } from "../base/errors.ts";
import { type App, CONSOLE_PATH } from "./app.ts";

/** Where the build leaves the console. */
export const CONSOLE_FOLDER = fileURLToPath(new URL("../../dist/web", import.meta.url));

const NONCE_PLACE = "STYLE_NONCE";
const NONCE_BYTES = 16;
const KEPT = "public, max-age=31536000, immutable";
/** Files that lie beside the page under their own names. */
const NAMED = /^\/(?:assets\/[\w.-]+|[\w-]+\.svg)$/;

/** Throws `console-missing` where it was not built. */
export async function addConsole(app: App, folder = CONSOLE_FOLDER): Promise<void> {
  await pageOf(folder);
  await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true, cacheControl: false });
  app.get(CONSOLE_PATH, { schema: { hide: true } }, async (_, reply) => reply.redirect(`${CONSOLE_PATH}/`));
  app.get(`${CONSOLE_PATH}/*`, { schema: { hide: true } }, async (request, reply) => {
    const path = request.url.split("?", 1)[0].slice(CONSOLE_PATH.length);
    if (NAMED.test(path)) {
      reply.header("cache-control", path.startsWith("/assets/") ? KEPT : "no-cache");
      return reply.sendFile(path.slice(1));
    }
    const [before, after] = await pageOf(folder);
    const nonce = randomBytes(NONCE_BYTES).toString("base64");
    reply.header("content-security-policy", policy(nonce)).type("text/html; charset=utf-8");
    return reply.send(`${before}${nonce}${after}`);
  });
}

async function pageOf(folder: string): Promise<[string, string]> {
  try {
    const parts = (await readFile(join(folder, "index.html"), "utf8")).split(NONCE_PLACE);
    if (parts.length === 2) return [parts[0], parts[1]];
  } catch {
    // Told below: a page that cannot be read is as good as none.
  }
  throw new OrbweaverError("console-missing", `the console is not built: ${folder} has no page`);
}

/** Attributes of style are admitted: they cannot load anything, and lengths and places of what is drawn are set by them. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
  ].join("; ");
}
