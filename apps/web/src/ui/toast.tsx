"use client";
import type { AppError } from "@agentpod/core/errors";
import { X } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useSaid } from "../i18n/said.ts";
import { cx } from "./cx.ts";
import { IconButton } from "./icon-button.tsx";

interface Shown {
  id: number;
  text: string;
  isError: boolean;
}

interface Toasts {
  say(text: string): void;
  /** With the API's own sentence; stays until it is closed or ten seconds have passed. */
  fail(error: AppError): void;
}

const Context = createContext<Toasts>({ say: () => undefined, fail: () => undefined });

export const useToast = (): Toasts => useContext(Context);

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useTranslations("common");
  const said = useSaid();
  const [shown, setShown] = useState<Shown[]>([]);
  const next = useRef(0);
  const close = useCallback((id: number) => setShown((list) => list.filter((one) => one.id !== id)), []);
  const toasts = useMemo(() => {
    const add = (text: string, isError: boolean, milliseconds: number): void => {
      const id = next.current++;
      setShown((list) => [...list.slice(-3), { id, text, isError }]);
      setTimeout(() => close(id), milliseconds);
    };
    return { say: (text: string) => add(text, false, 4000), fail: (error: AppError) => add(said(error.message), true, 10_000) };
  }, [close, said]);
  return (
    <Context value={toasts}>
      {children}
      <section
        aria-label={t("notices")}
        // Each notice is live by its role; this keeps them audible beside an open dialog, which hides all that is not live.
        aria-live="off"
        className="pointer-events-none fixed inset-x-3 bottom-3 z-[60] flex flex-col items-end gap-2"
      >
        {shown.map(({ id, text, isError }) => (
          <div
            key={id}
            role={isError ? "alert" : "status"}
            className={cx(
              "appear pointer-events-auto flex max-w-full items-start gap-2 rounded-lg py-2 pr-2 pl-3.5 text-sm shadow-float sm:max-w-md",
              isError ? "bg-solid text-on-solid" : "bg-raised",
            )}
          >
            <span className="min-w-0 break-words py-1">{text}</span>
            <IconButton
              icon={X}
              label={t("close")}
              onClick={() => close(id)}
              className={isError ? "text-on-solid hover:bg-transparent hover:text-on-solid" : ""}
            />
          </div>
        ))}
      </section>
    </Context>
  );
}
