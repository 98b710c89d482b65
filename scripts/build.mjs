// `npm run build`: compiles src into dist, when dist is not what the sources give.

import { main } from "./support/main.mjs";

main(async ({ prepare, say }) => {
  if (!(await prepare())) say("dist is up to date.");
  return 0;
});
