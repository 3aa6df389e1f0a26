import type { DoctorLine } from "@agentpod/core/api/platform-view";
import type { Certificate } from "@agentpod/core/certificate";
import { expiringCertificates } from "@agentpod/core/certificate-expiry";
import { toAppError } from "@agentpod/core/errors";
import type { Gateway } from "@agentpod/core/route-table";
import type { Database } from "@agentpod/core/store";
import type { Settings } from "@agentpod/host/settings";

type Line = Omit<DoctorLine, "check">;

export interface CertificateDoctor {
  database: Database;
  gateway: Gateway;
  settings: Pick<Settings, "acme" | "httpsPort" | "isHttpsPortChosen">;
  trusted: string[] | null;
  clock(): Date;
}

const answerMs = 5000;

/** HTTPS at the front door, the authority, and every certificate that needs somebody. */
export async function checkCertificates({ database, gateway, settings, trusted, clock }: CertificateDoctor): Promise<Line[]> {
  const certificates = await database.asSystem((store) => store.certificates.list({}));
  const now = clock();
  const issued = certificates.filter((one) => one.issued && Date.parse(one.issued.notAfter) > now.getTime()).length;
  return [
    await checkPort(gateway, settings, issued),
    ...(certificates.some(({ source }) => source === "acme") ? await checkAuthority(settings.acme.directory, trusted) : []),
    ...certificates.filter(({ failures, issued: had }) => failures > 0 && !had).map(missing),
    ...expiringCertificates(certificates, now).map(({ certificate, days }) => ending(certificate, days)),
  ];
}

async function checkPort(gateway: Gateway, { httpsPort, isHttpsPortChosen }: CertificateDoctor["settings"], issued: number): Promise<Line> {
  if (httpsPort === null) return { status: "ok", message: "HTTPS is off: AGENTPOD_HTTPS_PORT says so.", advice: null };
  const { httpsPort: open, httpsError } = await gateway.observe();
  if (open !== null)
    return {
      status: "ok",
      message: `HTTPS on port ${open} with ${issued} certificate(s).`,
      advice: null,
    };
  const advice = `Free port ${httpsPort}, or set AGENTPOD_HTTPS_PORT to another, or to none.`;
  return {
    status: isHttpsPortChosen ? "failed" : "warning",
    message: `HTTPS is not served: ${httpsError ?? "the port is not open"}`,
    advice,
  };
}

async function checkAuthority(directory: string | null, trusted: string[] | null): Promise<Line[]> {
  if (directory === null)
    return [
      { status: "warning", message: "No ACME authority is set: certificates are not renewed.", advice: "Set AGENTPOD_ACME_DIRECTORY." },
    ];
  const host = new URL(directory).host;
  const { caaIdentities } = await import("@agentpod/acme/open-account");
  try {
    await caaIdentities(directory, { signal: AbortSignal.timeout(answerMs), trusted });
    return [{ status: "ok", message: `The authority ${host} answers.`, advice: null }];
  } catch (thrown) {
    const advice = "Let this machine reach it; certificates are renewed long before they end, so there is time.";
    return [{ status: "warning", message: toAppError(thrown).message, advice }];
  }
}

const missing = ({ names, message, fault }: Certificate): Line => ({
  status: "warning",
  message: `No certificate for ${names.join(", ")}: ${message}`,
  advice: fault === "user" ? "Do what the message says, then run agentpod certificate renew." : "It is tried again by itself.",
});

function ending({ names, source, message }: Certificate, days: number): Line {
  const when = days === 0 ? "is over" : `ends in less than ${days === 1 ? "a day" : `${days} days`}`;
  const advice = source === "uploaded" ? "Upload a new one." : message || "Run agentpod certificate renew.";
  return { status: days <= 1 ? "failed" : "warning", message: `The certificate for ${names.join(", ")} ${when}.`, advice };
}
