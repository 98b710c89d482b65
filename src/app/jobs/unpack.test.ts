// Uploads that are packed: what is in them comes out whole, and bombs are stopped before they fill anything. Archives are made by
// Python's zipfile and by zlib.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packingOf, UNPACK_BOUNDS, unpack } from "./unpack.ts";

const ROWS = `a,b\n${Array.from({ length: 500 }, (_, row) => `${row},${row * 7}`).join("\n")}\n`;
const MEGABYTE = 2 ** 20;
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const zipTest = test.skipIf(!hasPython && !process.env["CI"]);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-unpack-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string): string => join(folder, name);
const out = (): string => inFolder("out");

function written(name: string, bytes: Uint8Array): string {
  writeFileSync(inFolder(name), bytes);
  return inFolder(name);
}

/** An archive by Python: each file with its name, content and method. */
function zipped(name: string, files: Record<string, string>, method = "ZIP_DEFLATED"): string {
  const script = `import sys, json, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.${method}) as archive:
    for name, text in json.loads(sys.stdin.read()).items(): archive.writestr(name, text)`;
  execFileSync("python3", ["-c", script, inFolder(name)], { input: JSON.stringify(files) });
  return inFolder(name);
}

test("what is packed is told by its first bytes, not by its name", async () => {
  expect(await packingOf(written("rows.csv.gz", Buffer.from("a,b\n")))).toBeUndefined();
  expect(await packingOf(written("one", Buffer.from("a")))).toBeUndefined();
  expect(await packingOf(written("rows.csv", gzipSync(ROWS)))).toBe("gzip");
  expect(await packingOf(written("rows.bin", Buffer.from("504b0304", "hex")))).toBe("zip");
});

test("rows come out as they were, once", async () => {
  const gzip = written("rows.csv.gz", gzipSync(ROWS));
  expect(await unpack(gzip, "gzip", out())).toBe("rows.csv");
  expect(readFileSync(join(out(), "rows.csv"), "utf8")).toBe(ROWS);
  // What is there is taken as it is, as an attempt after a crash does.
  writeFileSync(join(out(), "rows.csv"), "kept");
  expect(await unpack(gzip, "gzip", out())).toBe("rows.csv");
  expect(readFileSync(join(out(), "rows.csv"), "utf8")).toBe("kept");
});

zipTest("the one file of an archive comes out, under a name that leads nowhere else", async () => {
  for (const method of ["ZIP_DEFLATED", "ZIP_STORED"]) {
    const files = { "data/": "", "__MACOSX/._rows.csv": "x", "../../data/deep/flows.csv": ROWS };
    const name = await unpack(zipped(`${method}.zip`, files, method), "zip", inFolder(method));
    expect(name).toBe("flows.csv");
    expect(readFileSync(join(folder, method, name), "utf8")).toBe(ROWS);
  }
});

test("a gzip of zeros is stopped by what it grows to, and nothing is left of it", async () => {
  const bomb = written("bomb.csv.gz", gzipSync(Buffer.alloc(512 * MEGABYTE)));
  expect(statSync(bomb).size).toBeLessThan(MEGABYTE);
  await expect(unpack(bomb, "gzip", out())).rejects.toMatchObject({
    code: "upload-grows",
    message: expect.stringContaining("200 times its size"),
  });
  expect(readdirSync(out())).toEqual([]);
  await expect(
    unpack(bomb, "gzip", out(), { bounds: { ...UNPACK_BOUNDS, bytesMax: 8 * MEGABYTE } }),
  ).rejects.toMatchObject({ code: "upload-grows", message: expect.stringContaining("8388608 bytes") });
});

zipTest("a zip of zeros is stopped as well, whatever it says of itself", async () => {
  const script = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    with archive.open("zeros.csv", "w") as entry:
        for _ in range(256): entry.write(bytes(1 << 20))`;
  execFileSync("python3", ["-c", script, inFolder("bomb.zip")]);
  await expect(unpack(inFolder("bomb.zip"), "zip", out())).rejects.toMatchObject({ code: "upload-grows" });
  // One that says it holds ten bytes.
  const bytes = readFileSync(inFolder("bomb.zip"));
  bytes.writeUInt32LE(10, bytes.lastIndexOf(Buffer.from("504b0102", "hex")) + 24);
  await expect(unpack(written("liar.zip", bytes), "zip", out())).rejects.toMatchObject({
    code: "upload-grows",
  });
  expect(readdirSync(out())).toEqual([]);
});

zipTest("what is cut, damaged, encrypted or of several files is refused with the reason", async () => {
  const gzip = gzipSync(ROWS);
  await expect(unpack(written("cut.gz", gzip.subarray(0, -20)), "gzip", out())).rejects.toMatchObject({
    code: "upload-invalid",
  });
  const zip = readFileSync(zipped("whole.zip", { "rows.csv": ROWS }, "ZIP_STORED"));
  const refusals: [string, Uint8Array, string][] = [
    ["cut.zip", zip.subarray(0, -30), "has no directory"],
    ["other.zip", changed(zip, 60, 0x39), "is damaged"],
    ["secret.zip", changed(zip, zip.lastIndexOf(Buffer.from("504b0102", "hex")) + 8, 1), "is encrypted"],
    ["none.zip", readFileSync(zipped("empty.zip", {})), "holds no file"],
    [
      "two.zip",
      readFileSync(zipped("both.zip", { "a.csv": "1", "b.csv": "2" })),
      "holds 2 files (a.csv, b.csv",
    ],
  ];
  for (const [name, bytes, reason] of refusals)
    await expect(unpack(written(name, bytes), "zip", out()), name).rejects.toMatchObject({
      code: "upload-invalid",
      message: expect.stringContaining(reason),
    });
});

function changed(bytes: Buffer, at: number, value: number): Buffer {
  const other = Buffer.from(bytes);
  other[at] = value;
  return other;
}
