import { randomUUID } from "node:crypto";
import type { HostedTerminal } from "@agentpod/core/api/terminal-host";
import { openTerminalRequest, type TerminalView, terminalView } from "@agentpod/core/api/terminal-view";
import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import { upgradeWebSocket } from "@hono/node-server";
import type { WebSocket } from "ws";
import { z } from "zod";
import type { AppDeps } from "../app-deps.ts";
import { needs } from "../auth/access.ts";
import { checkOrigin } from "../auth/check-origin.ts";
import { relayView } from "../terminals/relay-view.ts";
import { podParams } from "./path-params.ts";
import { type Note, route } from "./route.ts";
import { runningUnit } from "./running-unit.ts";

const terminalParams = podParams.extend({ terminal: z.uuid() });

export const terminalRoutes = [
  route({
    id: "openTerminal",
    method: "post",
    path: "/tenants/{tenant}/pods/{pod}/terminals",
    tag: "Terminals",
    summary: "Open a terminal in a unit",
    access: needs("pod.exec"),
    audit: "terminal.opened",
    params: podParams,
    body: openTerminalRequest,
    answer: {
      status: 201,
      schema: terminalView,
      description: "It runs until its program ends or it is closed, with or without anybody looking",
    },
    async handle({ deps, params, body, principal, read, change }) {
      const { pod, adopted } = await read(async (store) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        return { pod, adopted: await store.adoptions.find(pod.id) };
      });
      if (!deps.runtime.can.exec) throw new AppError("invalid", `the ${deps.runtime.kind} runtime cannot run programs in a pod`);
      const unit = runningUnit(pod, body.unit);
      const opened = await deps.terminals.open({
        id: randomUUID(),
        unit: { pod: pod.id, unit: unit.name, revision: unit.revision },
        ...(adopted && { adopted }),
        owner: { tenantId: pod.tenantId, tenant: pod.tenant, pod: pod.name },
        command: body.command ?? null,
        workdir: body.workdir ?? null,
        size: body.size,
        openedBy: principal.actor,
      });
      await change(async (_store, note) => note(noteOf(pod, opened, "was opened"))).catch(async (error: unknown) => {
        // What is in no log must not be.
        await deps.terminals.close(opened.id);
        throw error;
      });
      return shown(opened);
    },
  }),
  route({
    id: "listTerminals",
    method: "get",
    path: "/tenants/{tenant}/pods/{pod}/terminals",
    tag: "Terminals",
    summary: "Terminals of a pod, oldest first",
    access: needs("pod.exec"),
    params: podParams,
    answer: { status: 200, schema: z.array(terminalView), description: "Open ones, and those that ended some minutes ago" },
    async handle({ deps, params, read }) {
      const pod = await read((store) => store.pods.get(params.tenant, params.pod));
      return (await deps.terminals.list(pod.id)).map(shown);
    },
  }),
  route({
    id: "closeTerminal",
    method: "delete",
    path: "/tenants/{tenant}/pods/{pod}/terminals/{terminal}",
    tag: "Terminals",
    summary: "Close a terminal and end everything that was started in it",
    access: needs("pod.exec"),
    audit: "terminal.closed",
    params: terminalParams,
    answer: { status: 204, description: "Closed" },
    async handle({ deps, params, change }) {
      await change(async (store, note) => {
        const { pod, terminal } = await findTerminal(store, deps, params);
        await deps.terminals.close(terminal.id);
        note(noteOf(pod, terminal, "was closed"));
      });
    },
  }),
  route({
    id: "attachTerminal",
    method: "get",
    path: "/tenants/{tenant}/pods/{pod}/terminals/{terminal}/attach",
    tag: "Terminals",
    summary: "Look at a terminal and type into it, over a WebSocket",
    access: needs("pod.exec"),
    audit: "terminal.joined",
    params: terminalParams,
    upgrade: "websocket",
    answer: {
      status: 101,
      description:
        "Binary frames are input and output; text frames are control as JSON. The client begins with {resize}, then tells {shown}: bytes on its screen so far. The server sends {snapshot} before a whole screen, {size}, {title}, {taken}: bytes of input so far, and {end}.",
    },
    async handle({ context, deps, params, principal, read, change, whileAllowed }) {
      checkOrigin(context.req.header("origin"), context.req.header("host"), deps.publicUrl);
      const { pod, terminal } = await read((store) => findTerminal(store, deps, params));
      if (context.req.header("upgrade")?.toLowerCase() !== "websocket") throw new AppError("invalid", "open this address as a WebSocket");
      // Whoever opened it comes and goes with every reload; another one is told of.
      if (terminal.openedBy !== principal.actor)
        await change(async (_store, note) => note(noteOf(pod, terminal, "is looked at by another")));
      return upgradeWebSocket(context, {
        onOpen: (_event, opened) => {
          const view = opened.raw as unknown as WebSocket;
          view.on(
            "close",
            whileAllowed(() => view.close(4401, "the login has ended")),
          );
          relayView(view, deps.terminals.look(terminal.id));
        },
      });
    },
  }),
];

/** Throws `not_found` for one of another pod too. */
async function findTerminal(
  store: Store,
  deps: AppDeps,
  params: z.output<typeof terminalParams>,
): Promise<{ pod: Pod; terminal: HostedTerminal }> {
  const pod = await store.pods.get(params.tenant, params.pod);
  const terminal = (await deps.terminals.list(pod.id)).find(({ id }) => id === params.terminal);
  if (terminal === undefined) throw new AppError("not_found", "there is no such terminal, or no longer; open a new one");
  return { pod, terminal };
}

function noteOf(pod: Pod, { id, unit }: HostedTerminal, what: string): Note {
  return {
    tenantId: pod.tenantId,
    tenant: pod.tenant,
    pod: pod.name,
    podId: pod.id,
    message: `a terminal of unit ${unit} ${what}`,
    data: { terminal: id, unit },
  };
}

function shown({ id, unit, size, openedAt, openedBy, viewers, end }: HostedTerminal): TerminalView {
  return { id, unit, size, openedAt, openedBy, viewers, end };
}
