import { parse } from "@babel/parser";

interface Node {
  type: string;
  loc?: { start: { line: number } };
  [key: string]: unknown;
}

export interface Found {
  line: number;
  /** With `{1}`, `{2}` … where values go; values that follow each other are one. */
  template: string;
}

/** Calls whose texts go to a log or into the API's document. */
const unsaidCalls = /^(log|logger|console)\.|\.(describe|openapi)$/;
const unsaidKeys = new Set(["summary", "description", "because", "tag"]);

/** Every text of a source that reads like a sentence or a part of one, and every plain text that it holds at all. */
export function sentencesIn(source: string): { sentences: Found[]; words: string[] } {
  const sentences: Found[] = [];
  const words: string[] = [];
  const { program } = parse(source, { sourceType: "module", plugins: ["typescript"] }) as unknown as { program: Node };
  walk(program);
  return { sentences, words };

  function walk(node: Node): void {
    if (isUnsaid(node)) return;
    const pieces = piecesOf(node);
    if (pieces === null) {
      for (const child of childrenOf(node)) walk(child);
      return;
    }
    const template = templateOf(pieces);
    if (pieces.length === 1) words.push(template);
    if (reads(template)) sentences.push({ line: node.loc?.start.line ?? 0, template });
    for (const piece of pieces) if (typeof piece !== "string") walk(piece);
  }
}

function isUnsaid(node: Node): boolean {
  if (node.type.startsWith("TS")) return !/^TS(As|Satisfies|NonNull)Expression$/.test(node.type);
  if (/^(Import|Export(All|Named))Declaration$/.test(node.type)) return Boolean(node.source);
  if (node.type === "ImportExpression" || node.type === "TaggedTemplateExpression") return true;
  if (node.type === "ObjectProperty") return unsaidKeys.has(String((node.key as Node).name));
  if (node.type === "CallExpression") return unsaidCalls.test(calleeOf(node.callee as Node));
  if (node.type !== "NewExpression") return false;
  // An error that is not an AppError, or is internal, is for the log; strangers are told "Internal error".
  const [first] = node.arguments as Node[];
  return calleeOf(node.callee as Node) === "Error" || first?.value === "internal";
}

function calleeOf(callee: Node): string {
  if (callee.type !== "MemberExpression") return String(callee.name);
  const object = callee.object as Node;
  return `${object.name ?? (object.property as Node | undefined)?.name ?? ""}.${(callee.property as Node).name}`;
}

/** A text as its fixed parts and the expressions between them; null for what is no text. */
function piecesOf(node: Node): (string | Node)[] | null {
  if (node.type === "StringLiteral") return [String(node.value)];
  if (node.type === "TemplateLiteral") {
    const expressions = node.expressions as Node[];
    return (node.quasis as Node[]).flatMap((quasi, i) => {
      const next = expressions[i];
      return [String((quasi.value as { cooked: string }).cooked), ...(next === undefined ? [] : [next])];
    });
  }
  if (node.type !== "BinaryExpression" || node.operator !== "+") return null;
  const sides = [node.left as Node, node.right as Node].map((side) => ({ side, pieces: piecesOf(side) }));
  if (sides.every(({ pieces }) => pieces === null)) return null;
  return sides.flatMap(({ side, pieces }) => pieces ?? [side]);
}

function templateOf(pieces: (string | Node)[]): string {
  let count = 0;
  let isAfterValue = false;
  return pieces.reduce<string>((text, piece) => {
    if (piece === "") return text;
    const follows = isAfterValue;
    isAfterValue = typeof piece !== "string";
    if (typeof piece === "string") return text + piece;
    if (follows) return text;
    count++;
    return `${text}{${count}}`;
  }, "");
}

/** Two words, or one beside a value, or one that ends like a sentence; not a media type, a header, a key or markup. */
function reads(template: string): boolean {
  const bare = template.replaceAll(/\{\d+\}/g, "\uFFFC");
  if ((bare.match(/\p{L}/gu)?.length ?? 0) < 4 || /\p{Script=Han}|^-----|^<!doctype|charset=|^Bearer |\r\n/u.test(bare)) return false;
  return /^[A-Z][a-z]+\.$/.test(bare) || /(^|[\s(])\p{L}+['’]?\p{L}*[,;:.]?[ ]+[(`"{]*[\p{L}\d\uFFFC]|\uFFFC[,:]? \p{L}{2,}/u.test(bare);
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value) =>
    (Array.isArray(value) ? value : [value]).filter(
      (child): child is Node => typeof child === "object" && child !== null && typeof (child as Node).type === "string",
    ),
  );
}
