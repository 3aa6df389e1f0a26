import type {
  AddAlertChannelRequest,
  AddAlertRuleRequest,
  AlertChannelView,
  AlertDeliveryView,
  AlertRuleView,
  AlertView,
  ChangeAlertRuleRequest,
} from "@agentpod/core/api/alert-view";
import type { Transport } from "./transport.ts";

const enc = encodeURIComponent;
const owned = (tenant: string | null, what: string) => `${tenant === null ? "" : `/tenants/${enc(tenant)}`}/${what}`;

/** Alerts, and who is told of them. Null as a tenant: the installation's own channels and rules. */
export function alertCalls(transport: Transport) {
  return {
    list: (query: { tenant?: string; open?: boolean; limit?: number } = {}) => transport.json<AlertView[]>("GET", "/alerts", { query }),
    deliveries: (query: { tenant?: string; limit?: number } = {}) =>
      transport.json<AlertDeliveryView[]>("GET", "/alert-deliveries", { query }),
    channels: (tenant: string | null) => transport.json<AlertChannelView[]>("GET", owned(tenant, "alert-channels")),
    addChannel: (tenant: string | null, json: AddAlertChannelRequest) =>
      transport.json<AlertChannelView>("POST", owned(tenant, "alert-channels"), { json }),
    removeChannel: (tenant: string | null, name: string) =>
      transport.json<undefined>("DELETE", `${owned(tenant, "alert-channels")}/${enc(name)}`),
    /** Throws with the reason where the channel did not take it. */
    testChannel: (tenant: string | null, name: string) =>
      transport.json<undefined>("POST", `${owned(tenant, "alert-channels")}/${enc(name)}/test`, { json: {} }),
    rules: (tenant: string | null) => transport.json<AlertRuleView[]>("GET", owned(tenant, "alert-rules")),
    addRule: (tenant: string | null, json: AddAlertRuleRequest) =>
      transport.json<AlertRuleView>("POST", owned(tenant, "alert-rules"), { json }),
    changeRule: (tenant: string | null, name: string, json: ChangeAlertRuleRequest) =>
      transport.json<AlertRuleView>("PUT", `${owned(tenant, "alert-rules")}/${enc(name)}`, { json }),
    removeRule: (tenant: string | null, name: string) =>
      transport.json<undefined>("DELETE", `${owned(tenant, "alert-rules")}/${enc(name)}`),
  };
}
