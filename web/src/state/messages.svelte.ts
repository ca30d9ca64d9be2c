// Every text of the page, from one catalogue a language.
import ar from '../messages/ar.json';
import de from '../messages/de.json';
import en from '../messages/en.json';

export type Key = keyof typeof en;
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
type Catalogue = Record<Key, string | Forms>;

const catalogues = { en, de, ar } satisfies Record<string, Catalogue>;
export type Language = keyof typeof catalogues;
export const languages: Record<Language, string> = { en: 'English', de: 'Deutsch', ar: 'العربية' };

const STORED = 'efface-language';

function first(): Language {
  const wanted = [localStorage.getItem(STORED) ?? '', ...navigator.languages];
  for (const tag of wanted) {
    const short = tag.slice(0, 2);
    if (short in catalogues) return short as Language;
  }
  return 'en';
}

class Speaking {
  language = $state<Language>(first());
  rules = $derived(new Intl.PluralRules(this.language));
  numbers = $derived(new Intl.NumberFormat(this.language));
  direction = $derived<'ltr' | 'rtl'>(this.language === 'ar' ? 'rtl' : 'ltr');

  choose(language: Language): void {
    this.language = language;
    localStorage.setItem(STORED, language);
  }
}

export const speaking = new Speaking();

/** A text; `n` decides its plural form, and every {name} is filled in. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const found: string | Forms = (catalogues[speaking.language] as Catalogue)[key];
  let text: string;
  if (typeof found === 'string') text = found;
  else {
    const n = Number(values['n'] ?? values['of'] ?? 0);
    text = (n === 0 ? found.zero : undefined) ?? found[speaking.rules.select(n)] ?? found.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? speaking.numbers.format(value) : value;
  });
}
