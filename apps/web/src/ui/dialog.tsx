"use client";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { IconButton } from "./icon-button.tsx";

interface DialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
}

export function Dialog({ open, onOpenChange, title, description, children }: DialogProps) {
  const t = useTranslations("common");
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fade fixed inset-0 z-40 bg-black/40 backdrop-blur-[1px]" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className="appear fixed inset-x-3 top-[12vh] z-50 mx-auto flex max-h-[80vh] max-w-lg flex-col gap-4 overflow-y-auto rounded-xl bg-raised p-5 shadow-float"
        >
          <div className="flex items-start justify-between gap-3">
            <div className="flex min-w-0 flex-col gap-1">
              <Radix.Title className="break-words font-semibold text-base">{title}</Radix.Title>
              {description && <Radix.Description className="text-soft text-sm">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton icon={X} label={t("close")} />
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
