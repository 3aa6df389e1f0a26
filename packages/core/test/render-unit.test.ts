import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unitSpec } from "../src/pod-spec.ts";
import { type RenderValues, referencedSecrets, referencedUnits, renderSecrets, renderText, renderUnit } from "../src/render-unit.ts";

const values: RenderValues = {
  units: {
    app: { host: "app", ports: { http: 3000, admin: 3001 }, firstPort: 3000 },
    db: { host: "127.0.0.1", ports: { pg: 21001 }, firstPort: 21001 },
    worker: { host: "worker", ports: {}, firstPort: null },
  },
  secrets: null,
  volumes: { data: "/data" },
  code: "/app",
  listen: "0.0.0.0",
  pod: { name: "api", tenant: "acme", url: "http://api-acme.localhost:3000", proxy: "10.213.4.1" },
  llm: { url: "http://10.213.4.1:3000/llm" },
};

const unit = unitSpec.parse({
  name: "app",
  image: "node:24",
  command: ["serve", "{{code}}/main.js", "--port={{ units.app.ports.admin }}"],
  env: { URL: "postgres://u:{{ secrets.password }}@{{ units.db.host }}:{{units.db.port}}/x", DIR: "{{ volumes.data }}" },
  ports: [{ name: "http", container: 3000 }],
  probe: { kind: "exec", command: ["check", "{{ listen }}"] },
  local: { argv: ["node", "{{ code }}/main.js"], env: { KEY: "{{ secrets.key }}" } },
});

describe("P6 runtime placeholders", () => {
  test.each([
    ["{{ units.db.host }}:{{ units.db.port }}", "127.0.0.1:21001"],
    ["{{units.app.ports.admin}}", "3001"],
    ["{{ volumes.data }}/x", "/data/x"],
    ["{{ code }} {{ listen }}", "/app 0.0.0.0"],
    ["{{ pod.name }}.{{ pod.tenant }} {{ pod.url }}", "api.acme http://api-acme.localhost:3000"],
    ["{{ pod.proxy }}", "10.213.4.1"],
    ["{{ llm.url }}/v1 {{ llm.key }}", "http://10.213.4.1:3000/llm/v1 {{ secrets.llm-key }}"],
    ["plain { } }} {{", "plain { } }} {{"],
    ["{{secrets.password}}", "{{ secrets.password }}"],
  ])("%s → %s", (text, expected) => {
    expect(renderText(text, values)).toBe(expected);
  });

  test.each([
    ["{{ units.dp.port }}", "{{ units.db.port }}"],
    ["{{ volumes.date }}", "{{ volumes.data }}"],
    ["{{ pod.nmae }}", "{{ pod.name }}"],
    ["{{ unit.db.host }}", "{{ units.db.host }}"],
  ])("%s is refused, %s offered", (text, offered) => {
    expect(() => renderText(text, values)).toThrow(
      expect.objectContaining({ code: "invalid", issues: [expect.objectContaining({ nearest: offered })] }),
    );
  });

  test.each([
    "{{ }}",
    "{{ constructor }}",
    "{{ pod.constructor }}",
    "{{ units.worker.port }}",
    "{{ units.db.host.x }}",
    "{{ code.x }}",
    "{{ pod }}",
    "{{ inputs.x }}",
  ])("%s stands for nothing", (text) => {
    expect(() => renderText(text, values)).toThrow(expect.objectContaining({ code: "invalid" }));
  });

  test("every string of a unit is filled, and secrets come in a second pass", () => {
    const rendered = renderUnit(unit, values);
    expect(rendered.command).toEqual(["serve", "/app/main.js", "--port=3001"]);
    expect(rendered.env).toEqual({ URL: "postgres://u:{{ secrets.password }}@127.0.0.1:21001/x", DIR: "/data" });
    expect(rendered.probe).toMatchObject({ command: ["check", "0.0.0.0"] });
    expect(rendered.local?.argv).toEqual(["node", "/app/main.js"]);
    expect(renderSecrets(rendered.env.URL ?? "", { password: "a{{ code }}b" })).toBe("postgres://u:a{{ code }}b@127.0.0.1:21001/x");
  });

  test("a secret that is not there is refused without showing any value", () => {
    expect(() => renderSecrets("{{ secrets.pasword }}", { password: "hunter2" })).toThrow(/did you mean \{\{ secrets\.password \}\}/);
    expect(() => renderSecrets("{{ secrets.zzzzzzz }}", { password: "hunter2" })).not.toThrow(/hunter2/);
  });

  test("references name other units and all secrets", () => {
    expect(referencedUnits(unit)).toEqual(["db"]);
    expect(referencedSecrets(unit)).toEqual(["key", "password"]);
  });

  test("what is put in is never read as a placeholder", () => {
    fc.assert(
      fc.property(fc.string(), (secret) => {
        expect(renderText("<{{ secrets.s }}>", { ...values, secrets: { s: secret } })).toBe(`<${secret}>`);
      }),
    );
  });
});
