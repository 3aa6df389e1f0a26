import { type Node, walkSource } from "./walk-source.ts";

/** Attributes that people read or hear. */
export const spoken = new Set([
  "label",
  "title",
  "placeholder",
  "alt",
  "aria-label",
  "aria-description",
  "text",
  "description",
  "hint",
  "action",
]);

/** Texts that a person would read in JSX and that are in no catalog, each with its line. */
export function hardCodedText(source: string): { line: number; text: string }[] {
  const found: { line: number; text: string }[] = [];
  const isText = (text: string): boolean => /\p{L}{2,}/u.test(text);
  const note = (node: Node, text: string): void => {
    if (isText(text)) found.push({ line: node.loc?.start.line ?? 0, text: text.trim() });
  };
  walkSource(source, (node) => {
    if (node.type === "JSXText") note(node, String(node.value));
    if (node.type === "JSXAttribute" && spoken.has(String((node.name as Node).name))) {
      const value = node.value as Node | null;
      if (value?.type === "StringLiteral") note(value, String(value.value));
    }
    if (node.type === "JSXElement" || node.type === "JSXFragment")
      for (const child of node.children as Node[])
        if (child.type === "JSXExpressionContainer" && (child.expression as Node).type === "StringLiteral")
          note(child, String((child.expression as Node).value));
  });
  return found;
}
