import { invalidInput } from "../../draft-issues.ts";
import type { Findings, Say } from "./findings.ts";
import { readProcfile } from "./procfile.ts";
import { joined, type ProjectFiles, relativeTo } from "./project-files.ts";
import { moduleOf, type PythonApplication, pythonApplication } from "./python-application.ts";
import type { PythonPackages } from "./python-packages.ts";
import type { CodeFacts } from "./scan-code.ts";

export interface PythonScene {
  files: ProjectFiles;
  folder: string;
  packages: PythonPackages;
  code: CodeFacts;
  say: Say;
}

type Serving = Pick<Findings, "framework" | "build" | "start" | "startEnv" | "ports" | "probe">;

const port = "{{ units.app.port }}";
const bind = `{{ listen }}:${port}`;

/** How a Python project is started. Throws `invalid` where nothing can be, unless its owner says it anyway (`startIsGiven`). */
export function pythonServing(scene: PythonScene, startIsGiven: boolean): Serving {
  const { files, folder, say, code } = scene;
  const procfile = readProcfile(files, folder);
  if (procfile?.others.length)
    say("start", `Procfile has further processes, which are not started: ${procfile.others.join(", ")}.`, procfile.file, true);
  const own = djangoServing(scene) ?? applicationServing(scene, pythonApplication(code, folder), startIsGiven || procfile?.web != null);
  const web = procfile?.web;
  if (!web) {
    if (own.start === null && !startIsGiven) throw noStart(scene);
    return own;
  }
  say("start", "Procfile says how it starts.", procfile.file);
  const [first = "", ...rest] = web;
  const isProgram = !/^(env|sh|bash|uv|poetry|pipenv)$|\//.test(first);
  return { ...own, start: isProgram ? scene.packages.bin(first, ...rest) : web };
}

function djangoServing({ files, folder, packages, code, say }: PythonScene): Serving | null {
  const manage = joined(folder, "manage.py");
  if (!files.has(manage) || !packages.dependencies.has("django")) return null;
  say("framework", "There is a manage.py, and it depends on Django.", manage);
  const inside = files.paths
    .flatMap((path) => relativeTo(folder, path) ?? [])
    .sort((a, b) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1));
  const find = (name: string): string | null =>
    inside.find((path) => path.endsWith(`/${name}`) && !/(^|\/)(\.venv|venv|site-packages)\//.test(path)) ?? null;
  const asgi = find("asgi.py");
  const wsgi = find("wsgi.py");
  const hasAsgiServer = ["daphne", "uvicorn", "hypercorn"].find((name) => packages.dependencies.has(name));
  const settings = [...code.texts].find(([, text]) => /^STATIC_ROOT\s*=/m.test(text))?.[0];
  if (settings !== undefined) say("build", "STATIC_ROOT is set: static files are collected.", settings);
  const build = settings === undefined ? [] : [packages.bin("python", "manage.py", "collectstatic", "--noinput")];
  const start = djangoStart();
  return {
    framework: "django",
    build,
    start,
    startEnv: { PORT: port },
    ports: [portOf({ ...code, port: null }, say, 8000)],
    probe: probeOf(code, say),
  };

  function djangoStart(): string[] {
    if (asgi !== null && hasAsgiServer !== undefined && (hasAsgiServer === "daphne" || !packages.dependencies.has("gunicorn"))) {
      say("start", `${hasAsgiServer} serves ${asgi}.`, joined(folder, asgi));
      return asgiServer(hasAsgiServer, packages, `${moduleOf(asgi)}:application`);
    }
    if (wsgi !== null && packages.dependencies.has("gunicorn")) {
      say("start", `gunicorn serves ${wsgi}.`, joined(folder, wsgi));
      return packages.bin("gunicorn", `${moduleOf(wsgi)}:application`, "--bind", bind);
    }
    say("start", "It depends on no server such as gunicorn: the one for development is started, which holds for no load.", manage, true);
    return packages.bin("python", "manage.py", "runserver", "--noreload", bind);
  }
}

function asgiServer(name: string, packages: PythonPackages, target: string): string[] {
  switch (name) {
    case "daphne":
      return packages.bin("daphne", "-b", "{{ listen }}", "-p", port, target);
    case "hypercorn":
      return packages.bin("hypercorn", "--bind", bind, target);
    default:
      return packages.bin("uvicorn", target, "--host", "{{ listen }}", "--port", port);
  }
}

