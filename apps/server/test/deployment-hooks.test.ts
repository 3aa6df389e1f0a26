import { execFile } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CreatedHook, HookDeliveryView } from "@agentpod/core/api/deployment-hook-view";
import type { HookKind } from "@agentpod/core/deployment-hook";
import { roles } from "@agentpod/core/permission";
import { openWorkflowDatabase } from "@agentpod/db/open-workflow-database";
import { startTestPostgres, type TestPostgres } from "@agentpod/db/testing/test-postgres";
import { type GitServer, git, gitServer } from "@agentpod/source/testing/git-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUps } from "../src/clean-up/clean-ups.ts";
import { destroyDeployment } from "../src/deployments/destroy-workflow.ts";
import { repositories } from "../src/git-remote/repositories.ts";
import { fetchPush } from "../src/hooks/fetch-push.ts";
import { eventFeed } from "../src/routes/event-feed.ts";
import { type OperationRunner, startOperationRunner } from "../src/workflows/operation-runner.ts";
import { type ApiRig, apiRig, request } from "./api-rig.ts";
import { root, runAgentpod } from "./run-agentpod.ts";

/** A database server of its own: the library of workflows waits for every transaction of the server. */
let postgres: TestPostgres;
let rig: ApiRig;
let runner: OperationRunner;
let hosted: GitServer;
let folder: string;
let token: string;
const gitLogin = "oauth2:s3cret-git-token";
const wait = { timeout: 120_000, interval: 100 };

