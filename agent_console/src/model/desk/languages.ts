/** Languages by their codes, as the desk offers them. */

/** In which a customer may be served: the national ones, English, Sámi and sign languages. */
export const SERVED = ["fi", "sv", "en", "sme", "smn", "sms", "fse", "fss"] as const;

/** Into which interpreting is asked for most in Finland, besides those. */
export const INTERPRETED = [
  "ru",
  "et",
  "uk",
  "ar",
  "so",
  "fa",
  "ckb",
  "sq",
  "vi",
  "th",
  "zh",
  "tr",
  "es",
  "fr",
  "de",
  "pl",
  "ro",
] as const;
