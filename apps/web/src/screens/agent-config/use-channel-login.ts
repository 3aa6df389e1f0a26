import { toAppError } from "@agentpod/core/errors";
import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";

/** How a login stands. `message`: the API's own sentence. */
export type LoginState =
  | { kind: "starting" }
  /** `endsAt`: when the agent gives it up (milliseconds). */
  | { kind: "code"; qr: string; endsAt: number }
  /** `isNew`: by what was done here. */
  | { kind: "linked"; message: string; isNew: boolean }
  | { kind: "over"; message: string };

interface Login {
  state: LoginState;
  /** Begins anew; `force` lets go what is linked. */
  begin(force: boolean): void;
}

/** Begins to link a channel as soon as it is shown, follows its codes until it is linked or over, and lets go when it is left. */
export function useChannelLogin(tenant: string, pod: string, channel: string, account: string): Login {
  const [state, setState] = useState<LoginState>({ kind: "starting" });
  const underWay = useRef<AbortController | null>(null);
  const begin = useCallback(
    (force: boolean): void => {
      underWay.current?.abort();
      const mine = new AbortController();
      underWay.current = mine;
      const show = (next: LoginState): void => {
        if (!mine.signal.aborted) setState(next);
      };
      show({ kind: "starting" });
      follow({ tenant, pod, channel, account, force }, mine.signal, show).catch((thrown) =>
        show({ kind: "over", message: toAppError(thrown).message }),
      );
    },
    [tenant, pod, channel, account],
  );
  useEffect(() => {
    begin(false);
    return () => underWay.current?.abort();
  }, [begin]);
  return { state, begin };
}

interface Asked {
  tenant: string;
  pod: string;
  channel: string;
  account: string;
  force: boolean;
}

async function follow(
  { tenant, pod, channel, account, force }: Asked,
  signal: AbortSignal,
  show: (state: LoginState) => void,
): Promise<void> {
  const whose = account === "" ? {} : { account };
  let view = await api.agents.channels.login(tenant, pod, channel, { ...whose, force }, signal);
  const endsAt = Date.now() + view.lastsSeconds * 1000;
  let isNew = false;
  let shown: { qr?: string } = {};
  while (view.state === "code" || view.state === "waiting") {
    if (view.qr !== null) {
      shown = { qr: view.qr };
      show({ kind: "code", qr: view.qr, endsAt });
    }
    isNew = true;
    view = await api.agents.channels.awaitLogin(tenant, pod, channel, { ...whose, ...shown }, signal);
  }
  show(view.state === "linked" ? { kind: "linked", message: view.message, isNew } : { kind: "over", message: view.message });
}
