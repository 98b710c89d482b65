// `npm start`: replays a capture and prints the verdict for every flow.
//
//   npm start                         the bundled capture
//   npm start -- FILE…                your own captures
//   npm start -- --json               any option of `orbweaver detect`; without a file, on the bundled capture
//
// Installs and builds first when that is needed. The exit status is that of `orbweaver detect`.

import { main } from "./support/main.mjs";

const DEMO = "assets/demo.pcap.gz";

main(async ({ prepare, run, ROOT }) => {
  await prepare();
  const given = process.argv.slice(2);
  const onlyOptions = given.every((argument) => argument.startsWith("-") && argument !== "-");
  const captures = onlyOptions ? [`${ROOT}${DEMO}`] : [];
  // npm runs scripts in the package's folder; paths are meant from where the person stands.
  return run(
    `${ROOT}bin/orbweaver`,
    ["detect", ...captures, ...given],
    process.env.INIT_CWD ?? process.cwd(),
  );
});
