import { z } from "zod";
import { asciiHost } from "./host-name.ts";
import { name } from "./name.ts";
import { routePolicies } from "./route-policies.ts";

/**
 * What a pod is, as data: the axes on which every product is a point. Strings in `command`, `entrypoint`, `env`,
 * probes and `local` may hold placeholders that are filled when a unit starts:
 * `{{ units.<unit>.host }}`, `{{ units.<unit>.port }}` (its first port) or `{{ units.<unit>.ports.<port> }}`,
 * `{{ secrets.<name> }}` (never stored in the row), `{{ volumes.<volume> }}` (where this unit's own volume is mounted),
 * `{{ code }}` (where its code was unpacked), `{{ listen }}` (address to listen on: 0.0.0.0 in a container, 127.0.0.1 as a
 * local process), `{{ pod.name }}`, `{{ pod.tenant }}`, `{{ pod.url }}`, `{{ pod.proxy }}` (address or network from which
 * AgentPod's gateway and probes come, for programs that trust forwarded headers of an exact proxy alone), `{{ llm.url }}` (the
 * LLM proxy: `/v1` below it speaks OpenAI, `/anthropic` Anthropic) and `{{ llm.key }}` (the pod's own key for it, a secret).
 */
const text = z
  .string()
  .max(32_768)
  .refine((s) => !s.includes("\0"), "no NUL characters");

export const imageReference = z
  .string()
  .max(255)
  .regex(
    /^(?:[a-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-][a-z0-9]+|__[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/,
    "an image reference such as postgres:17 or registry.example.com/team/app:1.2",
  );

export const artifactDigest = z.string().regex(/^sha256:[a-f0-9]{64}$/, "an artifact digest, sha256:<64 hex digits>");

const absolutePath = z
  .string()
  .max(1024)
  .regex(/^\/[^\0]*$/, "an absolute path")
  .refine((p) => !p.split("/").includes(".."), "a path without ..");

const relativePath = z
  .string()
  .max(1024)
  .refine((p) => p !== "" && !p.startsWith("/") && !p.includes("\0") && !p.split("/").includes(".."), "a relative path without ..");

const environment = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "an environment name: letters, digits and _, not starting with a digit"),
  text,
);

export const portSpec = z.strictObject({
  name,
  /** The port the unit listens on inside its container, and what `PORT`-like placeholders give on docker. */
  container: z.int().min(1).max(65535),
  /**
   * Ports that the program derives from this one, as distances from it. A container has them for itself; where a unit listens on ports
   * of the machine, they are held for it together with this one.
   */
  beside: z
    .array(
      z
        .strictObject({ from: z.int().min(1).max(200), to: z.int().min(1).max(200) })
        .refine(({ from, to }) => from <= to, { path: ["to"], message: "not less than from" }),
    )
    .max(10)
    .optional(),
});

export const volumeSpec = z.strictObject({
  name,
  path: absolutePath,
  /** `exclusive`: one running instance at a time (a database); `shared`: old and new may overlap. */
  access: z.enum(["exclusive", "shared"]).default("exclusive"),
  /** How a backup of it is made; the pod stands still for it unless said otherwise. */
  backup: z
    .discriminatedUnion("how", [
      z.strictObject({ how: z.literal("stop") }),
      /** Copied while it is written to: for files that are written once, or whole. */
      z.strictObject({ how: z.literal("live") }),
      /** A program of the unit, run with the volume's folder as its working directory, first makes a copy in a folder below: that is kept, and brought back as the whole volume. */
      z.strictObject({ how: z.literal("command"), command: z.array(text).min(1).max(100), folder: relativePath }),
      /** Not at all: a cache, say. */
      z.strictObject({ how: z.literal("none") }),
    ])
    .optional(),
});

export const resourcesSpec = z.strictObject({
  /** Cores, e.g. 0.5. */
  cpus: z.number().min(0.05).max(64).default(1),
  memoryMb: z.int().min(16).max(1_048_576).default(512),
  /** Processes and threads. */
  pids: z.int().min(8).max(32_768).default(256),
  /** Of cores that others want too, it gets a small share: work that can wait, such as a build. */
  yields: z.boolean().optional(),
});

