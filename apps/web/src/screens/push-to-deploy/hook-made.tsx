import type { CreatedHook } from "@agentpod/core/api/deployment-hook-view";
import { useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { Command } from "../../ui/command.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { signedCall } from "./signed-call.ts";

/** Address and secret of a hook, this once, and where they are put. */
export function HookMade({ hook, onClose }: { hook: CreatedHook; onClose(): void }) {
  const t = useTranslations("push");
  const { kind, address, secret, branch } = hook;
  return (
    <Dialog open onOpenChange={onClose} title={t("madeTitle")} description={t("madeText")}>
      <Shown label={t("address")} text={address} />
      <Shown label={t("secret")} text={secret} />
      <p className="text-sm">{t(`places.${kind}`)}</p>
      {kind === "generic" && <Script label={t("script")} text={signedCall(hook)} />}
      <p className="text-soft text-sm">{t("madeThen", { branch })}</p>
      <div className="flex justify-end">
        <Button look="solid" onClick={onClose}>
          {t("done")}
        </Button>
      </div>
    </Dialog>
  );
}

function Shown({ label, text }: { label: string; text: string }) {
  return (
    <section aria-label={label} className="flex flex-col gap-1.5">
      <p className="font-medium text-[13px]">{label}</p>
      <Command text={text} />
    </section>
  );
}

function Script({ label, text }: { label: string; text: string }) {
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section aria-label={label} tabIndex={0} className="overflow-x-auto rounded-md border bg-surface p-3 pr-11">
        <pre className="font-mono text-[12.5px] leading-5">{text}</pre>
      </section>
      <div className="absolute top-1 right-1">
        <CopyButton text={text} />
      </div>
    </div>
  );
}
