import { parse } from "@babel/parser";

/** A node of a program, as the parser gives it. */
export interface Node {
  type: string;
  loc?: { start: { line: number } };
  [key: string]: unknown;
}

/** Visits every node of a source of TypeScript with JSX, outermost first. */
export function walkSource(source: string, visit: (node: Node) => void): void {
  walk(parse(source, { sourceType: "module", plugins: ["jsx", "typescript"] }) as unknown as Node, visit);
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child === "object" && child !== null && typeof (child as Node).type === "string") walk(child as Node, visit);
}
