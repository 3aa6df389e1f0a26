/** What of `GET /containers/json` the driver reads. */
export interface ContainerSummary {
  Id: string;
  State: string;
  Labels: Record<string, string>;
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
}
