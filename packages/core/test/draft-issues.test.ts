import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { invalidInput, issuesOf, parseInput } from "../src/draft-issues.ts";
import { AppError } from "../src/errors.ts";
import { podSpec } from "../src/pod-spec.ts";
import { templateSpec } from "../src/template.ts";

function issues(input: unknown) {
  const result = podSpec.safeParse(input);
  return result.success ? [] : issuesOf(result.error, podSpec, input, "spec");
}

const unit = { name: "web", image: "web" };

describe("P3 bad input gets path, expectation and the nearest valid key", () => {
  test.each([
    [{ units: [{ ...unit, comand: ["x"] }] }, "spec.units[0].comand", /one of the keys name, image/, "command"],
    [{ units: [{ ...unit, resources: { cpu: 1 } }] }, "spec.units[0].resources.cpu", /cpus, memoryMb, pids/, "cpus"],
    [
      { units: [{ ...unit, probe: { kind: "exec", command: ["x"], timeout: 1 } }] },
      "spec.units[0].probe.timeout",
      /startSeconds/,
      undefined,
    ],
    [{ units: [{ ...unit, probe: { kind: "htp", port: "x" } }] }, "spec.units[0].probe.kind", /one of http, tcp/, "http"],
    [{ units: [unit], lifecycle: "servce" }, "spec.lifecycle", /service, task/, "service"],
    [{ units: [{ ...unit, ports: [{ name: "http", container: 70000 }] }] }, "spec.units[0].ports[0].container", /at most 65535/, undefined],
    [
      { units: [{ ...unit, ports: [{ name: "http" }] }] },
      "spec.units[0].ports[0].container",
      /a number, but it is missing|whole number/,
      undefined,
    ],
    [{ units: [{ ...unit, env: { "a-b": "x" } }] }, "spec.units[0].env.a-b", /environment name/, undefined],
    [{ units: [{ ...unit, env: { "a b": "x" } }] }, 'spec.units[0].env["a b"]', /environment name/, undefined],
    [{ units: [{ ...unit, image: "Has Space" }] }, "spec.units[0].image", /an image reference/, undefined],
    [{ units: [] }, "spec.units", /at least 1 item/, undefined],
    [{ units: [{ ...unit, name: "x".repeat(41) }] }, "spec.units[0].name", /at most 40 characters/, undefined],
    [7, "spec", /an object/, undefined],
  ])("%j", (input, path, expected, close) => {
    const found = issues(input).find((issue) => issue.path === path);
    expect(found?.expected).toMatch(expected);
    expect(found?.nearest).toBe(close);
  });

  test("all that is wrong is told at once", () => {
    const error = invalidInput(issues({ units: [{ name: "Web", imag: "x" }], extra: 1 }));
    expect(error.issues.map((i) => i.path)).toEqual(["spec.units[0].name", "spec.units[0].imag", "spec.extra"]);
    expect(error.message).toMatch(/^spec\.units\[0\]\.name: expected .* \(and 2 more\)\.$/);
  });

  test("inside a record of inputs", () => {
    const input = {
      apiVersion: "agentpod/v1",
      kind: "Template",
      name: "x",
      title: 1,
      description: 1,
      spec: {},
      inputs: { a: { type: "string", secrt: true } },
    };
    expect(() => parseInput(templateSpec, input)).toThrow(
      expect.objectContaining({ issues: expect.arrayContaining([expect.objectContaining({ path: "inputs.a.secrt", nearest: "secret" })]) }),
    );
  });

  test("any JSON at all gives a spec or an AppError invalid with paths", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (input) => {
        try {
          parseInput(podSpec, input, "spec");
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError);
          expect((thrown as AppError).issues.every((i) => i.path.startsWith("spec") && i.expected !== "")).toBe(true);
        }
      }),
    );
  });
});
