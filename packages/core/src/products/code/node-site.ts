import { fieldOf, keysOf, textOf } from "./field-of.ts";
import type { Say } from "./findings.ts";
import type { NodeCommands } from "./node-commands.ts";
import type { NodeFramework } from "./node-framework.ts";
import type { NodePackage } from "./node-package.ts";
import { joined, type ProjectFiles } from "./project-files.ts";

/** How what a framework builds is served. */
export type SitePlan =
  | { serves: "files"; output: string; singlePage: boolean }
  /** `start` null: the package's own start script does it. */
  | { serves: "program"; start: string[] | null; startEnv: Record<string, string>; port: number; after: string[][] }
  /** Nothing that could be started comes out; `expected` says what to add. */
  | { serves: "nothing"; path: string; expected: string };

export interface SiteInput {
  files: ProjectFiles;
  pkg: NodePackage;
  framework: NodeFramework;
  commands: NodeCommands;
  /** The package's folder from where commands run, empty where they run in it. */
  at: string;
  say: Say;
}

/** What comes out of a framework's build. Paths are from where commands run. */
export function sitePlan(input: SiteInput): SitePlan {
  const { framework, at } = input;
  switch (framework.name) {
    case "next":
      return nextPlan(input);
    case "nuxt":
      return nuxtPlan(input);
    case "sveltekit":
      return sveltePlan(input);
    case "react-router":
    case "remix":
      return routerPlan(input);
    case "astro":
      return astroPlan(input);
    case "angular":
      return angularPlan(input);
    case "gatsby":
      return { serves: "files", output: joined(at, "public"), singlePage: false };
    case "docusaurus":
      return { serves: "files", output: joined(at, "build"), singlePage: false };
    case "vitepress":
      return { serves: "files", output: joined(at, joined(vitepressFolder(input.pkg), ".vitepress/dist")), singlePage: false };
    case "eleventy":
      return { serves: "files", output: joined(at, eleventyOutput(input)), singlePage: false };
    case "create-react-app":
      return { serves: "files", output: joined(at, "build"), singlePage: true };
    default:
      return {
        serves: "files",
        output: joined(at, told(input, /\b(?:outDir|outputDir)\s*:\s*["']([\w./-]{1,100})["']/, "dist")),
        singlePage: true,
      };
  }
}

const ownPort = "{{ units.app.port }}";
const listening = { PORT: ownPort, HOST: "{{ listen }}" };
const program = (start: string[] | null, port: number, startEnv: Record<string, string> = listening, after: string[][] = []): SitePlan => ({
  serves: "program",
  start,
  startEnv,
  port,
  after,
});

/** The framework's configuration: file and text; null without one. */
function configOf({ files, pkg, framework }: SiteInput): { file: string; text: string } | null {
  for (const sign of framework.name === "vite"
    ? ["vite.config.ts", "vite.config.js", "vite.config.mjs", "vite.config.mts"]
    : framework.signs) {
    const file = joined(pkg.folder, sign);
    const text = files.glance(file);
    if (text !== null) return { file, text: text.replaceAll(/^\s*\/\/.*$/gm, "") };
  }
  return null;
}

/** What a pattern finds in the configuration, with a reason; else the usual. */
function told(input: SiteInput, pattern: RegExp, usual: string): string {
  const config = configOf(input);
  const found = pattern.exec(config?.text ?? "")?.[1]?.replace(/^\.\/|\/$/g, "");
  const isInside = found !== undefined && found !== "" && !found.startsWith("/") && !found.split("/").includes("..");
  if (config === null || !isInside) return usual;
  input.say("output", `Its configuration puts what is built into ${found}.`, config.file);
  return found;
}

function nextPlan(input: SiteInput): SitePlan {
  const { commands, at, say } = input;
  const config = configOf(input);
  const output = /\boutput\s*:\s*["'](standalone|export)["']/.exec(config?.text ?? "")?.[1];
  if (config !== null && output === "export") {
    say("output", "Its configuration exports plain files.", config.file);
    return { serves: "files", output: joined(at, "out"), singlePage: false };
  }
  const startEnv = { PORT: ownPort, HOSTNAME: "{{ listen }}" };
  if (config === null || output === undefined) return program(commands.exec("next", "start"), 3000, startEnv);
  say("start", "It is built to a standalone server; the files beside it are copied to where that looks for them.", config.file);
  const built = joined(at, ".next/standalone");
  const home = joined(built, at);
  const hasPublic = input.files.paths.some((path) => path.startsWith(joined(input.pkg.folder, "public/")));
  return program(["node", joined(home, "server.js")], 3000, startEnv, [
    ["cp", "-r", joined(at, ".next/static"), joined(home, ".next/static")],
    ...(hasPublic ? [["cp", "-r", joined(at, "public"), joined(home, "public")]] : []),
  ]);
}

function nuxtPlan(input: SiteInput): SitePlan {
  const build = input.pkg.scripts.get("build") ?? "";
  if (/\bgenerate\b/.test(build)) {
    input.say("output", "Its build script generates plain files.", input.pkg.file);
    return { serves: "files", output: joined(input.at, ".output/public"), singlePage: false };
  }
  return program(["node", joined(input.at, ".output/server/index.mjs")], 3000);
}

function sveltePlan(input: SiteInput): SitePlan {
  const { pkg, at, say } = input;
  if (pkg.dependencies.has("@sveltejs/adapter-node")) {
    say("start", "The adapter for Node builds a server.", pkg.file);
    return program(["node", joined(at, "build")], 3000);
  }
  if (pkg.dependencies.has("@sveltejs/adapter-static")) {
    say("output", "The adapter for static sites builds plain files.", pkg.file);
    return { serves: "files", output: joined(at, "build"), singlePage: /\bfallback\s*:/.test(configOf(input)?.text ?? "") };
  }
  return {
    serves: "nothing",
    path: `${pkg.file}.devDependencies`,
    expected: "@sveltejs/adapter-node for a server or @sveltejs/adapter-static for plain files, and the same in svelte.config.js",
  };
}

function routerPlan(input: SiteInput): SitePlan {
  const { pkg, at, say, commands } = input;
  const config = configOf(input);
  if (config !== null && /\bssr\s*:\s*false\b/.test(config.text)) {
    say("output", "Its configuration renders nothing on a server.", config.file);
    return { serves: "files", output: joined(at, "build/client"), singlePage: true };
  }
  const isRemix = input.framework.name === "remix";
  const serve = isRemix ? "remix-serve" : "react-router-serve";
  const entry = isRemix && !pkg.dependencies.has("vite") ? "build/index.js" : "./build/server/index.js";
  const hasServe = pkg.dependencies.has(isRemix ? "@remix-run/serve" : "@react-router/serve");
  return program(hasServe ? commands.exec(serve, entry) : null, 3000);
}

function astroPlan(input: SiteInput): SitePlan {
  const { pkg, at, say } = input;
  const config = configOf(input);
  const isServed = config !== null && /\badapter\s*:|\boutput\s*:\s*["'](server|hybrid)["']/.test(config.text);
  if (!isServed)
    return { serves: "files", output: joined(at, told(input, /\boutDir\s*:\s*["']([\w./-]{1,100})["']/, "dist")), singlePage: false };
  if (!pkg.dependencies.has("@astrojs/node"))
    return { serves: "nothing", path: `${pkg.file}.dependencies`, expected: "@astrojs/node, whose adapter builds a server for Node" };
  say("start", "Its configuration renders on a server, with the adapter for Node.", config.file);
  return program(["node", joined(at, "dist/server/entry.mjs")], 4321);
}

function angularPlan(input: SiteInput): SitePlan {
  const { files, pkg, at, say } = input;
  const file = joined(pkg.folder, "angular.json");
  const data = files.data(file);
  const [project = pkg.name ?? "app"] = keysOf(data, "projects").filter(
    (name) => fieldOf(data, "projects", name, "projectType") !== "library",
  );
  const build = fieldOf(data, "projects", project, "architect", "build") ?? fieldOf(data, "projects", project, "targets", "build");
  const asked = textOf(build, "options", "outputPath") ?? textOf(build, "options", "outputPath", "base");
  const isSafe = asked !== null && !asked.startsWith("/") && !asked.split("/").includes("..");
  const output = isSafe ? asked : `dist/${project}`;
  say("output", `Project ${project} is built into ${output}.`, data === null ? null : file);
  if (fieldOf(build, "options", "ssr") !== undefined && fieldOf(build, "options", "ssr") !== false)
    return program(["node", joined(at, `${output}/server/server.mjs`)], 4000);
  // Builders since Angular 17 put what is for browsers into a folder of its own.
  const isNew = /:application$/.test(textOf(build, "builder") ?? "@angular/build:application");
  return { serves: "files", output: joined(at, isNew ? `${output}/browser` : output), singlePage: true };
}

const eleventyOutput = (input: SiteInput): string => {
  const script = /--output[= ]([\w./-]{1,100})/.exec(input.pkg.scripts.get("build") ?? "")?.[1];
  return script ?? told(input, /\boutput\s*:\s*["']([\w./-]{1,100})["']/, "_site");
};

const vitepressFolder = (pkg: NodePackage): string =>
  /\bvitepress build ([\w-]{1,100})/.exec(pkg.scripts.get("build") ?? pkg.scripts.get("docs:build") ?? "")?.[1] ?? "";
