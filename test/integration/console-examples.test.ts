// Command lines that a shell takes as they are meant.

import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { clientExample, curlExample } from "../../web/src/pages/settings/examples.ts";

/** What curl would be given, a line for each call: a function of that name prints its arguments. */
function calls(script: string): string[][] {
  const told = execFileSync("bash", ["-c", `curl() { printf '%s\\n' "$*"; }\n${script}`], {
    input: "the key\n",
    encoding: "utf8",
  });
  return told
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" "));
}

test("the key is read, not written, and goes into its header", () => {
  const asked = calls(curlExample({ address: "http://127.0.0.1:8085", asksForKey: true }));
  expect(asked.map((call) => call[1])).toEqual([
    "http://127.0.0.1:8085/models",
    "http://127.0.0.1:8085/predict",
  ]);
  for (const call of asked) expect(call.join(" ")).toContain("-H x-api-key: the key");
});

test("where nobody is asked no key is named", () => {
  const options = { address: "https://host", asksForKey: false };
  expect(curlExample(options)).not.toContain("KEY");
  expect(clientExample(options)).not.toContain("key:");
  expect(clientExample({ ...options, asksForKey: true })).toContain("process.env.ORBWEAVER_KEY");
});
