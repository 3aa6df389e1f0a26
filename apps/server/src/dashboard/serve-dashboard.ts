import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "hono";
import { buildingPage } from "./building-page.ts";
import { type DashboardBuild, dashboardBuilds } from "./dashboard-builds.ts";
import { dashboardPolicy } from "./dashboard-policy.ts";

/** Answers a request that is no API's; null when there is nothing of the dashboard at this address. */
export type ServeDashboard = (context: Context) => Promise<Response | null>;

const forever = "public, max-age=31536000, immutable";
const codings = [
  { name: "br", extension: ".br" },
  { name: "gzip", extension: ".gz" },
] as const;

/**
 * Serves the builds in a folder. Assets carry their content in their name and are kept forever, those of the build before
 * too, which open pages may still ask for. Every other address that a browser opens is the page.
 */
export function serveDashboard(folder: string): ServeDashboard {
  const builds = dashboardBuilds(folder);
  return async (context) => {
    if (context.req.method !== "GET" && context.req.method !== "HEAD") return null;
    const { path } = context.req;
    const isPage = !/\.\w+$/.test(path) && !path.startsWith("/_next/");
    if (path === "/index.html" || path === "/api" || path.startsWith("/api/") || (isPage && !wantsPage(context))) return null;
    const all = await builds();
    if (isPage) return all[0] === undefined ? buildingPage(context.req.header("accept-language")) : page(context, all[0]);
    const build = all.find(({ files }) => Object.hasOwn(files, path));
    return build === undefined ? null : file(context, build, path, path.startsWith("/_next/static/") ? forever : "public, max-age=3600");
  };
}

/** A program that asks for JSON at a wrong address is to get an error, not a page. */
const wantsPage = (context: Context): boolean => /text\/html|\*\/\*/.test(context.req.header("accept") ?? "*/*");

async function page(context: Context, build: DashboardBuild): Promise<Response> {
  const response = await file(context, build, "/index.html", "no-cache");
  response.headers.set("content-security-policy", dashboardPolicy(build.scriptHashes));
  return response;
}

async function file(context: Context, build: DashboardBuild, path: string, caching: string): Promise<Response> {
  const { type, coded } = build.files[path] as DashboardBuild["files"][string];
  const accepted = context.req.header("accept-encoding") ?? "";
  const coding = coded
    ? codings.find(({ name }) => new RegExp(`\\b${name}\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))`).test(accepted))
    : undefined;
  const body = await readFile(join(build.folder, `${path}${coding?.extension ?? ""}`));
  const headers: Record<string, string> = { "content-type": type, "cache-control": caching, vary: "accept-encoding" };
  if (coding !== undefined) headers["content-encoding"] = coding.name;
  return new Response(context.req.method === "HEAD" ? null : new Uint8Array(body), { headers });
}
