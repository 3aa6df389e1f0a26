import { parse } from "@babel/parser";

/** Attributes that people read or hear. */
const spoken = new Set(["label", "title", "placeholder", "alt", "aria-label", "aria-description", "text", "description", "hint", "action"]);

/** Texts that a person would read in JSX and that are in no catalog, each with its line. */
export function hardCodedText(source: string): { line: number; text: string }[] {
  const found: { line: number; text: string }[] = [];
  const isText = (text: string): boolean => /\p{L}{2,}/u.test(text);
  const note = (node: Node, text: string): void => {
    if (isText(text)) found.push({ line: node.loc?.start.line ?? 0, text: text.trim() });
  };
  walk(parse(source, { sourceType: "module", plugins: ["jsx", "typescript"] }) as unknown as Node, (node) => {
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

interface Node {
  type: string;
  loc?: { start: { line: number } };
  [key: string]: unknown;
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child === "object" && child !== null && typeof (child as Node).type === "string") walk(child as Node, visit);
}
