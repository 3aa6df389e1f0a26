import { spawnSync } from "node:child_process";
import { hashOf } from "@agentpod/core/hash";

/** True where a container engine answers; with AGENTPOD_REQUIRE_DOCKER=1 its absence is an error instead. */
export function engineAnswers(): boolean {
  const answers = spawnSync("docker", ["version", "--format", "{{.Server.Version}}"]).status === 0;
  if (!answers && process.env.AGENTPOD_REQUIRE_DOCKER === "1")
    throw new Error("AGENTPOD_REQUIRE_DOCKER=1, and no container engine answers");
  return answers;
}

export function docker(...args: string[]): string {
  const done = spawnSync("docker", args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`docker ${args.join(" ")}: ${done.stderr}`);
  return done.stdout.trim();
}

/** Containers, networks and volumes of one installation, by name. */
export function engineObjects(installation: string): string[] {
  const filter = ["--filter", `label=agentpod.installation=${installation}`];
  return [
    docker("ps", "-a", ...filter, "--format", "container {{.Names}}"),
    docker("network", "ls", ...filter, "--format", "network {{.Name}}"),
    docker("volume", "ls", ...filter, "--format", "volume {{.Name}}"),
  ]
    .flatMap((lines) => lines.split("\n"))
    .filter((line) => line !== "");
}

/** Takes away everything of an installation that no control plane is left to remove: containers, networks, volumes, images, firewall. */
export function removeInstallation(installation: string): void {
  // Another control plane of the same installation may still be at work on them: what is gone is gone, what came is gone next time.
  let left = engineObjects(installation);
  for (let tries = 0; tries < 5 && left.length > 0; tries++) {
    for (const object of left) {
      const [kind = "", name = ""] = object.split(" ");
      spawnSync("docker", [kind, "rm", ...(kind === "container" ? ["-f", "-v"] : []), name]);
    }
    left = engineObjects(installation);
  }
  removeImages(installation);
  const chain = `AGENTPOD-${hashOf(["installation", installation]).slice(0, 8)}`;
  for (const program of ["iptables", "ip6tables"]) {
    const lines = spawnSync(`${program}-save`, { encoding: "utf8" })
      .stdout.split("\n")
      .filter((line) => line.includes(chain));
    const jumps = lines
      .filter((line) => line.startsWith("-A ") && !line.startsWith(`-A ${chain}`))
      .map((line) => ["-D", ...line.split(" ").slice(1)]);
    const chains = lines.filter((line) => line.startsWith(`:${chain}`)).map((line) => line.slice(1).split(" ")[0] as string);
    for (const args of [...jumps, ...chains.map((name) => ["-F", name]), ...chains.map((name) => ["-X", name])]) spawnSync(program, args);
  }
}

/** What an image of an appliance was built on stays under a name: it takes minutes, and the next installation's build begins there. */
function removeImages(installation: string): void {
  const ids = docker("images", "-q", "--no-trunc", "--filter", `label=agentpod.installation=${installation}`).split("\n").filter(Boolean);
  for (const id of new Set(ids)) {
    const format = '{{index .Config.Labels "agentpod.shared"}} {{.Parent}}';
    const [shared, parent = ""] = spawnSync("docker", ["inspect", "--format", format, id], { encoding: "utf8" }).stdout.trim().split(" ");
    if (shared === "true" && parent) spawnSync("docker", ["tag", parent, `agentpod-rig/layers:${parent.slice(-12)}`]);
    spawnSync("docker", ["rmi", "-f", id]);
  }
}
