import { chmod, mkdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { run, temporaryFolder, unpacked } from "./template-rig.ts";

/** In the place of OpenClaw, whose start takes seconds and hundreds of megabytes: says what it was started with. The real one is run by tests/e2e. */
const program = `import { appendFileSync, readFileSync } from "node:fs";
const { OPENCLAW_CONFIG_PATH, ...env } = process.env;
if (process.argv[2] === "doctor") {
  appendFileSync(env.OPENCLAW_STATE_DIR + "/repairs", process.argv.slice(3).join(" ") + " " + (env.OPENCLAW_CONFIG_READONLY ?? "writable") + "\\n");
  appendFileSync(OPENCLAW_CONFIG_PATH, "spoilt");
  console.error("the state is beyond repair");
  process.exit(Number(env.REPAIR_ENDS ?? 0));
}
process.on("SIGTERM", () => process.exit(7));
console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2), env, config: JSON.parse(readFileSync(OPENCLAW_CONFIG_PATH, "utf8")) }));
setInterval(() => {}, 1000);
`;

interface Agent {
  state: string;
  code: string;
  workspace: string;
  start(
    env?: Record<string, string>,
  ): Promise<{ ended: Promise<number | null>; told: () => Promise<Told>; output: string[]; stop(): void; pid: number }>;
}

interface Told {
  pid: number;
  args: string[];
  env: Record<string, string>;
  config: Record<string, unknown>;
}

async function put(files: Record<string, string>, folder: string): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

async function agent(version = "2026.9.4"): Promise<Agent> {
  const folder = await temporaryFolder();
  const installed = join(folder, "node_modules/openclaw");
  await put({ "package.json": JSON.stringify({ name: "openclaw", version, type: "module" }), "openclaw.mjs": program }, installed);
  await chmod(join(installed, "openclaw.mjs"), 0o755);
  await mkdir(join(folder, "bin"));
  await symlink(join(installed, "openclaw.mjs"), join(folder, "bin/openclaw"));
  const state = join(folder, "state");
  await mkdir(state);
  const code = await unpacked("openclaw", "agent");
  const base = {
    PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
    TMPDIR: folder,
    AGENT_VERSION: "2026.9.4",
    AGENT_CONFIG: '{"agents":{"defaults":{"skipBootstrap":true}}}',
    AGENT_CODE: code,
    AGENT_PORT: "18999",
    AGENT_LISTEN: "127.0.0.1",
    AGENT_URL: "http://agent-acme.localhost:3000/",
    OPENCLAW_STATE_DIR: state,
  };
  return {
    state,
    code,
    workspace: join(state, "workspace"),
    start: async (env = {}) => {
      const running = run([process.execPath, join(code, "start.mjs")], { ...base, ...env });
      return {
        output: running.output,
        pid: running.child.pid ?? 0,
        ended: new Promise((resolve) => running.child.once("exit", resolve)),
        told: async () => JSON.parse(await running.line(/^\{"pid"/)) as Told,
        stop: () => void running.child.kill("SIGTERM"),
      };
    },
  };
}

describe("A2 the start of an agent", () => {
  test("becomes the agent: same process, its signals and its exit code; what is empty is no variable", async () => {
    const one = await agent();
    const running = await one.start({ TELEGRAM_BOT_TOKEN: "", CRM_KEY: "k" });
    const { pid, args, env, config } = await running.told();
    expect(pid).toBe(running.pid);
    expect(args).toEqual(["gateway", "run", "--bind", "loopback", "--port", "18999"]);
    expect(env).toMatchObject({
      AGENT_ORIGIN: "http://agent-acme.localhost:3000",
      OPENCLAW_CONFIG_READONLY: "1",
      HOME: one.state,
      CRM_KEY: "k",
    });
    expect(env).not.toHaveProperty("TELEGRAM_BOT_TOKEN");
    expect(env.LLM_API_KEY).toBe("none");
    expect(env).not.toHaveProperty("AGENT_CONFIG");
    expect(config).toEqual({
      agents: { defaults: { skipBootstrap: true, workspace: one.workspace } },
      logging: { file: join(one.state, "logs/agent.log"), maxFileBytes: 2_000_000 },
      wizard: { lastRunCommand: expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
    running.stop();
    expect(await running.ended).toBe(7);
  });

  test("listens for others in a container", async () => {
    const running = await (await agent()).start({ AGENT_LISTEN: "0.0.0.0" });
    expect((await running.told()).args).toContain("lan");
  });

  test("lays a package's files into the workspace and keeps what was changed there through a newer package", async () => {
    const one = await agent();
    const parts = { "package/workspace/SOUL.md": "kind", "package/skills/greet/SKILL.md": "hi", "package/knowledge/prices.md": "1" };
    await put({ ...parts, "package/workspace/USER.md": "first" }, one.code);
    await (await one.start()).told();
    const at = (name: string) => readFile(join(one.workspace, name), "utf8").catch(() => null);
    expect([await at("SOUL.md"), await at("skills/greet/SKILL.md"), await at("knowledge/prices.md")]).toEqual(["kind", "hi", "1"]);

    await writeFile(join(one.workspace, "USER.md"), "likes tea");
    await rm(join(one.workspace, "skills/greet/SKILL.md"));
    await rm(join(one.code, "package/knowledge/prices.md"));
    await put(
      { "package/workspace/SOUL.md": "kinder", "package/workspace/USER.md": "second", "package/skills/greet/SKILL.md": "hello" },
      one.code,
    );
    const again = await one.start();
    await again.told();
    expect([await at("SOUL.md"), await at("USER.md"), await at("skills/greet/SKILL.md"), await at("knowledge/prices.md")]).toEqual([
      "kinder",
      "likes tea",
      null,
      null,
    ]);
    expect(again.output).toContain("USER.md was changed here and stays as it is");
    await (await one.start()).told();
    expect([await at("SOUL.md"), await at("USER.md")]).toEqual(["kinder", "likes tea"]);
  });

  test("A9 a state of another version is repaired once, before the agent starts, with a configuration to throw away", async () => {
    const one = await agent();
    const repairs = () => readFile(join(one.state, "repairs"), "utf8").catch(() => "");
    await (await one.start()).told();
    expect(await repairs()).toBe("");
    await put({ "agentpod-version": "2026.9.1" }, one.state);
    const failed = await one.start({ REPAIR_ENDS: "3" });
    expect(await failed.ended).toBe(78);
    expect(failed.output.join("\n")).toMatch(/could not bring its state up to 2026\.9\.4 \(exit 3\)\n.*beyond repair/);
    const next = await one.start();
    expect((await next.told()).config).toHaveProperty("wizard");
    expect(next.output).toContain("agentpod: bringing the state of OpenClaw 2026.9.1 up to 2026.9.4");
    await (await one.start()).told();
    expect((await repairs()).split("\n").slice(0, -1)).toEqual(
      Array(2).fill("--fix --non-interactive --no-workspace-suggestions writable"),
    );
  });

  test("A8 so is one that came from somewhere else", async () => {
    const one = await agent();
    await put({ "agents/main/agent/openclaw-agent.sqlite": "" }, one.state);
    await (await one.start()).told();
    expect(await readFile(join(one.state, "repairs"), "utf8")).toContain("--fix");
  });

  test("A10 says of a messenger's plugin that it came from npm, as OpenClaw wants it: of those that are on, anew at each start", async () => {
    const one = await agent();
    const modules = join(dirname(one.state), "node_modules");
    for (const name of ["chat", "mail"])
      await put(
        { "package.json": `{"version":"2026.9.${name.length}"}`, "openclaw.plugin.json": `{"id":"${name}"}` },
        join(modules, "@openclaw", name),
      );
    const start = async (...names: string[]) => {
      const paths = [`\${AGENT_HAND_OVER}`, ...names.map((name) => `\${AGENT_MODULES}/@openclaw/${name}`)];
      const running = await one.start({ AGENT_CONFIG: JSON.stringify({ plugins: { load: { paths } } }) });
      await running.told();
      running.stop();
      await running.ended;
    };
    const project = join(one.state, "npm/projects/agentpod");
    const laid = async () => JSON.parse(await readFile(join(project, "package.json"), "utf8").catch(() => "null"))?.dependencies ?? null;
    const pluginAt = (name: string) =>
      readFile(join(project, "node_modules/@openclaw", name, "openclaw.plugin.json"), "utf8").catch(() => null);
    await start();
    expect(await laid()).toBeNull();
    await start("chat", "mail");
    expect(await laid()).toEqual({ "@openclaw/chat": "2026.9.4", "@openclaw/mail": "2026.9.4" });
    expect([await pluginAt("chat"), await pluginAt("mail")]).toEqual(['{"id":"chat"}', '{"id":"mail"}']);
    expect(await realpath(join(project, "node_modules/@openclaw/chat/node_modules/openclaw"))).toBe(
      await realpath(join(modules, "openclaw")),
    );
    await start("mail");
    expect([await laid(), await pluginAt("chat")]).toEqual([{ "@openclaw/mail": "2026.9.4" }, null]);
    await start();
    expect(await laid()).toBeNull();
    // What it links to is not its own to take away.
    expect(await readFile(join(modules, "@openclaw/mail/openclaw.plugin.json"), "utf8")).toBe('{"id":"mail"}');
  });

  test("A10 a messenger's plugin that is not there ends it, and says which", async () => {
    const one = await agent();
    const paths = [`\${AGENT_MODULES}/@openclaw/chat`];
    const running = await one.start({ AGENT_CONFIG: JSON.stringify({ plugins: { load: { paths } } }) });
    expect(await running.ended).toBe(78);
    expect(running.output.join("\n")).toContain("@openclaw/chat is not installed beside openclaw");
  });

  test.each([
    ["another version", "2026.9.6", {}, /needs openclaw 2026\.9\.4, and here is openclaw 2026\.9\.6/],
    ["none at all", "2026.9.4", { PATH: "/nowhere" }, /openclaw is not on PATH: npm install/],
    ["a broken configuration", "2026.9.4", { AGENT_CONFIG: "{" }, /JSON/],
  ])("with %s ends as OpenClaw does for what it does not take, and says why", async (_what, version, env, said) => {
    const running = await (await agent(version)).start(env);
    expect(await running.ended).toBe(78);
    expect(running.output.join("\n")).toMatch(said);
  });
});
