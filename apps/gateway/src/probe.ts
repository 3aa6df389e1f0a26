import { AppError } from "@agentpod/core/errors";
import type { Upstream as UpstreamSpec } from "@agentpod/core/route-table";
import { codeOf } from "./proxy/failure.ts";
import { newRequestId } from "./proxy/request-id.ts";
import { Upstream } from "./proxy/upstream.ts";

export interface ProbeRequest {
  host: string;
  path: string;
  timeoutSeconds: number;
}

/** A GET to an upstream over the connection that requests take too; throws `unavailable` when no answer begins in time. */
export async function probe(spec: UpstreamSpec, asked: ProbeRequest): Promise<{ status: number }> {
  const { pool } = new Upstream(spec.id, spec.address);
  const connection = pool.takeFresh();
  try {
    return await new Promise((resolve, reject) => {
      connection.send(
        {
          method: "GET",
          path: asked.path,
          headers: ["host", asked.host, "x-forwarded-host", asked.host, "x-forwarded-proto", "http", "x-request-id", newRequestId()],
          headersTimeout: Math.ceil(asked.timeoutSeconds * 1000),
        },
        {
          // undici refuses a handler that lacks any of these; only the status is wanted.
          onRequestStart() {},
          onResponseData() {},
          onResponseEnd() {},
          onResponseStart(_controller, status) {
            if (status >= 200) resolve({ status });
          },
          onResponseError(_controller, error) {
            reject(new AppError("unavailable", `The candidate ${spec.id} did not answer the gateway: ${codeOf(error)}.`, { cause: error }));
          },
        },
      );
    });
  } finally {
    pool.discard(connection);
  }
}
