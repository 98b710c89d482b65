import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/rows.ts";
import type { CaptureSummary } from "../capture/contract.ts";
import { schemaById } from "../feature/row-meter.ts";
import { requirePasses, requireUnchanged } from "./passes.ts";

const folder = temporaryFolder();
const schema = schemaById("apa");

test("what can be read only once is refused where there are two passes", async () => {
  const twice = (captures: string[]) => requirePasses({ captures, schema }, 2);
  await expect(twice(["-"])).rejects.toThrow("standard input can be read only once");
  await expect(twice(["-"])).rejects.toMatchObject({
    code: "usage",
    hint: expect.stringContaining("apa-live"),
  });
  await expect(requirePasses({ captures: [], schema, live: { interface: "eth0" } }, 2)).rejects.toThrow(
    "an interface",
  );
  await expect(
    requirePasses({ captures: ["-"], schema: schemaById("apa-live") }, 1),
  ).resolves.toBeUndefined();
  // A file that is not there is told when it is opened.
  await expect(twice([join(folder, "none")])).resolves.toBeUndefined();
});

test.skipIf(process.platform === "win32")("a named pipe can be read only once", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  await expect(requirePasses({ captures: [pipe], schema }, 2)).rejects.toThrow("can be read only once");
});

test("settings that cut flows are refused by schemas of packets", async () => {
  const given = (settings: object) => requirePasses({ captures: [], schema, ...settings }, 1);
  await expect(given({ earlyPackets: 3 })).rejects.toThrow("--early-packets");
  await expect(given({ idleTimeoutS: 3 })).rejects.toThrow("--idle-timeout");
  await expect(given({ maximumFlows: 3 })).resolves.toBeUndefined();
  await expect(
    requirePasses({ captures: [], schema: schemaById("flow"), earlyPackets: 3 }, 1),
  ).resolves.toBeUndefined();
});

test("a capture that grew between the passes is an error", () => {
  const capture = { path: "x.pcap", frames: 3, wireBytes: 300 } as CaptureSummary;
  expect(() => requireUnchanged([capture], [{ ...capture }])).not.toThrow();
  expect(() => requireUnchanged([capture], [{ ...capture, frames: 4 }])).toThrow("had 3 packets");
  expect(() => requireUnchanged([capture], [])).toThrow("and 0 when it was read again");
});
