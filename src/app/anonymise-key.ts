// The key of anonymisation: from a file or from the environment, checked, and never told to anybody.

import { readFile, stat } from "node:fs/promises";
import { OrbweaverError } from "../base/errors.ts";
import { CryptoPan, KEY_BYTES } from "../capture/crypto-pan.ts";
import { readFailure } from "./file.ts";

export const KEY_VARIABLE = "ORBWEAVER_ANONYMISE_KEY";

const HEXADECIMAL = /^[0-9a-f]*$/i;
const EXPECTED = `${KEY_BYTES} bytes, or ${KEY_BYTES * 2} hexadecimal digits`;
/** Permission of everybody to read, write or enter. */
const OTHERS = 0o007;

export interface KeySource {
  /** File of the key; the environment's key unless given. */
  keyFile?: string;
  /** Default: those of the process. */
  environment?: Readonly<Record<string, string | undefined>>;
}

/** A cipher with the key of a file, else of the environment. Throws `key-invalid` and the errors of files. */
export async function readCipher({ keyFile, environment = process.env }: KeySource): Promise<CryptoPan> {
  if (keyFile !== undefined) return new CryptoPan(await keyOfFile(keyFile));
  const text = environment[KEY_VARIABLE];
  if (text !== undefined && text !== "") return new CryptoPan(keyOf(Buffer.from(text, "utf8"), KEY_VARIABLE));
  throw new OrbweaverError(
    "key-invalid",
    `no key to anonymise with: expected --anonymise-key FILE or the environment variable ${KEY_VARIABLE}`,
  );
}

async function keyOfFile(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw readFailure(path, cause);
  });
  const { mode } = await stat(path);
  if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
    throw new OrbweaverError("key-invalid", `everybody may read or change the key in '${path}'`, {
      hint: `Keep it to yourself: chmod 600 '${path}'; take a new one where somebody may have read it.`,
    });
  }
  return keyOf(bytes, `'${path}'`);
}

/** The key that bytes are, or spell. Messages tell its length and nothing else of it. */
function keyOf(bytes: Buffer, where: string): Uint8Array {
  if (bytes.length === KEY_BYTES) return new Uint8Array(bytes);
  const text = bytes.toString("latin1").trim();
  if (text.length === KEY_BYTES * 2 && HEXADECIMAL.test(text))
    return new Uint8Array(Buffer.from(text, "hex"));
  const found =
    text.length > 0 && HEXADECIMAL.test(text) ? `${text.length} hexadecimal digits` : `${bytes.length} bytes`;
  throw new OrbweaverError("key-invalid", `the key in ${where} has ${found}, expected ${EXPECTED}`);
}
