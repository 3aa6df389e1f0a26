import type { Runtime, UnitId } from "@agentpod/core/runtime";

/** The best first. `sh` is in every image that has a shell. */
const shells = ["bash", "zsh", "ash", "sh"];
const script = 'for s in "$@"; do if command -v "$s" >/dev/null 2>&1; then command -v "$s"; exit 0; fi; done; exit 1';

/** The shell to open in a unit. Where not even `sh` is there, the program's own message will say so. Throws what `exec` throws. */
export async function findShell(runtime: Pick<Runtime, "exec">, unit: UnitId): Promise<string[]> {
  const session = await runtime.exec(unit, { argv: ["sh", "-c", script, "sh", ...shells], tty: null, env: {}, workdir: null });
  session.stdin.end();
  session.stderr?.resume();
  let text = "";
  for await (const chunk of session.stdout) text += String(chunk).slice(0, 4096);
  await session.exit;
  const found = text.trim();
  return [found.startsWith("/") ? found : "sh"];
}
