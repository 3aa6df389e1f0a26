import { eventView } from "@agentpod/core/api/event-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import type { EventFilter } from "@agentpod/core/store";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { count } from "./path-params.ts";
import { route } from "./route.ts";
import { sseEvents } from "./sse-events.ts";

const cursor = z.string().regex(/^\d{1,20}-\d{1,20}$/, "an event cursor, as an earlier event gave it");

export const eventRoutes = [
  route({
    id: "events",
    method: "get",
    path: "/events",
    tag: "Events",
    summary: "Events as a live stream (SSE, resumed with `Last-Event-ID`), or a page of them as JSON",
    access: needs("event.read"),
    query: z.strictObject({
      tenant: name.optional(),
      pod: name.optional(),
      /** Events later than this one, oldest first. Without it a page holds the newest, newest first. */
      after: cursor.optional(),
      limit: count(1, 1000).default(100),
    }),
    answer: { status: 200, schema: z.array(eventView), description: "With `Accept: text/event-stream` a stream without end" },
    async handle(call) {
      const { query, read, context } = call;
      const filter: EventFilter = {
        ...(query.tenant === undefined ? {} : { tenant: query.tenant }),
        ...(query.pod === undefined ? {} : { pod: query.pod }),
      };
      if (query.tenant !== undefined) await requireVisible(call, query.tenant);
      const stream = (context.req.header("accept") ?? "").includes("text/event-stream");
      const last = context.req.header("last-event-id");
      if (stream) {
        const from = last ?? query.after;
        if (from !== undefined && !cursor.safeParse(from).success) throw new AppError("invalid", "Last-Event-ID is not an event cursor");
        return sseEvents(call, filter, from ?? null);
      }
      const { after, limit } = query;
      return read((store) => (after === undefined ? store.events.latest(filter, limit) : store.events.after(after, filter, limit)));
    },
  }),
];

/** Events outlive their tenant, so one that is gone is looked for by a token for every tenant only. */
async function requireVisible(
  call: { principal: { tenants: "*" | readonly string[] }; read: Parameters<typeof sseEvents>[0]["read"] },
  tenant: string,
) {
  if (call.principal.tenants !== "*") await call.read((store) => store.tenants.get(tenant));
}
