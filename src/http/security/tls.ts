// Certificate and key of TLS: read from files, checked before they are used, and read again when they change.
//
// What it guarantees: a server never starts with, nor changes to, a certificate that does not go with its key; what is wrong with
// new files is told, and the old ones go on. Connections that are open keep what they began with. TLS 1.2 is the least.

import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Server } from "node:https";
import { createSecureContext } from "node:tls";
import { OrbweaverError } from "../../base/errors.ts";

export interface TlsFiles {
  cert: string;
  key: string;
}

export interface TlsSettings {
  cert: Buffer;
  key: Buffer;
  minVersion: "TLSv1.2";
  /** Longest time until a connection is encrypted. */
  handshakeTimeout: number;
}

const HANDSHAKE_MS = 10_000;
const LOOK_MS = 10_000;
/** Bytes of a file; chains of certificates have a few thousand. */
const BYTES_MAX = 2 ** 20;

/** Throws `tls-invalid`, naming the file and never showing what is in it. */
export async function readTls(files: TlsFiles): Promise<TlsSettings> {
  const cert = await pem(files.cert, "--tls-cert");
  const key = await pem(files.key, "--tls-key");
  const certificate = attempt(() => new X509Certificate(cert), `${files.cert} holds no certificate in PEM`);
  const privateKey = attempt(
    () => createPrivateKey(key),
    `${files.key} holds no private key in PEM without a password`,
  );
  if (!certificate.checkPrivateKey(privateKey))
    throw invalid(`the key in ${files.key} is not that of the certificate in ${files.cert}`);
  attempt(() => createSecureContext({ cert, key, minVersion: "TLSv1.2" }), `${files.cert} cannot be used`);
  return { cert, key, minVersion: "TLSv1.2", handshakeTimeout: HANDSHAKE_MS };
}

async function pem(path: string, option: string): Promise<Buffer> {
  const facts = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw invalid(`${option} ${path} cannot be read: ${cause.code ?? "unknown"}`, cause);
  });
  if (!facts.isFile() || facts.size > BYTES_MAX) throw invalid(`${option} ${path} is no PEM file`);
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw invalid(`${option} ${path} cannot be read: ${cause.code ?? "unknown"}`, cause);
  });
}

function attempt<Result>(work: () => Result, message: string): Result {
  try {
    return work();
  } catch (cause) {
    throw invalid(message, cause);
  }
}

function invalid(message: string, cause?: unknown): OrbweaverError {
  return new OrbweaverError("tls-invalid", message, { cause });
}

export interface TlsFollowing {
  /** Reads the files again now, whether they changed or not. Never throws: `told` says what came of it. */
  again(): Promise<void>;
  close(): void;
}

/** Reads the files again when they change, by a look every ten seconds (renewed ones are often links put elsewhere). */
export function followTls(
  server: Server,
  files: TlsFiles,
  told: (failure: OrbweaverError | undefined) => void,
  lookMs = LOOK_MS,
): TlsFollowing {
  let last = marks(files);
  const again = async (): Promise<void> => {
    last = marks(files);
    try {
      server.setSecureContext(await readTls(files));
      told(undefined);
    } catch (failure) {
      told(failure instanceof OrbweaverError ? failure : invalid("the files cannot be used", failure));
    }
  };
  const look = async (): Promise<void> => {
    const before = await last;
    const now = await marks(files);
    if (now !== before) await again();
  };
  const timer = setInterval(() => void look(), lookMs).unref();
  return { again, close: () => clearInterval(timer) };
}

/** What changes with a file: place on the disk, length, and time of its last change. */
async function marks({ cert, key }: TlsFiles): Promise<string> {
  const of = (path: string): Promise<string> =>
    stat(path).then(
      ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
      () => "none",
    );
  return `${await of(cert)}; ${await of(key)}`;
}
