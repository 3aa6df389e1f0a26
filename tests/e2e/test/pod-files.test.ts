import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PodFileEntry, PodFileRoot, PodFolderView } from "@agentpod/core/api/pod-file-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { answering, nodePod } from "../src/node-unit.ts";

const runtimes = [
  { runtime: "process", isHere: true },
  { runtime: "docker", isHere: engineAnswers() },
] as const;

for (const { runtime, isHere } of runtimes) {
  describe.skipIf(!isHere)(`W3 files of a pod on ${runtime}`, { timeout: 60_000 }, () => {
    let installation: Installation;
    let here: string;
    const pod = "acme/web";
    const inPod = (script: string) => installation.cli("pod", "exec", pod, "--", "node", "-e", script);
    /** The volume as the unit itself sees it. */
    const volume = JSON.stringify("{{volume}}");
    const mine = (script: string) => inPod(script.replaceAll(volume, "process.env.DATA"));

    beforeAll(async () => {
      here = await mkdtemp(join(tmpdir(), "agentpod-files-"));
      installation = await makeInstallation(runtime);
      await installation.start();
      await installation.json("tenant", "create", "acme");
      const spec = nodePod(answering, {
        volumes: [{ name: "data", path: "/data", access: "exclusive" }],
        env: { DATA: "{{ volumes.data }}" },
      });
      await installation.json("pod", "create", pod, "--spec", await installation.specFile(spec), "--wait");
    }, 120_000);
    afterAll(async () => {
      await installation?.destroy();
      await rm(here, { recursive: true, force: true });
    });

    it("begin at its volumes", async () => {
      expect(await installation.json<PodFileRoot[]>("pod", "files", "ls", pod)).toEqual([
        { unit: "app", path: "/data", kind: "volume", volume: "data" },
      ]);
    });

    it("are uploaded, seen by the unit as its own, listed, and come back byte for byte", async () => {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
      await writeFile(join(here, "bytes.bin"), bytes);
      const put = await installation.json<PodFileEntry>("pod", "files", "put", pod, join(here, "bytes.bin"), "/data/");
      expect(put).toMatchObject({ name: "bytes.bin", kind: "file", bytes: bytes.length, mode: 0o644 });
      const digest = `console.log(require('crypto').createHash('sha256').update(require('fs').readFileSync(${volume} + '/bytes.bin')).digest('hex')); require('fs').appendFileSync(${volume} + '/bytes.bin', 'x')`;
      const seen = await mine(digest);
      const { createHash } = await import("node:crypto");
      expect([seen.stdout.trim(), seen.stderr, seen.code]).toEqual([createHash("sha256").update(bytes).digest("hex"), "", 0]);
      const folder = await installation.json<PodFolderView>("pod", "files", "ls", pod, "/data");
      expect(folder.entries).toEqual([expect.objectContaining({ name: "bytes.bin", bytes: bytes.length + 1 })]);
      expect((await installation.cli("pod", "files", "get", pod, "/data/bytes.bin", join(here, "back.bin"))).code).toBe(0);
      expect(Buffer.concat([bytes, Buffer.from("x")]).equals(await readFile(join(here, "back.bin")))).toBe(true);
      const again = await installation.cli("pod", "files", "get", pod, "/data/bytes.bin", join(here, "back.bin"));
      expect([again.code, again.stderr]).toEqual([expect.any(Number), expect.stringMatching(/^ERROR conflict: .*--force/)]);
    });

    it("keep their permissions when they are written over", async () => {
      expect(
        (
          await mine(
            `require('fs').writeFileSync(${volume} + '/run.sh', 'old', { mode: 0o750 }); require('fs').chmodSync(${volume} + '/run.sh', 0o750)`,
          )
        ).code,
      ).toBe(0);
      await writeFile(join(here, "run.sh"), "#!/bin/sh\n");
      expect(await installation.json("pod", "files", "put", pod, join(here, "run.sh"), "/data/run.sh")).toMatchObject({
        mode: 0o750,
        bytes: 10,
      });
      const stat = await mine(
        `const s = require('fs').statSync(${volume} + '/run.sh'); console.log((s.mode & 0o777).toString(8), s.uid === process.getuid())`,
      );
      expect(stat.stdout.trim()).toBe("750 true");
    });

    it("lie in folders, which are made and deleted with all that is in them", async () => {
      await installation.json("pod", "files", "mkdir", pod, "/data/deep");
      const twice = await installation.cli("pod", "files", "mkdir", pod, "/data/deep");
      expect(twice.stderr).toMatch(/^ERROR conflict: there is a \/data\/deep already/);
      await writeFile(join(here, "note.txt"), "hello");
      await installation.json("pod", "files", "put", pod, join(here, "note.txt"), "/data/deep/note.txt");
      expect((await mine(`console.log(require('fs').readFileSync(${volume} + '/deep/note.txt', 'utf8'))`)).stdout).toBe("hello\n");
      const over = await installation.cli("pod", "files", "put", pod, join(here, "note.txt"), "/data/deep");
      expect(over.stderr).toMatch(/^ERROR conflict: \/data\/deep is no file/);
      const nowhere = await installation.cli("pod", "files", "put", pod, join(here, "note.txt"), "/data/none/note.txt");
      expect(nowhere.stderr).toMatch(/^ERROR not_found: there is no \/data\/none/);
      await installation.json("pod", "files", "rm", pod, "/data/deep", "--yes");
      expect((await mine(`console.log(require('fs').existsSync(${volume} + '/deep'))`)).stdout).toBe("false\n");
      const root = await installation.cli("pod", "files", "rm", pod, "/data", "--yes");
      expect(root.stderr).toMatch(/^ERROR invalid: \/data itself cannot be deleted/);
    });

    it("never lead out: not by a link, not by .., not by a path elsewhere", async () => {
      await writeFile(join(here, "evil.txt"), "evil");
      const made = await mine(
        `const fs = require('fs'); fs.symlinkSync('/etc', ${volume} + '/etc'); fs.symlinkSync('/etc/hostname', ${volume} + '/host'); fs.symlinkSync('/nowhere', ${volume} + '/dangling')`,
      );
      expect([made.code, made.stderr]).toEqual([0, ""]);
      const tries: [string, string][] = [
        ["ls", "/data/etc"],
        ["get", "/data/host"],
        ["get", "/data/etc/hostname"],
        ["rm", "/data/etc/hostname"],
        ["mkdir", "/data/etc/evil"],
        ["put", "/data/host"],
        ["put", "/data/etc/evil"],
        ["put", "/data/dangling"],
        ["ls", "/data/../etc"],
        ["get", "/etc/hostname"],
        ["ls", "/"],
        ["ls", "data"],
      ];
      for (const [verb, path] of tries) {
        const args = verb === "put" ? [pod, join(here, "evil.txt"), path] : verb === "get" ? [pod, path, "-"] : [pod, path];
        const ran = await installation.cli("pod", "files", verb, ...args, ...(verb === "rm" ? ["--yes"] : []));
        expect([verb, path, ran.stdout, ran.stderr]).toEqual([
          verb,
          path,
          "",
          expect.stringMatching(/^ERROR (invalid|not_found|conflict): /),
        ]);
      }
      expect(
        (
          await mine(
            "const fs = require('fs'); console.log(fs.existsSync('/etc/hostname'), fs.existsSync('/etc/evil'), fs.existsSync('/nowhere'))",
          )
        ).stdout,
      ).toBe("true false false\n");
      // A link itself can go; what it leads to stays.
      await installation.json("pod", "files", "rm", pod, "/data/host", "--yes");
      expect((await mine("console.log(require('fs').existsSync('/etc/hostname'))")).stdout).toBe("true\n");
    });

    it("that somebody else changed meanwhile are not written over unseen", async () => {
      const files = installation.client().files;
      const at = { tenant: "acme", pod: "web", path: "/data/shared.txt" };
      await files.write(at, { bytes: Buffer.from("first"), size: 5 });
      const early = new Date(Date.now() - 3_600_000).toISOString();
      await expect(files.write(at, { bytes: Buffer.from("mine"), size: 4, unchangedSince: early })).rejects.toMatchObject({
        code: "conflict",
      });
      const [seen] = (await files.list({ ...at, path: "/data" })).entries.filter((one) => one.name === "shared.txt");
      await files.write(at, { bytes: Buffer.from("second"), size: 6, unchangedSince: seen?.modifiedAt ?? "" });
      expect((await mine(`console.log(require('fs').readFileSync(${volume} + '/shared.txt', 'utf8'))`)).stdout).toBe("second\n");
    });

    it("are written down when they are written, made or deleted; so is what was refused", async () => {
      const events = await installation.client().events.list({ tenant: "acme", pod: "web", limit: 200 });
      const types = new Set(events.filter((one) => one.type.startsWith("pod.f")).map((one) => `${one.type} ${one.result}`));
      expect([...types].toSorted()).toEqual([
        "pod.file_removed ok",
        "pod.file_removed refused",
        "pod.file_written ok",
        "pod.file_written refused",
        "pod.folder_made ok",
        "pod.folder_made refused",
      ]);
      expect(events.find((one) => one.type === "pod.file_written")?.data).toMatchObject({ unit: "app", path: "/data/shared.txt" });
    });

    it("of a pod that is stopped cannot be reached, and the sentence says so", async () => {
      await installation.json("pod", "stop", pod, "--wait");
      expect((await installation.cli("pod", "files", "ls", pod, "/data")).stderr).toMatch(
        /^ERROR conflict: unit app of acme\/web is not running/,
      );
      await installation.json("pod", "start", pod, "--wait");
      expect((await installation.json<PodFolderView>("pod", "files", "ls", pod, "/data")).entries.length).toBeGreaterThan(0);
    });
  });
}
