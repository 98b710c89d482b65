// A process of its own that reads a capture and prints the summary, or the error's code and message, so that tests can
// feed real pipes: read-capture.ts PATH [abort-after-first-block]

import { OrbweaverError } from "../../src/base/errors.ts";
import { readCapture } from "../../src/capture/read.ts";

const [path, mode] = process.argv.slice(2);
const stop = new AbortController();
try {
  const summary = await readCapture(path, {
    onFrame: { frame() {} },
    signal: stop.signal,
    onBlock() {
      if (mode === "abort-after-first-block") setTimeout(() => stop.abort(), 20);
    },
  });
  console.log(JSON.stringify(summary));
} catch (error) {
  if (!(error instanceof OrbweaverError)) throw error;
  console.log(`${error.code}: ${error.message}`);
}
