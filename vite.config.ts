// Builds the console: src/console/app into dist/console, which Workers static assets serve. No inline script or
// style, nothing of other sites; the headers of its files stand in `_headers`, beside them.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { ASSET_HEADERS } from "./src/console/security-headers.ts";

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: folder("src/console/app"),
  publicDir: false,
  logLevel: "warn",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: process.env.CONSOLE_FOLDER ?? folder("dist/console"),
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  plugins: [
    {
      name: "headers",
      generateBundle() {
        this.emitFile({ type: "asset", fileName: "_headers", source: ASSET_HEADERS });
      },
    },
  ],
});
