import { isIP } from "node:net";
import type { AlertLanguage, AlertNotice } from "@agentpod/core/alert";
import type { ChannelConfigs } from "@agentpod/core/alert-channel-config";
import { alertText } from "@agentpod/core/alert-text";
import { AppError } from "@agentpod/core/errors";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";

const timeoutMs = 15_000;

/** Sends a notice by SMTP, to an address that the guard has checked; the name is what the certificate must say. */
export async function sendMail(
  guard: Pick<OutboundGuard, "addresses">,
  { host, port, security, user, password, from, to }: ChannelConfigs["smtp"],
  notice: AlertNotice,
  language: AlertLanguage,
): Promise<void> {
  const [address] = await guard.addresses(host);
  // Loaded at the first mail: an installation that sends none pays no memory for it.
  const { createTransport } = await import("nodemailer");
  const { title, text } = alertText(notice, language);
  const transport = createTransport({
    host: address as string,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    tls: isIP(host) === 0 ? { servername: host } : {},
    ...(user === undefined || security === "none" ? {} : { auth: { user, pass: password ?? "" } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from,
      to,
      subject: title,
      text,
      messageId: `<${notice.delivery}@agentpod>`,
      headers: { "Auto-Submitted": "auto-generated" },
    });
  } catch (cause) {
    throw new AppError("unavailable", `${host} did not take the mail: ${reasonOf(cause)}.`, { cause });
  } finally {
    transport.close();
  }
}

/** In words of ours: what a server says may repeat what it was sent. */
function reasonOf(cause: unknown): string {
  const { code, responseCode } = cause as { code?: string; responseCode?: number };
  if (code === "EAUTH") return "it refuses user and password";
  if (code === "ETLS" || code === "ESOCKET") return "no connection, or none that can be trusted";
  if (code === "EENVELOPE") return "it refuses sender or recipients";
  return responseCode === undefined ? "it cannot be reached" : `it answered ${responseCode}`;
}
