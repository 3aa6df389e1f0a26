/** One JSON line on stderr about the gateway itself: no request data, no secrets. */
export function logProcess(level: "info" | "warning" | "error", message: string, fields: Record<string, unknown> = {}): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, part: "gateway", message, ...fields })}\n`);
}
