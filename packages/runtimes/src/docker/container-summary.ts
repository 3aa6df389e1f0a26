/** What of `GET /containers/json` the driver reads. */
export interface ContainerSummary {
  Id: string;
  State: string;
  Labels: Record<string, string>;
  Names?: string[];
  Ports?: { PrivatePort: number; PublicPort?: number; Type: string; IP?: string }[];
  /** Only of one that was taken over: AgentPod did not make it. */
  adoption?: "pending" | "taken";
  HostConfig?: { NetworkMode?: string };
  NetworkSettings?: { Networks?: Record<string, { IPAddress?: string; EndpointID?: string }> };
}

/** What of `GET /containers/<id>/json` the driver reads. */
export interface ContainerDetails {
  Id: string;
  State: {
    Status: string;
    Running: boolean;
    ExitCode: number;
    OOMKilled: boolean;
    StartedAt: string;
    FinishedAt: string;
  };
  Config: { Labels: Record<string, string> | null };
  /** By name; those that it is to join at its start, too. */
  NetworkSettings: { Networks: Record<string, unknown> | null };
}
