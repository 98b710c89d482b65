import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/rows.ts";
import { OrbweaverError } from "../base/errors.ts";
import { KEY_VARIABLE, readCipher } from "./anonymise-key.ts";

const cwd = temporaryFolder();
const BYTES = Uint8Array.from({ length: 32 }, (_, index) => 200 - index);
const DIGITS = Buffer.from(BYTES).toString("hex");

function keyFile(name: string, content: Uint8Array | string, mode = 0o600): string {
  const path = join(cwd, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

async function failure(source: Parameters<typeof readCipher>[0]): Promise<OrbweaverError> {
  const found: unknown = await readCipher(source).catch((cause: unknown) => cause);
  if (found instanceof OrbweaverError) return found;
  throw new Error("expected an error of the table");
}

test("bytes, digits and the environment spell one key", async () => {
  const ciphers = await Promise.all([
    readCipher({ keyFile: keyFile("bytes", BYTES) }),
    readCipher({ keyFile: keyFile("digits", `${DIGITS}\n`) }),
    readCipher({ environment: { [KEY_VARIABLE]: DIGITS } }),
  ]);
  expect(new Set(ciphers.map((cipher) => cipher.address4(0x0a000001))).size).toBe(1);
});

test("no key, a missing file, a short key", async () => {
  expect(await failure({ environment: {} })).toMatchObject({ code: "key-invalid" });
  expect(await failure({ keyFile: join(cwd, "none") })).toMatchObject({ code: "file-missing" });
  const short = await failure({ keyFile: keyFile("short", "secret") });
  expect(short).toMatchObject({ code: "key-invalid" });
  expect(short.message).toContain("6 bytes, expected 32 bytes");
  expect(short.message).not.toContain("secret");
  const digits = await failure({ environment: { [KEY_VARIABLE]: "abcdef" } });
  expect(digits.message).toContain("6 hexadecimal digits");
  expect(digits.message).not.toContain("abcdef");
});

test.skipIf(process.platform === "win32")("a key that everybody may read is refused", async () => {
  const open = await failure({ keyFile: keyFile("open", BYTES, 0o644) });
  expect(open).toMatchObject({ code: "key-invalid" });
  expect(open.hint).toContain("chmod 600");
});
