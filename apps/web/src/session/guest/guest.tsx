"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { Go } from "../../routing/go.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Outside } from "../outside.tsx";
import { GuestDeploy } from "./guest-deploy.tsx";
import { GuestPod } from "./guest-pod.tsx";
import { keepGuestPod, keptGuestPod } from "./kept-guest-pod.ts";

/** For visitors without an account, where an admin lets them: a template, a pod of it, and how long it lives. */
export default function Guest() {
  const t = useTranslations("guest");
  const options = useQuery(queries.loginOptions());
  const [pod, setPod] = useState(keptGuestPod);
  const show = (name: string | null): void => {
    keepGuestPod(name);
    setPod(name);
  };
  const isAllowed = options.data?.guests !== false;
  return (
    <Outside wide title={t(pod === null ? "title" : "podTitle")} text={t(isAllowed ? (pod === null ? "text" : "podText") : "notAllowed")}>
      <Asked query={options}>
        {({ guests }) => guests && (pod === null ? <GuestDeploy onDone={show} /> : <GuestPod name={pod} onAgain={() => show(null)} />)}
      </Asked>
      <p className="text-sm">
        <Go href="/" className="underline underline-offset-4">
          {t("signIn")}
        </Go>
      </p>
    </Outside>
  );
}
