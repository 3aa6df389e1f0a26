import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import { defaultSourceLimits } from "@agentpod/core/source/source-limits";
import { afterEach, describe, expect, it } from "vitest";
import { folderSource } from "../src/folder-source.ts";
import { gitAddress, gitRef } from "../src/git-address.ts";
import { type GitOptions, gitSource } from "../src/git-source.ts";
import { type GitServer, type GitServerOptions, git, gitServer } from "../src/testing/git-server.ts";
import { repositoryOf } from "./repository-of.ts";
import { digestOf, folderOf, leftIn, processesOf, scratchFolder, unpacked } from "./source-rig.ts";

const servers: GitServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(folder: string, options?: GitServerOptions): Promise<GitServer> {
  const server = await gitServer(folder, options);
  servers.push(server);
  return server;
}

const environment = { PATH: process.env.PATH ?? "" };

/** The name leads nowhere: only the address that was checked can be what is connected to. */
const options = (more: Partial<GitOptions> = {}): GitOptions => ({
  ref: null,
  credentials: null,
  knownHosts: null,
  addresses: async () => ["127.0.0.1"],
  environment,
  allowHttp: true,
  timeoutMs: 60_000,
  ...more,
});
const urlOf = ({ port }: GitServer, path = "team/app.git"): string => `http://git.invalid:${port}/${path}`;

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const files = { "package.json": "{}", "src/index.js": "1", ".gitignore": "dist\n" };

async function refusal(
  url: string,
  more: Partial<GitOptions> = {},
): Promise<{ code: string; path: string | undefined; message: string; left: string[]; cause: string }> {
  const scratch = more.scratch ?? scratchFolder();
  try {
    await gitSource(url, options({ ...more, scratch }));
  } catch (thrown) {
    const error = thrown as AppError;
    expect(processesOf(scratch)).toEqual([]);
    return { code: error.code, path: error.issues?.[0]?.path, message: error.message, left: leftIn(scratch), cause: String(error.cause) };
  }
  throw new Error("it was taken");
}

