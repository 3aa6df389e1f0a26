"use client";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { Input } from "./input.tsx";

interface ConfirmProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** What will be gone. */
  warning: ReactNode;
  /** To be typed before the button can be pressed. */
  name: string;
  action: string;
  isBusy?: boolean;
  onConfirm(): void;
  children?: ReactNode;
}

/** Asks for the name of what is about to be destroyed. */
export function ConfirmByName({ open, onOpenChange, title, warning, name, action, isBusy = false, onConfirm, children }: ConfirmProps) {
  const t = useTranslations("common");
  const [typed, setTyped] = useState("");
  const change = (next: boolean): void => {
    setTyped("");
    onOpenChange(next);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed === name && !isBusy) onConfirm();
  };
  return (
    <Dialog open={open} onOpenChange={change} title={title} description={warning}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        {children}
        <Field label={t("typeToConfirm", { name })}>
          {(ids) => (
            <Input {...ids} value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" spellCheck={false} />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={() => change(false)}>{t("cancel")}</Button>
          <Button type="submit" look="danger" isBusy={isBusy} disabled={typed !== name}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
