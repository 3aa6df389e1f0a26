import { z } from "zod";
import { AppError } from "./errors.ts";
import { name } from "./name.ts";
import { capabilities } from "./pod-spec.ts";
import { checkMountPoints } from "./policy-check.ts";

/**
 * The policy on what a container engine may be asked for, in the engine's own words: a list of what is allowed, so that
 * what nobody thought of is refused. Whose the named objects are is not looked at here.
 */
const text = z.string().max(65_536);
const argv = z.array(text).max(600);
/** Volume names hold no slash: the engine would take a path for a folder of the host. */
const volumeName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,250}$/, "the name of a volume");
const port = z.string().regex(/^\d{1,5}\/tcp$/, "a TCP port such as 8080/tcp");
const labels = z.record(z.string().regex(/^agentpod\.[a-z]+$/, "a label of AgentPod"), text);
const many = z.int().min(1);

/** A volume of the engine, or an anonymous one; its driver has no say and no options. */
const mount = z.strictObject({
  Type: z.literal("volume"),
  Source: volumeName.optional(),
  Target: z.string().regex(/^\/[^\0]*$/, "an absolute path"),
  VolumeOptions: z.strictObject({ Labels: labels }).optional(),
});

/** On the host's own loopback, where no privileged service can be stood in for. */
const binding = z.strictObject({
  HostIp: z.literal("127.0.0.1"),
  HostPort: z.string().refine((value) => /^\d{4,5}$/.test(value) && Number(value) >= 1024 && Number(value) <= 65_535, "a port above 1023"),
});

const hostConfig = z.strictObject({
  NetworkMode: z.string().regex(/^agentpod-[a-z0-9-]+$/, "the pod's own network"),
  PortBindings: z.record(port, z.array(binding).length(1)),
  Mounts: z.array(mount).max(60),
  Tmpfs: z.record(
    z.string(),
    z.string().regex(/^rw,nosuid,nodev,size=\d+m,mode=1777$/, "memory of a size, without programs of other users' rights"),
  ),
  Memory: many,
  MemorySwap: many,
  NanoCpus: many,
  // Less than the 1024 that everybody has, never more.
  CpuShares: z.int().min(2).max(1024).optional(),
  PidsLimit: many,
  OomScoreAdj: z.int().min(500).max(1000),
  CapDrop: z.tuple([z.literal("ALL")]),
  CapAdd: z.array(z.enum(capabilities)),
  SecurityOpt: z.tuple([z.literal("no-new-privileges:true")]),
  Privileged: z.literal(false),
  ReadonlyRootfs: z.boolean(),
  IpcMode: z.literal("private"),
  PublishAllPorts: z.literal(false),
  RestartPolicy: z.strictObject({ Name: z.literal("no") }),
  AutoRemove: z.literal(false),
  Init: z.literal(true),
  LogConfig: z.strictObject({
    Type: z.literal("json-file"),
    Config: z.strictObject({ "max-size": z.string().regex(/^\d{1,3}m$/), "max-file": z.string().regex(/^\d$/) }),
  }),
});

const containerBody = z.strictObject({
  Image: z
    .string()
    .min(1)
    .max(300)
    .regex(/^[a-z0-9][\w./:@-]*$/, "an image"),
  Hostname: z.string().regex(/^[a-z0-9-]{1,63}$/, "a name of a machine"),
  User: z.string().max(80).optional(),
  Entrypoint: argv.optional(),
  Cmd: argv.optional(),
  WorkingDir: text.optional(),
  ExposedPorts: z.record(port, z.strictObject({})),
  StopTimeout: z.int().min(0),
  StopSignal: z
    .string()
    .regex(/^SIG[A-Z0-9]+$/)
    .optional(),
  Env: z.array(text),
  Labels: labels,
  HostConfig: hostConfig,
  NetworkingConfig: z.strictObject({
    EndpointsConfig: z.record(z.string(), z.strictObject({ Aliases: z.array(name).max(1) })),
  }),
});
export type EngineContainer = z.infer<typeof containerBody>;

const networkBody = z.strictObject({
  Name: z.string().regex(/^agentpod-[a-z0-9-]+$/, "a network of a pod"),
  CheckDuplicate: z.literal(true),
  Driver: z.literal("bridge"),
  Internal: z.boolean(),
  EnableIPv6: z.literal(false),
  Attachable: z.literal(false),
  IPAM: z.strictObject({
    Driver: z.literal("default"),
    Config: z.tuple([z.strictObject({ Subnet: z.string().regex(/^\d{1,3}(\.\d{1,3}){3}\/(2[4-9]|30)$/, "a small IPv4 network") })]),
  }),
  Options: z.strictObject({ "com.docker.network.bridge.name": z.string() }),
  Labels: labels,
});
export type EngineNetwork = z.infer<typeof networkBody>;

const volumeBody = z.strictObject({
  Name: volumeName,
  Driver: z.literal("local"),
  DriverOpts: z.strictObject({}),
  Labels: labels,
});
export type EngineVolume = z.infer<typeof volumeBody>;

const execBody = z.strictObject({
  AttachStdin: z.boolean().optional(),
  AttachStdout: z.boolean().optional(),
  AttachStderr: z.boolean().optional(),
  Tty: z.boolean().optional(),
  Cmd: argv.min(1),
  Env: z.array(text).optional(),
  WorkingDir: text.optional(),
});

const execStartBody = z.strictObject({
  Detach: z.boolean().optional(),
  Tty: z.boolean().optional(),
  ConsoleSize: z.tuple([z.int().min(0).max(10_000), z.int().min(0).max(10_000)]).optional(),
});

/** `POST /containers/create` for a unit. Gives what was understood: nothing else may be sent on. Throws `forbidden`. */
export function checkContainerBody(given: unknown): EngineContainer {
  const body = allowed(containerBody, given, "container");
  checkMountPoints([
    ...body.HostConfig.Mounts.map(({ Target }, i) => ({ path: Target, at: `container.HostConfig.Mounts[${i}].Target` })),
    ...Object.keys(body.HostConfig.Tmpfs).map((path) => ({ path, at: "container.HostConfig.Tmpfs" })),
  ]);
  return body;
}

/** `POST /networks/create`. As `checkContainerBody`. */
export const checkNetworkBody = (given: unknown): EngineNetwork => allowed(networkBody, given, "network");

/** `POST /volumes/create`. As `checkContainerBody`. */
export const checkVolumeBody = (given: unknown): EngineVolume => allowed(volumeBody, given, "volume");

/** `POST /containers/<id>/exec`: with the container's own rights and user. As `checkContainerBody`. */
export const checkExecBody = (given: unknown) => allowed(execBody, given, "exec");

/** `POST /exec/<id>/start`. As `checkContainerBody`. */
export const checkExecStartBody = (given: unknown) => allowed(execStartBody, given, "exec start");

function allowed<T>(schema: z.ZodType<T>, given: unknown, what: string): T {
  const { data, error } = schema.safeParse(given);
  if (!error) return data;
  const issues = error.issues.map(({ path, message }) => ({ path: [what, ...path].join("."), expected: message }));
  const [first] = issues;
  throw new AppError("forbidden", `${first?.path}: ${first?.expected}`, { issues });
}
