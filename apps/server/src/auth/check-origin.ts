import { AppError } from "@agentpod/core/errors";

/** Throws `forbidden` when a browser on a foreign page asks. Programs send no Origin and pass; the token is checked in any case. */
export function checkOrigin(origin: string | undefined, host: string | undefined, publicUrl: string): void {
  if (origin === undefined) return;
  const allowed = [new URL(publicUrl).origin];
  // Without a domain the same installation answers under localhost, 127.0.0.1 and its addresses.
  if (host !== undefined && /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host)) allowed.push(`http://${host}`);
  if (!allowed.includes(origin)) throw new AppError("forbidden", "this WebSocket may not be opened from another site");
}
