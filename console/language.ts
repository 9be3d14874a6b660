/** The languages of the console. */
export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];

/** One text in both languages; a missing one does not compile. `{0}`, `{1}` … are replaced by what is said. */
export type Both = readonly [en: string, zh: string];

/** Says a text in the language of the reader. */
export type Say = (both: Both, ...values: readonly (string | number)[]) => string;

export function sayIn(language: Language): Say {
  const index = languages.indexOf(language);
  return (both, ...values) =>
    String(both[index]).replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)] ?? ""));
}

export function isLanguage(word: string | undefined): word is Language {
  return languages.some((known) => known === word);
}

/** The language that a browser prefers, as far as the console speaks it. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  const first = acceptLanguage?.split(",")[0]?.trim().toLowerCase() ?? "";
  return first.startsWith("zh") ? "zh" : "en";
}
