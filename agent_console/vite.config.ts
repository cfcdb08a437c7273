import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Built into the server's package, which serves it under a content security policy without inline scripts:
// so nothing is inlined, and every file but index.html carries a hash of its content and may be cached for good.
export default defineConfig({
  base: "/console/",
  plugins: [react()],
  build: {
    outDir: "../server/palvelurinki/web/static/console",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2023",
    modulePreload: { polyfill: false },
    // One file: people open the console in the morning and keep it open all day.
    chunkSizeWarningLimit: 700,
  },
});
