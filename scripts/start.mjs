// `npm start`: the console on this machine, or verdicts in the terminal.
//
//   npm start                         the console, with the bundled model and the bundled capture played again and again
//   npm start -- --port 9000          options of `orbweaver up` (those begin with a dash)
//   npm start -- FILE…                verdicts for your own captures, as `orbweaver detect FILE…`, with its options
//
// Installs and builds first when that is needed. The exit status is that of the command.

import { main } from "./support/main.mjs";

const DEMO = "assets/demo.pcap.gz";
/** The capture tells of two minutes; so it is played in twelve seconds, and something happens at first sight. */
const SPEED = "10";

main(async ({ prepare, run, ROOT }) => {
  await prepare();
  const given = process.argv.slice(2);
  const isForFiles = given.length > 0 && (!given[0].startsWith("-") || given[0] === "-");
  const command = isForFiles
    ? ["detect", ...given]
    : ["up", "--model", "bundled", "--replay", `${ROOT}${DEMO}`, "--speed", SPEED, ...given];
  // npm runs scripts in the package's folder; paths are meant from where the person stands.
  return run(`${ROOT}bin/orbweaver`, command, process.env.INIT_CWD ?? process.cwd());
});
