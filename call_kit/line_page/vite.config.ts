import { defineConfig } from "vite";

// `--outDir` says where to; relative addresses, so that any static server can serve it.
export default defineConfig({ root: new URL(".", import.meta.url).pathname, base: "./", build: { target: "es2023" } });
