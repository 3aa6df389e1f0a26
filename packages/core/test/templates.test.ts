import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { hashOf } from "../src/hash.ts";
import { nodeVersions } from "../src/products/code/node-version.ts";
import { pythonVersions } from "../src/products/code/python-version.ts";
import { rolloutOf, startOrder } from "../src/rollout.ts";
import type { TemplateVersion } from "../src/template.ts";
import { checkTemplate } from "../src/template-check.ts";
import { neededFolders, withArtifacts } from "../src/template-pack.ts";
import { context, draft, processCan } from "./draft-rig.ts";

const folder = join(import.meta.dirname, "../../../templates");
const names = readdirSync(folder);
const secret = "generated-password";

function shipped(name: string): TemplateVersion {
  const raw = parse(readFileSync(join(folder, name, "template.yaml"), "utf8"));
  const digests = Object.fromEntries(neededFolders(raw.spec).map((needed) => [needed.folder, `sha256:${hashOf([name, needed.folder])}`]));
  const template = checkTemplate({ ...raw, spec: withArtifacts(raw.spec, digests) });
  return { id: name, template, version: 1, tenantId: null, createdAt: "2026-01-01T00:00:00.000Z" };
}

const onDocker = context();
const onProcess = context({ capabilities: processCan, runtimeKind: "process" });

test("C5 there is an appliance for each version that the analyzer may ask for", () => {
  const versions = [
    ...nodeVersions.map((version) => `node-${version}`),
    ...pythonVersions.map((version) => `python-${version.replace(".", "-")}`),
  ];
  expect(names).toEqual(
    expect.arrayContaining([...versions, ...["15", "16", "17", "18"].map((major) => `postgres-${major}`), "redis", "mysql", "mariadb"]),
  );
});

test("the templates of the first release are there", () => {
  expect(names).toEqual(expect.arrayContaining(["hello", "node", "node-postgres", "postgres", "static"]));
});

describe.each(names)("C5 template %s", (name) => {
  const template = shipped(name);

  test("is named after its folder and explains itself in two languages", () => {
    expect(template.template.name).toBe(name);
    for (const input of Object.values(template.template.inputs))
      expect(input.title).toMatchObject({ en: expect.any(String), zh: expect.any(String) });
  });

  test("renders to the expected spec, the same on Docker and, where it runs there, on a machine without it", async () => {
    const made = draft({ name: "x", template }, onDocker);
    if (made.spec.units.every(({ local }) => local !== undefined)) expect(draft({ name: "x", template }, onProcess)).toEqual(made);
    else expect(() => draft({ name: "x", template }, onProcess)).toThrow(/local/);
    await expect(stringify(made.spec, { lineWidth: 140 })).toMatchFileSnapshot(`expected/${name}.yaml`);
  });

  test("P8 its generated secret is in no part of what is stored in the open", () => {
    const { secrets, ...open } = draft({ name: "x", template }, onDocker);
    expect(JSON.stringify(open)).not.toContain(secret);
    // What nobody has given yet need not be read by anything.
    for (const [input] of Object.entries(secrets).filter(([, value]) => value !== ""))
      expect(JSON.stringify(open.spec)).toContain(`{{ secrets.${input} }}`);
  });

  test("A11 every unit has limits, and no more rights than it needs", () => {
    for (const unit of draft({ name: "x", template }, onDocker).spec.units) {
      expect(unit).toMatchObject({ capabilities: [], user: expect.stringMatching(/^(node|postgres|redis|mysql|1000:1000)$/) });
      expect(unit.resources.memoryMb).toBeLessThanOrEqual(640);
    }
  });
});

describe("P5 a unit that holds data is replaced, one reached by routes alone overlaps", () => {
  test("node-postgres", () => {
    const { spec } = draft({ name: "x", template: shipped("node-postgres") }, onDocker);
    expect(startOrder(spec).map((unit) => [unit.name, rolloutOf(unit, spec)])).toEqual([
      ["db", "replace"],
      ["app", "overlap"],
    ]);
  });
});