function applicationServing(scene: PythonScene, found: PythonApplication | null, isGiven: boolean): Serving {
  const { packages, code, say, folder } = scene;
  if (found === null) return programServing(scene);
  say("framework", `Its code makes an application of ${found.framework}.`, found.file);
  const inside = relativeTo(folder, found.file) ?? found.file;
  if (found.framework === "streamlit" || found.framework === "gradio") return pageServing(scene, found.framework, found.file, inside);
  const serving = {
    framework: found.framework,
    build: [],
    startEnv: { PORT: port },
    ports: [portOf(code, say, 8000)],
    probe: probeOf(code, say),
  };
  const has = (name: string): boolean => packages.dependencies.has(name);
  if (found.speaks === "itself") {
    say("start", `${inside} starts it.`, found.file);
    return { ...serving, start: packages.bin("python", inside) };
  }
  const atSource = inside.startsWith("src/") ? ["--app-dir", "src"] : [];
  if (found.speaks === "asgi") {
    const server = ["uvicorn", "hypercorn", "daphne"].find((name) => has(name) || has(`${name}[standard]`));
    if (server !== undefined) {
      say("start", `${server} serves ${found.target}.`, found.file);
      return { ...serving, start: [...asgiServer(server, packages, found.target), ...(server === "uvicorn" ? atSource : [])] };
    }
    if (has("fastapi[standard]") || has("fastapi-cli")) {
      say("start", `fastapi run serves ${inside}.`, found.file);
      return { ...serving, start: packages.bin("fastapi", "run", inside, "--host", "{{ listen }}", "--port", port) };
    }
    if (has("gunicorn") && has("uvicorn-worker"))
      return { ...serving, start: packages.bin("gunicorn", found.target, "-k", "uvicorn_worker.UvicornWorker", "--bind", bind) };
    if (found.framework === "sanic")
      return { ...serving, start: packages.bin("sanic", found.target, "--host", "{{ listen }}", "--port", port) };
    if (isGiven) return { ...serving, start: null };
    throw invalidInput([
      {
        path: listOf(scene),
        expected: `a server for ${found.target}, such as uvicorn, among what it depends on; or start in agentpod.yaml`,
      },
    ]);
  }
  const change = inside.startsWith("src/") ? ["--chdir", "src"] : [];
  if (has("gunicorn")) {
    say("start", `gunicorn serves ${found.target}.`, found.file);
    return { ...serving, start: packages.bin("gunicorn", ...change, found.target, "--bind", bind) };
  }
  if (has("waitress")) {
    say("start", `waitress serves ${found.target}.`, found.file);
    const target = found.target.endsWith("()") ? ["--call", found.target.slice(0, -2)] : [found.target];
    return { ...serving, start: packages.bin("waitress-serve", "--host", "{{ listen }}", "--port", port, ...target) };
  }
  if (found.framework === "flask") {
    say("start", "It depends on no server such as gunicorn: Flask's own is started, which holds for no load.", found.file, true);
    return {
      ...serving,
      start: packages.bin("flask", "--app", found.target.replace("()", ""), "run", "--host", "{{ listen }}", "--port", port),
    };
  }
  if (isGiven) return { ...serving, start: null };
  throw invalidInput([
    {
      path: listOf(scene),
      expected: `a server for ${found.target}, such as gunicorn, among what it depends on; or start in agentpod.yaml`,
    },
  ]);
}

/** Frameworks that bring their own server and pages. */
function pageServing({ packages, say }: PythonScene, framework: "streamlit" | "gradio", file: string, inside: string): Serving {
  const isStreamlit = framework === "streamlit";
  const usual = isStreamlit ? 8501 : 7860;
  say("start", isStreamlit ? `Streamlit runs ${inside}.` : `${inside} starts it.`, file);
  say("ports", `Port ${usual} is the usual one of its framework.`, null);
  say("probe", isStreamlit ? "Streamlit answers whether it is well." : "Its first page says whether it is well.", null);
  const options = ["--server.address", "{{ listen }}", "--server.port", port, "--server.headless", "true"];
  return {
    framework,
    build: [],
    start: isStreamlit ? packages.bin("streamlit", "run", inside, ...options) : packages.bin("python", inside),
    startEnv: { PORT: port, ...(!isStreamlit && { GRADIO_SERVER_NAME: "{{ listen }}", GRADIO_SERVER_PORT: port }) },
    ports: [usual],
    probe: { kind: "http", path: isStreamlit ? "/_stcore/health" : "/" },
  };
}

/** A program that listens by itself, such as one on http.server. */
function programServing({ code, say, packages, folder }: PythonScene): Serving {
  const listens = [...code.texts].find(([, text]) =>
    /\b(HTTPServer|socketserver\.|make_server|asyncio\.start_server|serve_forever|uvicorn\.run)\b/.test(text),
  )?.[0];
  const start = listens === undefined ? null : packages.bin("python", relativeTo(folder, listens) ?? listens);
  if (listens !== undefined) say("start", "Its code listens by itself.", listens);
  return { framework: null, build: [], start, startEnv: { PORT: port }, ports: [portOf(code, say, 8000)], probe: probeOf(code, say) };
}

const listOf = ({ files, folder }: PythonScene): string =>
  ["requirements.txt", "pyproject.toml", "Pipfile"].map((name) => joined(folder, name)).find(files.has) ?? "requirements.txt";

const noStart = ({ folder }: PythonScene) =>
  invalidInput([
    {
      path: joined(folder, "Procfile"),
      expected:
        'a line "web: python main.py", or start in agentpod.yaml: no application of Flask, FastAPI, Django, Streamlit, Gradio, WSGI or ASGI was found in the code',
    },
  ]);

function portOf(code: CodeFacts, say: Say, usual: number): number {
  if (code.port === null) {
    say("ports", `Port ${usual} is the usual one; PORT tells it.`, null);
    return usual;
  }
  say("ports", `Its code names port ${code.port.value}.`, code.port.file);
  return code.port.value;
}

function probeOf(code: CodeFacts, say: Say): Findings["probe"] {
  if (code.health === null) {
    say("probe", "Nothing answers whether it is well; that it listens is enough.", null);
    return { kind: "tcp" };
  }
  say("probe", `${code.health.path} answers whether it is well.`, code.health.file);
  return { kind: "http", path: code.health.path };
}
