import { describe, expect, test } from "vitest";
import { AppError } from "../src/errors.ts";
import { renderTemplate } from "../src/render-template.ts";
import { checkTemplate } from "../src/template-check.ts";
import { draft, storedPod, templateOf } from "./draft-rig.ts";

const version = templateOf(
  {
    memory: { type: "integer", default: 128, minimum: 64, maximum: 1024 },
    greeting: { type: "string", default: "Hello" },
    mode: { type: "string", enum: ["fast", "slow"], default: "fast" },
    debug: { type: "boolean", default: false },
    password: { type: "string", secret: true, generate: "password", minLength: 8 },
    apiKey: { type: "string", secret: true, default: "none" },
    site: { type: "string", pattern: "^[a-z]+$" },
  },
  {
    units: [
      {
        name: "web",
        image: "web:1",
        resources: { memoryMb: "{{ inputs.memory }}" },
        readOnlyRoot: "{{inputs.debug}}",
        env: {
          GREETING: "{{ inputs.greeting }}, {{ pod.name }} at {{ inputs.memory }}",
          MODE: "{{ inputs.mode }}",
          PASSWORD: "{{ inputs.password }}",
          URL: "x:{{ inputs.password }}@{{ inputs.apiKey }}",
          SITE: "{{ inputs.site }}",
          MEMORY: "{{ inputs.memory }}",
        },
      },
    ],
  },
);
const { template } = version;
const password = () => "generated-password";

describe("P8 rendering a template", () => {
  test("whole placeholders take the input's type, others become text, secrets stay out", () => {
    const rendered = renderTemplate(template, { memory: 256, site: "abc" }, password);
    expect(rendered.inputs).toEqual({ memory: 256, greeting: "Hello", mode: "fast", debug: false, site: "abc" });
    expect(rendered.secrets).toEqual({ password: "generated-password", apiKey: "none" });
    expect(rendered.spec).toEqual({
      units: [
        {
          name: "web",
          image: "web:1",
          resources: { memoryMb: 256 },
          readOnlyRoot: false,
          env: {
            GREETING: "Hello, {{ pod.name }} at 256",
            MODE: "fast",
            PASSWORD: "{{ secrets.password }}",
            URL: "x:{{ secrets.password }}@{{ secrets.apiKey }}",
            SITE: "abc",
            MEMORY: "256",
          },
        },
      ],
    });
  });

  test("all issues at once, with path, expectation and nearest", () => {
    const given = { memory: 1.5, greting: "x", mode: "fst", debug: "yes", password: "short", greeting: "{{ secrets.apiKey }}" };
    try {
      renderTemplate(template, given, password);
      expect.unreachable();
    } catch (thrown) {
      expect((thrown as AppError).issues).toEqual([
        { path: "inputs.greting", expected: expect.stringContaining("one of the template's inputs memory,"), nearest: "greeting" },
        { path: "inputs.memory", expected: "a whole number" },
        { path: "inputs.greeting", expected: "text without {{" },
        { path: "inputs.mode", expected: "one of fast, slow", nearest: "fast" },
        { path: "inputs.debug", expected: "true or false" },
        { path: "inputs.password", expected: "at least 8 characters" },
        { path: "inputs.site", expected: "a value, for it has no default" },
      ]);
      expect((thrown as AppError).message).not.toContain("short");
    }
  });

  test.each([
    [{ memory: 63, site: "a" }, "inputs.memory", "at least 64"],
    [{ memory: 1025, site: "a" }, "inputs.memory", "at most 1024"],
    [{ site: "A1" }, "inputs.site", "text that matches ^[a-z]+$"],
  ])("%j", (given, path, expected) => {
    expect(() => renderTemplate(template, given, password)).toThrow(expect.objectContaining({ issues: [{ path, expected }] }));
  });

  test("names of the language are no inputs", () => {
    expect(() => renderTemplate(template, JSON.parse('{"__proto__":1,"constructor":1,"site":"a"}'), password)).toThrow(
      expect.objectContaining({
        issues: [expect.objectContaining({ path: "inputs.__proto__" }), expect.objectContaining({ path: "inputs.constructor" })],
      }),
    );
  });
});

