/** Signs that a shell would read as more than a word. */
const shellSigns = /[|&;<>()`*?[\]~#!{}]/;

/**
 * A line such as `gunicorn app:app --bind 0.0.0.0:$PORT` as its words; quotes are taken off and `$PORT` becomes the unit's port.
 * Variables before the program (`A=b node x.js`) are set by the program `env`. Null for a line that only a shell could read.
 */
export function commandWords(line: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const sign = line[i] ?? "";
    if (quote === "'" && sign !== "'") word += sign;
    else if (sign === quote) quote = "";
    else if (sign === "\\") {
      i++;
      if (i >= line.length) return null;
      word = (word ?? "") + line[i];
    } else if (sign === "$") {
      const name = /^\$(?:\{PORT\}|PORT\b|\{PORT:-\d+\})/.exec(line.slice(i))?.[0];
      if (name === undefined) return null;
      word = `${word ?? ""}{{ units.app.port }}`;
      i += name.length - 1;
    } else if (quote !== "") {
      if (sign === "`") return null;
      word += sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= "";
    } else if (/\s/.test(sign)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (shellSigns.test(sign)) return null;
    else word = (word ?? "") + sign;
  }
  if (quote !== "") return null;
  if (word !== null) words.push(word);
  if (words.length === 0 || words.some((each) => each.includes("\0"))) return null;
  // `env` is a program that sets variables for another.
  return /^[A-Za-z_]\w*=/.test(words[0] ?? "") ? ["env", ...words] : words;
}
