import { findNeeds } from "./find-needs.ts";
import { type Findings, nothingFound, type Say } from "./findings.ts";
import { nodeBuild } from "./node-build.ts";
import { nodeCommands } from "./node-commands.ts";
import { dependencyOf } from "./node-framework.ts";
import { nodeMigrations } from "./node-migrations.ts";
import { type NodePackage, nodePackage } from "./node-package.ts";
import type { NodeScene } from "./node-scene.ts";
import { nodeServing } from "./node-serving.ts";
import { mainFramework } from "./node-start.ts";
import { nodeVersion } from "./node-version.ts";
import { chooseMember, nodeWorkspace, type Workspace } from "./node-workspace.ts";
import type { ProjectFiles } from "./project-files.ts";
import { relativeTo } from "./project-files.ts";
import { type CodeFacts, scanCode } from "./scan-code.ts";

/** What is asked of a project before it is looked at. */
export interface Asked {
  /** The application's folder, where its owner named one; else null. */
  member: string | null;
  /** Its owner says how it starts. */
  startIsGiven: boolean;
}

/**
 * A project for Node in `folder`, or a package of its workspace. Throws `invalid` where there is nothing to start, and which
 * packages there are where several could be the application.
 */
export function analyzeNode(files: ProjectFiles, folder: string, say: Say, asked: Asked): { findings: Findings; code: CodeFacts } {
  const root = nodePackage(files, folder);
  // Not given yet: what follows is asked for in the next round.
  if (root === null) return { findings: nothingFound("node", folder), code: scanCode(files, folder, "node") };
  const workspace = nodeWorkspace(files, root);
  const pkg = packageOf(files, root, workspace, asked.member, say);
  const isMember = pkg !== root;
  const at = isMember ? (relativeTo(folder, pkg.folder) ?? "") : "";
  say("type", "There is a package.json.", pkg.file);
  const code = scanCode(files, pkg.folder, "node");
  const framework = mainFramework(files, pkg);
  if (framework) say("framework", `It depends on ${dependencyOf(framework)}.`, pkg.file);
  const commands = nodeCommands(files, root, isMember ? pkg : null, say);
  const scene: NodeScene = { files, root, pkg, members: workspace?.members ?? [], at, framework, commands, code, say };
  const { after, ...serving } = nodeServing(scene, asked.startIsGiven);
  const dependencies = new Map([...pkg.dependencies].map((name) => [name, pkg.file]));
  return {
    code,
    findings: {
      ...nothingFound("node", folder),
      ...serving,
      package: isMember ? at : null,
      framework: framework?.name ?? null,
      packageManager: commands.manager,
      runtime: { name: "node", version: nodeVersion(files, isMember ? [pkg.folder, folder] : [folder], say) },
      install: [commands.install],
      build: [...nodeBuild(scene), ...after],
      ...findNeeds(files, pkg.folder, dependencies, code, say),
      migrations: nodeMigrations(scene),
    },
  };
}

function packageOf(files: ProjectFiles, root: NodePackage, workspace: Workspace | null, member: string | null, say: Say): NodePackage {
  if (workspace === null || workspace.members.length === 0) return root;
  if (member !== null) return workspace.members.find(({ folder }) => folder === member) ?? root;
  return chooseMember(files, root, workspace, say) ?? root;
}
