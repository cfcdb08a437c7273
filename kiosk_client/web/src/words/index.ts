/** The page's words, ready to use. All languages are bundled: choosing one loads nothing. */

import { words as shared } from "@palvelurinki/call_kit/words";
import { createInstance, type i18n } from "i18next";
import { FIRST_LANGUAGE } from "../model/language";
import { en } from "./en";
import { fi, type Words } from "./fi";
import { sv } from "./sv";

declare module "i18next" {
  // A key that does not exist fails the compiler.
  interface CustomTypeOptions {
    defaultNS: "kiosk";
    resources: { kiosk: Words };
  }
}

export const words = { fi, sv, en };

export function translations(): i18n {
  const instance = createInstance({
    resources: {
      fi: { kiosk: fi, common: shared.fi },
      sv: { kiosk: sv, common: shared.sv },
      en: { kiosk: en, common: shared.en },
    },
    lng: FIRST_LANGUAGE,
    fallbackLng: false,
    defaultNS: "kiosk",
    initAsync: false,
    // React escapes already.
    interpolation: { escapeValue: false },
  });
  // Nothing is fetched, so it is ready when this returns.
  instance.init().catch((error: unknown) => reportError(error));
  return instance;
}
