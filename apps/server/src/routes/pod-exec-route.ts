import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { upgradeWebSocket } from "@hono/node-server";
import type { WebSocket } from "ws";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { checkOrigin } from "../auth/check-origin.ts";
import { databaseAt } from "../databases/database-at.ts";
import { execConnection } from "./exec-connection.ts";
import { podParams } from "./path-params.ts";
import { route } from "./route.ts";
import { runningUnit } from "./running-unit.ts";

export const podExecRoute = route({
  id: "execInPod",
  method: "get",
  path: "/tenants/{tenant}/pods/{pod}/exec",
  tag: "Pods",
  summary: "Run a program in a unit, over a WebSocket",
  access: needs("pod.exec"),
  audit: "pod.exec",
  params: podParams,
  query: z.strictObject({
    unit: name.optional(),
    /** The program finds the unit, a PostgreSQL, by the variables that its client programs read: PGUSER, PGPASSWORD, PGDATABASE. */
    database: z.literal("true").optional(),
  }),
  upgrade: "websocket",
  answer: {
    status: 101,
    description:
      "Binary frames; the first byte is the channel: 0 stdin (empty: end of input), 1 stdout, 2 stderr, 3 control as JSON. The client begins with control {argv, tty}; then {resize}; the server ends with {exit} or {error}.",
  },
  async handle({ context, deps, params, query, read, change, whileAllowed }) {
    checkOrigin(context.req.header("origin"), context.req.header("host"), deps.publicUrl);
    if (!deps.runtime.can.exec) throw new AppError("invalid", `the ${deps.runtime.kind} runtime cannot run programs in a pod`);
    const pod = await read((store) => store.pods.get(params.tenant, params.pod));
    const login = query.database === undefined ? null : await read((store) => databaseAt(store, pod, query.unit));
    const unit = runningUnit(pod, login?.id.unit ?? query.unit);
    if (context.req.header("upgrade")?.toLowerCase() !== "websocket") {
      throw new AppError("invalid", "open this address as a WebSocket");
    }
    await change(async (_store, note) =>
      note({
        tenantId: pod.tenantId,
        tenant: pod.tenant,
        pod: pod.name,
        podId: pod.id,
        message:
          login === null
            ? `a program was run in unit ${unit.name}`
            : `a program was run in unit ${unit.name} with the login of its database`,
        data: { unit: unit.name, ...(login !== null && { database: true }) },
      }),
    );
    const id = { pod: pod.id, unit: unit.name, revision: unit.revision };
    return upgradeWebSocket(context, {
      onOpen: (_event, opened) => {
        const socket = opened.raw as unknown as WebSocket;
        socket.on(
          "close",
          whileAllowed(() => socket.close(4401, "the login has ended")),
        );
        execConnection(socket, deps, id, login?.env);
      },
    });
  },
});
