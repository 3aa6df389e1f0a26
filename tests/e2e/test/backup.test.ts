import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@agentpod/client/create-client";
import type { DoctorLine } from "@agentpod/core/api/platform-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { docker, engineAnswers, engineObjects } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { keptPod } from "../src/kept-pod.ts";
import { answering, nodePod } from "../src/node-unit.ts";
import { podProcesses, processTraces } from "../src/traces.ts";

const wait = { timeout: 200_000, interval: 100 };
/** Two whole installations one after the other: more than one start each. */
const inOrder = { concurrent: false, timeout: 600_000 };
const runtimes = [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() },
];
const password = "a password of before";

for (const { runtime, isHere } of runtimes)
  describe(`P17 P8 AgentPod is backed up, and comes back, with pods on ${runtime}`, { skip: !isHere }, () => comesBack(runtime));

function comesBack(runtime: "process" | "docker"): void {
  let folder: string;
  let passphrase: string;
  let file: string;
  let first: Installation;
  let second: Installation | undefined;
  let web: PodView;
  let session: string;
  const newer = `n${process.pid.toString(36)}${runtime[0]}`;

  beforeAll(async () => {
    folder = await mkdtemp("/tmp/ap-e2e-backup-");
    passphrase = join(folder, "passphrase");
    await writeFile(passphrase, "correct horse battery staple\n");
    await writeFile(join(folder, "wrong"), "correct horse battery stapler\n");
    await writeFile(join(folder, "password"), password);
    first = await makeInstallation(runtime);
    await first.start();
    expect(await first.cli("tenant", "create", "acme")).toMatchObject({ code: 0 });
    expect(await first.cli("user", "create", "ann@example.com", "--password-file", join(folder, "password"))).toMatchObject({ code: 0 });
    expect(await first.cli("user", "role", "ann@example.com", "operator", "--tenant", "acme")).toMatchObject({ code: 0 });
    const spec = nodePod(answering, { env: { VERSION: "{{ secrets.word }}" } });
    await first.client().pods.create("acme", { name: "web", spec, inputs: { word: "the secret word" } });
    await answers(first);
    expect(await first.cli("pod", "create", "acme/hello", "--template", "hello", "--wait")).toMatchObject({ code: 0 });
    web = await first.json("pod", "status", "acme/web");
    session = (await logIn(first)).token;
  });
  afterAll(async () => {
    // What was restored has the users of the first: nothing may start them anew once they are taken away.
    for (const one of [second, first]) await one?.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  const left = (one: Installation): string[] => (runtime === "docker" ? engineObjects(one.id()) : processTraces(one.home, one.uids));
  const answers = (one: Installation) =>
    vi.waitFor(async () => expect(await one.get("web-acme.localhost")).toEqual({ status: 200, body: "the secret word" }), wait);
  async function logIn(one: Installation): Promise<{ token: string }> {
    const client = createClient({ baseUrl: `http://localhost:${one.port}` });
    const answer = await client.login.password({ email: "ann@example.com", password });
    await client.close();
    return answer as { token: string };
  }
  const asAnn = (one: Installation, token: string) => createClient({ baseUrl: `http://localhost:${one.port}`, token });

  it("a backup is made while everything serves, is read back, and is its owner's alone", inOrder, async () => {
    const made = await first.json<{ file: string; isAuthentic: boolean; hasKey: boolean; artifacts: number }>(
      ...["backup", "create", "--to", folder, "--passphrase-file", passphrase],
    );
    file = made.file;
    expect(made).toMatchObject({ isAuthentic: true, hasKey: true, missing: [] });
    expect(made.artifacts).toBeGreaterThan(0);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
    const bytes = await readFile(file);
    for (const secret of ["the secret word", password, session]) expect(bytes.includes(secret)).toBe(false);
    const told = (await first.cli("backup", "verify", file, "--passphrase-file", passphrase)).stdout;
    expect(told).toMatch(/It is whole: \d+ rows/);
    expect(told).toContain("Data volumes of pods are not in it.");
    // One that stays in the home: made, listed, verified, taken away.
    const kept = await first.json<{ name: string }>("backup", "create");
    expect((await first.cli("backup", "list")).stdout).toContain(kept.name);
    expect(await first.cli("backup", "verify", kept.name)).toMatchObject({ code: 0, stdout: expect.stringContaining("NOT in it") });
    expect((await stat(join(first.home.backups, kept.name))).mode & 0o777).toBe(0o600);
    expect(await first.cli("backup", "download", kept.name, "--to", join(folder, "taken.tar"))).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, "taken.tar"))).toEqual(await readFile(join(first.home.backups, kept.name)));
    expect(await first.cli("backup", "delete", kept.name, "--yes")).toMatchObject({ code: 0 });
    expect(await readdir(first.home.backups)).toEqual([]);
    await answers(first);
  });

  it("is not restored over a running AgentPod, nor over one that holds something unless that is said", inOrder, async () => {
    const restore = ["backup", "restore", file, "--passphrase-file", passphrase];
    expect(await first.cli(...restore)).toMatchObject({ code: 6, stderr: expect.stringContaining("already running") });
    // Made after the backup: its row will be gone, and what it keeps must not be.
    const spec = await first.specFile(keptPod(newer));
    expect(await first.cli("pod", "create", `acme/${newer}`, "--spec", spec, "--wait")).toMatchObject({ code: 0 });
    const mark = JSON.parse((await first.get(`${newer}-acme.localhost`)).body).mark as string;
    const id = (await first.json<PodView>("pod", "status", `acme/${newer}`)).id;
    await first.stop();
    expect(await first.cli(...restore)).toMatchObject({ code: 6, stderr: expect.stringMatching(/1 tenants, 3 pods and 2 users/) });
    expect(await first.cli(...restore, "--force")).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });

    expect(await first.cli(...restore, "--force", "--yes")).toMatchObject({ code: 0, stdout: expect.stringMatching(/2 users, 2 pods/) });
    await first.start();
    await answers(first);
    // The pod is known no more, is told of, runs on, and has its data.
    const pods = await first.json<PodView[]>("pod", "list");
    expect(pods.map((pod) => pod.name).sort()).toEqual(["hello", "web"]);
    expect(await first.cli("reconcile")).toMatchObject({ code: 0 });
    await vi.waitFor(async () => {
      const line = (await first.json<DoctorLine[]>("doctor")).find(({ check }) => check === "objects");
      expect(line).toMatchObject({ status: "warning", message: expect.stringContaining(id) });
    }, wait);
    expect(await keptMarks(id)).toEqual([mark]);
    expect(alive(id)).toBeGreaterThan(0);
    expect((await first.get(`${newer}-acme.localhost`)).status).toBe(404);
    await forget(id);
  });

  it("comes back on an empty machine: refused without the passphrase, then whole", inOrder, async () => {
    // The first machine is lost, with all its pods.
    expect(await first.cli("tenant", "delete", "acme", "--force", "--yes")).toMatchObject({ code: 0 });
    await vi.waitFor(() => expect(left(first)).toEqual([]), wait);
    await first.stop();
    const empty = await makeInstallation(runtime);
    second = empty;
    const before = await readdir(empty.home.root);
    expect(await empty.cli("backup", "restore", file)).toMatchObject({ code: 2, stderr: expect.stringContaining("--passphrase-file") });
    expect(await empty.cli("backup", "restore", file, "--passphrase-file", join(folder, "wrong"))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("not the one this backup was made with"),
    });
    expect(await readdir(empty.home.root)).toEqual(before);

    const told = await empty.cli("backup", "restore", file, "--passphrase-file", passphrase);
    expect(told).toMatchObject({ code: 0, stderr: "" });
    expect(told.stdout).toContain("their data volumes are not in a backup");
    await empty.start();
    expect(empty.output()).not.toContain("password");
    await answers(empty);
    const again = await empty.json<PodView>("pod", "status", "acme/web");
    expect(again).toMatchObject({ id: web.id, generation: web.generation, phase: "running" });
    await vi.waitFor(async () => expect(await empty.get("hello-acme.localhost")).toMatchObject({ status: 200 }), wait);
    expect(await empty.cli("secret", "reveal", "acme/web", "word")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("the secret word"),
    });
  });

  it("knows its people, ended what they had open, and has its trail whole", inOrder, async () => {
    const plane = second as Installation;
    const old = asAnn(plane, session);
    await expect(old.account.get()).rejects.toMatchObject({ code: "unauthenticated" });
    await old.close();
    const ann = asAnn(plane, (await logIn(plane)).token);
    expect(await ann.account.get()).toMatchObject({ email: "ann@example.com" });
    expect((await ann.pods.list()).map((pod) => pod.name).sort()).toEqual(["hello", "web"]);
    await ann.close();
    expect(await plane.cli("audit", "verify")).toMatchObject({ code: 0, stdout: expect.stringContaining("The audit chain is intact.") });
    const events = await plane.json<{ type: string; message: string }[]>("audit", "list", "--type", "backup.*");
    expect(events).toContainEqual(expect.objectContaining({ type: "backup.restored" }));
    // And works on: a new pod through the same gateway.
    await plane.client().pods.create("acme", { name: "after", spec: nodePod(answering, { env: { VERSION: "after" } }) });
    await vi.waitFor(async () => expect(await plane.get("after-acme.localhost")).toEqual({ status: 200, body: "after" }), wait);
  });

  /** What the keeper of a pod wrote into its volume. */
  async function keptMarks(id: string): Promise<string[]> {
    if (runtime === "docker") {
      const volume = docker("volume", "ls", "-q", "--filter", `label=agentpod.pod=${id}`).trim();
      const path = docker("volume", "inspect", "--format", "{{.Mountpoint}}", volume).trim();
      return [await readFile(join(path, "mark"), "utf8")];
    }
    const names = await readdir(first.home.pods, { recursive: true });
    const marks = names.filter((name) => name.includes(id) && name.endsWith("/mark"));
    return Promise.all(marks.map((name) => readFile(join(first.home.pods, name), "utf8")));
  }
  function alive(id: string): number {
    if (runtime === "docker") return docker("ps", "-q", "--filter", `label=agentpod.pod=${id}`).split("\n").filter(Boolean).length;
    return podProcesses(first.uids).length;
  }
  /** As an operator does by hand. */
  async function forget(id: string): Promise<void> {
    if (runtime === "docker") {
      docker("rm", "-f", ...docker("ps", "-aq", "--filter", `label=agentpod.pod=${id}`).split("\n").filter(Boolean));
      docker("volume", "rm", ...docker("volume", "ls", "-q", "--filter", `label=agentpod.pod=${id}`).split("\n").filter(Boolean));
      docker("network", "rm", ...docker("network", "ls", "-q", "--filter", `label=agentpod.pod=${id}`).split("\n").filter(Boolean));
      return;
    }
    const uids = new Set<number>();
    for (const pid of podProcesses(first.uids)) {
      const mine = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).includes(`${newer}/`);
      if (!mine) continue;
      uids.add((await stat(`/proc/${pid}`)).uid);
      process.kill(pid, "SIGKILL");
    }
    for (const name of (await readdir(first.home.pods)).filter((one) => one.includes(id)))
      await rm(join(first.home.pods, name), { recursive: true, force: true });
    // Refused while what was killed is not gone, and while somebody else changes accounts.
    for (const uid of uids)
      await vi.waitFor(() => expect(spawnSync("userdel", [`agentpod-${uid}`], { encoding: "utf8" })).toMatchObject({ status: 0 }), wait);
  }
}
