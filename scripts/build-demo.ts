// Builds the bundled capture, assets/demo.pcap.gz: two minutes of an office with a scan, a flood and password guessing
// in it, from the generator alone. Its labels are written beside it, so that verdicts can be held against the truth.
//
//   npm run demo              writes assets/demo.pcap.gz and assets/demo-labels.csv
//
// The same recipe gives the same capture, byte for byte; only the packing may differ between releases of Node.js.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { generate } from "../src/app/generate.ts";
import { DEMO } from "./model/demo.ts";

const ASSETS = join(import.meta.dirname, "..", "assets");
const folder = mkdtempSync(join(tmpdir(), "orbweaver-demo-"));
try {
  const capture = join(folder, "demo.pcap");
  const { summary } = await generate({ ...DEMO, out: capture, labels: join(ASSETS, "demo-labels.csv") });
  const packed = gzipSync(readFileSync(capture), { level: 9 });
  writeFileSync(join(ASSETS, "demo.pcap.gz"), packed);
  console.log(`assets/demo.pcap.gz: ${summary.packets} packets, ${packed.length} bytes packed`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
