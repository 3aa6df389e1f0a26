import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { referenceIssues } from "../src/draft-references.ts";
import { podSpec } from "../src/pod-spec.ts";
import { buildTask, type CodeBuild, startCommand } from "../src/products/code/build-task.ts";

const digest = `sha256:${"a".repeat(64)}`;

const build = (more: Partial<CodeBuild> = {}): CodeBuild => ({
  image: "node:22-bookworm-slim",
  runtime: { name: "node", version: "22" },
  source: digest,
  root: "",
  manager: { name: "npm", version: null },
  install: [],
  build: [],
  env: {},
  limits: { cpus: 1, memoryMb: 1024, seconds: 60 },
  ...more,
});

function unitOf(given: CodeBuild) {
  const { lifecycle, units } = podSpec.parse(buildTask(given));
  const unit = units[0];
  if (!unit?.command) throw new Error("it has no command");
  return { lifecycle, ...unit, command: unit.command };
}

/** A folder of code, gone with the test; real, since macOS links its temporary one. */
function codeFolder(files: Record<string, string> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "agentpod-build-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** As a runtime runs it, with the folder in the place of the code. */
function run(command: readonly string[], code: string, env: Record<string, string> = {}) {
  const [program = "", ...args] = command.map((word) => word.replaceAll("{{ code }}", code));
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: code, ...env },
  });
  return { status, out: stdout.split("\n").slice(0, -1), err: stderr };
}

const node = (code: string): string[] => [process.execPath, "-e", code];

describe("C3 the pod that builds code", () => {
  it("is a task in the appliance's image, capped, with the source, what package managers keep, and no more than its own environment", () => {
    const unit = unitOf(build({ env: { TOKEN: "{{ secrets.TOKEN }}" }, limits: { cpus: 0.5, memoryMb: 700, seconds: 60 } }));
    expect(unit).toMatchObject({
      lifecycle: "task",
      image: "node:22-bookworm-slim",
      user: "node",
      code: { artifact: digest, path: "/app" },
      resources: { cpus: 0.5, memoryMb: 700, yields: true },
      volumes: [{ name: "home", path: "/home/node", backup: { how: "none" } }],
      env: { HOME: "{{ volumes.home }}", TOKEN: "{{ secrets.TOKEN }}" },
      local: { needs: ["node", "npm"] },
    });
    expect(referenceIssues(podSpec.parse(buildTask(build({ env: { TOKEN: "{{ secrets.TOKEN }}" } }))), ["TOKEN"])).toEqual([]);
    expect(referenceIssues(podSpec.parse(buildTask(build({ build: [["npm", "run", "{{ secrets.TOKEN }}"]] }))), ["TOKEN"])).toMatchObject([
      { expected: expect.stringMatching(/no secret in arguments/) },
      { expected: expect.stringMatching(/no secret in arguments/) },
    ]);
  });

  it.each([
    [{ name: "pnpm", version: "9.1.0" }, "pnpm@9.1.0"],
    [{ name: "pnpm", version: null }, "pnpm@10"],
    [{ name: "yarn", version: null }, "yarn@1.22.22"],
    [{ name: "yarn-berry", version: "4.2.1" }, "@yarnpkg/cli-dist@4.2.1"],
    [{ name: "bun", version: null }, "bun@1"],
  ] as const)("%o is brought along first", (manager, what) => {
    const { command } = unitOf(build({ manager, install: [["x"]] }));
    expect(command.at(command.indexOf("x") - 2)).toBe(what);
  });

  it("of Python, in its home folder", () => {
    const { command, user, volumes } = unitOf(
      build({ runtime: { name: "python", version: "3.12" }, manager: { name: "uv", version: null } }),
    );
    expect([user, volumes[0]?.path]).toEqual([undefined, "/root"]);
    expect(command.slice(7)).toEqual([
      ...["4", "python3", "-m", "venv", "{{ code }}/.agentpod/python"],
      ...["3", "{{ code }}/.agentpod/python/bin/pip", "install", "uv"],
      ...["3", "mkdir", "-p", "{{ code }}/.agentpod/bin"],
      ...["4", "ln", "-sfn", "../python/bin/uv", "{{ code }}/.agentpod/bin/uv"],
    ]);
  });
});

