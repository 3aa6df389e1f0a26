"use client";
import { useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { Command } from "../../ui/command.tsx";
import { Dialog } from "../../ui/dialog.tsx";

/** A link that works once and is shown once. */
export function LinkOnce({ link, onClose }: { link: string; onClose(): void }) {
  const t = useTranslations("users");
  return (
    <Dialog open onOpenChange={onClose} title={t("linkTitle")} description={t("linkText")}>
      <Command text={link} />
      <div className="flex justify-end">
        <Button look="solid" onClick={onClose}>
          {t("done")}
        </Button>
      </div>
    </Dialog>
  );
}
