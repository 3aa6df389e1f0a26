import { invalidInput } from "../../draft-issues.ts";
import { type Findings, nothingFound, type Say } from "./findings.ts";
import { joined, type ProjectFiles } from "./project-files.ts";

const usual = ["Dockerfile", "Containerfile", "docker/Dockerfile", ".docker/Dockerfile", "Dockerfile.prod", "Dockerfile.production"];

/** The Dockerfile that builds the application, from `folder`; null without one. Throws `invalid` where several could. */
export function findDockerfile(files: ProjectFiles, folder: string): string | null {
  const found = usual.find((name) => files.has(joined(folder, name)));
  if (found !== undefined) return found;
  const others = files
    .namesIn(folder)
    .filter((name) => /^(Dockerfile\.[\w.-]+|[\w-]+\.[Dd]ockerfile)$/.test(name) && !/dev|test|ci\b|debug|local/i.test(name));
  if (others.length > 1)
    throw invalidInput([
      {
        path: "dockerfile",
        expected: `one of ${others.slice(0, 20).join(", ")}: several could build it; name one as dockerfile in agentpod.yaml`,
      },
    ]);
  return others[0] ?? null;
}

/** A project that is built by its Dockerfile, which tells the ports. Throws `invalid` for one without FROM. */
export function analyzeDockerfile(files: ProjectFiles, folder: string, name: string, say: Say): Findings {
  const file = joined(folder, name);
  const text = files.text(file);
  const findings = { ...nothingFound("dockerfile", folder), dockerfile: name };
  if (text === null) return findings;
  say("type", "There is a Dockerfile; what it says goes before what could be guessed.", file);
  const { ports, udp, unknown, hasStage } = exposedPorts(text);
  if (!hasStage) throw invalidInput([{ path: file, expected: "a Dockerfile with FROM" }]);
  for (const port of unknown) say("ports", `EXPOSE ${port} is no number that could be known before the build.`, file, true);
  if (udp.length > 0) say("ports", `Ports of UDP are not reached from outside: ${udp.join(", ")}.`, file, true);
  const [first, ...rest] = ports;
  if (first === undefined) say("ports", "It exposes no port; 8080 is tried, and PORT tells it.", file, true);
  else
    say(
      "ports",
      rest.length > 0 ? `It exposes ${ports.join(", ")}; ${first} is the one that gets the route.` : `It exposes ${first}.`,
      file,
    );
  return { ...findings, ports: first === undefined ? [8080] : ports, startEnv: { PORT: "{{ units.app.port }}" }, probe: { kind: "tcp" } };
}

interface Stage {
  name: string | null;
  /** `EXPOSE`d, of earlier stages that it is built from too. */
  exposed: string[];
  variables: Map<string, string>;
}

/** Ports of the last stage, in the order in which they stand there. */
function exposedPorts(text: string): { ports: number[]; udp: number[]; unknown: string[]; hasStage: boolean } {
  const stages: Stage[] = [];
  const globals = new Map<string, string>();
  for (const [word, rest] of instructions(text)) {
    const stage = stages.at(-1);
    const variables = stage?.variables ?? globals;
    if (word === "FROM") {
      const [image = "", as, name] = rest.replace(/^--\S+\s+/, "").split(/\s+/);
      const base = stages.find((each) => each.name !== null && each.name === image.toLowerCase());
      stages.push({
        name: /^as$/i.test(as ?? "") ? (name ?? "").toLowerCase() : null,
        exposed: [...(base?.exposed ?? [])],
        variables: new Map(base?.variables),
      });
    } else if (word === "ARG" || word === "ENV") {
      const pairs = /^[\w]+\s+[^=]+$/.test(rest) ? [rest.split(/\s+/, 2).join("=")] : rest.split(/\s+/);
      for (const pair of pairs) {
        const [key = "", value] = pair.split(/=(.*)/s);
        const given = value ?? globals.get(key);
        if (given !== undefined) variables.set(key, filled(given.replace(/^["']|["']$/g, ""), variables));
      }
    } else if (word === "EXPOSE" && stage) stage.exposed.push(...rest.split(/\s+/).map((port) => filled(port, stage.variables)));
  }
  const ports = new Set<number>();
  const udp = new Set<number>();
  const unknown: string[] = [];
  for (const exposed of stages.at(-1)?.exposed ?? []) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp))?$/i.exec(exposed);
    const port = Number(match?.[1] ?? 0);
    if (port < 1 || port > 65_535) unknown.push(exposed.slice(0, 40));
    else (match?.[3]?.toLowerCase() === "udp" ? udp : ports).add(port);
  }
  return { ports: [...ports].slice(0, 20), udp: [...udp], unknown: unknown.slice(0, 20), hasStage: stages.length > 0 };
}

/** Each instruction with what follows it; comments, continued lines and texts put in (`<<EOF`) taken care of. */
function instructions(text: string): [word: string, rest: string][] {
  const found: [string, string][] = [];
  let open = "";
  let until: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    if (until !== null) {
      if (line.trim() === until) until = null;
      continue;
    }
    if (/^\s*(#|$)/.test(line)) continue;
    const whole = `${open}${line.trim()}`;
    if (whole.endsWith("\\") || whole.endsWith("`")) {
      open = `${whole.slice(0, -1)} `;
      continue;
    }
    open = "";
    const match = /^([A-Za-z]+)\s+(.*)$/.exec(whole);
    if (!match) continue;
    found.push([(match[1] ?? "").toUpperCase(), (match[2] ?? "").trim()]);
    if (/^(RUN|COPY|ADD)$/i.test(match[1] ?? "")) until = /<<-?["']?(\w+)["']?/.exec(match[2] ?? "")?.[1] ?? null;
  }
  return found;
}

/** Bounded: variables may hold each other. */
function filled(text: string, variables: ReadonlyMap<string, string>): string {
  const given = (whole: string, braced?: string, usualValue?: string, plain?: string): string =>
    variables.get(braced ?? plain ?? "") ?? usualValue ?? whole;
  return text
    .slice(0, 1000)
    .replaceAll(/\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g, given)
    .slice(0, 1000);
}
