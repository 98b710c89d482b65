// Declares tests that need influxd.

import { describe, test } from "vitest";
import { hasInfluxd } from "./influxd.ts";

const ABSENT = "influxd is not installed (Debian package influxdb)";

/** A group of tests that is skipped where influxd is absent, and fails there when CI=true. */
export function describeInfluxd(name: string, tests: () => void): void {
  if (hasInfluxd()) describe(name, tests);
  else if (process.env["CI"] === "true") {
    test(name, () => {
      throw new Error(ABSENT);
    });
  } else describe.skip(`${name} (skipped: ${ABSENT})`, tests);
}
