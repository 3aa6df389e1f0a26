"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../api/client.ts";
import { queries } from "../api/queries.ts";
import { Go } from "../routing/go.tsx";
import { Asked } from "../ui/asked.tsx";
import { Outside } from "./outside.tsx";
import { RegisterForm } from "./register-form.tsx";

/** A new account, where an admin lets anybody have one. */
export default function Register() {
  const t = useTranslations("session");
  const options = useQuery(queries.loginOptions());
  const isOpen = options.data?.registration !== false;
  return (
    <Outside title={t("registerTitle")} text={t(isOpen ? "registerText" : "registerClosed")}>
      <Asked query={options}>
        {({ registration }) =>
          registration && (
            <RegisterForm email={null} action={t("register")} register={api.login.register} onDone={() => window.location.replace("/")} />
          )
        }
      </Asked>
      <p className="text-sm">
        <Go href="/" className="underline underline-offset-4">
          {t("haveAccount")}
        </Go>
      </p>
    </Outside>
  );
}
