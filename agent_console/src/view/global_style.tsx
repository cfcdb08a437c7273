import { createGlobalStyle } from "styled-components";
import { ground, ink, still } from "./theme";

export const GlobalStyle = createGlobalStyle`
  *, *::before, *::after { box-sizing: border-box; }
  html { text-size-adjust: 100%; }
  body {
    margin: 0;
    background: ${ground};
    color: ${ink};
    font: 400 16px/1.45 "Source Sans 3", "Helvetica Neue", Arial, sans-serif;
    -webkit-font-smoothing: antialiased;
  }
  /* The bar that tells of a lost line takes its height from the stage, so that the call's buttons stay in sight. */
  :root:has([data-connection="offline"]) { --bar: 56px; }
  h1, h2, h3, h4, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  button { font-family: inherit; }
  ${still} {
    *, *::before, *::after { animation-duration: 0.01ms !important; transition-duration: 0.01ms !important; }
  }
`;
