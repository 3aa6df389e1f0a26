/**
 * What AgentPod says, by its English: `{1}`, `{2}` … stand for values, in the translation too. `{1!}` there says that the value is
 * words of AgentPod's own, even if it is a single one.
 */
export type Sentences = Readonly<Record<string, string>>;

interface Entry {
  pattern: RegExp;
  /** Fixed text at both ends, looked at first: it is cheap. */
  start: string;
  end: string;
  translation: string;
}

/** As many as a page may show and more; then it is begun anew. */
const remembered = 5000;
/** Sentences hold parts, which hold parts; no true one goes deeper. */
const deepest = 6;
/** Characters; what is longer is somebody's log or list. */
const longest = 2000;
/** Where one sentence ends and the next begins. */
const between = /(?<=[.!?]) (?=\S)/;

/**
 * Gives sentences of AgentPod in another language. They are found by their English, with the values that they hold: so those that
 * were stored long ago are translated too, and nobody who makes one has to do more than write it. What is not known stays as it is.
 */
export function translator(sentences: Sentences): (sentence: string) => string {
  // The longest first: what says more is meant.
  const entries = Object.entries(sentences)
    .map(([english, translation]) => ({ ...entryOf(english), translation, weight: english.replaceAll(/\{\d+\}/g, "").length }))
    .sort((a, b) => b.weight - a.weight);
  const known = new Map<string, string>();
  return (sentence) => {
    const before = known.get(sentence);
    if (before !== undefined) return before;
    const said = translate(sentence, 0) ?? sentence;
    if (known.size >= remembered) known.clear();
    known.set(sentence, said);
    return said;
  };

  /** Null where nothing of it is known. */
  function translate(text: string, depth: number): string | null {
    if (depth > deepest || text === "" || text.length > longest) return null;
    return (
      whole(text, depth, false) ??
      sentenceBySentence(text, depth, true) ??
      whole(text, depth, true) ??
      withTail(text, depth) ??
      sentenceBySentence(text, depth, false)
    );
  }

  /** `isLong`: a value may hold several sentences. What ends like one of ours would take in those before it otherwise. */
  function whole(text: string, depth: number, isLong: boolean): string | null {
    if (Object.hasOwn(sentences, text)) return sentences[text] as string;
    for (const { start, end, pattern, translation } of entries) {
      if (!text.startsWith(start) || !text.endsWith(end)) continue;
      const values = pattern.exec(text);
      if (values === null || (!isLong && values.slice(1).some((value) => between.test(value)))) continue;
      return translation.replaceAll(/\{(\d+)(!?)\}/g, (_all, number: string, isOurs: string) => {
        const value = values[Number(number)] ?? "";
        // A name has no spaces and stays a name, even one that is a word of ours.
        return (isOurs !== "" || value.includes(" ") ? translate(value, depth + 1) : null) ?? value;
      });
    }
    return null;
  }

  /** `a name, perhaps web (and 2 more)`: parts that follow what they belong to begin with a space or a comma. */
  function withTail(text: string, depth: number): string | null {
    for (const match of text.matchAll(/,? ?\(| |, /g)) {
      if (match.index === 0) continue;
      const tail = text.slice(match.index);
      const said = /^[ ,]/.test(tail) ? tailOf(tail, depth) : null;
      if (said === null) continue;
      const head = text.slice(0, match.index);
      return (translate(head, depth + 1) ?? head) + said;
    }
    return null;
  }

  function tailOf(tail: string, depth: number): string | null {
    for (const { start, end, pattern } of entries)
      if (/^[ ,]/.test(start) && tail.startsWith(start) && tail.endsWith(end) && pattern.test(tail)) return whole(tail, depth, true);
    return null;
  }

  /** Sentences that follow each other; `isEach`: only where each of them is known. */
  function sentenceBySentence(text: string, depth: number, isEach: boolean): string | null {
    const parts = text.split(between);
    if (parts.length === 1) return null;
    const said = parts.map((part) => translate(part, depth + 1));
    return (isEach ? said.includes(null) : said.every((part) => part === null)) ? null : said.map((part, i) => part ?? parts[i]).join("");
  }
}

function entryOf(english: string): Pick<Entry, "pattern" | "start" | "end"> {
  const fixed = english.split(/\{\d+\}/);
  const escaped = fixed.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&"));
  return { pattern: new RegExp(`^${escaped.join("([^]*?)")}$`), start: fixed[0] ?? "", end: fixed.at(-1) ?? "" };
}
