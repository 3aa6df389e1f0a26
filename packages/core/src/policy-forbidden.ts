/** Something no spec may ask for, under the names people know it by from compose, docker and kubernetes. */
export interface Forbidden {
  /** Keys, lower case, without `_` and `-`. */
  keys: readonly string[];
  /** What the key asks for. */
  what: string;
  instead: string;
  /** Forbidden only with such a value; absent: always, unless it is `false`, null or empty. */
  when?: (value: unknown) => boolean;
}

/** `host`, or anything that joins another container or namespace. */
const joinsForeign = (value: unknown): boolean =>
  value === true || (typeof value === "string" && /^(host|container:|service:|ns:)/i.test(value.trim()));

const isHostPath = (value: unknown): boolean => typeof value === "string" && /^(\/|\.{1,2}(\/|$)|~|\$|[a-z]:[\\/])/i.test(value.trim());

/** A bind mount in any of its spellings: `/host:/in`, `type: bind`, `source: /host`, or a named volume with driver options. */
function bindsHost(value: unknown): boolean {
  if (typeof value === "string") return isHostPath(value.split(":")[0]) && value.includes(":");
  if (Array.isArray(value)) return value.some(bindsHost);
  if (value === null || typeof value !== "object") return false;
  return Object.entries(value).some(
    ([key, inner]) =>
      (/^type$/i.test(key) && inner === "bind") || (/^(source|src|device)$/i.test(key) && isHostPath(inner)) || bindsHost(inner),
  );
}

const ownVolume = "name a volume: `volumes: [{ name: data, path: /data }]`; AgentPod makes it and keeps it";
const ownNetwork = "a pod has its own network; units reach each other by {{ units.<unit>.host }}, the outside reaches them by `routes`";
const neededCapability = "list what is needed under `capabilities`";

export const forbidden: readonly Forbidden[] = [
  { keys: ["privileged", "allowprivilegeescalation"], what: "a privileged unit", instead: neededCapability },
  {
    keys: ["networkmode", "network", "networks", "net"],
    what: "the host's or another pod's network",
    instead: ownNetwork,
    when: joinsForeignAnywhere,
  },
  { keys: ["hostnetwork", "externallinks", "hostport", "hostip"], what: "the host's network", instead: ownNetwork },
  {
    keys: ["pid", "pidmode", "ipc", "ipcmode", "uts", "utsmode", "usernsmode", "userns", "cgroup", "cgroupns", "cgroupnsmode"],
    what: "a namespace of the host",
    instead: "leave it out; a unit has namespaces of its own",
    when: joinsForeign,
  },
  {
    keys: ["hostpid", "hostipc", "hostuts", "hostusers"],
    what: "a namespace of the host",
    instead: "leave it out; a unit has namespaces of its own",
  },
  {
    keys: ["devices", "device", "devicecgrouprules", "devicerequests", "gpus", "blkioconfig"],
    what: "a device of the host",
    instead: "leave it out; units get no devices",
  },
  { keys: ["hostpath", "binds", "bind", "volumesfrom"], what: "a path of the host", instead: ownVolume },
  { keys: ["volumes", "mounts", "volume", "mount", "volumemounts"], what: "a path of the host", instead: ownVolume, when: bindsHost },
  {
    keys: ["driver", "driveropts", "driverconfig", "volumedriver", "storageopt"],
    what: "driver options",
    instead: `leave them out and ${ownVolume}`,
  },
  { keys: ["capadd"], what: "Linux capabilities under a foreign key", instead: neededCapability },
  {
    keys: [
      "securityopt",
      "securitycontext",
      "apparmor",
      "apparmorprofile",
      "seccomp",
      "seccompprofile",
      "selinuxoptions",
      "maskedpaths",
      "readonlypaths",
      "procmount",
    ],
    what: "weaker confinement",
    instead: "leave it out; the profile is AgentPod's and the same for all",
  },
  {
    keys: ["sysctls", "cgroupparent", "runtime", "runtimeclassname", "isolation"],
    what: "settings of the host's kernel or engine",
    instead: "leave it out",
  },
  { keys: ["oomscoreadj", "oomkilldisable"], what: "survival before the host's own processes", instead: "set `resources.memoryMb`" },
  {
    keys: ["serviceaccount", "serviceaccountname", "automountserviceaccounttoken"],
    what: "an account of the cluster",
    instead: "leave it out",
  },
];

function joinsForeignAnywhere(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(joinsForeignAnywhere);
  return joinsForeign(value);
}

/** Mount points inside a unit at which a volume would break its confinement, or put the engine's socket within reach. */
export const reservedMountPoints = [
  "/proc",
  "/sys",
  "/dev",
  "/run/docker.sock",
  "/var/run/docker.sock",
  "/run/podman",
  "/var/run/podman",
  "/run/containerd",
];
