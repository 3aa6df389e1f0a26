import type { Runtime } from "@agentpod/core/runtime";

/** The same runtime, in which no instance goes before the rest of its log is kept. */
export function withLogsKept(runtime: Runtime, finish: (id: Parameters<Runtime["remove"]>[0]) => Promise<void>): Runtime {
  const remove: Runtime["remove"] = async (id, graceSeconds) => {
    await runtime.stop(id, graceSeconds);
    await finish(id);
    await runtime.remove(id, graceSeconds);
  };
  return new Proxy(runtime, {
    get(target, key) {
      if (key === "remove") return remove;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
