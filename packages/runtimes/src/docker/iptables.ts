import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

export type IptablesFamily = "iptables" | "ip6tables";

/** Takes a rule file as a whole. Throws with the program's words when it was refused, and then nothing was changed. */
export type RestoreRules = (family: IptablesFamily, rules: string) => Promise<void>;

/** On this machine; needs root. */
export const restoreHere: RestoreRules = async (family, rules) => {
  const child = spawn(`${family}-restore`, ["--noflush", "--wait", "10"], { stdio: ["pipe", "ignore", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // It may end before it has read all: then its exit code says so.
  child.stdin.on("error", () => undefined);
  child.stdin.end(rules);
  const [code, said] = await Promise.all([ended, text(child.stderr)]);
  if (code !== 0) throw new Error(`${family}-restore ended with ${code}: ${said.trim()}`);
};
