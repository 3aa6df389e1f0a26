import type { RuntimeContext } from "@agentpod/core/runtime";
import type { Adopted } from "./adopted.ts";
import type { BuildTurns } from "./build-turns.ts";
import type { Owner } from "./code-tar.ts";
import type { Engine } from "./engine.ts";
import type { EngineAddress } from "./engine-address.ts";
import type { Firewall } from "./firewall.ts";
import type { EngineImage } from "./prepare-image.ts";
import type { RegistryOptions } from "./pull-image.ts";
import type { RunFactsCache } from "./run-facts.ts";
import type { SharedImages } from "./shared-images.ts";
import type { Survey } from "./survey.ts";

export interface DockerOptions extends RuntimeContext, RegistryOptions {
  /** From `findEngine` or `parseEngineAddress`. */
  engine: EngineAddress;
  /** Path of a PEM file that builds and pods trust beside the usual roots. */
  extraCa?: string | null;
  /** AgentPod itself runs in containers that carry the label `agentpod.attach` with this value: they join each pod's network, and nothing is published. */
  attach?: string | null;
  /** The resolv.conf of the engine's machine, where it is not this one's. */
  resolvConf?: string | null;
  /** What pods may reach on the host or in private networks: the front door. Host `0.0.0.0`: any address of this host. */
  allowed?: readonly { host: string; port: number }[];
  /** An image with `iptables-restore`, for the firewall where we are not root on the engine's machine. */
  firewallImage?: string | null;
}

/** What the parts of the driver share. */
export interface DriverContext {
  options: DockerOptions;
  engine: Engine;
  installation: string;
  adopted: Adopted;
  /** PEM bundle for pods and builds; null: none. */
  ca: string | null;
  /** Builds under way. */
  turns: BuildTurns;
  /** One at a time: those who wait for an image that they have together find it. */
  sharedTurns: BuildTurns;
  sharedImages: SharedImages;
  facts: RunFactsCache;
  /** Containers by name that were made and filled ahead, and wait to be started. */
  made: Map<string, string>;
  /** Throws `unavailable` until the engine has answered once; remembered from then on. */
  surveyed(): Promise<{ survey: Survey; firewall: Firewall | null }>;
  /** Images by reference, as they were when last prepared. */
  images: Map<string, EngineImage>;
  /** Who a user of an image is, by `<image id>|<user>`: an image never changes under its id. */
  owners: Map<string, Owner>;
}
