import { joined, type ProjectFiles, relativeTo } from "./project-files.ts";

/** What the code itself tells, each with the file that did. */
export interface CodeFacts {
  /** Names of environment variables that it reads → file. */
  env: Map<string, string>;
  port: { value: number; file: string } | null;
  /** A path that answers whether it is well. */
  health: { path: string; file: string } | null;
  /** Every file that was read, with its text. */
  texts: Map<string, string>;
}

const mostFiles = 40;
const mostFileBytes = 65_536;
const isSource = { node: /\.([cm]?[jt]s|[jt]sx|vue|svelte|astro)$/, python: /\.py$/ };
const isAside =
  /(^|\/)(node_modules|\.venv|venv|site-packages|dist|build|out|coverage|public|static|tests?|__tests__|migrations|docs|e2e|cypress)(\/|$)|\.(test|spec|d|min|stories)\.[a-z]+$|(^|\/)\./;

const envNames = [
  /\b(?:process|import\.meta|Bun)\.env(?:\.([A-Z][A-Z0-9_]*)|\[["']([A-Z][A-Z0-9_]*)["']\])/g,
  /\bDeno\.env\.get\(["']([A-Z][A-Z0-9_]*)["']/g,
  /\bos\.(?:environ\[|environ\.get\(|getenv\()\s*["']([A-Z][A-Z0-9_]*)["']/g,
  /\b(?:env|config)(?:\.(?:str|int|bool|url|db|list))?\(\s*["']([A-Z][A-Z0-9_]*)["']/g,
];

const ports = [
  /\bPORT\b["'\])]{0,3}\s*(?:\|\||\?\?|,|:-)\s*["']?(\d{2,5})\b/,
  /\.listen\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b/,
  /\bport\s*[:=]\s*(\d{2,5})\b/i,
];

const health =
  /\b(?:get|route|all|use|path|api_route)\(\s*["'`](\/?(?:api\/(?:v\d\/)?)?(?:healthz?|healthcheck|health-check|readyz?|livez|_health))\/?["'`]/;

/** Reads a bounded part of the sources: those nearest to the top first. */
export function scanCode(files: ProjectFiles, folder: string, language: "node" | "python"): CodeFacts {
  const facts: CodeFacts = { env: new Map(), port: null, health: null, texts: new Map() };
  for (const file of sourceFiles(files, folder, language)) {
    const text = files.glance(file);
    if (text === null || text.length > mostFileBytes) continue;
    facts.texts.set(file, text);
    for (const pattern of envNames)
      for (const match of text.matchAll(pattern)) {
        const name = match[1] ?? match[2] ?? "";
        if (!facts.env.has(name)) facts.env.set(name, file);
      }
    facts.port ??= portIn(text, file);
    const path = health.exec(text)?.[1];
    if (path !== undefined) facts.health ??= { path: path.startsWith("/") ? path : `/${path}`, file };
  }
  facts.health ??= healthRoute(files, folder);
  return facts;
}

function sourceFiles(files: ProjectFiles, folder: string, language: "node" | "python"): string[] {
  const depth = (path: string): number => path.split("/").length;
  return files.paths
    .filter((path) => {
      const inside = relativeTo(folder, path);
      return inside !== null && isSource[language].test(inside) && !isAside.test(inside);
    })
    .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
    .slice(0, mostFiles);
}

function portIn(text: string, file: string): { value: number; file: string } | null {
  for (const pattern of ports) {
    const value = Number(pattern.exec(text)?.[1] ?? 0);
    // Ports of databases are those that it connects to.
    if (value >= 80 && value <= 65_535 && ![3306, 5432, 6379, 27_017, 587, 465].includes(value)) return { value, file };
  }
  return null;
}

/** A route that is a file, as Next.js and SvelteKit have them. */
function healthRoute(files: ProjectFiles, folder: string): { path: string; file: string } | null {
  for (const file of files.paths) {
    const inside = relativeTo(folder, file);
    const route =
      inside === null
        ? undefined
        : /^(?:src\/)?(?:app|routes|pages)\/((?:api\/)?healthz?)(?:\/(?:route|\+server))?\.[jt]s$/.exec(inside)?.[1];
    if (route !== undefined) return { path: `/${route}`, file };
  }
  return null;
}

/** Examples of the environment that a project keeps beside its code. */
export function envExamples(files: ProjectFiles, folder: string): { file: string; names: Map<string, string> }[] {
  return [".env.example", ".env.sample", ".env.template", "env.example", ".env.dist"].flatMap((name) => {
    const file = joined(folder, name);
    const text = files.glance(file);
    if (text === null) return [];
    const lines = text.split("\n").flatMap((line): [string, string][] => {
      const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]{0,127})\s*=(.*)$/.exec(line);
      return match ? [[match[1] ?? "", (match[2] ?? "").trim().replace(/^["']|["']$/g, "")]] : [];
    });
    return [{ file, names: new Map(lines) }];
  });
}
