// Source Sans 3, the font of Suomi.fi, in the two weights that stand on these screens. Latin extended carries the
// Sámi letters.
import "@fontsource/source-sans-3/latin-400.css";
import "@fontsource/source-sans-3/latin-600.css";
import "@fontsource/source-sans-3/latin-ext-400.css";
import "@fontsource/source-sans-3/latin-ext-600.css";
