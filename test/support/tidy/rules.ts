// The house rules, as a table. Each rule says what it wants, finds what breaks it in a tree, and carries an example
// that breaks it, so that the test can show that it would notice.
//
// A problem is one line: the place, what was found, and what is wanted. Reasons are in ARCHITECTURE.md and STYLE.md.

import { FILE_RULES } from "./file-rules.ts";
import { PACKAGE_RULES } from "./package-rules.ts";
import { ROOM_RULES } from "./room-rules.ts";
import type { Rule } from "./rule.ts";
import { TEXT_RULES } from "./text-rules.ts";
import { WEB_RULES } from "./web-rules.ts";

export const RULES: readonly Rule[] = [
  ...ROOM_RULES,
  ...FILE_RULES,
  ...PACKAGE_RULES,
  ...TEXT_RULES,
  ...WEB_RULES,
];

/** A small tree that keeps every rule. Examples of rules are put into it. */
export const TIDY_TREE: Readonly<Record<string, string>> = {
  "layers.json": JSON.stringify({
    pure: ["base", "packet", "flow"],
    rooms: { base: [], packet: [], flow: ["packet"], app: ["packet", "flow"], cli: ["app"] },
  }),
  "package.json": JSON.stringify({ dependencies: { zod: "1" }, devDependencies: { vitest: "1" } }),
  "package-lock.json": JSON.stringify({
    packages: { "node_modules/zod": { version: "1", integrity: "sha512-x" } },
  }),
  "tsconfig.pure.json": JSON.stringify({
    include: ["src/ambient.d.ts", "src/base", "src/packet", "src/flow"],
  }),
  "ARCHITECTURE.md":
    "| Room | May import |\n|---|---|\n| packet | – |\n| flow | packet |\n| app | packet, flow |\n| cli | app |\n",
  "docs/decisions/dependencies.md": "- `zod`: checks input.\n- `vitest`: runs tests.\n",
  "src/ambient.d.ts": "// Universals of the pure rooms, admitted one by one.\n",
  "src/base/errors.ts": "// The one table of errors.\nexport const ERRORS = {};\n",
  "src/packet/packet.ts":
    '// The decoded packet.\nimport { ERRORS } from "../base/errors.ts";\nexport const x = ERRORS;\n',
  "src/flow/meter.ts": '// Meters flows.\nexport { x } from "../packet/packet.ts";\n',
  "src/flow/meter.test.ts": 'import { x } from "./meter.ts";\nx;\n',
  "src/app/detect.ts":
    '// Captures in, verdicts out.\nimport { z } from "zod";\nimport { x } from "../flow/meter.ts";\nexport const y = [x, z];\n',
  "src/cli/main.ts":
    '// The command line.\nconst { y } = await import("../app/detect.ts");\nconsole.log(y);\n',
};
