// A file in the body of a request: the body itself, whatever its type, or the one file of a multipart form. Nothing is held in
// memory; bounds are those of who takes the file.

import multipart from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import { OrbweaverError } from "../base/errors.ts";
import type { App } from "./app.ts";

export interface ComingFile {
  name: string;
  source: AsyncIterable<Uint8Array>;
  expectedBytes?: number;
}

const FIELDS_MAX = 20;
const NAME_DEFAULT = "upload";

/** Lets the routes of a plugin take files. */
export async function takeFiles(app: App): Promise<void> {
  app.removeAllContentTypeParsers();
  await app.register(multipart, {
    limits: {
      files: 1,
      fields: FIELDS_MAX,
      parts: FIELDS_MAX,
      fieldSize: 1 << 12,
      fileSize: Number.MAX_SAFE_INTEGER,
    },
    throwFileSizeLimit: false,
  });
  app.addContentTypeParser(
    "*",
    (_request: unknown, payload: unknown, done: (failure: null, body: unknown) => void) =>
      done(null, payload),
  );
}

/** Throws `upload-invalid` where there is no file. */
export async function comingFile(request: FastifyRequest, name: string | undefined): Promise<ComingFile> {
  if (request.isMultipart()) return fileOfForm(request, name);
  const source = request.body as AsyncIterable<Uint8Array> | undefined;
  if (source === undefined || source === null || !(Symbol.asyncIterator in source))
    throw new OrbweaverError("upload-invalid", "the request has no body, expected a file");
  const length = Number(request.headers["content-length"]);
  // Of a compressed body the length tells nothing of the file.
  const isPlain = request.headers["content-encoding"] === undefined;
  return {
    name: name ?? nameOf(request.headers["content-disposition"]) ?? NAME_DEFAULT,
    source,
    ...(isPlain && Number.isSafeInteger(length) && length > 0 ? { expectedBytes: length } : {}),
  };
}

async function fileOfForm(request: FastifyRequest, name: string | undefined): Promise<ComingFile> {
  try {
    const part = await request.file();
    if (part === undefined) throw new OrbweaverError("upload-invalid", "the form has no file, expected one");
    return { name: name ?? (part.filename || NAME_DEFAULT), source: part.file };
  } catch (cause) {
    if (cause instanceof OrbweaverError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new OrbweaverError("upload-invalid", `the form cannot be read: ${message}`, { cause });
  }
}

/** `attachment; filename="flows.csv"` */
function nameOf(disposition: string | undefined): string | undefined {
  return /filename="?([^";]+)"?/i.exec(disposition ?? "")?.[1];
}
