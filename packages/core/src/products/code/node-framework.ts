import type { NodePackage } from "./node-package.ts";

/** A framework as it is told by what a package depends on. */
export interface NodeFramework {
  name: string;
  /** `site`: built, and then served or started; `server`: a program that listens. */
  kind: "site" | "server";
  /** Files that an application of it has. */
  signs: readonly string[];
  /** Its own programs, as scripts call them. */
  programs: RegExp;
}

const ends = ["js", "ts", "mjs", "cjs", "mts"];
const configs = (stem: string): string[] => ends.map((end) => `${stem}.${end}`);
const never = /$^/;

/** The first that a package depends on is what it is: those that build upon others come before them. */
const frameworks: readonly [dependency: string, framework: NodeFramework][] = [
  ["next", { name: "next", kind: "site", signs: configs("next.config"), programs: /\bnext (build|start|dev)/ }],
  ["nuxt", { name: "nuxt", kind: "site", signs: configs("nuxt.config"), programs: /\b(nuxt|nuxi) (build|generate|dev)/ }],
  ["@sveltejs/kit", { name: "sveltekit", kind: "site", signs: configs("svelte.config"), programs: /\bvite (build|dev)/ }],
  [
    "@react-router/dev",
    { name: "react-router", kind: "site", signs: configs("react-router.config"), programs: /\breact-router (build|dev)/ },
  ],
  ["@remix-run/dev", { name: "remix", kind: "site", signs: configs("remix.config"), programs: /\bremix (vite:)?(build|dev)/ }],
  ["astro", { name: "astro", kind: "site", signs: configs("astro.config"), programs: /\bastro (build|dev)/ }],
  ["gatsby", { name: "gatsby", kind: "site", signs: configs("gatsby-config"), programs: /\bgatsby build/ }],
  ["@docusaurus/core", { name: "docusaurus", kind: "site", signs: configs("docusaurus.config"), programs: /\bdocusaurus build/ }],
  ["@angular/core", { name: "angular", kind: "site", signs: ["angular.json"], programs: /\bng (build|serve)/ }],
  ["@nestjs/core", { name: "nest", kind: "server", signs: ["nest-cli.json"], programs: /\bnest (build|start)/ }],
  ["fastify", { name: "fastify", kind: "server", signs: [], programs: never }],
  ["express", { name: "express", kind: "server", signs: [], programs: never }],
  ["koa", { name: "koa", kind: "server", signs: [], programs: never }],
  ["hono", { name: "hono", kind: "server", signs: [], programs: never }],
  ["@hapi/hapi", { name: "hapi", kind: "server", signs: [], programs: never }],
  ["elysia", { name: "elysia", kind: "server", signs: [], programs: never }],
  ["react-scripts", { name: "create-react-app", kind: "site", signs: [], programs: /\breact-scripts (build|start)/ }],
  ["@vue/cli-service", { name: "vue-cli", kind: "site", signs: configs("vue.config"), programs: /\bvue-cli-service (build|serve)/ }],
  ["@11ty/eleventy", { name: "eleventy", kind: "site", signs: [".eleventy.js", ...configs("eleventy.config")], programs: /eleventy/ }],
  ["vitepress", { name: "vitepress", kind: "site", signs: [], programs: /\bvitepress build/ }],
  // Libraries are built by it too: an application has a page.
  ["vite", { name: "vite", kind: "site", signs: ["index.html"], programs: never }],
  ["parcel", { name: "parcel", kind: "site", signs: ["index.html", "src/index.html"], programs: /\bparcel build/ }],
];

/** All that a package depends on, the one that tells most first. */
export function nodeFrameworks(pkg: NodePackage): NodeFramework[] {
  return frameworks.flatMap(([dependency, framework]) => (pkg.dependencies.has(dependency) ? [framework] : []));
}

/** The dependency by which a framework was told. */
export function dependencyOf(framework: NodeFramework): string {
  return frameworks.find(([, each]) => each.name === framework.name)?.[0] ?? framework.name;
}
