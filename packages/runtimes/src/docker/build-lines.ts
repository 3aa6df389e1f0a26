const longestLine = 2000;
const mostLines = 20_000;
const mostCharacters = 2_000_000;
const lastLines = 20;

/** What a build says, as lines, of which no more are handed on than anybody reads. */
export interface BuildLines {
  /** Text as it comes, lines and parts of lines. */
  add(text: string): void;
  /** No more comes: what is begun is a line, and what was left out is told. */
  end(): void;
  /** The last lines, whether they were handed on or not. */
  last(): string[];
}

export function buildLines(line: (text: string) => void): BuildLines {
  const last: string[] = [];
  let begun = "";
  let lines = 0;
  let characters = 0;
  let leftOut = 0;
  const take = (text: string): void => {
    // Of a line that was written over and over, what stands there in the end.
    const shown = text.trimEnd();
    const whole = shown.slice(shown.lastIndexOf("\r") + 1);
    if (whole === "") return;
    last.push(whole);
    if (last.length > lastLines) last.shift();
    lines++;
    characters += whole.length;
    if (lines <= mostLines && characters <= mostCharacters) line(whole);
    else if (leftOut++ === 0) line("This build says too much: its further lines are left out.");
  };
  return {
    add(text) {
      const parts = (begun + text).split("\n");
      begun = parts.pop() ?? "";
      for (const part of parts) for (let at = 0; at <= part.length; at += longestLine) take(part.slice(at, at + longestLine));
      while (begun.length > longestLine) {
        take(begun.slice(0, longestLine));
        begun = begun.slice(longestLine);
      }
    },
    end() {
      take(begun);
      begun = "";
      if (leftOut > 0) line(`${leftOut} lines were left out.`);
    },
    last: () => [...last],
  };
}