describe("C3 a repository of git as a source", () => {
  it("is the same as the folder, at its own branch, a branch, a tag and a commit", async () => {
    const { folder, work, commit } = repositoryOf((at) => write(at, files));
    const first = await digestOf(await folderSource(folderOf(files)));
    git(work, "tag", "v1.0.0");
    git(work, "checkout", "--quiet", "-b", "feature/new");
    write(work, { "new.txt": "new" });
    git(work, "add", "--all");
    git(work, "commit", "--quiet", "-m", "second");
    git(work, "push", "--quiet", join(folder, "team/app.git"), "feature/new", "v1.0.0");
    const server = await serve(folder);
    const scratch = scratchFolder();
    for (const ref of [null, "main", "v1.0.0", commit]) {
      const found = await gitSource(urlOf(server), options({ ref, scratch }));
      expect({ commit: found.commit, digest: await digestOf(found.snapshot), notices: found.snapshot.notices }).toEqual({
        commit,
        digest: first,
        notices: [],
      });
      await found.snapshot.close();
    }
    const branch = await gitSource(urlOf(server), options({ ref: "feature/new", scratch }));
    expect(branch.commit).toBe(git(work, "rev-parse", "HEAD"));
    expect((await branch.snapshot.read("new.txt"))?.toString()).toBe("new");
    await branch.snapshot.close();
    expect(leftIn(scratch)).toEqual([]);
  });

  it("takes files as they are kept: no filters, no ends of lines, no hooks; modes and links too", async () => {
    const { folder } = repositoryOf((at) => {
      write(at, {
        ".gitattributes": "*.txt eol=crlf ident export-ignore\n*.js filter=evil\n",
        "a.txt": "$Id$\nline\n",
        "b.js": "x",
        run: "#!/bin/sh\n",
        "dist/kept.js": "kept",
        ".env": "A=b",
      });
      chmodSync(join(at, "run"), 0o755);
      symlinkSync("a.txt", join(at, "link"));
      write(at, { ".gitignore": "dist\n" });
    });
    const { snapshot } = await gitSource(urlOf(await serve(folder)), options());
    expect(await unpacked(snapshot)).toMatchObject({
      "a.txt": "$Id$\nline\n",
      "b.js": "x",
      run: "x #!/bin/sh\n",
      link: "-> a.txt",
      "dist/kept.js": "kept",
    });
    expect(snapshot.notices).toEqual([expect.stringContaining("Left out, for they may hold secrets: .env.")]);
    await snapshot.close();
  });

  it("says what it does not fetch: submodules and what Git LFS keeps", async () => {
    const other = repositoryOf((at) => write(at, { "x.txt": "x" }));
    const { folder } = repositoryOf((at) => {
      write(at, { "model.bin": `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 5\n` });
      git(at, "submodule", "add", "--quiet", join(other.folder, "team/app.git"), "vendor/lib");
    });
    const { snapshot } = await gitSource(urlOf(await serve(folder)), options());
    expect(snapshot.entries.map(({ path }) => path)).toEqual([".gitmodules", "model.bin"]);
    expect(snapshot.notices).toEqual([
      "Submodules are not fetched: vendor/lib.",
      "Kept by Git LFS, whose contents are not fetched: model.bin.",
    ]);
    await snapshot.close();
  });

  it("reads a private one with a token, which nothing keeps", async () => {
    const { folder } = repositoryOf((at) => write(at, files));
    const server = await serve(folder, { login: "oauth2:s3cret-token" });
    const scratch = scratchFolder();
    const { snapshot } = await gitSource(
      urlOf(server),
      options({ scratch, credentials: { kind: "token", user: "oauth2", token: "s3cret-token" } }),
    );
    expect(snapshot.entries).toHaveLength(3);
    expect(server.asked.map(({ path }) => path).join()).not.toContain("s3cret");
    await snapshot.close();
    expect(leftIn(scratch)).toEqual([]);
    expect(await refusal(urlOf(server))).toMatchObject({ code: "invalid", path: "credentials", left: [] });
    const wrong = await refusal(urlOf(server), { credentials: { kind: "token", token: "wr0ng-token" } });
    expect(wrong).toMatchObject({ code: "invalid", path: "credentials", left: [] });
    expect(wrong.message + wrong.cause).not.toContain("wr0ng");
  });

  it("goes by SSH to the address that was checked, with a key that is gone afterwards", async () => {
    const { folder } = repositoryOf((at) => write(at, files));
    const bin = scratchFolder();
    // Stands where ssh would: notes what it is told, and whether the key is there, and runs what the far side would.
    writeFileSync(
      join(bin, "ssh"),
      `#!/bin/sh\nfor last; do :; done\nprintf '%s\\n' "$@" > "${bin}/told"\ncat "$AGENTPOD_GIT_SECRETS/key" > "${bin}/key"\nstat -c %a "$AGENTPOD_GIT_SECRETS/key" "$AGENTPOD_GIT_SECRETS" > "${bin}/modes"\ncat "$AGENTPOD_GIT_SECRETS/known_hosts" > "${bin}/hosts"\nexec sh -c "$last"\n`,
      { mode: 0o755 },
    );
    const scratch = scratchFolder();
    const { snapshot } = await gitSource(
      `ssh://git@git.invalid:2222${folder}/team/app.git`,
      options({
        scratch,
        allowHttp: false,
        environment: { PATH: `${bin}:${environment.PATH}` },
        credentials: { kind: "key", key: "PRIVATE KEY" },
        knownHosts: "git.invalid ssh-ed25519 AAAA",
      }),
    );
    expect(snapshot.entries).toHaveLength(3);
    await snapshot.close();
    const told = readFileSync(join(bin, "told"), "utf8").split("\n");
    expect(told).toEqual(
      expect.arrayContaining([
        "HostName=127.0.0.1",
        "HostKeyAlias=git.invalid",
        "StrictHostKeyChecking=yes",
        "BatchMode=yes",
        "2222",
        "git@git.invalid",
      ]),
    );
    expect(readFileSync(join(bin, "key"), "utf8")).toBe("PRIVATE KEY\n");
    expect(readFileSync(join(bin, "hosts"), "utf8")).toBe("git.invalid ssh-ed25519 AAAA\n");
    expect(readFileSync(join(bin, "modes"), "utf8")).toBe("600\n700\n");
    expect(leftIn(scratch)).toEqual([]);
  });

  it.each<[string, Partial<GitOptions>, string | null, string, string]>([
    ["a ref that is not there", { ref: "nowhere" }, null, "invalid", "ref"],
    ["a commit that is not there", { ref: "1".repeat(40) }, null, "invalid", "ref"],
    ["a repository that is not there", {}, "team/none.git", "invalid", "url"],
    ["a ref that is an option", { ref: "--upload-pack=touch /tmp/x" }, null, "invalid", "ref"],
  ])("says so for %s", async (_what, more, path, code, at) => {
    const { folder } = repositoryOf((work) => write(work, files));
    expect(await refusal(urlOf(await serve(folder), path ?? undefined), more)).toMatchObject({ code, path: at, left: [] });
  });

  it("asks nothing of a host that may not be asked", async () => {
    const { folder } = repositoryOf((at) => write(at, files));
    const server = await serve(folder);
    const addresses = async (): Promise<string[]> => {
      throw new AppError("invalid", "git.invalid is not a public address");
    };
    expect(await refusal(urlOf(server), { addresses })).toMatchObject({
      code: "invalid",
      message: "git.invalid is not a public address",
      left: [],
    });
    expect(await refusal(urlOf(server), { addresses: async () => [] })).toMatchObject({ code: "invalid", path: "url" });
    expect(server.asked).toEqual([]);
  });

  it("follows no redirect, wherever it leads", async () => {
    const { folder } = repositoryOf((at) => write(at, files));
    const inner = await serve(folder);
    const outer = await serve(folder, {
      before: (request, response) => {
        response.writeHead(302, { location: `http://127.0.0.1:${inner.port}${request.url}` }).end();
        return true;
      },
    });
    expect(await refusal(urlOf(outer))).toMatchObject({ left: [] });
    expect(outer.asked.length).toBeGreaterThan(0);
    expect(inner.asked).toEqual([]);
  });

  it("waits no longer than it is told, and leaves no process", async () => {
    const { folder } = repositoryOf((at) => write(at, files));
    const server = await serve(folder, { before: () => true });
    expect(await refusal(urlOf(server), { timeoutMs: 1500 })).toMatchObject({ code: "unavailable", left: [] });
    const stop = new AbortController();
    const before = server.asked.length;
    const scratch = scratchFolder();
    const refused = refusal(urlOf(server), { signal: stop.signal, scratch });
    await expect.poll(() => server.asked.length, { timeout: 30_000 }).toBeGreaterThan(before);
    expect(processesOf(scratch).length).toBeGreaterThan(0);
    stop.abort();
    expect(await refused).toMatchObject({ code: "unavailable", left: [] });
  });

  it("says so where nobody answers", async () => {
    const server = await gitServer(scratchFolder());
    await server.close();
    expect(await refusal(urlOf(server))).toMatchObject({ code: "unavailable", left: [] });
  });

  it.each([
    ["bytes", { bytes: 50_000 }],
    ["files", { entries: 3 }],
    ["folders in each other", { depth: 2 }],
  ])("takes no more %s than it may", async (_what, less) => {
    const { folder } = repositoryOf((at) => {
      write(at, { a: "", b: "", "c/d/e": "", f: "" });
      writeFileSync(join(at, "big.bin"), randomBytes(100_000));
    });
    expect(await refusal(urlOf(await serve(folder)), { limits: { ...defaultSourceLimits, ...less } })).toMatchObject({
      code: "invalid",
      left: [],
    });
  });

  it("refuses a link that leads outside", async () => {
    const { folder } = repositoryOf((at) => symlinkSync("../../../etc/passwd", join(at, "passwd")));
    expect(await refusal(urlOf(await serve(folder)))).toMatchObject({ code: "invalid", path: "passwd", left: [] });
  });
});

