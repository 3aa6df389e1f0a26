import type { CreatedHook } from "@agentpod/core/api/deployment-hook-view";

/** What a program of one's own does after a push, for a shell that has the secret in `SECRET`. */
export const signedCall = ({ address, branch }: Pick<CreatedHook, "address" | "branch">): string =>
  [
    "t=$(date +%s)",
    `body='${JSON.stringify({ ref: `refs/heads/${branch}`, after: "<commit>" })}'`,
    `v1=$(printf '%s.%s' "$t" "$body" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)`,
    `curl -H "X-AgentPod-Signature: t=$t,v1=$v1" --data "$body" ${address}`,
  ].join("\n");
