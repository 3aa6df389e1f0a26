import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");
const projects = join(import.meta.dirname, "../../../packages/core/test/projects");
let home = "";
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "agentpod-analyze-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function agentpod(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const options = { env: { ...process.env, AGENTPOD_HOME: home } };
  return promisify(execFile)(process.execPath, [main, ...argv], options).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, out: error.stdout, err: error.stderr }),
  );
}

const project = (name: string): string => join(projects, name, "files");

describe("C4 agentpod analyze", () => {
  it("says what a folder is and why, without a login", async () => {
    expect(await agentpod("analyze", project("express-postgres"))).toEqual({
      code: 0,
      err: "",
      out: `type            node
                There is a package.json. (package.json)
framework       express
                It depends on express. (package.json)
runtime         node 22
                Node 22 is the newest on offer that fits "22". (.nvmrc)
package manager npm
                package-lock.json is there. (package-lock.json)
install         npm ci
                What is installed is what package-lock.json says. (package-lock.json)
start           npm run start
                Its script start starts it. (package.json)
port            3000
                Its code names port 3000. (src/index.js)
health          GET /healthz
                /healthz answers whether it is well. (src/index.js)
needs           postgres
                PostgreSQL: It depends on pg. (package.json)
environment     SESSION_SECRET
                It reads SESSION_SECRET. (.env.example)
migrations      npm run db:migrate
                Its script db:migrate migrates the database. (package.json)
`,
    });
  });

  it("says what to look at", async () => {
    const { out } = await agentpod("analyze", project("compose-refused"));
    expect(out).toMatch(/^units {11}app$/m);
    expect(out).toMatch(/\nTo look at:\n- \.env is not part of the source/);
    expect(out).toMatch(/^- docker-compose\.yml\.services\.app\.privileged: no spec may ask for a privileged unit/m);
  });

  it("gives programs all of it", async () => {
    const { out } = await agentpod("analyze", project("fastapi-pip"), "-o", "json");
    expect(JSON.parse(out)).toMatchObject({
      type: "python",
      framework: "fastapi",
      needs: ["postgres"],
      notices: [],
      reasons: expect.arrayContaining([expect.objectContaining({ about: "start", file: "main.py" })]),
    });
  });

  it("takes the folder that is said", async () => {
    const { out, code } = await agentpod("analyze", project("nested-two"), "--root", "frontend", "-o", "json");
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, root: "frontend", type: "static" });
  });

  it.each<[string, string[], RegExp]>([
    ["several applications", [project("nested-two")], /^ERROR invalid: root: expected one of backend, frontend: /],
    ["a project that is unknown", [project("unknown")], /^ERROR invalid: files: expected agentpod\.yaml, a compose file, Dockerfile/],
    ["nothing to start", [project("express-only-nodemon")], /^ERROR invalid: package\.json\.scripts\.start: expected a script/],
    ["no folder", [join(projects, "none")], /^ERROR not_found: there is no folder and no archive /],
    ["a file that is no archive", [main], /^ERROR invalid: archive: expected a tar, tar\.gz or zip\./],
  ])("says in one line what is wrong with %s", async (_what, argv, line) => {
    const { code, out, err } = await agentpod("analyze", ...argv);
    expect(code).not.toBe(0);
    expect(out).toBe("");
    expect(err).toMatch(line);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  it("is found in the help", async () => {
    expect((await agentpod("--help")).out).toMatch(/^ {2}analyze /m);
    expect((await agentpod("analyze", "--help")).out).toMatch(/--root <folder>/);
  });
});
