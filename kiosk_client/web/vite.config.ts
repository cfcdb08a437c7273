import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Built into the server's package, which serves it under a content security policy without inline scripts:
// so nothing is inlined, and every file but index.html carries a hash of its content and may be cached for good.
const page = {
  base: "/kiosk/",
  outDir: "../../server/palvelurinki/web/static/kiosk",
  input: "index.html",
};

// The same views with made-up states, for looking at and for tests/screenshots: `vite build --mode gallery`.
const gallery = {
  base: "./",
  outDir: "../../build/gallery/kiosk",
  input: "gallery.html",
};

export default defineConfig(({ mode }) => {
  const { base, outDir, input } = mode === "gallery" ? gallery : page;
  return {
    base,
    plugins: [react()],
    build: {
      outDir,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      target: "es2023",
      modulePreload: { polyfill: false },
      // One page, loaded once a day from the next room: it gains nothing by being divided.
      chunkSizeWarningLimit: 800,
      rolldownOptions: { input },
    },
  };
});
