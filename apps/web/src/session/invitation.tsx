"use client";
import { toAppError } from "@agentpod/core/errors";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../api/client.ts";
import { queries } from "../api/queries.ts";
import { useAct } from "../api/use-act.ts";
import { Asked } from "../ui/asked.tsx";
import { Button } from "../ui/button.tsx";
import { linkSecret } from "./link-secret.ts";
import { Outside } from "./outside.tsx";
import { RegisterForm } from "./register-form.tsx";

/** Where an invitation leads: into a tenant, with the account one has or a new one. */
export default function Invitation() {
  const t = useTranslations("links");
  const roles = useTranslations("members.roles");
  const [secret] = useState(linkSecret);
  const look = useQuery({ queryKey: ["invitation", secret], queryFn: () => api.invitations.look(secret), retry: false });
  const whoami = useQuery(queries.whoami());
  const enter = (): void => window.location.replace("/");
  const accept = useAct({ run: () => api.invitations.accept(secret), onDone: enter });
  const isStranger = whoami.isError && toAppError(whoami.error).code === "unauthenticated";
  return (
    <Outside
      title={t("invitationTitle")}
      text={look.data ? t("invitationText", { tenant: look.data.tenant, role: roles(look.data.role) }) : ""}
    >
      <Asked query={look}>
        {({ email }) =>
          isStranger ? (
            <RegisterForm
              email={email}
              action={t("register")}
              register={({ email: typed, ...account }) =>
                // An invitation for one address says by itself for which.
                api.invitations.register({ secret, ...account, ...(email === null ? { email: typed } : {}) })
              }
              onDone={enter}
            />
          ) : (
            <Button look="solid" className="h-9!" isBusy={accept.isPending} onClick={() => accept.mutate()}>
              {t("acceptAs", { name: whoami.data?.user?.email ?? "" })}
            </Button>
          )
        }
      </Asked>
    </Outside>
  );
}
