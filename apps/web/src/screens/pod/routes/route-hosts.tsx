"use client";
import type { PodRouteView } from "@agentpod/core/api/pod-route-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { At } from "../../../i18n/time.tsx";
import { useMay } from "../../../session/use-may.ts";
import { Button } from "../../../ui/button.tsx";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { Input } from "../../../ui/input.tsx";
import { OutLink } from "../../../ui/out-link.tsx";
import { usePatchRoute } from "./use-patch-route.ts";

/** Names of a route with their certificates; more can be added once their domain is verified. */
export function RouteHosts({ pod, route }: { pod: PodView; route: PodRouteView }) {
  const t = useTranslations("routes");
  const mayNot = useMay();
  const [host, setHost] = useState("");
  const patch = usePatchRoute(pod, route, { done: () => t("saved"), onDone: () => setHost("") });
  const add = (event: FormEvent): void => {
    event.preventDefault();
    if (host.trim() !== "") patch.mutate({ addHosts: [host.trim()] });
  };
  return (
    <div className="flex flex-col">
      <ul className="divide-y">
        {route.hosts.map(({ host: name, unicode, declared, certificate, urls }) => (
          <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-sm">
            <OutLink href={urls[0]} className="min-w-0 break-all rounded font-medium underline-offset-4 hover:underline">
              {unicode}
            </OutLink>
            <span className="text-[13px] text-soft">
              {certificate === null ? (
                t("noCertificate")
              ) : (
                <>
                  {t(`certificate.${certificate.state}`)} {certificate.notAfter && <At at={certificate.notAfter} />}
                </>
              )}
            </span>
            <span className="ml-auto flex items-center">
              <CopyButton text={urls[0] ?? unicode} />
              {declared && mayNot("pod.write", pod.tenant) === null && (
                <IconButton
                  icon={Trash2}
                  label={t("removeHost", { host: unicode })}
                  onClick={() => patch.mutate({ removeHosts: [name] })}
                />
              )}
            </span>
          </li>
        ))}
      </ul>
      <form onSubmit={add} className="flex gap-2 border-t px-4 py-3">
        <Input
          aria-label={t("host")}
          placeholder={t("hostPlaceholder")}
          value={host}
          onChange={(event) => setHost(event.target.value)}
          className="max-w-sm"
        />
        <Button type="submit" className="h-9!" why={mayNot("pod.write", pod.tenant)} isBusy={patch.isPending}>
          {t("addHost")}
        </Button>
      </form>
    </div>
  );
}
