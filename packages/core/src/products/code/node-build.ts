import type { NodePackage } from "./node-package.ts";
import type { NodeScene } from "./node-scene.ts";
import { joined } from "./project-files.ts";

/** How each framework is built where no script says it. */
const programs: Record<string, string[]> = {
  next: ["next", "build"],
  nuxt: ["nuxt", "build"],
  sveltekit: ["vite", "build"],
  "react-router": ["react-router", "build"],
  remix: ["remix", "vite:build"],
  astro: ["astro", "build"],
  gatsby: ["gatsby", "build"],
  docusaurus: ["docusaurus", "build"],
  angular: ["ng", "build"],
  "create-react-app": ["react-scripts", "build"],
  "vue-cli": ["vue-cli-service", "build"],
  eleventy: ["eleventy"],
  vitepress: ["vitepress", "build"],
  vite: ["vite", "build"],
  parcel: ["parcel", "build"],
};

/** What builds the application, after the packages of its workspace that it stands on; nothing for one that runs as it is written. */
export function nodeBuild(scene: NodeScene): string[][] {
  const { files, root, pkg, framework, commands, say } = scene;
  const turbo = joined(root.folder, "turbo.json");
  // Its configuration may hold comments: whether it has such a task is all that is asked.
  const hasTask = /"build"\s*:/.test(files.glance(turbo) ?? "");
  if (pkg !== root && pkg.name !== null && root.dependencies.has("turbo") && hasTask && pkg.scripts.has("build")) {
    say("build", "Turborepo builds it after what it depends on.", turbo);
    return [commands.rootExec("turbo", "run", "build", `--filter=${pkg.name}`)];
  }
  const before = below(scene);
  for (const each of before) say("build", `${each.name} is built before it, which depends on it.`, each.file);
  const libraries = before.map((each) => commands.runIn(each, "build"));
  const script = ["build", ...(framework?.kind === "site" ? ["docs:build", "generate"] : [])].find((name) => pkg.scripts.has(name));
  if (script !== undefined) {
    say("build", `Its script ${script} builds it.`, pkg.file);
    return [...libraries, commands.run(script)];
  }
  const program = framework?.kind === "site" ? programs[framework.name] : undefined;
  if (program === undefined) return libraries;
  say("build", `No script builds it; ${program.join(" ")} does.`, pkg.file);
  return [...libraries, commands.exec(...program)];
}

/** Packages of the workspace that have to be built first, each after those that it depends on itself. */
function below({ pkg, members }: NodeScene): NodePackage[] {
  const byName = new Map(members.flatMap((member) => (member.name === null ? [] : [[member.name, member] as const])));
  const seen = new Set<NodePackage>([pkg]);
  const found: NodePackage[] = [];
  const visit = (from: NodePackage): void => {
    for (const name of [...from.dependencies].sort()) {
      const next = byName.get(name);
      if (next === undefined || seen.has(next)) continue;
      seen.add(next);
      visit(next);
      if (next.scripts.has("build")) found.push(next);
    }
  };
  visit(pkg);
  return found;
}
