// The user's own folder while tests run: a new one, so that what commands record goes nowhere else.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Called by vitest before all tests; what it gives is called after them. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-home-"));
  process.env["ORBWEAVER_HOME"] = folder;
  delete process.env["ORBWEAVER_STORE"];
  return () => rmSync(folder, { recursive: true, force: true });
}
