"use client";
import { useEffect } from "react";
import { useTranslations } from "use-intl";
import { Failed } from "../ui/failed.tsx";
import { Logo } from "../ui/logo.tsx";

const againMs = 2000;

/** The page is here but the server is not: it restarts, most likely. */
export function Unreachable({ error, onRetry }: { error: unknown; onRetry(): void }) {
  const t = useTranslations("session");
  useEffect(() => {
    const timer = setInterval(onRetry, againMs);
    return () => clearInterval(timer);
  }, [onRetry]);
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-4 p-6">
      <Logo />
      <h1 className="font-semibold text-lg">{t("unreachable")}</h1>
      <Failed error={error} onRetry={onRetry} />
    </main>
  );
}
