/** Source Sans 3, bundled: a kiosk fetches nothing from elsewhere. */
import "@fontsource/source-sans-3/400.css";
import "@fontsource/source-sans-3/600.css";
import "@fontsource/source-sans-3/700.css";
