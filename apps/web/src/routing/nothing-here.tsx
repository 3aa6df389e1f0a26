import { useTranslations } from "use-intl";
import { buttonClass } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { Go } from "./go.tsx";

/** For addresses that are no screen's, and things that are gone. */
export function NothingHere({ text }: { text?: string }) {
  const t = useTranslations("nothing");
  return (
    <div className="py-16">
      <Empty
        title={t("title")}
        text={text ?? t("text")}
        action={
          <Go href="/" className={buttonClass()}>
            {t("home")}
          </Go>
        }
      />
    </div>
  );
}
