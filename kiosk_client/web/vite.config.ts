import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Built into the server's package, which serves it under a content security policy without inline scripts:
// so nothing is inlined, and every file but index.html carries a hash of its content and may be cached for good.
export default defineConfig({
  base: "/kiosk/",
  plugins: [react()],
  build: {
    outDir: "../../server/palvelurinki/web/static/kiosk",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2023",
    modulePreload: { polyfill: false },
  },
});
