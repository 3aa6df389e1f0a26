import { relativeTo } from "./project-files.ts";
import type { CodeFacts } from "./scan-code.ts";

/** The object in the code that a server serves, or a program that is one itself. */
export interface PythonApplication {
  framework:
    | "fastapi"
    | "flask"
    | "starlette"
    | "litestar"
    | "quart"
    | "sanic"
    | "aiohttp"
    | "tornado"
    | "streamlit"
    | "gradio"
    | "wsgi"
    | "asgi";
  file: string;
  /** From the project's folder, such as `app.main:app` or `app:create_app()`. */
  target: string;
  speaks: "wsgi" | "asgi" | "itself";
}

/** What each is written like. The first that fits is it: those that build upon others come first. */
const kinds: readonly [PythonApplication["framework"], PythonApplication["speaks"], RegExp][] = [
  ["streamlit", "itself", /^[ \t]*(?:import streamlit\b|from streamlit import)()/m],
  ["gradio", "itself", /\bgr(?:adio)?\.(?:Interface|Blocks|ChatInterface)\(()/],
  ["fastapi", "asgi", /^(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*(?:fastapi\.)?FastAPI\(/m],
  ["litestar", "asgi", /^(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*(?:litestar\.)?Litestar\(/m],
  ["quart", "asgi", /^(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*(?:quart\.)?Quart\(/m],
  ["starlette", "asgi", /^(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*(?:starlette\.applications\.)?Starlette\(/m],
  ["sanic", "asgi", /^(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*(?:sanic\.)?Sanic\(/m],
  ["flask", "wsgi", /^(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*(?:flask\.)?Flask\(/m],
  ["flask", "wsgi", /^def (create_app|make_app)\(/m],
  ["asgi", "asgi", /^async def (\w+)\(\s*scope\s*,\s*receive\s*,\s*send\s*\)/m],
  ["wsgi", "wsgi", /^def (\w+)\(\s*environ\s*,\s*start_response\s*\)/m],
  ["aiohttp", "itself", /\bweb\.run_app\(()/],
  ["tornado", "itself", /\btornado\.web\.Application\(()/],
];

const usualNames = [
  "app.py",
  "main.py",
  "wsgi.py",
  "asgi.py",
  "server.py",
  "application.py",
  "streamlit_app.py",
  "run.py",
  "api.py",
  "__init__.py",
];

/** Looks through the code, files of usual names first; null where nothing is served. */
export function pythonApplication(code: CodeFacts, folder: string): PythonApplication | null {
  const rank = (file: string): number => {
    const at = usualNames.indexOf(file.slice(file.lastIndexOf("/") + 1));
    return at < 0 ? usualNames.length : at;
  };
  const depth = (file: string): number => file.split("/").length;
  const sorted = [...code.texts].sort(([a], [b]) => depth(a) - depth(b) || rank(a) - rank(b) || (a < b ? -1 : 1));
  for (const [framework, speaks, pattern] of kinds)
    for (const [file, text] of sorted) {
      const name = pattern.exec(text)?.[1];
      const inside = relativeTo(folder, file);
      if (name === undefined || inside === null) continue;
      if (framework === "flask" && /^(create|make)_app$/.test(name) && !/\bFlask\b/.test(text)) continue;
      const call = /^(create|make)_app$/.test(name) ? "()" : "";
      return { framework, file, speaks, target: name === "" ? inside : `${moduleOf(inside)}:${name}${call}` };
    }
  return null;
}

/** `src/app/main.py` as it is imported; a `src` folder is where packages lie, not one. */
export function moduleOf(path: string): string {
  const bare = path.replace(/\.py$/, "").replace(/\/__init__$/, "");
  return bare.replace(/^src\//, "").replaceAll("/", ".");
}
