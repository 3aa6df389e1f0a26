import type { Runtime } from "@agentpod/core/runtime";
import type { LogKeeper } from "./log-keeper.ts";

/** The same runtime, in which no instance goes before the rest of its log is kept, and what a build says is kept too. */
export function withLogsKept(runtime: Runtime, { finish, note }: Pick<LogKeeper, "finish" | "note">): Runtime {
  const prepareImage: Runtime["prepareImage"] = (run, progress, signal) =>
    runtime.prepareImage(
      run,
      (line) => {
        if (run.build) note(run.id, line);
        progress(line);
      },
      signal,
    );
  const remove: Runtime["remove"] = async (id, graceSeconds) => {
    await runtime.stop(id, graceSeconds);
    await finish(id);
    await runtime.remove(id, graceSeconds);
  };
  return new Proxy(runtime, {
    get(target, key) {
      if (key === "remove") return remove;
      if (key === "prepareImage") return prepareImage;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