describe("P8 updating a pod made from a template", () => {
  const made = draft({ template: version, inputs: { site: "abc", apiKey: "first" } });
  const previous = storedPod(made.spec, { template: made.template, inputs: made.inputs });

  test("generated secrets are never generated again; given ones change", () => {
    expect(draft({ template: version, previous }).secrets).toEqual({});
    expect(draft({ template: version, previous, inputs: { apiKey: "second" } }).secrets).toEqual({ apiKey: "second" });
    expect(draft({ template: version, previous, inputs: { password: null } }).secrets).toEqual({});
  });

  test("inputs not given stay, null asks for the default", () => {
    const changed = draft({
      template: version,
      previous: { ...previous, inputs: { ...made.inputs, memory: 200 } },
      inputs: { greeting: "Hi" },
    });
    expect(changed.inputs).toMatchObject({ memory: 200, greeting: "Hi", site: "abc" });
    expect(
      draft({ template: version, previous: { ...previous, inputs: { ...made.inputs, memory: 200 } }, inputs: { memory: null } }).inputs
        .memory,
    ).toBe(128);
  });

  test("the same secrets stay readable by the spec", () => {
    expect(draft({ template: version, previous }).spec).toEqual(made.spec);
  });
});

describe("W10 checking a template before it is applied", () => {
  const text = { en: "x", zh: "x" };
  const base = { apiVersion: "agentpod/v1", kind: "Template", name: "x", title: text, description: text };
  const units = (extra: Record<string, unknown>) => ({ units: [{ name: "web", image: "web", ...extra }] });

  test.each<[string, Record<string, unknown>, string, string]>([
    [
      "an undeclared input",
      { spec: units({ env: { A: "{{ inputs.naem }}" } }), inputs: { name: { type: "string" } } },
      "spec.units[0].env.A",
      "{{ inputs.name }}",
    ],
    ["an unknown key", { spec: units({ comand: [] }) }, "spec.units[0].comand", "command"],
    ["a key of an input", { spec: units({}), inputs: { a: { type: "string", defualt: "x" } } }, "inputs.a.defualt", "default"],
    ["a placeholder", { spec: units({ env: { A: "{{ pod.nam }}" } }) }, "spec.units[0].env.A", "{{ pod.name }}"],
  ])("%s", (_what, changes, path, nearest) => {
    expect(() => checkTemplate({ ...base, ...changes })).toThrow(
      expect.objectContaining({ code: "invalid", issues: [expect.objectContaining({ path, nearest })] }),
    );
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["a default that does not fit", { a: { type: "integer", default: 1, minimum: 2 } }, "inputs.a.default"],
    ["a pattern that is none", { a: { type: "string", pattern: "(" } }, "inputs.a.pattern"],
    ["a pattern that needs backtracking", { a: { type: "string", pattern: "(a)\\1" } }, "inputs.a.pattern"],
  ])("%s", (_what, inputs, path) => {
    expect(() => checkTemplate({ ...base, inputs, spec: units({}) })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path })] }),
    );
  });

  test.each([units({ privileged: true }), units({ volumes: ["/:/host"] }), units({ volumes: [{ name: "x", path: "/proc" }] })])(
    "P20 %j is forbidden here too",
    (spec) => {
      expect(() => checkTemplate({ ...base, spec })).toThrow(expect.objectContaining({ code: "forbidden" }));
    },
  );

  test("P20 an input cannot bring in what the template may not ask for", () => {
    const sneaky = templateOf(
      { cap: { type: "string", default: "CHOWN" } },
      { units: [{ name: "web", image: "web", capabilities: ["{{ inputs.cap }}"] }] },
    );
    expect(() => draft({ template: sneaky, inputs: { cap: "SYS_ADMIN" } })).toThrow(AppError);
  });

  test("a pattern that would take others for ever is answered at once", () => {
    const evil = templateOf({ a: { type: "string", pattern: "^(a+)+$" } }, units({ env: { A: "{{ inputs.a }}" } }));
    expect(() => draft({ template: evil, inputs: { a: `${"a".repeat(30_000)}!` } })).toThrow(/inputs\.a: expected text that matches/);
  });

  test("inputs without defaults get stand-ins that fit", () => {
    const made = templateOf(
      {
        host: { type: "string", pattern: "^never$" },
        size: { type: "integer", minimum: 64 },
        key: { type: "string", secret: true, minLength: 20 },
      },
      {
        ...units({
          env: { K: "{{ inputs.key }}" },
          ports: [{ name: "http", container: 80 }],
          resources: { memoryMb: "{{ inputs.size }}" },
        }),
        routes: [{ unit: "web", port: "http", hosts: ["{{ inputs.host }}"] }],
      },
    );
    expect(made.template.name).toBe("example");
  });
});
