// A server on a place of its own, for tests: its folder is new, and goes with the test.

import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "../../src/client/index.ts";
import { type Started, type StartOptions, startServing } from "../../src/http/start.ts";

export interface TestServer extends Started {
  root: string;
  client: Client;
  /** Ends it, and removes its folder. */
  remove(): Promise<void>;
}

/** Starts a server in this process. Jobs run from the sources. */
export async function startTestServer(
  options: Partial<StartOptions> & { root?: string } = {},
): Promise<TestServer> {
  const root = options.root ?? newRoot();
  const started = await startServing({
    ...options,
    place: { project: root, create: true, ...options.place },
    port: 0,
  });
  return {
    ...started,
    root,
    client: createClient({ baseUrl: started.address }),
    async remove() {
      await started.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export function newRoot(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "orbweaver-serving-")));
}
