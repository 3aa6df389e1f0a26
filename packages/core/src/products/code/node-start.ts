import { type NodeFramework, nodeFrameworks } from "./node-framework.ts";
import type { NodePackage } from "./node-package.ts";
import { joined, type ProjectFiles } from "./project-files.ts";

/** Programs that are for the time of development: they watch, reload, and hold for no load. */
const forDevelopment =
  /(^|[\s;&|])(nodemon|ts-node-dev|tsx watch|bun --(hot|watch)|node --watch|react-scripts start|vue-cli-service serve|ng (serve|s)|webpack(-dev-server| serve)|parcel|gatsby develop|docusaurus start|nest start|next dev|nuxt dev|nuxi dev|astro dev|remix dev|remix vite:dev|react-router dev|expo start|vite( dev| serve)?(?= -|\s*$)|eleventy --serve|[^\s]*eleventy --serve|turbo (run )?dev|ng run)(?=[\s;&|]|$)/;

/** Programs that only hand files out; the gateway does that itself. */
const forFiles =
  /(^|[\s;&|])(vite preview|astro preview|serve|http-server|live-server|gatsby serve|docusaurus serve|npx serve|sirv)(?=[\s;&|]|$)/;

/** Scripts that may start it for real, the first that fits. */
const scriptNames = ["start:prod", "start:production", "start", "production", "prod", "serve", "server"];

/** The script that starts it in production, with the reason against those passed over; null where there is none. */
export function startScript(pkg: NodePackage): { script: string | null; passed: string[] } {
  const passed: string[] = [];
  for (const script of scriptNames) {
    const line = pkg.scripts.get(script);
    if (line === undefined || line.trim() === "") continue;
    if (forDevelopment.test(line.slice(0, 1000)) || forFiles.test(line.slice(0, 1000))) passed.push(script);
    else return { script, passed };
  }
  return { script: null, passed };
}

/** A file that `node` can be started with: `main`, or one of the usual names. */
export function entryFile(files: ProjectFiles, pkg: NodePackage): { path: string; isMain: boolean } | null {
  const has = (path: string): boolean => files.has(joined(pkg.folder, path));
  const main = pkg.main?.replace(/^\.\//, "") ?? null;
  if (main !== null && /\.[cm]?js$/.test(main) && has(main)) return { path: main, isMain: true };
  const stems = ["server", "index", "app", "main", "src/server", "src/index", "src/app", "src/main"];
  const usual = stems.flatMap((stem) => ["js", "mjs", "cjs"].map((end) => `${stem}.${end}`)).find(has);
  return usual === undefined ? null : { path: usual, isMain: false };
}

/** Whether a package of a workspace could be an application, not a library. */
export function deployable(files: ProjectFiles, pkg: NodePackage): boolean {
  const framework = mainFramework(files, pkg);
  if (framework === null || framework.kind === "server") return startScript(pkg).script !== null || framework !== null;
  // Component libraries depend on frameworks too: an application has a page, a configuration, or a script that builds it.
  const lines = [...pkg.scripts.values()];
  return (
    framework.signs.some((sign) => files.has(joined(pkg.folder, sign))) ||
    lines.some((line) => framework.programs.test(line.slice(0, 1000)))
  );
}

/** The framework that makes a package what it is; a server's only where there is something to start. Null without one. */
export function mainFramework(files: ProjectFiles, pkg: NodePackage): NodeFramework | null {
  const canStart = startScript(pkg).script !== null || entryFile(files, pkg) !== null;
  return nodeFrameworks(pkg).find(({ kind }) => kind === "site" || canStart) ?? null;
}
