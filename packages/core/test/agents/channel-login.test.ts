import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { channelCatalog } from "../../src/products/agents/channel-catalog.ts";
import { isLinked, isQrImage, loginStartRequest, loginWaitRequest, longestQr, readLogin } from "../../src/products/agents/channel-login.ts";

const png = readFileSync(join(import.meta.dirname, "../../../../apps/server/test/codes/first.png"));
const url = (bytes: Uint8Array): string => `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
const qr = url(png);
const sized = (width: number, height: number): string => {
  const changed = Buffer.from(png);
  changed.writeUInt32BE(width, 16);
  changed.writeUInt32BE(height, 20);
  return url(changed);
};

describe("A10 a channel that is linked by a code", () => {
  it("is a fact of the catalog, and not of one that has secrets", () => {
    for (const { id, login, secrets } of channelCatalog) expect([id, login !== null]).toEqual([id, Object.keys(secrets).length === 0]);
    expect(channelCatalog.find(({ id }) => id === "whatsapp")?.login).toEqual({ menu: "Linked devices", seconds: 180 });
  });

  it("is asked as its gateway's method takes it: nothing is said of what is not known", () => {
    expect(loginStartRequest({ channel: "whatsapp" }, false, 9)).toEqual({
      method: "web.login.start",
      params: { channel: "whatsapp", force: false, timeoutMs: 9 },
    });
    expect(loginWaitRequest({ channel: "whatsapp", account: "work" }, qr, 9)).toEqual({
      method: "web.login.wait",
      params: { channel: "whatsapp", accountId: "work", timeoutMs: 9, currentQrDataUrl: qr },
    });
    expect(loginWaitRequest({ channel: "whatsapp" }, undefined, 9).params).toEqual({ channel: "whatsapp", timeoutMs: 9 });
  });

  // What the plugin of 2026.9.4 said, in its words.
  it.each([
    [
      { qrDataUrl: qr, message: "Scan this QR in WhatsApp → Linked Devices." },
      { kind: "code", qr },
    ],
    [
      { qrDataUrl: qr, connected: false, message: "QR refreshed. Scan the latest code in WhatsApp → Linked Devices." },
      { kind: "code", qr },
    ],
    [{ connected: false, message: "Still waiting for the QR scan. Let me know when you’ve scanned it." }, { kind: "waiting" }],
    [
      { message: "WhatsApp is already linked (+15550001111). Say “relink” if you want a fresh QR." },
      { kind: "linked", who: "+15550001111" },
    ],
    [
      { connected: true, message: "✅ Linked! WhatsApp is ready." },
      { kind: "linked", who: "" },
    ],
    [
      { connected: true, message: "WhatsApp recovered the existing linked session (+15550001111)." },
      { kind: "linked", who: "+15550001111" },
    ],
  ])("%j is understood", (payload, expected) => expect(readLogin(payload, "WhatsApp")).toEqual(expected));

  it.each([
    ["WhatsApp login failed: WebSocket Error (getaddrinfo ENOTFOUND web.whatsapp.com)", /^the agent cannot reach WhatsApp; /],
    ["Failed to get QR: Error: Timed out waiting for WhatsApp QR", /^the agent cannot reach WhatsApp; /],
    ["The login QR expired. Ask me to generate a new one.", /^the code has expired; /],
    ["No active WhatsApp login in progress.", /^no login is under way; /],
    ["WhatsApp login was replaced by a newer request.", /^another login of this channel took its place$/],
    [
      "WhatsApp reported the session is logged out. Cleared cached web session; please scan a new QR.",
      /^WhatsApp has ended the link; ask for a new code$/,
    ],
    ["WhatsApp auth state is still stabilizing. Retry login in a moment.", /^the agent is still busy with the link before; /],
    ["Login ended without a connection.", /^the agent could not link WhatsApp: Login ended without a connection\.$/],
    ["x".repeat(5000), /^the agent could not link WhatsApp: x{200}$/],
    ["", /^the agent could not link WhatsApp$/],
  ])("%s is the end of it, told in words", (message, expected) => {
    expect(readLogin({ connected: false, message }, "WhatsApp")).toEqual({ kind: "over", message: expect.stringMatching(expected) });
  });

  it.each([null, "linked", { qrDataUrl: 7 }, { qrDataUrl: "javascript:alert(1)", message: "" }, { qrDataUrl: "", message: "Scan" }])(
    "%j is no answer",
    (payload) => expect(readLogin(payload, "WhatsApp")).toBeNull(),
  );

  it("its picture is a PNG, small as a file and as a picture", () => {
    expect(isQrImage(qr)).toBe(true);
    expect(isQrImage(sized(2000, 2000))).toBe(true);
    const wrong = [
      qr.replace("image/png", "image/svg+xml"),
      `data:image/png;base64,${Buffer.from("<svg onload=alert(1)>".repeat(9)).toString("base64")}`,
      `${qr}"><script>`,
      `${qr.slice(0, 30)}\n${qr.slice(30)}`,
      url(png.subarray(0, 20)),
      url(Buffer.concat([png, Buffer.alloc(longestQr)])),
      sized(30_000, 400),
      sized(400, 30_000),
      sized(0, 400),
      "https://example.com/code.png",
    ];
    for (const one of wrong) expect(isQrImage(one), one.slice(0, 60)).toBe(false);
  });

  it("is linked when the agent says so of that very account", () => {
    const status = (linked: boolean) => ({
      channelAccounts: {
        whatsapp: [
          { accountId: "home", linked: false },
          { accountId: "work", linked },
        ],
      },
      channelDefaultAccountId: { whatsapp: "work" },
    });
    expect(isLinked(status(true), { channel: "whatsapp" })).toBe(true);
    expect(isLinked(status(true), { channel: "whatsapp", account: "work" })).toBe(true);
    expect(isLinked(status(true), { channel: "whatsapp", account: "home" })).toBe(false);
    expect(isLinked(status(false), { channel: "whatsapp" })).toBe(false);
    for (const nothing of [null, {}, { channelAccounts: {} }]) expect(isLinked(nothing, { channel: "whatsapp" })).toBe(false);
  });
});
