import type { OpenTerminalRequest, TerminalView } from "@agentpod/core/api/terminal-view";
import { apiUrl, type Transport } from "./transport.ts";

const enc = encodeURIComponent;

/** Path of a pod's terminals, or of one of them. */
export function terminalPath(tenant: string, pod: string, id?: string): string {
  return `/tenants/${enc(tenant)}/pods/${enc(pod)}/terminals${id === undefined ? "" : `/${enc(id)}`}`;
}

/** Terminals as typed calls, over any transport. Every one throws AppError: the server's code and sentence, or `unavailable`. */
export function terminalCalls(transport: Transport) {
  return {
    open: (tenant: string, pod: string, json: OpenTerminalRequest = {}) =>
      transport.json<TerminalView>("POST", terminalPath(tenant, pod), { json }),
    list: (tenant: string, pod: string) => transport.json<TerminalView[]>("GET", terminalPath(tenant, pod)),
    /** Where a view is opened, as a WebSocket. */
    attachUrl: (tenant: string, pod: string, id: string) =>
      apiUrl(transport.options.baseUrl, `${terminalPath(tenant, pod, id)}/attach`).href,
    /** Ends everything that was started in it. */
    close: (tenant: string, pod: string, id: string) => transport.json<undefined>("DELETE", terminalPath(tenant, pod, id)),
  };
}
