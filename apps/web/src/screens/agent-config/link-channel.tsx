"use client";
import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { isConfigRecord } from "@agentpod/core/products/agents/config-record";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/input.tsx";
import { LinkDialog } from "./link-dialog.tsx";

/** Links a channel to somebody's own account, which one of several is chosen first. */
export function LinkChannel({ pod, channel }: { pod: PodView; channel: AgentConfigView["channels"][number] }) {
  const t = useTranslations("agentConfig");
  const mayNot = useMay()("pod.write", pod.tenant);
  const [isOpen, setOpen] = useState(false);
  const [account, setAccount] = useState("");
  const accounts = Object.keys(isConfigRecord(channel.config.accounts) ? channel.config.accounts : {});
  const isRunning = pod.units.some(({ state }) => state === "running");
  const why = mayNot ?? (!channel.enabled ? t("link.saveFirst", { channel: channel.title }) : isRunning ? null : t("link.notRunning"));
  return (
    <div className="flex flex-wrap items-end gap-3">
      {accounts.length > 1 && (
        <Field label={t("link.account")}>
          {(ids) => (
            <Select {...ids} value={account} onChange={(event) => setAccount(event.target.value)}>
              <option value="">{t("link.anyAccount")}</option>
              {accounts.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <Button why={why} onClick={() => setOpen(true)}>
        {t("link.button")}
      </Button>
      {isOpen && <LinkDialog pod={pod} channel={channel} account={account} onClose={() => setOpen(false)} />}
    </div>
  );
}