const probeTiming = {
  /** Seconds between probes once healthy; while starting, probes come faster. */
  intervalSeconds: z.number().min(0.2).max(3600).default(10),
  timeoutSeconds: z.number().min(0.1).max(300).default(5),
  /** Failures in a row after which a unit that was healthy counts as unhealthy. */
  failures: z.int().min(1).max(100).default(3),
  /** Seconds a starting unit may take to become healthy before the start counts as failed. */
  startSeconds: z.int().min(1).max(3600).default(120),
};

export const probeSpec = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("http"),
    port: name,
    path: z
      .string()
      .max(2048)
      .regex(/^\/[\x21-\x7e]*$/, "a path such as /healthz")
      .default("/"),
    /** Status codes that count as healthy: 200–399 unless said otherwise. */
    status: z.array(z.int().min(100).max(599)).min(1).optional(),
    ...probeTiming,
  }),
  z.strictObject({ kind: z.literal("tcp"), port: name, ...probeTiming }),
  z.strictObject({ kind: z.literal("exec"), command: z.array(text).min(1).max(100), ...probeTiming }),
  /** A handshake, and then a pong to a ping. */
  z.strictObject({
    kind: z.literal("websocket"),
    port: name,
    path: z
      .string()
      .max(2048)
      .regex(/^\/[\x21-\x7e]*$/, "a path such as /ws")
      .default("/"),
    ...probeTiming,
  }),
  /**
   * An agent's gateway: its HTTP, a WebSocket with the token, its own word on its health, and from then on its heartbeat.
   * Tells the state of its channels; a channel that is lost makes no unit unhealthy.
   */
  z.strictObject({
    kind: z.literal("agent"),
    port: name,
    /** Name of the pod's secret that is the gateway's token. */
    secret: z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/, "the name of a secret such as gatewayToken"),
    ...probeTiming,
  }),
]);

export const capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID", "SYS_CHROOT"] as const;

export const unitSpec = z.strictObject({
  name,
  /** Exactly one of `image` and `build` on runtimes with images; `code` is unpacked on top. */
  image: imageReference.optional(),
  build: z
    .strictObject({
      artifact: artifactDigest,
      dockerfile: relativePath.default("Dockerfile"),
      args: environment.default({}),
      target: name.optional(),
      /** Nothing of the pod is in it: pods that ask for the very same have one image together. */
      shared: z.literal(true).optional(),
      /** Of the build, not of what it makes. What is absent: the unit's own cores and memory, at least 1 and 1024 MB, and half an hour. */
      limits: z
        .strictObject({
          cpus: z.number().min(0.05).max(64).optional(),
          memoryMb: z.int().min(64).max(1_048_576).optional(),
          seconds: z.int().min(1).max(86_400).optional(),
        })
        .optional(),
    })
    .optional(),
  code: z.strictObject({ artifact: artifactDigest, path: absolutePath.default("/app") }).optional(),
  entrypoint: z.array(text).max(100).optional(),
  command: z.array(text).max(500).optional(),
  workdir: absolutePath.optional(),
  env: environment.default({}),
  ports: z.array(portSpec).max(20).default([]),
  volumes: z.array(volumeSpec).max(20).default([]),
  resources: resourcesSpec.prefault({}),
  probe: probeSpec.optional(),
  /** Units that must be healthy (or running, without a probe) before this one starts. */
  dependsOn: z.array(name).max(20).default([]),
  /** Default: `overlap` where nothing but routes reaches the unit and it holds no exclusive volume, else `replace`. */
  rollout: z.enum(["overlap", "replace"]).optional(),
  /** Linux capabilities kept; all others are dropped. */
  capabilities: z.array(z.enum(capabilities)).max(capabilities.length).default([]),
  /** `uid` or `uid:gid` or a user name of the image. */
  user: z
    .string()
    .regex(/^[a-z_0-9][a-z0-9_-]{0,31}(:[a-z_0-9][a-z0-9_-]{0,31})?$/, "a user such as 1000 or node")
    .optional(),
  readOnlyRoot: z.boolean().default(false),
  /** Another number makes a new instance of this unit alone, and is nothing else: a restart by request. */
  restarts: z.int().min(0).max(1_000_000_000).optional(),
  /** Paths backed by memory, writable even with a read-only root. */
  tmpfs: z
    .array(z.strictObject({ path: absolutePath, sizeMb: z.int().min(1).max(65_536).default(64) }))
    .max(10)
    .default([]),
  /** How the unit is asked to end, where TERM is not the right way: PostgreSQL, for one, waits for its clients on TERM. */
  stopSignal: z.enum(["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"]).optional(),
  stopGraceSeconds: z.int().min(0).max(600).default(10),
  /**
   * What of the environment may change under a running unit: a change of nothing else makes no new instance. A placeholder in one of
   * these variables counts to what may change.
   */
  live: z
    .strictObject({
      /** Names of variables of `env`. */
      env: z
        .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "the name of a variable of env"))
        .min(1)
        .max(50),
      /** Run in the unit, with a JSON object of these variables on its standard input; ends with 0 once they hold. With another code, or too late, the unit is made anew. */
      command: z.array(text).min(1).max(100),
      timeoutSeconds: z.int().min(1).max(300).default(60),
    })
    .optional(),
  /** How the unit runs on a machine without a container engine. Without it, the process runtime refuses the pod. */
  local: z
    .strictObject({
      argv: z.array(text).min(1).max(100),
      env: environment.default({}),
      /** Programs that must be found: a name on PATH (`python3`), or one AgentPod brings along: `node`, `postgres`. */
      needs: z
        .array(z.string().regex(/^[a-zA-Z0-9._-]{1,64}$/))
        .max(20)
        .default([]),
    })
    .optional(),
});

