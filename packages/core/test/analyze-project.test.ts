import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { AppError, Issue } from "../src/errors.ts";
import { podSpec } from "../src/pod-spec.ts";
import { agentpodManifest } from "../src/products/code/agentpod-manifest.ts";
import type { Analysis, Aspect } from "../src/products/code/analysis.ts";
import { withArtifacts } from "../src/template-pack.ts";
import { analyze, projectIn, projects } from "./analyze-rig.ts";

type Expected = Omit<Analysis, "reasons"> | { error: { issues: Issue[] } };

const names = readdirSync(projects).sort();
const expectedOf = (name: string): Expected => JSON.parse(readFileSync(join(projects, name, "expected.json"), "utf8"));
const answered = names.filter((name) => !("error" in expectedOf(name)));

function thrownBy(work: () => unknown): AppError {
  try {
    work();
  } catch (thrown) {
    return thrown as AppError;
  }
  throw new Error("nothing was thrown");
}

describe("C4 ProjectAnalyzer on projects as people have them", () => {
  it("has a corpus worth its name", () => expect(names.length).toBeGreaterThanOrEqual(60));

  it.each(names)("%s", (name) => {
    const project = projectIn(join(projects, name, "files"));
    const expected = expectedOf(name);
    if ("error" in expected) {
      const error = thrownBy(() => analyze(project));
      expect(error).toMatchObject({ name: "AppError", code: "invalid" });
      expect({ issues: error.issues }).toEqual(expected.error);
      return;
    }
    const { reasons, ...found } = analyze(project).analysis;
    expect(found).toEqual(expected);
  });

  it.each(answered)("%s: every decision has a reason, and the file that told it", (name) => {
    const project = projectIn(join(projects, name, "files"));
    const { analysis } = analyze(project);
    const given = new Set(analysis.reasons.map(({ about }) => about));
    expect(decided(analysis).filter((about) => !given.has(about))).toEqual([]);
    for (const { text, file } of analysis.reasons) {
      expect(text).toMatch(/\S.*\.$/);
      if (file !== null) expect(Object.keys(project)).toContain(file);
    }
  });

  it.each(answered)("%s: no argument is a line for a shell", (name) => {
    const { install, build, start, migrations } = analyze(projectIn(join(projects, name, "files"))).analysis;
    for (const argv of [...install, ...build, ...(start ? [start] : []), ...(migrations ? [migrations] : [])]) {
      expect(argv.length).toBeGreaterThan(0);
      if (name !== "manifest-alone") for (const word of argv) expect(word).toMatch(/^(\{\{ [a-z.]+ \}\}|[^\s;&|<>`$])+$/);
    }
  });

  it.each(answered.filter((name) => name.startsWith("compose-")))("%s: its units are a pod", (name) => {
    const { units } = analyze(projectIn(join(projects, name, "files"))).analysis;
    const digest = `sha256:${"0".repeat(64)}`;
    const folders = Object.fromEntries(units.flatMap(({ build }) => (build ? [[build.folder, digest]] : [])));
    if (units.length > 0) expect(podSpec.safeParse(withArtifacts({ units }, folders)).error).toBeUndefined();
  });
});

/** What an analysis says that somebody could ask about. */
function decided(found: Analysis): Aspect[] {
  const says: [Aspect, boolean][] = [
    ["type", true],
    ["root", found.root !== ""],
    ["framework", found.framework !== null],
    ["packageManager", found.packageManager !== null],
    ["runtime", found.runtime !== null],
    ["build", found.build.length > 0],
    ["start", found.start !== null],
    ["ports", found.ports.length > 0],
    ["probe", found.probe !== null],
    ["output", found.output !== null],
    ["needs", found.needs.length + found.notOffered.length > 0],
    ["env", found.env.length > 0],
    ["migrations", found.migrations !== null],
    ["units", found.units.length > 0],
  ];
  return says.flatMap(([about, isSaid]) => (isSaid ? [about] : []));
}

describe("C4 ProjectAnalyzer asks for little and says why", () => {
  it("reads only what it needs", () => {
    const { read } = analyze({ ...projectIn(join(projects, "express-npm/files")), "logo.png": "x".repeat(1000), "notes.txt": "secret" });
    expect(read).toEqual(["package.json", "server.js"]);
  });

  it("gives reasons in the order of what it did", () => {
    const { reasons } = analyze(projectIn(join(projects, "express-postgres/files"))).analysis;
    expect(reasons.map(({ about, text, file }) => `${about}: ${text} (${file})`)).toEqual([
      "type: There is a package.json. (package.json)",
      "framework: It depends on express. (package.json)",
      "packageManager: package-lock.json is there. (package-lock.json)",
      "install: What is installed is what package-lock.json says. (package-lock.json)",
      "start: Its script start starts it. (package.json)",
      "ports: Its code names port 3000. (src/index.js)",
      "probe: /healthz answers whether it is well. (src/index.js)",
      'runtime: Node 22 is the newest on offer that fits "22". (.nvmrc)',
      "needs: PostgreSQL: It depends on pg. (package.json)",
      "migrations: Its script db:migrate migrates the database. (package.json)",
      "env: It reads SESSION_SECRET. (.env.example)",
    ]);
  });

  it("warns of what works only perhaps", () => {
    const warnings = (name: string): string[] =>
      analyze(projectIn(join(projects, name, "files"))).analysis.reasons.flatMap(({ warns, text }) => (warns ? [text] : []));
    expect(warnings("node-old-version")).toEqual(['Node "16.x" is not on offer; Node 18 is taken.']);
    expect(warnings("node-mongoose")).toEqual([
      "MongoDB is not offered; give its address as an environment variable. It depends on mongoose.",
    ]);
    expect(warnings("node-sqlite")[0]).toMatch(/^SQLite keeps its file beside the code/);
    expect(warnings("flask-bare")).toEqual(["It depends on no server such as gunicorn: Flask's own is started, which holds for no load."]);
    expect(warnings("node-two-locks")).toEqual([
      "There are lock files of several package managers; pnpm-lock.yaml is the one that counts.",
    ]);
  });

  it("takes the folder that is named, of a workspace too", () => {
    const project = projectIn(join(projects, "pnpm-workspace-two-apps/files"));
    expect(analyze(project, { root: "apps/api" }).analysis).toMatchObject({ root: "", package: "apps/api", type: "node" });
    expect(analyze(project, { root: "./apps/web/" }).analysis).toMatchObject({
      package: "apps/web",
      type: "static",
      output: "apps/web/dist",
    });
    expect(analyze(projectIn(join(projects, "nested-two/files")), { root: "backend" }).analysis).toMatchObject({
      root: "backend",
      type: "python",
    });
    expect(thrownBy(() => analyze(project, { root: "apps/wep" })).issues).toEqual([
      { path: "root", expected: "a folder of this project", nearest: "apps/web" },
    ]);
    expect(thrownBy(() => analyze(project, { root: "../elsewhere" })).issues[0]?.path).toBe("root");
  });

  const documented = readFileSync(join(import.meta.dirname, "../../../docs/agentpod-yaml.md"), "utf8");
  const examples = [...documented.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? "");

  it("takes the examples of its documentation as they stand there", () => {
    const [program = "", site = ""] = examples;
    const files = { "apps/web/package.json": "{}", "apps/web/docker/Dockerfile": "FROM node:24\n" };
    expect(analyze({ ...files, "agentpod.yaml": program }).analysis).toMatchObject({
      type: "node",
      root: "apps/web",
      runtime: { name: "node", version: "22" },
      install: [["npm", "ci"]],
      build: [
        ["npm", "run", "build"],
        ["node", "scripts/after.js"],
      ],
      start: ["node", "server.js"],
      migrations: ["npm", "run", "migrate"],
      ports: [3000],
      probe: { kind: "http", path: "/healthz" },
      needs: ["postgres", "redis"],
      env: ["STRIPE_KEY"],
      startEnv: expect.objectContaining({ LOG_LEVEL: "info" }),
    });
    expect(analyze({ "agentpod.yaml": site }).analysis).toMatchObject({ type: "manifest", output: "site", singlePage: true, start: null });
  });

  it("documents every key", () => {
    const keys = examples.flatMap((example) => Object.keys(parse(example)));
    expect([...new Set(keys)].sort()).toEqual(Object.keys(agentpodManifest.shape).sort());
  });
});
