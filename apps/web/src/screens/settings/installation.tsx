"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { Go } from "../../routing/go.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import { Facts } from "../../ui/facts.tsx";
import { SignOn } from "./sign-on.tsx";

/** What was installed, where it answers and who vouches for its users: told by its environment, and changed there. */
export function Installation() {
  const t = useTranslations("settings");
  const query = useQuery(queries.installation());
  return (
    <Asked query={query}>
      {({ version, url, baseDomains, runtime, signOn }) => (
        <div className="flex flex-col gap-5">
          <Card title={t("facts")}>
            <Facts
              facts={[
                [t("version"), version],
                [
                  t("address"),
                  <span key="address" className="break-all font-mono text-[13px]">
                    {url}
                  </span>,
                ],
                [
                  t("baseDomains"),
                  <span key="domains" className="break-words font-mono text-[13px]">
                    {baseDomains.join(", ")}
                  </span>,
                ],
                [t("runtime"), `${runtime.kind} · ${runtime.version}`],
              ]}
            />
            <p className="mt-4 text-[13px] text-soft">
              {t.rich("factsHint", {
                link: (text) => (
                  <Go href="/server" className="text-ink underline underline-offset-4">
                    {text}
                  </Go>
                ),
              })}
            </p>
          </Card>
          <SignOn providers={signOn} url={url} />
        </div>
      )}
    </Asked>
  );
}
