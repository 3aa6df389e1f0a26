import { useTranslations } from "use-intl";
import { Go } from "../../routing/go.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";

/** Keys and budgets belong to tenants. */
export function NoTenant() {
  const t = useTranslations("llm");
  return (
    <Empty
      title={t("noTenantTitle")}
      text={t("noTenantText")}
      action={
        <Go href="/tenants?new=1" className={buttonClass()}>
          {t("toTenants")}
        </Go>
      }
    />
  );
}