describe("C3 the steps of a build, run by sh", () => {
  it("one after another, in the project's folder, each said before it begins", () => {
    const code = codeFolder({ "web/x": "" });
    const steps = [
      node("require('fs').writeFileSync('one', process.cwd())"),
      node("console.log(require('fs').readFileSync('one', 'utf8'))"),
    ];
    const { status, out } = run(unitOf(build({ root: "web", install: steps.slice(0, 1), build: steps.slice(1) })).command, code);
    expect([status, out.filter((line) => !line.startsWith("==>"))]).toEqual([0, [join(code, "web")]]);
    expect(out[0]).toMatch(/^==> .*writeFileSync/);
    expect(out.at(-1)).toBe("==> done");
  });

  it("no word is ever read by a shell", () => {
    const code = codeFolder();
    const words = ["$(touch bad)", "`touch bad`", "; touch bad", "a  b", "", "'\"", "$HOME", "-n", "%s\\n", "*", "\n"];
    const { status, out } = run(
      unitOf(build({ build: [[...node("console.log(JSON.stringify(process.argv.slice(1)))"), "--", ...words]] })).command,
      code,
    );
    expect(status).toBe(0);
    expect(out).toContain(JSON.stringify(words));
    expect(existsSync(join(code, "bad"))).toBe(false);
  });

  it("the first that fails ends it with its code; none comes after", () => {
    const { status, out } = run(unitOf(build({ install: [node("process.exit(7)")], build: [["echo", "never"]] })).command, codeFolder());
    expect(status).toBe(7);
    expect(out.at(-1)).toMatch(/: exit code 7$/);
    expect(out.join("\n")).not.toContain("==> echo");
    expect(run(unitOf(build({ root: "none" })).command, codeFolder())).toMatchObject({ status: 1, out: ["==> there is no folder none"] });
    expect(run(unitOf(build({ install: [["no-such-program"]] })).command, codeFolder()).status).toBe(127);
  });

  it("what is said is on one stream, which keeps its order", () => {
    const said = node("console.log(1); console.error(2); console.log(3)");
    const { out, err } = run(unitOf(build({ install: [said] })).command, codeFolder());
    expect([out.slice(1, -1), err]).toEqual([["1", "2", "3"], ""]);
  });

  it("what takes longer than it may is ended with 124", () => {
    const limits = { cpus: 1, memoryMb: 64, seconds: 1 };
    const { status, out } = run(unitOf(build({ limits, install: [["sleep", "300"]], build: [["echo", "never"]] })).command, codeFolder());
    expect([status, out.at(-1)]).toEqual([124, "==> out of time"]);
  });

  it("what links to outside becomes a file or is left out, so that the result stands by itself", () => {
    const code = codeFolder({ "lib/a.txt": "a" });
    symlinkSync("/bin/sh", join(code, "shell"));
    symlinkSync("/proc", join(code, "folder"));
    symlinkSync("/no/such", join(code, "dangling"));
    symlinkSync("lib/a.txt", join(code, "inside"));
    symlinkSync(join(code, "lib/a.txt"), join(code, "lib/whole"));
    const { status, out } = run(unitOf(build()).command, code);
    expect(status).toBe(0);
    expect(lstatSync(join(code, "shell")).isFile()).toBe(true);
    expect([existsSync(join(code, "folder")), existsSync(join(code, "dangling"))]).toEqual([false, false]);
    expect(out.filter((line) => line.includes("left out"))).toHaveLength(2);
    expect(lstatSync(join(code, "inside")).isSymbolicLink()).toBe(true);
    renameSync(code, `${code}-elsewhere`);
    onTestFinished(() => rmSync(`${code}-elsewhere`, { recursive: true, force: true }));
    expect(readFileSync(join(`${code}-elsewhere`, "lib/whole"), "utf8")).toBe("a");
  });

  it("programs of a venv run wherever the folder lies, and the start finds tools and a home", () => {
    const code = codeFolder({
      ".venv/pyvenv.cfg": "home = /usr/bin\n",
      ".venv/bin/tool": "",
      ".agentpod/bin/mine": '#!/bin/sh\necho "mine $HOME $1"\n',
    });
    writeFileSync(join(code, ".venv/bin/tool"), `#!${code}/.venv/bin/python3\nprint("hello")\n`);
    // In the place of Python: shows what it is asked to run.
    writeFileSync(join(code, ".venv/bin/python3"), '#!/bin/sh\necho "$0 runs $1"\n');
    for (const name of [".venv/bin/tool", ".venv/bin/python3", ".agentpod/bin/mine"]) chmodSync(join(code, name), 0o755);
    expect(run(unitOf(build()).command, code).status).toBe(0);
    const moved = `${code}-elsewhere`;
    renameSync(code, moved);
    onTestFinished(() => rmSync(moved, { recursive: true, force: true }));
    expect(run(startCommand([".venv/bin/tool"], ""), moved).out).toEqual([".venv/bin/python3 runs .venv/bin/tool"]);
    expect(readFileSync(join(moved, ".venv/bin/tool"), "utf8").split("\n").slice(-2)).toEqual(['print("hello")', ""]);
    expect(run(startCommand(["mine", "$(id)"], ".venv"), moved, { HOME: "/no/such" }).out).toEqual(["mine /tmp $(id)"]);
  });
});
