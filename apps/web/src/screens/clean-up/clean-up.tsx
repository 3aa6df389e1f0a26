"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import { CleanUpPlan } from "./clean-up-plan.tsx";
import { cleanUpQueries } from "./clean-up-queries.ts";
import { DiskRoom } from "./disk-room.tsx";
import { LastCleanUp } from "./last-clean-up.tsx";
import { PolicyForm } from "./policy-form.tsx";

/** What deployments leave behind: how much room there is, what would go and why, and what is kept. */
export default function CleanUp() {
  return (
    <LaterTexts>
      <CleanUpInside />
    </LaterTexts>
  );
}

function CleanUpInside() {
  const t = useTranslations("cleanUp");
  const why = useMay()("platform.read");
  const query = useQuery({ ...cleanUpQueries.status(), enabled: why === null });
  if (why !== null)
    return (
      <Card>
        <p className="text-soft text-sm">{why}</p>
      </Card>
    );
  return (
    <Asked query={query} lines={10}>
      {({ policy, disk, last, nextAt }) => (
        <>
          <div className="grid min-w-0 items-start gap-5 lg:grid-cols-2">
            <Card title={t("room")}>
              <DiskRoom disk={disk} leastMb={policy.freeMb} />
            </Card>
            <Card title={t("last")}>
              <LastCleanUp last={last} nextAt={nextAt} isOn={policy.everyHours !== null} />
            </Card>
          </div>
          <CleanUpPlan />
          <Card title={t("policy")}>
            <PolicyForm key={JSON.stringify(policy)} policy={policy} />
          </Card>
        </>
      )}
    </Asked>
  );
}
