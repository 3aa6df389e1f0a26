import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@agentpod/core/errors";

/** The one installation that a proxy serves: the first that asks, for good. */
export interface InstallationPin {
  /** Null before the first. */
  current(): string | null;
  /** Throws `forbidden` for another one. */
  check(installation: string): void;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function installationPin(stateDir: string): InstallationPin {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = join(stateDir, "installation");
  let pinned = readPin(file);
  return {
    current: () => pinned,
    check(installation) {
      if (pinned === null && uuid.test(installation)) {
        writeFileSync(`${file}.new`, installation, { mode: 0o600 });
        renameSync(`${file}.new`, file);
        pinned = installation;
      }
      if (installation !== pinned)
        throw new AppError(
          "forbidden",
          `this proxy serves one installation, and not ${installation}; after a change of database, delete its state`,
        );
    },
  };
}

function readPin(file: string): string | null {
  try {
    const text = readFileSync(file, "utf8").trim();
    return uuid.test(text) ? text : null;
  } catch {
    return null;
  }
}
