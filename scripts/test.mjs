// `npm test`: runs the tests; arguments go to vitest, such as `npm test -- src/packet` or `npm test -- --reporter=dot`.
//
// Installs and builds first when that is needed: some tests run the command line as a user would.

import { main } from "./support/main.mjs";

main(async ({ prepare, run, ROOT }) => {
  await prepare();
  return run(`${ROOT}node_modules/vitest/vitest.mjs`, ["run", ...process.argv.slice(2)]);
});
