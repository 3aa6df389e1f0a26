import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Codes as the real plugin drew them. */
export const codes = ["first", "second"].map(
  (name) => `data:image/png;base64,${readFileSync(join(import.meta.dirname, "codes", `${name}.png`)).toString("base64")}`,
);

interface Asked {
  channel: string;
  force?: boolean;
  accountId?: string;
  currentQrDataUrl?: string;
}

/** A messenger that is linked by a code: what the plugin of a real agent answers, in its words, and a phone to read it. */
export function linkableChannel() {
  const seen = { starts: [] as Asked[], waits: [] as Asked[] };
  let shown: number | null = null;
  let linkedAs: string | null = null;
  let isConnected = false;
  let failure: string | null = null;
  let waiters: (() => void)[] = [];
  const tell = (): void => {
    for (const wake of waiters.splice(0)) wake();
  };
  /** Until something has happened. */
  const news = (): Promise<void> => new Promise((resolve) => void waiters.push(resolve));
  let isImpatient = false;

  return {
    seen,
    /** Waits that are under way. */
    waiting: () => waiters.length,
    /** What a start says instead of a code. */
    refuses: null as string | null,
    /** Held until it is let go. */
    gate: null as Promise<void> | null,
    rpc() {
      return {
        "web.login.start": async (asked: Asked) => {
          const mine = seen.starts.push(asked);
          await this.gate;
          if (shown === null && mine !== seen.starts.length) return { message: "WhatsApp login was replaced by a newer request." };
          if (this.refuses !== null) return { message: this.refuses };
          if (linkedAs !== null && !asked.force)
            return { message: `WhatsApp is already linked (${linkedAs}). Say “relink” if you want a fresh QR.` };
          if (shown !== null) return { qrDataUrl: codes[shown], message: "QR already active. Scan it in WhatsApp → Linked Devices." };
          [shown, linkedAs, isConnected, failure] = [0, null, false, null];
          return { qrDataUrl: codes[0], message: "Scan this QR in WhatsApp → Linked Devices." };
        },
        "web.login.wait": async (asked: Asked) => {
          seen.waits.push(asked);
          if (shown === null) return { connected: false, message: "No active WhatsApp login in progress." };
          for (;;) {
            if (failure !== null) {
              shown = null;
              return { connected: false, message: failure };
            }
            if (isConnected) {
              shown = null;
              return { connected: true, message: "✅ Linked! WhatsApp is ready." };
            }
            if (asked.currentQrDataUrl !== undefined && asked.currentQrDataUrl !== codes[shown ?? 0])
              return {
                connected: false,
                message: "QR refreshed. Scan the latest code in WhatsApp → Linked Devices.",
                qrDataUrl: codes[shown ?? 0],
              };
            if (isImpatient) {
              isImpatient = false;
              return { connected: false, message: "Still waiting for the QR scan. Let me know when you’ve scanned it." };
            }
            await news();
          }
        },
        "channels.status": () => ({
          channelAccounts: { whatsapp: [{ accountId: "default", linked: linkedAs !== null }] },
          channelDefaultAccountId: { whatsapp: "default" },
        }),
      };
    },
    /** The phone reads the code. */
    scan() {
      [linkedAs, isConnected] = ["+15550001111", true];
      tell();
    },
    /** The code is replaced by another. */
    turn() {
      shown = 1;
      tell();
    },
    /** The time of one wait is over. */
    tire() {
      isImpatient = true;
      tell();
    },
    fail(message: string) {
      failure = message;
      tell();
    },
    /** As if nothing had been. */
    reset() {
      [shown, linkedAs, isConnected, failure, isImpatient] = [null, null, false, null, false];
      [this.refuses, this.gate] = [null, null];
      tell();
      waiters = [];
      seen.starts.length = seen.waits.length = 0;
    },
  };
}
