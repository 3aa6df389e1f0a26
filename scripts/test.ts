// `npm test`: the checks, then every test of the workspace on whatever this machine has. What cannot run here is
// reported as skipped; AGENTPOD_REQUIRE_DOCKER=1 (CI) makes a missing engine a failure.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

const root = dirname(import.meta.dirname);
const node = process.execPath;
const require = createRequire(join(root, "package.json"));

function run(args: string[]): number {
  return spawnSync(node, args, { cwd: root, stdio: "inherit", env: process.env }).status ?? 1;
}

const checks = run([join(root, "scripts/check.ts")]);
const folder = mkdtempSync(join(tmpdir(), "agentpod-test-"));
const report = join(folder, "report.json");
const vitest = join(dirname(require.resolve("vitest/package.json")), "vitest.mjs");
const tests = run([vitest, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...process.argv.slice(2)]);

interface Report {
  testResults: { name: string; assertionResults: { status: string; fullName: string; failureMessages: string[] }[] }[];
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
}
const counted = JSON.parse(readFileSync(report, "utf8")) as Report;
rmSync(folder, { recursive: true });
/** With `--retry` a test that failed and then passed counts as passed: it is named, so that nobody overlooks it. */
const retried = counted.testResults.flatMap(({ name, assertionResults }) =>
  assertionResults
    .filter(({ status, failureMessages }) => status === "passed" && failureMessages.length > 0)
    .map(({ fullName, failureMessages }) => `${relative(root, name)}: ${fullName}\n  ${failureMessages[0]?.split("\n")[0]}`),
);
if (retried.length > 0) console.log(`passed only when tried again:\n${retried.join("\n")}`);
console.log(`checks: ${checks === 0 ? "passed" : "FAILED"}`);
console.log(
  `${counted.numPassedTests} passed, ${counted.numFailedTests} failed, ${counted.numPendingTests} skipped${retried.length > 0 ? `, ${retried.length} passed only when tried again` : ""}`,
);
process.exit(checks === 0 && tests === 0 ? 0 : 1);
