import type { UnitRun } from "@agentpod/core/runtime";
import { describe, expect, it } from "vitest";
import {
  environmentFor,
  execScript,
  gateScript,
  localOf,
  sandboxCommand,
  shownWith,
  startCommand,
  superviseScript,
  systemPath,
  underCode,
  workdirOf,
} from "../src/process/body.ts";
import { cgroupRoots, limitWrites, oomKillsIn, parseCgroupMounts, workingSet } from "../src/process/cgroup-body.ts";
import { processPaths } from "../src/process/paths.ts";
import { listenersIn } from "../src/process/ports.ts";
import { parsePs, parseStat } from "../src/process/processes.ts";

const run = (changes: Partial<UnitRun>): UnitRun =>
  ({ id: { pod: "p", unit: "web", revision: "r" }, env: {}, code: null, workdir: null, local: null, ...changes }) as UnitRun;

describe("P6 command line of a process", () => {
  it("hands every value over as an argument of a fixed script", () => {
    const program = ["node", "$(reboot)", "a b", "; rm -rf /"];
    expect(startCommand(program, ["bwrap", "--"], ["setpriv", "--no-new-privs", "--"])).toEqual([
      ...["/bin/sh", "-c", superviseScript, "agentpod", "bwrap", "--"],
      ...["/bin/sh", "-c", gateScript, "agentpod", "setpriv", "--no-new-privs", "--"],
      ...program,
    ]);
    expect(`${superviseScript}${gateScript}${execScript}`).not.toMatch(/eval|`|\$\(/);
  });

  it("hides folders before it shows what lies below them", () => {
    const argv = sandboxCommand("/usr/bin/bwrap", {
      hide: ["/h"],
      readable: ["/h/bin"],
      writable: ["/h/pods/p/home"],
      tmp: "/h/pods/p/tmp",
      cwd: "/h/pods/p/home",
    });
    expect(argv).toEqual([
      ...[
        "/usr/bin/bwrap",
        "--ro-bind",
        "/",
        "/",
        "--dev-bind",
        "/dev",
        "/dev",
        "--bind",
        "/proc",
        "/proc",
        "--bind",
        "/h/pods/p/tmp",
        "/tmp",
      ],
      ...[
        "--tmpfs",
        "/h",
        "--ro-bind",
        "/h/bin",
        "/h/bin",
        "--bind",
        "/h/pods/p/home",
        "/h/pods/p/home",
        "--chdir",
        "/h/pods/p/home",
        "--",
      ],
    ]);
  });
});

describe("P6 programs where folders are hidden", () => {
  it.each([
    ["/home/pg/bin", ["/home/pods"], "/home/pg"],
    ["/h/postgres/18/bin", ["/h"], "/h/postgres/18"],
    ["/h/bin", ["/h"], "/h/bin"],
    ["/h/bin", ["/h/pods"], "/h/bin"],
    ["/opt", ["/h"], "/opt"],
  ])("%s with %j hidden shows %s", (folder, hide, shown) => {
    expect(shownWith(folder, hide)).toBe(shown);
  });
});

describe("P8 P20 environment of a process", () => {
  it("is the unit's own and four names", () => {
    const env = environmentFor(
      run({ env: { A: "1", B: "1" }, local: { argv: ["x"], env: { B: "2" }, needs: [] } }),
      { home: "/p/home", tmp: "/p/tmp" },
      ["/pg/bin", "/usr/bin"],
    );
    expect(env).toEqual({
      PATH: ["/pg/bin", "/usr/bin", ...systemPath.filter((dir) => dir !== "/usr/bin")].join(":"),
      HOME: "/p/home",
      LANG: "C.UTF-8",
      TMPDIR: "/p/tmp",
      A: "1",
      B: "2",
    });
  });

  it("a unit without a local part is refused by its path", () => {
    expect(() => localOf(run({}))).toThrowError(
      expect.objectContaining({ code: "invalid", issues: [expect.objectContaining({ path: "units.web.local" })] }),
    );
  });

  it.each([
    ["/app", "/c"],
    ["/app/", "/c"],
    ["/app/sub/dir", "/c/sub/dir"],
    ["/application", null],
    ["/etc", null],
  ])("finds %s below the code folder: %s", (path, expected) => {
    expect(underCode(path, "/app", "/c")).toBe(expected);
  });

  it("works in its code, or at home without any", () => {
    const code = { artifact: "a", path: "/app" };
    expect(workdirOf(run({ code, workdir: "/app/server" }), "/c", "/h")).toBe("/c/server");
    expect(workdirOf(run({ code, workdir: "/srv" }), "/c", "/h")).toBe("/c");
    expect(workdirOf(run({}), "/c", "/h")).toBe("/h");
  });
});

describe("P6 paths", () => {
  it.each(["..", ".", "", "a/b", "../x", ".hidden", "a\0"])("never hold %j", (name) => {
    const paths = processPaths("/s");
    expect(() => paths.pod(name)).toThrow();
    expect(() => paths.volume({ pod: "p", unit: name, volume: "v" })).toThrow();
    expect(() => paths.unit({ pod: "p", unit: "u", revision: name })).toThrow();
  });

  it("are told from ids alone", () => {
    const paths = processPaths("/s");
    expect(paths.volume({ pod: "p", unit: "db", volume: "data" })).toBe("/s/p/volumes/db/data");
    expect(paths.code({ pod: "p", unit: "web", revision: "0a" })).toBe("/s/p/units/web/0a/code");
  });
});

describe("A11 limits", () => {
  const resources = { cpus: 0.5, memoryMb: 64, pids: 32 };
  const v1 = [
    "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0",
    "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0",
    "cgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0",
    "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0",
  ].join("\n");

  it("are found in a hierarchy per controller", () => {
    const mounts = parseCgroupMounts(v1, "");
    expect(mounts).toEqual({
      version: 1,
      memory: "/sys/fs/cgroup/memory",
      cpu: "/sys/fs/cgroup/cpu,cpuacct",
      pids: "/sys/fs/cgroup/pids",
      cpuacct: "/sys/fs/cgroup/cpu,cpuacct",
    });
    if (!mounts) return;
    expect(cgroupRoots(mounts)).toEqual(["/sys/fs/cgroup/memory", "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/pids"]);
    expect(limitWrites(mounts, "g", resources)).toEqual([
      { file: "/sys/fs/cgroup/memory/g/memory.limit_in_bytes", value: "67108864", optional: false },
      { file: "/sys/fs/cgroup/memory/g/memory.memsw.limit_in_bytes", value: "67108864", optional: true },
      { file: "/sys/fs/cgroup/cpu,cpuacct/g/cpu.cfs_period_us", value: "100000", optional: false },
      { file: "/sys/fs/cgroup/cpu,cpuacct/g/cpu.cfs_quota_us", value: "50000", optional: false },
      { file: "/sys/fs/cgroup/pids/g/pids.max", value: "32", optional: false },
    ]);
  });

  it("are found in the unified hierarchy", () => {
    const mounts = parseCgroupMounts("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0", "cpuset cpu io memory pids\n");
    expect(mounts).toEqual({ version: 2, root: "/sys/fs/cgroup" });
    if (!mounts) return;
    expect(limitWrites(mounts, "g", resources)).toEqual([
      { file: "/sys/fs/cgroup/g/memory.max", value: "67108864", optional: false },
      { file: "/sys/fs/cgroup/g/memory.swap.max", value: "0", optional: true },
      { file: "/sys/fs/cgroup/g/cpu.max", value: "50000 100000", optional: false },
      { file: "/sys/fs/cgroup/g/pids.max", value: "32", optional: false },
    ]);
  });

  it("are not claimed without the controllers", () => {
    expect(parseCgroupMounts("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0", "cpuset io")).toBeNull();
    expect(parseCgroupMounts("proc /proc proc rw 0 0", "")).toBeNull();
  });

  it("read figures of both versions", () => {
    expect(oomKillsIn("oom_kill_disable 0\nunder_oom 0\noom_kill 2\n")).toBe(2);
    expect(oomKillsIn("low 0\noom 3\noom_kill 1\noom_group_kill 0\n")).toBe(1);
    expect(oomKillsIn("")).toBe(0);
    expect(workingSet("1000\n", "inactive_file 100\ntotal_inactive_file 300\n")).toBe(700);
    expect(workingSet("1000\n", "anon 5\ninactive_file 100\n")).toBe(900);
  });
});

describe("P6 process table", () => {
  it("is read from /proc, whatever a program calls itself", () => {
    const rest = `S 1 77 77 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 1 0 389834 ${2 ** 30} 500`;
    expect(parseStat(`77 (a) b (c) ${rest}\n`, 1000)).toEqual({
      pid: 77,
      session: 77,
      uid: 1000,
      zombie: false,
      cpuSeconds: 3,
      rssBytes: 500 * 4096,
    });
    expect(parseStat(`78 (z) ${rest.replace("S", "Z")}`, 0)?.zombie).toBe(true);
  });

  it("is read from ps elsewhere", () => {
    expect(parsePs("  10    10   501 Ss    1:02.50  2048\n 11 10 501 Z 1-00:00:01 0\n")).toEqual([
      { pid: 10, session: 10, uid: 501, zombie: false, cpuSeconds: 62.5, rssBytes: 2_097_152 },
      { pid: 11, session: 10, uid: 501, zombie: true, cpuSeconds: 86_401, rssBytes: 0 },
    ]);
  });

  it("tells whose a listening port is", () => {
    const table = [
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1234        0 1 1",
      "   1: 0100007F:1F90 0100007F:9999 01 00000000:00000000 00:00000000 00000000  5555        0 1 1",
    ].join("\n");
    expect(listenersIn(table, 8080)).toEqual([1234]);
    expect(listenersIn(table, 8081)).toEqual([]);
  });
});