beforeAll(async () => {
  postgres = await startTestPostgres();
  rig = await apiRig(postgres.ownerUrl);
  folder = mkdtempSync(join(tmpdir(), "agentpod-hooks-"));
  await rig.admin.tenants.create({ name: "acme" });
  await rig.admin.tenants.create({ name: "bolts" });
  token = await rig.token("acme", roles.operator);
  const { database, sources, log, clock } = rig.deps;
  const owner = { owner: "hook-test", crash: () => undefined, clock, log };
  const workflowDatabase = openWorkflowDatabase(rig.ownerUrl, rig.masterKey);
  const pushed = repositories({ folder: join(folder, "pushed"), searchPath: process.env.PATH ?? "", database, clock });
  const workflows = [fetchPush({ database, sources }), destroyDeployment({ repositories: pushed, cleanUps: cleanUps(rig.cleanUp) })];
  runner = startOperationRunner({ workflows, database, workflowDatabase, feed: eventFeed(database, log), ...owner });
  mkdirSync(join(folder, "git/team"), { recursive: true });
  mkdirSync(join(folder, "work"));
  git(join(folder, "work"), "init", "--quiet");
  commitFile("index.html", "first");
  git(join(folder, "git"), "clone", "--quiet", "--bare", join(folder, "work"), "team/app.git");
  hosted = await gitServer(join(folder, "git"), { login: gitLogin });
});
afterAll(async () => {
  await runner?.stop();
  await hosted?.close();
  await rig?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function commitFile(name: string, text: string): string {
  const work = join(folder, "work");
  writeFileSync(join(work, name), text);
  git(work, "add", "--all");
  git(work, "commit", "--quiet", "-m", text);
  return git(work, "rev-parse", "HEAD");
}

/** A commit on the branch, in the repository that others may read. */
function pushed(name: string, text: string, branch = "main"): string {
  const commit = commitFile(name, text);
  git(join(folder, "work"), "push", "--quiet", "--force", join(folder, "git/team/app.git"), `HEAD:refs/heads/${branch}`);
  return commit;
}

const url = (): string => `http://127.0.0.1:${hosted.port}/team/app.git`;

/** An application that was deployed from a folder once. */
async function application(name: string): Promise<void> {
  await rig.deps.database.asSystem(async (store) => {
    const { id: tenantId } = await store.tenants.get("acme");
    const id = randomUUID();
    await store.deployments.insert({
      ...{ id, tenantId, tenant: "acme", name, action: "deploy", source: `sha256:${"a".repeat(64)}`, origin: "a folder" },
      ...{ settings: { memoryMb: 64 }, target: null, actor: "token:test", given: {} },
    });
    await store.deployments.turn(id, 1);
    await store.deployments.finish(id, { state: "succeeded", step: null, message: "It serves." });
  });
}

async function hookOf(name: string, kind: HookKind, body: object = {}): Promise<CreatedHook> {
  await application(name);
  const [user = "", secret = ""] = gitLogin.split(":");
  const credentials = { kind: "token", user, token: secret };
  const made = await request(rig, token, "POST", `/tenants/acme/deployments/${name}/hooks`, { kind, url: url(), credentials, ...body });
  expect(made).toMatchObject({ status: 201, body: { kind, branch: "main" } });
  return made.body;
}

type Headers = Record<string, string>;

/** As each of them signs what it sends. */
function signed(kind: HookKind, secret: string, text: string, name: string = randomUUID()): Headers {
  const hmac = (said: string) => createHmac("sha256", secret).update(said).digest("hex");
  const seconds = Math.floor(Date.now() / 1000);
  switch (kind) {
    case "github":
      return { "x-github-event": "push", "x-github-delivery": name, "x-hub-signature-256": `sha256=${hmac(text)}` };
    case "gitlab":
      return { "x-gitlab-event": "Push Hook", "x-gitlab-event-uuid": name, "x-gitlab-token": secret };
    case "gitea":
      return { "x-gitea-event": "push", "x-gitea-delivery": name, "x-gitea-signature": hmac(text) };
    case "generic":
      return { "x-agentpod-delivery": name, "x-agentpod-signature": `t=${seconds},v1=${hmac(`${seconds}.${text}`)}` };
  }
}

async function deliver(hook: { id: string }, text: string, headers: Headers): Promise<{ status: number; body: never; text: string }> {
  const type = { "content-type": "application/json" };
  const response = await fetch(`${rig.url}/api/v1/hooks/${hook.id}`, { method: "POST", headers: { ...type, ...headers }, body: text });
  const answer = await response.text();
  return { status: response.status, body: JSON.parse(answer) as never, text: answer };
}

/** Another repository is named, too: nobody may look at it. */
const bodyOf = (commit: string, branch = "main") =>
  JSON.stringify({ ref: `refs/heads/${branch}`, after: commit, repository: { clone_url: "http://127.0.0.1:1/evil.git" } });

const deliveries = async (hook: CreatedHook): Promise<HookDeliveryView[]> =>
  (await request(rig, token, "GET", `/tenants/acme/deployments/${hook.name}/hooks/${hook.id}/deliveries`)).body;
const newest = async (hook: CreatedHook) => (await deliveries(hook))[0];
const deploymentsOf = (name: string) => rig.admin.deployments.list("acme", { name });

describe("C3 a push told by", () => {
  it.each(["github", "gitlab", "gitea", "generic"] as const)("%s deploys the branch's commit, once", async (kind) => {
    const hook = await hookOf(`by-${kind}`, kind);
    const commit = pushed("index.html", `for ${kind}`);
    const text = bodyOf(commit);
    const headers = signed(kind, hook.secret, text);
    expect(await deliver(hook, text, headers)).toMatchObject({ status: 202, body: { outcome: "fetching" } });
    await expect.poll(() => newest(hook), wait).toMatchObject({ outcome: "queued", deployment: 2, commit });
    const [deployment] = await deploymentsOf(hook.name);
    expect(deployment).toMatchObject({ number: 2, state: "queued", actor: `hook:${hook.id}`, origin: `${url()} ${commit}` });
    const view = await rig.admin.deployments.get("acme", hook.name, 2);
    expect(view.settings).toEqual({ memoryMb: 64 });
    const analysed = await request(rig, token, "GET", `/tenants/acme/sources/${view.source}/analysis`);
    expect(analysed).toMatchObject({ status: 200, body: { type: "static" } });
    // The same again, and the same under another name.
    expect(await deliver(hook, text, headers)).toMatchObject({ status: 202, body: { outcome: "known" } });
    const other = kind === "gitlab" ? headers : { ...headers, [`x-${kind}-delivery`]: "another" };
    expect(await deliver(hook, text, kind === "generic" ? { ...headers, "x-agentpod-delivery": "another" } : other)).toMatchObject({
      body: { outcome: "known" },
    });
    expect((await deploymentsOf(hook.name)).length).toBe(2);
    const events = await rig.admin.events.list({ tenant: "acme", limit: 200 });
    expect(events).toContainEqual(expect.objectContaining({ type: "deployment.asked", actor: `hook:${hook.id}`, pod: hook.name }));
    expect(JSON.stringify(events) + JSON.stringify(rig.logged)).not.toContain(gitLogin.split(":")[1]);
    expect(JSON.stringify(events)).not.toContain(hook.secret);
  });
});

describe("C3 hooks", () => {
  it("answer a ping, and do nothing for other branches, tags, deletions and what they cannot read", async () => {
    const hook = await hookOf("quiet", "github");
    const tell = (text: string, headers: Headers = {}) => deliver(hook, text, { ...signed("github", hook.secret, text), ...headers });
    const form = `payload=${encodeURIComponent(bodyOf("1".repeat(40), "other"))}`;
    const answers = [
      await tell('{"zen":"x"}', { "x-github-event": "ping" }),
      await tell(bodyOf("2".repeat(40), "$(touch /tmp/x);`id`")),
      await tell(JSON.stringify({ ref: "refs/tags/main", after: "3".repeat(40) })),
      await tell(bodyOf("0".repeat(40))),
      await tell("not JSON"),
      await tell(form, { "content-type": "application/x-www-form-urlencoded" }),
    ];
    expect(answers.map(({ status, body }) => [status, (body as { outcome: string }).outcome])).toEqual([
      [202, "ping"],
      ...Array.from({ length: 5 }, () => [202, "ignored"]),
    ]);
    expect(answers[5]).toMatchObject({ body: { message: "Only pushes to main are deployed." } });
    expect((await deliveries(hook)).map(({ outcome }) => outcome)).toEqual([...Array.from({ length: 5 }, () => "ignored"), "ping"]);
    expect(await deploymentsOf("quiet")).toHaveLength(1);
  });

  it("bring no old code back: of a branch that moved on, its newest push alone is deployed", async () => {
    const hook = await hookOf("moved", "gitea");
    const old = pushed("index.html", "old");
    const now = pushed("index.html", "new");
    const text = bodyOf(old);
    await deliver(hook, text, signed("gitea", hook.secret, text));
    await expect.poll(() => newest(hook), wait).toMatchObject({ outcome: "ignored", message: expect.stringContaining(now) });
    expect(await deploymentsOf("moved")).toHaveLength(1);
  });

  it("say what is wrong with the repository, and show no credentials", async () => {
    const hook = await hookOf("locked", "github", { credentials: { kind: "token", token: "a-wrong-git-token" } });
    const text = bodyOf("4".repeat(40));
    await deliver(hook, text, signed("github", hook.secret, text));
    await expect.poll(() => newest(hook), wait).toMatchObject({ outcome: "failed", message: expect.stringContaining("credentials") });
    const shown = JSON.stringify([await deliveries(hook), await rig.admin.operations.list(), rig.logged]);
    expect(shown).not.toContain("a-wrong-git-token");
  });

  it("tell a stranger nothing: whatever is wrong has the same answer", async () => {
    const hook = await hookOf("guarded", "github");
    const other = await hookOf("others", "generic");
    const text = bodyOf("5".repeat(40));
    const late = Math.floor(Date.now() / 1000) - 400;
    const lateSum = createHmac("sha256", other.secret).update(`${late}.${text}`).digest("hex");
    const tries: [{ id: string }, Headers][] = [
      [hook, {}],
      [hook, signed("github", "aps_wrong", text)],
      [hook, signed("github", other.secret, text)],
      [hook, signed("github", hook.secret, `${text} `)],
      [hook, signed("gitlab", hook.secret, text)],
      [hook, { authorization: `Bearer ${rig.adminToken}` }],
      [other, { "x-agentpod-signature": `t=${late},v1=${lateSum}` }],
      [other, { "x-agentpod-signature": "t=99999999999999,v1=" }],
      [{ id: randomUUID() }, signed("github", hook.secret, text)],
      [{ id: "..%2F..%2Fetc" }, {}],
    ];
    const answers = [];
    for (const [at, headers] of tries) answers.push(await deliver(at, text, headers));
    const words = answers.map((answer) => [answer.status, (answer.body as { error: { message: string } }).error.message]);
    expect(new Set(words.map(String)).size).toBe(1);
    expect(words[0]).toEqual([401, "There is no such hook, or this was not signed with its secret."]);
    expect(await deliveries(hook)).toEqual([]);
    const [listed] = (await request(rig, token, "GET", "/tenants/acme/deployments/guarded/hooks")).body;
    expect(listed.refusedAt).toEqual(expect.any(String));
    expect(JSON.stringify(listed)).not.toContain(hook.secret);
  });

  it("of our own form are told by the commands that the decision shows", async () => {
    const hook = await hookOf("by-curl", "generic");
    const commit = pushed("index.html", "by curl");
    const script = readFileSync(join(root, "docs/decisions/0033-push-to-deploy.md"), "utf8").match(/```sh\n([\s\S]*?)```/)?.[1] ?? "";
    const env = { PATH: process.env.PATH ?? "", SECRET: hook.secret, ADDRESS: `${rig.url}/api/v1/hooks/${hook.id}` };
    const said = await new Promise<string>((resolve) => {
      execFile("sh", ["-c", script.replaceAll(/^ +/gm, "").replace("<commit>", commit)], { env }, (_error, stdout) => resolve(stdout));
    });
    expect(JSON.parse(said)).toMatchObject({ outcome: "fetching" });
    await expect.poll(() => newest(hook), wait).toMatchObject({ outcome: "queued", deployment: 2, commit });
  });

  it("take no body that is too large", async () => {
    const hook = await hookOf("large", "github");
    const text = JSON.stringify({ ref: "refs/heads/main", after: "6".repeat(40), commits: "x".repeat(6 * 1024 * 1024) });
    expect((await deliver(hook, text, signed("github", hook.secret, text))).status).toBe(413);
  });

  it.each<[string, object, string]>([
    ["a program as repository", { url: "ext::sh -c id" }, "url"],
    ["a repository with options", { url: "--upload-pack=id" }, "url"],
    ["a branch with shell signs", { branch: "main;id" }, "branch"],
    ["a branch that is an option", { branch: "--exec=id" }, "branch"],
    ["no repository at all", { url: undefined }, "url"],
    ["another kind", { kind: "svn" }, "kind"],
  ])("are not made with %s", async (_what, body, path) => {
    await application("plain");
    const answer = await request(rig, token, "POST", "/tenants/acme/deployments/plain/hooks", { kind: "github", url: url(), ...body });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "invalid", issues: [{ path }] } } });
  });

  it("are for those who may deploy there, and add sources", async () => {
    const hook = await hookOf("owned", "github");
    const at = `/tenants/acme/deployments/owned/hooks`;
    const body = { kind: "github", url: url() };
    const bolts = await rig.token("bolts", roles.operator);
    expect(await request(rig, bolts, "POST", at, body)).toMatchObject({ status: 404 });
    expect(await request(rig, bolts, "DELETE", `${at}/${hook.id}`)).toMatchObject({ status: 404 });
    const viewer = await rig.token("acme", roles.viewer);
    expect(await request(rig, viewer, "POST", at, body)).toMatchObject({ status: 403 });
    expect(await request(rig, viewer, "GET", at)).toMatchObject({ status: 200, body: [{ id: hook.id }] });
    const half = await rig.token("acme", ["pod.write", "pod.read", "tenant.read"]);
    expect(await request(rig, half, "POST", at, body)).toMatchObject({ status: 403 });
    expect(await request(rig, token, "POST", "/tenants/acme/deployments/nothing/hooks", body)).toMatchObject({ status: 404 });
  });

  it("go with their application", async () => {
    const hook = await hookOf("short-lived", "github");
    const destroyed = await request(rig, token, "DELETE", "/tenants/acme/deployments/short-lived");
    expect(destroyed.status).toBe(202);
    const state = async () => (await rig.admin.operations.get(destroyed.body.id)).state;
    await expect.poll(state, wait).toBe("succeeded");
    const text = bodyOf("7".repeat(40));
    expect((await deliver(hook, text, signed("github", hook.secret, text))).status).toBe(401);
    expect(await rig.deps.database.asSystem((store) => store.deploymentHooks.open(hook.id))).toBeNull();
  });

  it("are made, listed, looked at and deleted by command", async () => {
    await application("by-command");
    writeFileSync(join(folder, "token"), `${gitLogin.split(":")[1]}\n`);
    const env = { AGENTPOD_HOME: join(folder, "home"), AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: token };
    const agentpod = (...args: string[]) => runAgentpod(["deployment", "hook", ...args], { cwd: folder, env });
    const login = ["--user", "oauth2", "--token-file", "token"];
    const made = await agentpod("create", "acme/by-command", "--kind", "generic", "--url", url(), ...login, "-o", "json");
    expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: "" });
    const hook = JSON.parse(made.stdout) as CreatedHook;
    const text = JSON.stringify({ ref: "refs/heads/main", after: git(join(folder, "git/team/app.git"), "rev-parse", "main") });
    await deliver(hook, text, signed("generic", hook.secret, text));
    await expect.poll(() => newest(hook), wait).toMatchObject({ outcome: "queued" });
    expect((await agentpod("list", "acme/by-command")).stdout).toContain(hook.id);
    expect((await agentpod("deliveries", "acme/by-command", hook.id)).stdout).toMatch(/queued\s+2\s+Deployment 2 was asked for/);
    expect((await agentpod("delete", "acme/by-command", hook.id)).stderr).toMatch(/--yes/);
    expect((await agentpod("delete", "acme/by-command", hook.id, "--yes")).code).toBe(0);
    expect((await agentpod("list", "acme/by-command", "-o", "json")).stdout.trim()).toBe("[]");
  });
});
