// The frame of every script that a person starts: checks Node.js, then runs; failures in plain words.

import { checkNode } from "./node-version.mjs";

/** Runs `work` with the workspace helpers; its number is the exit status. */
export function main(work) {
  if (!checkNode()) return;
  import("./workspace.mjs").then((workspace) =>
    work(workspace).then(
      (status) => {
        process.exitCode = status;
      },
      (error) => {
        process.stderr.write(`${error instanceof workspace.WorkspaceError ? error.message : error.stack}\n`);
        process.exitCode = 1;
      },
    ),
  );
}
