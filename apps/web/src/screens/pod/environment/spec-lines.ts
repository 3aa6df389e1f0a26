import { LineCounter, parseDocument } from "yaml";

/** The text of a spec as a value, and where in the text its parts are. Throws an Error with the line of a mistake. */
export function readSpec(text: string): { spec: unknown; lineOf(path: string): number | null } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [mistake] = document.errors;
  if (mistake !== undefined) throw new Error(mistake.message.split("\n")[0]?.replace(/:$/, "") ?? "");
  return {
    spec: document.toJS({ maxAliasCount: 100 }) as unknown,
    lineOf(path) {
      const keys = keysOf(path);
      // What is missing is told at what it is missing from.
      for (let length = keys.length; length > 0; length--) {
        const node = document.getIn(keys.slice(0, length), true) as { range?: [number, number, number] | null } | undefined;
        if (node?.range) return lines.linePos(node.range[0]).line;
      }
      return null;
    },
  };
}

/** `spec.units[0].env["a b"]` → `["units", 0, "env", "a b"]`. */
export function keysOf(path: string): (string | number)[] {
  const keys = [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([\w-]+)/g)].map(([, index, quoted, word]) =>
    index !== undefined ? Number(index) : quoted !== undefined ? (JSON.parse(`"${quoted}"`) as string) : (word ?? ""),
  );
  return keys[0] === "spec" ? keys.slice(1) : keys;
}
