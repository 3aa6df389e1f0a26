import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const limitMs = 150_000;

/**
 * Brings the state of another version up to this one by OpenClaw's own repair, without which a newer one may refuse to
 * start. Done once per version: what was cut off by a crash is done again. Throws with what OpenClaw said when it fails.
 */
export function migrateState({ state, version, program, env, config }) {
  const book = join(state, "agentpod-version");
  const before = read(book);
  if (before === version) return;
  if (before !== "" || existsSync(join(state, "agents"))) repair({ program, env, config, before, version });
  writeFileSync(`${book}.new`, version);
  renameSync(`${book}.new`, book);
}

function repair({ program, env, config, before, version }) {
  console.log(`agentpod: bringing the state of OpenClaw ${before || "of an unknown version"} up to ${version}`);
  // It also changes the configuration, which is not its to change: it gets one to throw away.
  const draft = join(dirname(config), "repair", "openclaw.json");
  mkdirSync(dirname(draft), { recursive: true });
  try {
    copyFileSync(config, draft);
    const { OPENCLAW_CONFIG_READONLY: _, ...given } = { ...env, OPENCLAW_CONFIG_PATH: draft };
    const args = [program, "doctor", "--fix", "--non-interactive", "--no-workspace-suggestions"];
    const { status, signal, error, output } = spawnSync(process.execPath, args, { env: given, encoding: "utf8", timeout: limitMs });
    if (status !== 0)
      throw new Error(
        `OpenClaw could not bring its state up to ${version} (${error?.message ?? signal ?? `exit ${status}`})\n${output?.join("")}`,
      );
  } finally {
    rmSync(dirname(draft), { recursive: true, force: true });
  }
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
