import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** FastAPI as Debian has it, and what it needs. */
const packages = [
  "fastapi",
  "starlette",
  "pydantic",
  "uvicorn",
  "anyio",
  "sniffio",
  "idna",
  "h11",
  "click",
  "typing-extensions",
  "asgiref",
];

/**
 * Puts FastAPI, uvicorn and what they need into a folder as wheels, made of Debian's packages of them: for a machine that reaches no index of
 * Python's packages. Gives them as pip names them, with their versions; null where Debian's packages cannot be fetched.
 */
export function debianWheels(folder: string): string[] | null {
  const work = mkdtempSync(join(tmpdir(), "agentpod-wheels-"));
  try {
    const names = packages.map((name) => `python3-${name}`);
    const fetched = () => spawnSync("apt-get", ["download", "--quiet", ...names], { cwd: work, timeout: 120_000 }).status === 0;
    if (!fetched() && !(spawnSync("apt-get", ["update", "--quiet"], { timeout: 120_000 }).status === 0 && fetched())) return null;
    for (const file of readdirSync(work)) spawnSync("dpkg-deb", ["--extract", file, file.replace(/_.*/, "")], { cwd: work });
    mkdirSync(folder, { recursive: true });
    const made = spawnSync("python3", [join(import.meta.dirname, "make-wheels.py"), work, folder], { encoding: "utf8" });
    const wheels = made.stdout.trim().split("\n");
    return made.status === 0 && wheels.length === packages.length ? wheels : null;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
