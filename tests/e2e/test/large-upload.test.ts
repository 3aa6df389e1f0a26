import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SourceView } from "@agentpod/core/api/source-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Installation, makeInstallation, root } from "../src/installation.ts";
import { areLongTests, unlessLong } from "../src/long-tests.ts";

const wait = { timeout: 600_000, interval: 100 };
const gigabyte = 1_000_000_000;
/** Far below what is sent: what a process takes for itself, and no more. */
const mostBeside = 200;

describe.skipIf(process.platform !== "linux")("C3 a source of a gigabyte", { timeout: 1_200_000 }, () => {
  let plane: Installation;
  let client: ReturnType<Installation["client"]>;
  let folder: string;
  let archive: string;

  beforeAll(async () => {
    plane = await makeInstallation("memory");
    await plane.start();
    client = plane.client();
    await plane.cli("tenant", "create", "acme");
    folder = await mkdtemp("/tmp/ap-large-");
    await mkdir(join(folder, "big"));
    writeFileSync(join(folder, "big/index.html"), "here");
    // Of no pattern, so that no layer makes it smaller.
    execFileSync("sh", ["-c", `head -c ${gigabyte} /dev/urandom > "$1"`, "sh", join(folder, "big/movie.bin")]);
    archive = join(folder, "big.tar");
    execFileSync("tar", ["-cf", archive, "-C", join(folder, "big"), "."]);
    await rm(join(folder, "big"), { recursive: true });
  }, 600_000);
  afterAll(async () => {
    await client?.close();
    await plane?.destroy();
    if (folder) await rm(folder, { recursive: true, force: true });
  }, 600_000);

  /** Megabytes that a process has at most had in memory since it began. */
  const peak = (name: "server" | "gateway"): number => peakOf(plane.pid(name));
  const leftovers = (): string[] => {
    const sources = join(plane.home.root, "sources");
    return readdirSync(sources, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && each.name !== "authorities.pem")
      .map((each) => each.name);
  };

  it.skipIf(!areLongTests)(
    `is sent without being held in memory; the sender killed and the server killed, it goes on where it was${unlessLong}`,
    async () => {
      /** What is there of the upload; 0 where nothing is. */
      const received = (): number => Math.max(0, ...partsBelow(join(plane.home.root, "sources/uploads")));
      const before = { server: peak("server"), gateway: peak("gateway") };
      const first = agentpod("source", "add", "acme", archive);
      await vi.waitFor(() => expect(received()).toBeGreaterThan(gigabyte / 4), wait);
      first.kill("SIGKILL");
      await vi.waitFor(() => expect(first.signalCode).toBe("SIGKILL"), wait);
      const cut = received();
      expect(cut).toBeLessThan(gigabyte);

      const second = agentpod("source", "add", "acme", archive, "-o", "json");
      const said = output(second);
      await vi.waitFor(() => expect(received()).toBeGreaterThan(gigabyte / 2), wait);
      const grown = { server: peak("server") - before.server, gateway: peak("gateway") - before.gateway };
      plane.kill("server");
      const lowest: number[] = [];
      const sender: number[] = [];
      await vi.waitFor(() => {
        const now = received();
        // None once it is a source.
        if (now > 0) lowest.push(now);
        sender.push(peakOf(second.pid ?? 0));
        expect([second.exitCode, second.signalCode]).not.toEqual([null, null]);
      }, wait);
      expect([second.exitCode, said.stderr]).toEqual([0, ""]);
      const source: SourceView = JSON.parse(said.stdout);
      expect(source).toMatchObject({ files: 2, digest: expect.stringMatching(/^sha256:/) });
      expect(Math.min(...lowest)).toBeGreaterThanOrEqual(cut);
      const after = { server: peak("server"), gateway: peak("gateway") - before.gateway };
      expect(
        [grown.server, grown.gateway, after.server - before.server, after.gateway, Math.max(...sender) - 100].filter(
          (mb) => mb > mostBeside,
        ),
      ).toEqual([]);
      expect(leftovers()).toEqual([]);
      // What is kept is what was sent.
      const kept = join(plane.home.artifacts, `${source.digest.slice("sha256:".length)}.tar`);
      const listed = execFileSync("tar", ["-tvf", kept], { encoding: "utf8" });
      expect(listed).toContain(String(gigabyte));
    },
  );

  it("one that is larger than an upload may be is refused before it is sent, with the limit and what to do", async () => {
    const sparse = join(folder, "sparse.tar");
    writeFileSync(sparse, "");
    truncateSync(sparse, 1024 ** 3 + 1);
    const done = await plane.cli("source", "add", "acme", sparse);
    expect(done).toMatchObject({ code: 2, stderr: expect.stringMatching(/An upload has at most 1024 MB: leave out .*\.agentpodignore/) });
    expect(leftovers()).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    [
      "a bomb",
      'head -c 2300000000 /dev/zero > "$1/x/zeros" && tar -czf "$2" -C "$1/x" .',
      /zeros: expected at most 2048 MB in all: leave out/,
    ],
    [
      "of too many files",
      'cd "$1/x" && seq -f f%06g 1 100001 | xargs touch && tar -czf "$2" .',
      /expected at most 100000 files and folders: leave out/,
    ],
    [
      "too deep",
      'p="$1/x$(printf "/d%.0s" $(seq 1 65))" && mkdir -p "$p" && echo x > "$p/f" && tar -czf "$2" -C "$1/x" .',
      /expected at most 64 folders in each other: move it up/,
    ],
    [
      "with a path that leads out",
      'echo x > "$1/x/evil" && tar -czPf "$2" -C "$1/x" --transform "s,evil,../../../../../../../../tmp/ap-evil," evil',
      /expected a path without \.\./,
    ],
    [
      "with an absolute path",
      'echo x > "$1/x/evil" && tar -czPf "$2" -C "$1/x" --transform "s,evil,/tmp/ap-evil," evil',
      /expected a relative path/,
    ],
    ["with a link that leads out", 'ln -s /etc/passwd "$1/x/evil" && tar -czf "$2" -C "$1/x" .', /evil: expected /],
    [
      "with a hard link that leads out",
      'echo x > "$1/x/a" && ln "$1/x/a" "$1/x/b" && tar -czPf "$2" -C "$1/x" --transform "flags=h;s,^.*$,/etc/passwd," a b',
      /expected /,
    ],
    ["with a device", 'tar -czf "$2" -C /dev null', /null: expected a file, a folder or a link/],
  ])("an archive %s is refused with what was expected, costs no memory, and leaves nothing", async (_what, script, message) => {
    const at = await mkdtemp("/tmp/ap-archive-");
    try {
      await mkdir(join(at, "x"));
      const file = join(at, "archive.tar.gz");
      execFileSync("sh", ["-ec", script, "sh", at, file]);
      await rm(join(at, "x"), { recursive: true });
      const before = peak("server");
      const done = await plane.cli("source", "add", "acme", file);
      expect([done.code, done.stderr]).toEqual([2, expect.stringMatching(message)]);
      expect(peak("server") - before).toBeLessThan(mostBeside);
      expect(leftovers()).toEqual([]);
      expect(readdirSync("/tmp")).not.toContain("ap-evil");
    } finally {
      await rm(at, { recursive: true, force: true });
    }
  });

  it.each([
    ["ext::sh -c touch% /tmp/ap-evil"],
    ["ssh://-oProxyCommand=touch%20/tmp/ap-evil/x"],
    ["git@-oProxyCommand=touch:x"],
    ["https://git.example.com/$(touch$IFS/tmp/ap-evil)"],
    ["https://git.example.com/app.git;touch /tmp/ap-evil"],
    ["https://git.example.com/`touch /tmp/ap-evil`"],
    ["file:///etc"],
    ["https://git.example.com/app.git", "--ref", "--upload-pack=touch /tmp/ap-evil"],
    ["--", "--upload-pack=touch /tmp/ap-evil"],
  ])("the address %s is no repository, and runs nothing", async (...args) => {
    const done = await plane.cli("deploy", "--tenant", "acme", "--name", "evil", ...args);
    expect([2, 5], done.stderr).toContain(done.code);
    expect(done.stderr).toMatch(/^ERROR (invalid|not_found): .*(expected|no address of a repository)/);
    expect(readdirSync("/tmp")).not.toContain("ap-evil");
    expect(await client.deployments.list("acme", {})).toEqual([]);
  });

  function agentpod(...args: string[]) {
    return spawn(join(root, "agentpod"), args, {
      env: { ...process.env, AGENTPOD_HOME: plane.home.root, AGENTPOD_PORT: String(plane.port) },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
});

function output(child: ReturnType<typeof spawn>): { stdout: string; stderr: string } {
  const said = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    said.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    said.stderr += chunk;
  });
  return said;
}

/** 0 for one that has ended. */
function peakOf(pid: number): number {
  try {
    return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

function partsBelow(folder: string): number[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".part"))
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
}
