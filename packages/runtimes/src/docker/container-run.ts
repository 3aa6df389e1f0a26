import { firstBytes } from "../first-bytes.ts";
import type { Engine } from "./engine.ts";
import { execIn } from "./exec.ts";

/** Runs a short program of the image to its end; of what it prints, `most` bytes are kept. `said`: the first line of its complaint. */
export async function runIn(
  engine: Engine,
  container: string,
  argv: string[],
  most: number,
): Promise<{ code: number; out: string; said: string }> {
  const session = await execIn(engine, container, { argv, tty: null, env: { LC_ALL: "C" }, workdir: "/" });
  session.stdin.end();
  const [out, said] = await Promise.all([
    firstBytes(session.stdout, most),
    session.stderr === null ? "" : firstBytes(session.stderr, 4096),
  ]);
  return { code: await session.exit, out, said: said.trim().split("\n")[0] ?? "" };
}
