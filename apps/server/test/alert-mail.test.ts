import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { channelConfigs } from "@agentpod/core/alert-channel-config";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import { noticeSender } from "../src/alerts/send-notice.ts";
import { outboundGuard } from "../src/outbound/outbound-guard.ts";

const send = noticeSender(outboundGuard({ allow: ["127.0.0.1"], resolve: async () => ["127.0.0.1"] }));
let server: SMTPServer | null = null;
afterEach(() => new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve()))));

interface Mail {
  from: string;
  to: string[];
  text: string;
}

async function mailServer(options: SMTPServerOptions): Promise<{ port: number; mails: Mail[] }> {
  const mails: Mail[] = [];
  server = new SMTPServer({
    ...options,
    async onData(stream, session, done) {
      let text = "";
      for await (const chunk of stream) text += chunk;
      const { mailFrom, rcptTo } = session.envelope;
      mails.push({ from: mailFrom === false ? "" : mailFrom.address, to: rcptTo.map(({ address }) => address), text });
      done();
    },
  });
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return { port: (listening.address() as AddressInfo).port, mails };
}

const notice = {
  delivery: "d1",
  phase: "firing" as const,
  kind: "crash_loop" as const,
  rule: "crash_loop",
  tenant: "acme",
  subject: "acme/web",
  message: "exit 1",
  since: "2026-01-01T00:00:00.000Z",
  at: "2026-01-01T00:00:00.000Z",
};
const config = (port: number, more = {}) =>
  channelConfigs.smtp.parse({
    host: "mail.example",
    port,
    security: "none",
    from: "pods@acme.example",
    to: ["ops@acme.example", "two@acme.example"],
    ...more,
  });
const tell = (given: object, language: "en" | "zh" = "en", about = {}) =>
  send({ kind: "smtp", language, config: given }, { ...notice, ...about }, new Date());
/** The decoded subject line. */
function subject(mail: Mail | undefined): string {
  const raw = (/^Subject: ((?:.|\r\n[ \t])*)/m.exec(mail?.text ?? "")?.[1] ?? "").replaceAll(/\?=\r\n[ \t]=\?UTF-8\?Q\?/g, "");
  const word = /^=\?UTF-8\?Q\?(.*)\?=$/.exec(raw)?.[1];
  return word === undefined ? raw : decodeURIComponent(word.replaceAll("_", " ").replaceAll("%", "%25").replaceAll("=", "%"));
}

describe("P11 e-mail", () => {
  it("reaches all recipients of a real server, in the channel's language", async () => {
    const { port, mails } = await mailServer({ authOptional: true, disabledCommands: ["STARTTLS", "AUTH"] });
    await tell(config(port));
    await tell(config(port), "zh");
    expect(mails[0]).toMatchObject({ from: "pods@acme.example", to: ["ops@acme.example", "two@acme.example"] });
    expect(subject(mails[0])).toBe("[ALERT] acme/web: keeps failing");
    expect(subject(mails[1])).toContain("告警");
    expect(mails[0]?.text).toContain("Message-ID: <d1@agentpod>");
  });

  it("carries no header that a pod's text would put in", async () => {
    const { port, mails } = await mailServer({ authOptional: true, disabledCommands: ["STARTTLS", "AUTH"] });
    await tell(config(port), "en", { subject: "x\r\nBcc: evil@example.com" });
    expect(mails[0]?.to).toEqual(["ops@acme.example", "two@acme.example"]);
    expect(mails[0]?.text.split("\r\n\r\n")[0]).not.toMatch(/^Bcc:/m);
  });

  it("sends no password where the connection is not to be trusted, and says why", async () => {
    let sawPassword = false;
    const { port, mails } = await mailServer({
      allowInsecureAuth: true,
      onAuth(_auth, _session, done) {
        sawPassword = true;
        done(null, { user: "x" });
      },
    });
    const login = { user: "pods", password: "a password of ours" };
    // Its certificate is nobody's.
    await expect(tell(config(port, { ...login, security: "starttls" }))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("trusted"),
    });
    await expect(tell(config(port, { ...login, security: "none" }))).rejects.toMatchObject({ code: "unavailable" });
    expect(sawPassword).toBe(false);
    expect(mails).toEqual([]);
  });

  it("that is refused, or finds nobody, is said without what is secret", async () => {
    const { port } = await mailServer({
      authOptional: true,
      disabledCommands: ["STARTTLS", "AUTH"],
      onRcptTo: (_address, _session, done) => done(new Error("no such user; password=secret")),
    });
    await expect(tell(config(port))).rejects.toMatchObject({
      message: "mail.example did not take the mail: it refuses sender or recipients.",
    });
    await expect(tell(config(9))).rejects.toMatchObject({ message: expect.stringMatching(/no connection|cannot be reached/) });
    const inside = noticeSender(outboundGuard({ allow: [], resolve: async () => ["10.0.0.5"] }));
    await expect(inside({ kind: "smtp", language: "en", config: config(25) }, notice, new Date())).rejects.toMatchObject({
      code: "invalid",
    });
  });
});
