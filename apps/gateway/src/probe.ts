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
          body: null,
          timeoutMilliseconds: Math.ceil(asked.timeoutSeconds * 1000),
          upgrade: null,
        },
        {
          onHead: ({ status }) => resolve({ status }),
          onError: (error) =>
            reject(new AppError("unavailable", `The candidate ${spec.id} did not answer the gateway: ${codeOf(error)}.`, { cause: error })),
          // Only the status is wanted.
          onSent() {},
          onInterim() {},
          onData() {},
          onPieceEnd: () => true,
          onEnd() {},
          onUpgrade() {},
        },
      );
    });
  } finally {
    pool.discard(connection);
  }
}