describe("C3 addresses of repositories", () => {
  it.each([
    ["https://git.example.com/team/app.git", "https://git.example.com/team/app.git", "git.example.com", 443],
    ["https://git.example.com:8443/app", "https://git.example.com:8443/app", "git.example.com", 8443],
    ["ssh://git@git.example.com:2222/team/app.git", "ssh://git@git.example.com:2222/team/app.git", "git.example.com", 2222],
    ["git@git.example.com:team/app.git", "ssh://git@git.example.com/team/app.git", "git.example.com", 22],
  ])("%s", (text, url, host, port) => expect(gitAddress(text)).toMatchObject({ url, host, port }));

  it.each([
    "file:///etc/passwd",
    "/srv/git/app.git",
    "../app",
    "ext::sh -c touch% /tmp/x",
    "ext::sh",
    "git://git.example.com/app.git",
    "http://git.example.com/app.git",
    "ftp://git.example.com/app.git",
    "--upload-pack=touch /tmp/x",
    "-oProxyCommand=touch@x:y",
    "ssh://-oProxyCommand=touch/x",
    "ssh://git@-oProxyCommand=x/y",
    "-git@git.example.com:x",
    "git@git.example.com:-x",
    "https://git.example.com/$(id)",
    "https://git.example.com/`id`",
    "https://git.example.com/a;b",
    "https://git.example.com/a b",
    "https://git.example.com/a\nb",
    "https://user:secret@git.example.com/app.git",
    "https://token@git.example.com/app.git",
    "https://git.example.com/../app.git?x=y",
    "https://git.example.com",
    "https:///app.git",
    "",
    "x".repeat(3000),
  ])("refuses %j", (text) =>
    expect(() => gitAddress(text)).toThrow(
      expect.objectContaining({ code: "invalid", issues: [expect.objectContaining({ path: "url" })] }),
    ),
  );

  it("says no secret of an address again", () => {
    expect(() => gitAddress("https://user:hunter2@git.example.com/app.git")).toThrow(/^(?!.*hunter2)/);
  });

  it.each(["main", "feature/new", "v1.2.0", "refs/heads/main", "a".repeat(40), "user@feature+x"])("takes the ref %s", (ref) =>
    expect(gitRef(ref)).toBe(ref),
  );

  it.each([
    "",
    "-x",
    "--upload-pack=x",
    "a b",
    "a..b",
    "a:b",
    "main~1",
    "main^",
    "@{-1}",
    "a@{1}",
    "x.lock",
    "a//b",
    "/a",
    "a/",
    "a.",
    "a\nb",
    "$(id)",
    "a;b",
    "*",
    "ü",
    "+main",
  ])("refuses the ref %j", (ref) =>
    expect(() => gitRef(ref)).toThrow(expect.objectContaining({ code: "invalid", issues: [expect.objectContaining({ path: "ref" })] })),
  );
});
