import { customerAccessDays } from "@agentpod/core/customer-access";

const name = "agent_access";
const apiPath = (id: string): string => `/api/v1/my-agents/${id}`;

/** Path of the page that shows a browser the agent that it was handed. Names no secret. */
export const ownPage = (id: string): string => `/my-agent/${id}`;

/** Sent to what this one access is for, and to nothing else; no script sees it, and no other site sends it. */
export function customerCookie(id: string, secret: string, isHttps: boolean): string {
  const seconds = customerAccessDays * 86_400;
  return `${name}=${secret}; Path=${apiPath(id)}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isHttps ? "; Secure" : ""}`;
}

/** The secret that a request brings; null: none. */
export function customerSecretIn(cookies: string | undefined): string | null {
  for (const pair of (cookies ?? "").split(";")) {
    const [key = "", value = ""] = pair.trim().split("=");
    if (key === name && value !== "") return value;
  }
  return null;
}
