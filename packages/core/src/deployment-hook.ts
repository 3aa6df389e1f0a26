/** Whose form of a push event a hook takes. */
export const hookKinds = ["github", "gitlab", "gitea", "generic"] as const;
export type HookKind = (typeof hookKinds)[number];

/** What came of a delivery. `fetching`: the repository is being read; `queued`: a deployment was asked for. */
export const hookOutcomes = ["ping", "ignored", "fetching", "queued", "failed"] as const;
export type HookOutcome = (typeof hookOutcomes)[number];

/** A push to a repository that deploys an application: its address is told to whoever keeps the repository. */
export interface DeploymentHook {
  id: string;
  tenantId: string;
  tenant: string;
  /** The application's. */
  name: string;
  kind: HookKind;
  /** Of the repository that is fetched, whatever a delivery says. */
  url: string;
  /** The one whose pushes deploy. */
  branch: string;
  /** Lines of a known_hosts file; null: the first key that is seen is taken. */
  knownHosts: string | null;
  createdBy: string;
  createdAt: string;
  /** When somebody last came without its secret; null: never. */
  refusedAt: string | null;
}

/** What a hook keeps sealed. */
export interface HookSecrets {
  /** What deliveries are signed with. */
  secret: string;
  /** How a private repository is read; null: without. */
  credentials: { kind: "token"; user?: string | undefined; token: string } | { kind: "key"; key: string } | null;
}

/** One call of a hook that was signed rightly. */
export interface HookDelivery {
  id: string;
  hookId: string;
  /** As its sender names it; null: it does not. */
  sentAs: string | null;
  /** The sender's word for what happened. */
  event: string;
  commit: string | null;
  outcome: HookOutcome;
  message: string;
  /** Of the deployment that was asked for. */
  deployment: number | null;
  operationId: string | null;
  at: string;
}

export interface DeploymentHookStore {
  insert(hook: Omit<DeploymentHook, "createdAt" | "refusedAt">, secrets: HookSecrets): Promise<DeploymentHook>;
  /** Of an application, the oldest first. */
  list(tenantId: string, name: string): Promise<DeploymentHook[]>;
  /** `not_found` where the application has no such hook. */
  get(tenantId: string, name: string, id: string): Promise<DeploymentHook>;
  /** Its deliveries go with it. `not_found` as `get`. */
  delete(tenantId: string, name: string, id: string): Promise<void>;
  /** The newest first. */
  deliveries(hookId: string, limit: number): Promise<HookDelivery[]>;
  /** By its id alone, with what it keeps sealed; null: there is none. System role, as all that follows. */
  open(id: string): Promise<{ hook: DeploymentHook; secrets: HookSecrets } | null>;
  /** Somebody came without its secret. No effect where there is no such hook. */
  markRefused(id: string): Promise<void>;
  /**
   * Keeps one; null where it was there before, by its sender's name or by what it said (`digest`). Of many the oldest are forgotten.
   */
  insertDelivery(
    delivery: Omit<HookDelivery, "at" | "deployment" | "operationId">,
    tenantId: string,
    digest: string,
  ): Promise<HookDelivery | null>;
  updateDelivery(id: string, change: Partial<Pick<HookDelivery, "outcome" | "message" | "deployment" | "operationId">>): Promise<void>;
  findDelivery(id: string): Promise<HookDelivery | null>;
  /** All of an application. */
  deleteAll(tenantId: string, name: string): Promise<void>;
}