const hostName = z
  .string()
  .max(253)
  .refine((text) => asciiHost(text, true) !== null, "a host name such as shop.example.com or *.example.com")
  .transform((text) => asciiHost(text, true) ?? text);

export const routeSpec = z.strictObject({
  unit: name,
  port: name,
  /** Host names beside the pod's own `<pod>-<tenant>.<base domain>`, `*.example.com` too; of verified domains; globally unique. Any script; stored as punycode. */
  hosts: z.array(hostName).max(50).default([]),
  path: z
    .string()
    .max(1024)
    .regex(/^\/[\x21-\x7e]*$/, "a path prefix such as / or /api")
    .default("/"),
  /** Seconds to wait for the upstream's response headers. */
  timeoutSeconds: z.int().min(1).max(86_400).default(60),
  /** Seconds that open requests of an old unit get after a switch; WebSockets too. */
  drainSeconds: z.int().min(0).max(3600).default(30),
  policies: routePolicies.optional(),
  /** So many percent of the requests go to the route with the same path of another pod of this tenant, while that serves. */
  split: z.strictObject({ pod: name, percent: z.int().min(1).max(100) }).optional(),
  /** A request starts the pod although its owner stopped it; a sleeping pod is woken in any case. */
  wake: z.boolean().optional(),
  /** Seconds that a request waits for a pod to wake; 60 unless said otherwise. */
  wakeSeconds: z.int().min(1).max(300).optional(),
});

export const podSpec = z.strictObject({
  units: z.array(unitSpec).min(1).max(20),
  /** `service` is kept running; `task` runs until every unit has exited 0 and is then `succeeded`. */
  lifecycle: z.enum(["service", "task"]).default("service"),
  /** Without it a pod is never put to sleep. */
  idle: z
    .strictObject({
      /** Seconds without a request or an open WebSocket on any route, after which the pod is put to sleep until the next one. */
      sleepAfterSeconds: z.int().min(30).max(31_536_000),
      /**
       * What an open page does by itself (WebSockets, and what its scripts fetch): `hold`, as where nothing is said: it keeps the pod
       * awake and wakes it; `ignore`: it does neither, so that a page that was left open does not. A visit, a webhook or a
       * program's request counts either way, and so does what the pod's agent says of its use.
       */
      openPages: z.enum(["hold", "ignore"]).optional(),
    })
    .optional(),
  /** Seconds after creation at which the pod deletes itself. */
  ttlSeconds: z.int().min(1).max(31_536_000).optional(),
  routes: z.array(routeSpec).max(20).default([]),
  /** `open`: the internet but no private, metadata or host address; `none`: nothing outside the pod. */
  egress: z.enum(["open", "none"]).default("open"),
});

export type PodSpec = z.infer<typeof podSpec>;
export type PodSpecInput = z.input<typeof podSpec>;
export type UnitSpec = z.infer<typeof unitSpec>;
export type RouteSpec = z.infer<typeof routeSpec>;
export type ProbeSpec = z.infer<typeof probeSpec>;
export type PortSpec = z.infer<typeof portSpec>;
export type VolumeSpec = z.infer<typeof volumeSpec>;
