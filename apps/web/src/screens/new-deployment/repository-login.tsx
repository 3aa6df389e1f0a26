"use client";
import type { FetchSourceRequest } from "@agentpod/core/api/source-view";
import { useTranslations } from "use-intl";
import { Field } from "../../ui/field.tsx";
import { Input, Select, Textarea } from "../../ui/input.tsx";

const ways = ["none", "token", "key"] as const;

/** What opens a repository, as it is typed. */
export interface LoginFields {
  way: (typeof ways)[number];
  user: string;
  token: string;
  key: string;
  knownHosts: string;
}

export const noLogin: LoginFields = { way: "none", user: "", token: "", key: "", knownHosts: "" };

/** Paths of what the API finds wrong that stand at a field here. */
export const repositoryLoginFields = ["credentials.token", "credentials.user", "credentials.key", "knownHosts"];

/** As the API takes it; nothing for a public one. */
export function loginOf({ way, user, token, key, knownHosts }: LoginFields): Pick<FetchSourceRequest, "credentials" | "knownHosts"> {
  if (way === "token") return { credentials: { kind: "token", token: token.trim(), ...(user.trim() !== "" && { user: user.trim() }) } };
  if (way === "none") return {};
  return { credentials: { kind: "key", key: key.endsWith("\n") ? key : `${key}\n` }, ...(knownHosts.trim() !== "" && { knownHosts }) };
}

interface LoginProps {
  login: LoginFields;
  /** What becomes of it. */
  hint: string;
  errorAt(path: string): string | undefined;
  onChange(login: LoginFields): void;
}

/** Whether a repository is public, and else what opens it. */
export function RepositoryLogin({ login, hint, errorAt, onChange }: LoginProps) {
  const t = useTranslations("newDeployment");
  const { way, user, token, key, knownHosts } = login;
  const set = (change: Partial<LoginFields>): void => onChange({ ...login, ...change });
  const plain = { autoComplete: "off", spellCheck: false } as const;
  return (
    <>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label={t("opens")} hint={hint}>
          {(ids) => (
            <Select {...ids} value={way} onChange={(event) => set({ way: ways.find((one) => one === event.target.value) ?? "none" })}>
              {ways.map((one) => (
                <option key={one} value={one}>
                  {t(`ways.${one}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {way === "token" && (
          <>
            <Field label={t("token")} error={errorAt("credentials.token")} required>
              {(ids) => (
                <Input
                  {...ids}
                  type="password"
                  autoComplete="new-password"
                  value={token}
                  onChange={(event) => set({ token: event.target.value })}
                />
              )}
            </Field>
            <Field label={t("user")} hint={t("userHint")} error={errorAt("credentials.user")}>
              {(ids) => <Input {...ids} {...plain} value={user} onChange={(event) => set({ user: event.target.value })} />}
            </Field>
          </>
        )}
      </div>
      {way === "key" && (
        <>
          <Field label={t("key")} hint={t("keyHint")} error={errorAt("credentials.key")} required>
            {(ids) => <Textarea {...ids} {...plain} rows={5} value={key} onChange={(event) => set({ key: event.target.value })} />}
          </Field>
          <Field label={t("knownHosts")} hint={t("knownHostsHint")} error={errorAt("knownHosts")}>
            {(ids) => (
              <Textarea {...ids} {...plain} rows={2} value={knownHosts} onChange={(event) => set({ knownHosts: event.target.value })} />
            )}
          </Field>
        </>
      )}
    </>
  );
}
