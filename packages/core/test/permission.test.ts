import { describe, expect, it } from "vitest";
import {
  mayManageRole,
  type Permission,
  type Principal,
  permissions,
  permissionsIn,
  platformPermissions,
  principalFor,
  roles,
  tenantRoles,
} from "../src/permission.ts";
import { type PodFactsForAction, podActions, podCan } from "../src/pod-can.ts";

const of = (role: keyof typeof roles) => new Set<Permission>(roles[role]);

describe("P9 the permission table", () => {
  it("gives each role of a tenant what the one before has and more, and nothing of the platform", () => {
    for (const [at, role] of tenantRoles.entries()) {
      const before = tenantRoles[at - 1];
      if (before !== undefined) {
        expect([...of(role)]).toEqual(expect.arrayContaining([...of(before)]));
        expect(of(role).size).toBeGreaterThan(of(before).size);
      }
      expect(platformPermissions.filter((permission) => of(role).has(permission))).toEqual([]);
    }
    expect(of("platform").size).toBe(permissions.length);
  });

  it("lets a viewer look and not touch", () => {
    expect(roles.viewer.filter((permission) => !/\.(read|logs)$/.test(permission))).toEqual([]);
  });

  it.each([
    ["viewer", "viewer", false],
    ["operator", "viewer", false],
    ["admin", "admin", true],
    ["admin", "owner", false],
    ["owner", "owner", true],
    ["platform", "owner", true],
  ] as const)("%s gives and takes memberships as %s: %s", (mine, role, expected) => {
    expect(mayManageRole(of(mine), role)).toBe(expected);
  });
});

describe("P9 who may what where", () => {
  const both: Principal = {
    actor: "user:1",
    userId: "1",
    by: "session",
    sessionId: "s",
    tenants: ["a", "b"],
    permissions: of("operator"),
    grants: [
      { tenantId: "a", tenant: "acme", role: "viewer", permissions: of("viewer") },
      { tenantId: "b", tenant: "bolts", role: "operator", permissions: of("operator") },
    ],
  };
  const token: Principal = { ...both, by: "token", tenants: ["a"], grants: null };

  it("narrows to the tenants where the permission is held", () => {
    expect(principalFor(both, "pod.write").tenants).toEqual(["b"]);
    expect(principalFor(both, "pod.read").tenants).toEqual(["a", "b"]);
    expect(principalFor(both, "token.manage").tenants).toEqual([]);
    expect(principalFor(both, null)).toBe(both);
    expect(principalFor(token, "pod.write")).toBe(token);
  });

  it("knows what is held in one tenant, and in the installation", () => {
    expect(permissionsIn(both, "a")).toEqual(of("viewer"));
    expect(permissionsIn(both, "c").size).toBe(0);
    expect(permissionsIn(both, null).size).toBe(0);
    expect(permissionsIn(token, "a")).toEqual(of("operator"));
    expect(permissionsIn({ ...token, tenants: "*" }, null)).toEqual(of("operator"));
  });
});

describe("P9 P15 what may be done to a pod", () => {
  const running: PodFactsForAction = { desired: "running", units: [{ state: "running" }], spec: { lifecycle: "service", routes: [{}] } };
  const with_ = (facts: Partial<PodFactsForAction>): PodFactsForAction => ({ ...running, ...facts });

  it.each([
    ["operator", running, ["stop", "sleep", "restart", "update", "rollback", "delete", "exec", "logs", "routes"]],
    ["viewer", running, ["logs"]],
    ["admin", running, ["stop", "sleep", "restart", "update", "rollback", "delete", "exec", "logs", "reveal_secret", "routes"]],
    ["operator", with_({ desired: "stopped", units: [] }), ["start", "restart", "update", "rollback", "delete", "logs", "routes"]],
    ["operator", with_({ desired: "sleeping", units: [] }), ["start", "stop", "restart", "update", "rollback", "delete", "logs", "routes"]],
    ["admin", with_({ desired: "deleted" }), ["delete", "logs"]],
    [
      "operator",
      with_({ spec: { lifecycle: "service", routes: [] } }),
      ["stop", "restart", "update", "rollback", "delete", "exec", "logs", "routes"],
    ],
  ] as const)("by %s to %j", (role, pod, expected) => {
    expect(podActions.filter((action) => podCan(of(role), pod, action).allowed)).toEqual(expected);
  });

  it("says why not, with a code for each reason, and no reason where it may be done", () => {
    const cases = [
      [of("viewer"), running, "stop", "permission"],
      [of("operator"), with_({ desired: "deleted" }), "restart", "deleting"],
      [of("operator"), running, "start", "running"],
      [of("operator"), with_({ desired: "stopped" }), "stop", "stopped"],
      [of("operator"), with_({ desired: "sleeping" }), "sleep", "asleep"],
      [of("operator"), with_({ units: [{ state: "exited" }] }), "exec", "not_running"],
      [of("operator"), with_({ spec: { lifecycle: "task", routes: [{}] } }), "sleep", "task"],
      [of("operator"), with_({ spec: { lifecycle: "service", routes: [] } }), "sleep", "no_route"],
    ] as const;
    for (const [held, pod, action, code] of cases) {
      const verdict = podCan(held, pod, action);
      expect(verdict).toMatchObject({ allowed: false, code });
      expect(verdict.reason).toMatch(/^[A-Z].*\.$/);
    }
    expect(podCan(of("operator"), running, "stop")).toEqual({ allowed: true, code: "ok", reason: "" });
  });
});
