import { defineConfig } from "vitest/config";

// View models and reducers are plain functions: they are tested in Node, without a browser. What needs a real
// browser is tested end to end in tests/e2e.
export default defineConfig({
  test: {
    projects: ["call_kit", "kiosk_client/web", "agent_console"],
    environment: "node",
  },
});
