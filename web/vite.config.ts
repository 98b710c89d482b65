// How the console is built: into dist/web, with names that tell contents, compressed beside itself. Nothing is inlined into the
// page, so that its content security policy can forbid inline scripts.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const OUT = fileURLToPath(new URL("../dist/web", import.meta.url));
/** Smaller files are sent as they are. */
const COMPRESSED_FROM = 1_024;
const COMPRESSED = /\.(js|css|svg|json)$/;

/** Writes NAME.gz and NAME.br beside each text file that is served as it is. */
function compressed(): Plugin {
  let folder = OUT;
  return {
    name: "orbweaver-compressed",
    apply: "build",
    configResolved({ build, root }) {
      folder = resolve(root, build.outDir);
    },
    closeBundle() {
      // A build that failed has left nothing, and says itself why.
      if (!existsSync(folder)) return;
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !COMPRESSED.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const content = readFileSync(path);
        if (content.length < COMPRESSED_FROM) continue;
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
      }
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/console/",
  plugins: [react(), compressed()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800,
  },
  // `npx vite web` beside a server on its usual port.
  server: {
    port: 5173,
    proxy: {
      "^/(?!console/|src/|@|node_modules/)": "http://127.0.0.1:8085",
    },
  },
});
