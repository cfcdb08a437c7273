import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The gallery of screens, for looking and for tests. It is built beside the product, never into it.
export default defineConfig({
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../build/gallery/console",
    emptyOutDir: true,
    target: "es2023",
    rolldownOptions: { input: "gallery.html" },
    chunkSizeWarningLimit: 2000,
  },
});
