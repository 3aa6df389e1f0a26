import { useTranslations } from "use-intl";
import { Button } from "../ui/button.tsx";

export function ScreenFailed({ error }: { error: unknown }) {
  const t = useTranslations("screenFailed");
  return (
    <div role="alert" className="mx-auto flex max-w-md flex-col items-start gap-3 px-4 py-16">
      <h1 className="font-semibold text-lg">{t("title")}</h1>
      <p className="text-soft text-sm">{t("text")}</p>
      <p className="max-w-full break-words font-mono text-[13px] text-soft">{error instanceof Error ? error.message : String(error)}</p>
      <Button onClick={() => window.location.reload()}>{t("reload")}</Button>
    </div>
  );
}
