import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { HookKind } from "@agentpod/core/deployment-hook";

/** A header of the delivery by its lower-case name. */
export type HeaderOf = (name: string) => string | undefined;

/** Of hooks of our own form: an older or younger signature is worth nothing. */
const toleranceSeconds = 300;

/**
 * Whether a delivery was signed with the hook's secret. Our own form is `X-AgentPod-Signature: t=<seconds>,v1=<hex>`, an HMAC-SHA256
 * of `<seconds>.<body>`; the others sign the body, and GitLab sends the secret itself.
 */
export function isSignedBy(kind: HookKind, secret: string, header: HeaderOf, body: Uint8Array, now: Date): boolean {
  const hmac = (...parts: (string | Uint8Array)[]): string => {
    const sum = createHmac("sha256", secret);
    for (const part of parts) sum.update(part);
    return sum.digest("hex");
  };
  switch (kind) {
    case "github":
      return isSame(header("x-hub-signature-256"), `sha256=${hmac(body)}`);
    case "gitlab":
      return isSame(header("x-gitlab-token"), secret);
    case "gitea":
      return isSame(header("x-gitea-signature"), hmac(body));
    case "generic": {
      const [, seconds = "", signature] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header("x-agentpod-signature") ?? "") ?? [];
      const isRecent = Math.abs(now.getTime() / 1000 - Number(seconds)) <= toleranceSeconds;
      return isSame(signature, hmac(`${seconds}.`, body)) && isRecent;
    }
  }
}

const names: Record<HookKind, readonly string[]> = {
  github: ["x-github-delivery"],
  gitlab: ["idempotency-key", "x-gitlab-event-uuid"],
  gitea: ["x-gitea-delivery"],
  generic: ["x-agentpod-delivery"],
};

/**
 * What a delivery is known again by: its sender's name for it, and what was signed, for the name is not. GitLab signs nothing: whoever
 * has its token may say anything anyway.
 */
export function deliveryMarks(kind: HookKind, header: HeaderOf, body: Uint8Array): { sentAs: string | null; digest: string } {
  const sentAs = names[kind].map((name) => header(name)?.slice(0, 200)).find((one) => one !== undefined && one !== "") ?? null;
  const sum = createHash("sha256");
  if (kind === "gitlab" && sentAs !== null) sum.update(`sent as ${sentAs}`);
  else if (kind === "generic") sum.update(`${header("x-agentpod-signature")} `).update(body);
  else sum.update(body);
  return { sentAs, digest: sum.digest("hex") };
}

/** In the same time whatever differs. */
function isSame(given: string | undefined, right: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(right));
}
