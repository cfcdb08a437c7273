import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Heading } from "suomifi-ui-components";
import "@fontsource/source-sans-3";

const PRODUCT = "Palvelurinki";

const root = document.getElementById("root");
if (root === null) {
  throw new Error("index.html has no element with the id root");
}
createRoot(root).render(
  <StrictMode>
    <Heading variant="h1">{PRODUCT}</Heading>
  </StrictMode>,
);
