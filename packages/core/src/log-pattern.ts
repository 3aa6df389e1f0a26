const longest = 160;
/** More of a line is not looked at. */
const looked = 1000;

const message = /"(?:msg|message)"\s*:\s*"((?:[^"\\]|\\.)*)"/;
/** A moment at the front, as most loggers write one. */
const stamp = /^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|\s?[+-]\d\d:?\d\d)?\]?\s*/;
/** The more special first. */
const masks: readonly [RegExp, string][] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, "<time>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, "<ip>"],
  // Hexadecimal of some length, unless it is a word.
  [/\b(?=[0-9a-f]*\d)(?:0x)?[0-9a-f]{8,}\b/gi, "<id>"],
  [/\d+(?:\.\d+)*/g, "<n>"],
];

/** What lines that say the same have in common: without times, numbers and ids. Of a JSON line its message. At most 160 characters. */
export function patternOf(text: string): string {
  const start = text.length > looked ? text.slice(0, looked) : text;
  const said = start.startsWith("{") ? message.exec(start)?.[1] : undefined;
  let pattern = (said ?? start).replace(stamp, "");
  for (const [mask, name] of masks) pattern = pattern.replace(mask, name);
  return pattern.replace(/\s+/g, " ").trim().slice(0, longest);
}
