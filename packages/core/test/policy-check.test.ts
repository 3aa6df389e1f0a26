import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../src/errors.ts";
import { type PodSpecInput, podSpec } from "../src/pod-spec.ts";
import { checkPolicy, checkSpecPolicy } from "../src/policy-check.ts";
import { forbidden } from "../src/policy-forbidden.ts";

const withUnit = (extra: Record<string, unknown>) => ({ units: [{ name: "web", image: "web", ...extra }] });

describe("P20 security rule 3: forbidden things are refused by name, wherever they stand", () => {
  test.each([
    [withUnit({ privileged: true }), "spec.units[0].privileged"],
    [withUnit({ network_mode: "host" }), "spec.units[0].network_mode"],
    [withUnit({ network_mode: "container:abc" }), "spec.units[0].network_mode"],
    [withUnit({ networks: ["host"] }), "spec.units[0].networks"],
    [{ ...withUnit({}), hostNetwork: true }, "spec.hostNetwork"],
    [withUnit({ pid: "host" }), "spec.units[0].pid"],
    [withUnit({ ipc: "host" }), "spec.units[0].ipc"],
    [withUnit({ devices: ["/dev/kvm"] }), "spec.units[0].devices"],
    [withUnit({ volumes: ["/etc:/etc"] }), "spec.units[0].volumes"],
    [withUnit({ volumes: ["./data:/data"] }), "spec.units[0].volumes"],
    [withUnit({ volumes: ["/var/run/docker.sock:/var/run/docker.sock"] }), "spec.units[0].volumes"],
    [withUnit({ volumes: [{ type: "bind", source: "/", target: "/host" }] }), "spec.units[0].volumes"],
    [withUnit({ volumes: [{ name: "x", path: "/x", source: "~/.ssh" }] }), "spec.units[0].volumes"],
    [withUnit({ volumes: [{ name: "x", path: "/x", hostPath: "/etc" }] }), "spec.units[0].volumes[0].hostPath"],
    [withUnit({ volumes: [{ name: "x", path: "/x", driver_opts: { device: "/etc" } }] }), "spec.units[0].volumes"],
    [withUnit({ volumes: [{ name: "x", path: "/x", driver: "nfs" }] }), "spec.units[0].volumes[0].driver"],
    [withUnit({ cap_add: ["SYS_ADMIN"] }), "spec.units[0].cap_add"],
    [withUnit({ capabilities: ["SYS_ADMIN"] }), "spec.units[0].capabilities[0]"],
    [withUnit({ capabilities: ["CAP_NET_ADMIN"] }), "spec.units[0].capabilities[0]"],
    [withUnit({ security_opt: ["seccomp=unconfined"] }), "spec.units[0].security_opt"],
    [withUnit({ HostConfig: { Binds: ["/:/h"] } }), "spec.units[0].HostConfig.Binds"],
    [withUnit({ securityContext: { privileged: true } }), "spec.units[0].securityContext"],
    [withUnit({ env: { A: { privileged: true } } }), "spec.units[0].env.A.privileged"],
  ])("%j", (spec, path) => {
    expect(() => checkPolicy(spec)).toThrow(
      expect.objectContaining({ code: "forbidden", issues: expect.arrayContaining([expect.objectContaining({ path })]) }),
    );
  });

  test("the sentence names the path and what to use instead", () => {
    expect(() => checkPolicy(withUnit({ volumes: ["/srv:/srv"] }))).toThrow(/^spec\.units\[0\]\.volumes: .*name a volume.*path: \/data/);
  });

  test.each(["/", "//", "/proc", "/proc/sys", "/sys", "/dev", "/dev/../dev/mem", "/var/run/docker.sock", "/run//docker.sock", "/./proc"])(
    "nothing is mounted over %s",
    (path) => {
      const parsed = podSpec.safeParse(withUnit({ volumes: [{ name: "x", path }] }));
      if (!parsed.success) return expect(path).toContain("..");
      expect(() => checkSpecPolicy(parsed.data)).toThrow(expect.objectContaining({ code: "forbidden" }));
    },
  );

  test("what only looks like it passes", () => {
    const spec: PodSpecInput = {
      units: [
        {
          name: "web",
          image: "web",
          env: { PRIVILEGED: "true", NETWORK_MODE: "host", pid: "host" },
          volumes: [{ name: "binds", path: "/data/proc" }],
          capabilities: ["CHOWN"],
          tmpfs: [{ path: "/dev/shm" }],
        },
      ],
    };
    checkPolicy(spec);
    checkSpecPolicy(podSpec.parse(spec));
    checkPolicy({ ...spec, privileged: false, devices: [] });
  });

  test("at any depth, in any spelling", () => {
    const always = forbidden.filter((rule) => !rule.when).flatMap((rule) => rule.keys);
    const spell = fc.constantFrom(
      (key: string) => key,
      (key: string) => key.toUpperCase(),
      (key: string) => [...key].join("_"),
      (key: string) => key.replace(/^(host|cap|security|driver)/, "$1-"),
    );
    const wrap = fc.array(fc.oneof(fc.constant(null), fc.constantFrom("units", "spec", "x", "env", "local")), { maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...always), spell, wrap, (key, spelling, path) => {
        const bad: unknown = { [spelling(key)]: "yes" };
        const spec = path.reduceRight<unknown>((inner, step) => (step === null ? [inner] : { [step]: inner }), { inner: bad });
        expect(() => checkPolicy(spec)).toThrow(expect.objectContaining({ code: "forbidden" }));
      }),
    );
  });

  test("what is nested without end is refused, not followed", () => {
    let deep: unknown = { privileged: true };
    for (let i = 0; i < 100_000; i++) deep = { x: deep };
    expect(() => checkPolicy(deep)).toThrow(expect.objectContaining({ code: "invalid" }));
  });

  test("any JSON at all passes or is forbidden; nothing else is thrown", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        try {
          checkPolicy(json);
        } catch (thrown) {
          expect(thrown instanceof AppError && thrown.code).toBe("forbidden");
        }
      }),
    );
  });
});
