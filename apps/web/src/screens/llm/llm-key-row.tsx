"use client";
import type { LlmKeyView } from "@agentpod/core/api/llm-view";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { Ago } from "../../i18n/time.tsx";
import { podHref } from "../../pods/pod-href.ts";
import { Go } from "../../routing/go.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";
import { Mark } from "../../ui/mark.tsx";
import { Cell } from "../../ui/table.tsx";

interface KeyRowProps {
  tenant: string;
  value: LlmKeyView;
  why: string | null;
  /** A key made by hand that was replaced: its secret, this once. */
  onSecret(secret: string): void;
}

/** A key, whose it is, and what can be done with it. */
export function LlmKeyRow({ tenant, value: { id, pod, name, masked, lastUsedAt, revokedAt }, why, onSecret }: KeyRowProps) {
  const t = useTranslations("llm");
  const client = useQueryClient();
  const [asked, setAsked] = useState<"revoke" | "rotate" | null>(null);
  const end = (): void => {
    setAsked(null);
    void client.invalidateQueries({ queryKey: ["llm", "keys"] });
  };
  const revoke = useAct({ run: () => api.llmKeys.revoke(tenant, id), done: () => t("keyRevoked", { name }), onDone: end });
  const rotate = useAct({
    async run() {
      if (pod !== null) {
        await api.llmKeys.rotate(tenant, pod);
        return null;
      }
      // Two that hold cannot be called the same.
      await api.llmKeys.revoke(tenant, id);
      return (await api.llmKeys.add(tenant, name)).key;
    },
    done: () => t("keyRotated", { name: pod ?? name }),
    onDone(secret) {
      end();
      if (secret !== null) onSecret(secret);
    },
  });
  const label = pod ?? name;
  return (
    <tr>
      <Cell className="min-w-40">
        <span className="block font-medium">{name}</span>
        <span className="font-mono text-[12px] text-soft">{masked}</span>
      </Cell>
      <Cell className="whitespace-nowrap">
        {pod === null ? (
          <span className="text-soft">{t("byHand")}</span>
        ) : (
          <Go href={podHref({ tenant, name: pod })} className="rounded underline-offset-4 hover:underline">
            {`${tenant}/${pod}`}
          </Go>
        )}
      </Cell>
      <Cell className="whitespace-nowrap text-soft">{lastUsedAt === null ? t("neverUsed") : <Ago at={lastUsedAt} />}</Cell>
      <Cell className="whitespace-nowrap">
        <span className="inline-flex items-center gap-2">
          <Mark shape={revokedAt === null ? "full" : "ring"} />
          {revokedAt === null ? (
            t("holds")
          ) : (
            <span>
              {t("revoked")} <Ago at={revokedAt} />
            </span>
          )}
        </span>
      </Cell>
      <Cell className="text-right">
        {revokedAt === null && (
          <span className="inline-flex gap-2">
            <Button small why={why} aria-label={t("rotateOne", { name: label })} onClick={() => setAsked("rotate")}>
              {t("rotate")}
            </Button>
            <Button small why={why} aria-label={t("revokeOne", { name: label })} onClick={() => setAsked("revoke")}>
              {t("revoke")}
            </Button>
          </span>
        )}
        <ConfirmByName
          open={asked !== null}
          onOpenChange={() => setAsked(null)}
          title={t(asked === "rotate" ? "rotateTitle" : "revokeTitle", { name: label })}
          warning={t(asked === "revoke" ? "revokeText" : pod === null ? "rotateHandText" : "rotatePodText")}
          name={label}
          action={t(asked === "rotate" ? "rotate" : "revoke")}
          isBusy={revoke.isPending || rotate.isPending}
          onConfirm={() => (asked === "rotate" ? rotate.mutate() : revoke.mutate())}
        />
      </Cell>
    </tr>
  );
}
