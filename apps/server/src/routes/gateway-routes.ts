import { gatewayChoice, gatewayView, usedGateway } from "@agentpod/core/api/gateway-view";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { route } from "./route.ts";

const tag = "Gateway";

export const gatewayRoutes = [
  route({
    id: "getGateway",
    method: "get",
    path: "/gateway",
    tag,
    summary: "Which gateway clients come to, and whether it serves",
    access: needs("platform.read"),
    answer: { status: 200, schema: gatewayView, description: "The gateway in use" },
    handle: ({ deps }) => deps.gatewayInUse.view(),
  }),
  route({
    id: "useGateway",
    method: "put",
    path: "/gateway",
    tag,
    summary: "Use another gateway; the one in use serves until the other does",
    access: needs("platform.gateway"),
    audit: "gateway.used",
    body: gatewayChoice,
    answer: {
      status: 200,
      schema: usedGateway,
      description: "The gateway in use, or what is still to be done; a token is shown this once",
    },
    async handle({ body, deps, principal, change }) {
      const used = await deps.gatewayInUse.use(body, principal.actor);
      await change(async (_store, note) =>
        note({
          tenantId: null,
          tenant: null,
          message: `gateway ${body.kind} was chosen`,
          data: { kind: body.kind, inUse: used.inUse.kind },
        }),
      );
      return used;
    },
  }),
  route({
    id: "traefikConfiguration",
    method: "get",
    path: "/gateway/traefik",
    tag,
    summary: "Traefik's dynamic configuration, for its HTTP provider; with the token of its own as bearer",
    access: { kind: "own-token", because: "Traefik polls it, and is to be able to do nothing else" },
    answer: { status: 200, schema: z.record(z.string(), z.unknown()), description: "Routers, services and certificates" },
    handle: ({ deps, context }) =>
      deps.gatewayInUse.traefik(/^Bearer (\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1] ?? null),
  }),
];
