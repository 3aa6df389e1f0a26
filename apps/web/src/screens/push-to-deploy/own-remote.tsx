"use client";
import type { GitRemoteView } from "@agentpod/core/api/git-remote-view";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslations } from "use-intl";
import { Ago } from "../../i18n/time.tsx";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Command } from "../../ui/command.tsx";
import { Facts } from "../../ui/facts.tsx";
import { NewToken } from "../tokens/new-token.tsx";
import { pushQueries } from "./push-queries.ts";

/** The application's own remote: what is typed to push there, what git asks for, and what was last pushed. */
export function OwnRemote({ tenant, name }: { tenant: string; name: string }) {
  const t = useTranslations("push");
  const query = useQuery(pushQueries.remote(tenant, name));
  return (
    <Card title={t("remote")}>
      <Asked query={query} lines={5}>
        {(remote) => (
          <div className="flex min-w-0 flex-col gap-5">
            <RemoteCommands tenant={tenant} name={name} remote={remote} />
            <Pushed remote={remote} />
          </div>
        )}
      </Asked>
    </Card>
  );
}

/** How to push there, in two commands and with a password that is a token. */
export function RemoteCommands({ tenant, name, remote: { url, branch } }: { tenant: string; name: string; remote: GitRemoteView }) {
  const t = useTranslations("push");
  const mayNot = useMay();
  const [isMaking, setMaking] = useState(false);
  return (
    <>
      <p className="text-soft text-sm">{t("remoteText")}</p>
      <div className="flex flex-col gap-2">
        <Command text={`git remote add agentpod ${url}`} />
        <Command text={`git push agentpod ${branch ?? "main"}`} />
      </div>
      {isPlain(url) && <p className="text-sm">{t("plainHttp")}</p>}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 flex-1 basis-72 text-soft text-sm">{t("password")}</p>
        <Button why={mayNot("pod.write", tenant) ?? mayNot("artifact.write", tenant)} onClick={() => setMaking(true)}>
          {t("makeToken")}
        </Button>
      </div>
      {isMaking && <NewToken preset={{ name: `push-${name}`.slice(0, 63), tenant }} onClose={() => setMaking(false)} />}
    </>
  );
}

function Pushed({ remote: { branch, commit, pushedAt } }: { remote: GitRemoteView }) {
  const t = useTranslations("push");
  if (commit === null) return <p className="border-t pt-4 text-soft text-sm">{t("nothingPushed")}</p>;
  const facts: [string, ReactNode][] = [
    [
      t("branch"),
      <code key="branch" className="break-all font-mono text-[13px]">
        {branch}
      </code>,
    ],
    [
      t("lastPushed"),
      <span key="pushed" className="flex flex-wrap gap-x-3">
        <code title={commit} className="font-mono text-[13px]">
          {commit.slice(0, 12)}
        </code>
        <span className="text-soft">
          <Ago at={pushedAt} />
        </span>
      </span>,
    ],
  ];
  return (
    <div className="border-t pt-4">
      <Facts facts={facts} />
    </div>
  );
}

/** Whether a token would go through the network for everybody on the way to read. */
function isPlain(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === "http:" && url.hostname !== "localhost" && !url.hostname.endsWith(".localhost") && url.hostname !== "127.0.0.1";
}
