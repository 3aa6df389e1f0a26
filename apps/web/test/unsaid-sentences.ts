import { spoken } from "./hard-coded-text.ts";
import { type Node, walkSource } from "./walk-source.ts";

/** What the API says in English, by the names that it goes by. */
const sentences = new Set(["message", "advice", "expected"]);

/** Sentences of the API that JSX shows as they are, each with its line: they go through `said`. */
export function unsaidSentences(source: string): { line: number; text: string }[] {
  const found: { line: number; text: string }[] = [];
  walkSource(source, (node) => {
    if (node.type === "JSXAttribute" && spoken.has(String((node.name as Node).name))) shown(node.value as Node | null);
    if (node.type === "JSXElement" || node.type === "JSXFragment") for (const child of node.children as Node[]) shown(child);
  });
  return found;

  /** Follows what an expression may come to, but not into what a call makes of it. */
  function shown(node: Node | null): void {
    if (node === null) return;
    const name =
      node.type === "Identifier" ? node.name : /^(Optional)?MemberExpression$/.test(node.type) ? (node.property as Node).name : null;
    if (sentences.has(String(name))) found.push({ line: node.loc?.start.line ?? 0, text: String(name) });
    if (node.type === "JSXExpressionContainer") shown(node.expression as Node);
    if (node.type === "LogicalExpression") for (const side of [node.left, node.right]) shown(side as Node);
    if (node.type === "ConditionalExpression") for (const side of [node.consequent, node.alternate]) shown(side as Node);
    if (node.type === "TemplateLiteral") for (const part of node.expressions as Node[]) shown(part);
  }
}
