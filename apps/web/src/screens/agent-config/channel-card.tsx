"use client";
import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { channelCatalog } from "@agentpod/core/products/agents/channel-catalog";
import { channelFields, mayOverride } from "@agentpod/core/products/agents/channel-fields";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import type { FieldErrors } from "../../inputs/field-errors.ts";
import { InputField } from "../../inputs/input-field.tsx";
import { Card } from "../../ui/card.tsx";
import { Choice } from "../../ui/choice.tsx";
import type { Inputs } from "../agent-packages/input-groups.ts";
import { ChannelFieldInput } from "./channel-field-input.tsx";
import { ChannelStates } from "./channel-states.tsx";
import { type ConfigDraft, fieldText, isEmptyDraft } from "./config-draft.ts";
import { ConfigTest } from "./config-test.tsx";
import { LinkChannel } from "./link-channel.tsx";

interface ChannelCardProps {
  pod: PodView;
  channel: AgentConfigView["channels"][number];
  allow: readonly string[];
  inputs: Inputs;
  stored: readonly string[];
  draft: ConfigDraft;
  /** Why nothing may be changed at all; null where it may. */
  why: string | null;
  errors: FieldErrors;
  onInput(name: string, value: string | boolean): void;
  onChannel(change: ConfigDraft["channels"][string]): void;
}

/** A messenger: whether it is on, its secrets, who may write to the agent, and how it answers there. */
export function ChannelCard(props: ChannelCardProps) {
  const { pod, channel, allow, inputs, stored, draft, why, errors, onInput, onChannel } = props;
  const { id, title, verified } = channel;
  const t = useTranslations("agentConfig");
  const said = useSaid();
  const secrets = Object.values(channelCatalog.find((one) => one.id === id)?.secrets ?? {});
  const changed = draft.channels[id] ?? { values: {} };
  const isOn = changed.enabled ?? channel.enabled;
  const maySwitch = mayOverride(allow, ["channels", id, "enabled"]);
  const fields = channelFields(id);
  const closed = fields.filter(({ key }) => !mayOverride(allow, ["channels", id, key]));
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {title}
          <span className="font-normal text-soft text-xs">{t(channel.enabled ? "on" : "off")}</span>
          {!verified && <span className="rounded-full border px-2 font-normal text-xs">{t("notVerified")}</span>}
        </span>
      }
      actions={
        verified && (
          <ConfigTest
            pod={pod}
            what={id}
            label={t("testChannel", { channel: title })}
            why={secrets.every((name) => stored.includes(name)) ? null : t("noSecretYet")}
            isChanged={!isEmptyDraft(draft)}
          />
        )
      }
    >
      <div className="flex flex-col gap-5">
        {!verified && <p className="text-[13px] text-soft">{t("notVerifiedText")}</p>}
        {channel.keepsAwake !== null && isOn && <p className="text-[13px] text-soft">{said(channel.keepsAwake)}</p>}
        <ChannelStates pod={pod} channel={id} />
        {closed.length === fields.length && !maySwitch && (
          <p className="text-[13px] text-soft">{t("channelClosed", { path: `channels.${id}` })}</p>
        )}
        <Choice
          label={t("switchOn", { channel: title })}
          hint={maySwitch ? undefined : t("notAllowed")}
          checked={isOn}
          disabled={why !== null || !maySwitch}
          onChange={(enabled) => onChannel({ ...changed, enabled })}
        />
        {channel.login !== null && isOn && <LinkChannel pod={pod} channel={channel} />}
        {(isOn || channel.enabled) && (
          <fieldset disabled={why !== null} className="grid gap-5 sm:grid-cols-2">
            <legend className="sr-only">{title}</legend>
            {secrets.map((name) => {
              const input = inputs[name];
              return (
                input && (
                  <InputField
                    key={name}
                    name={name}
                    input={input}
                    value={draft.inputs[name] ?? ""}
                    isStored={stored.includes(name)}
                    error={errors.at(`inputs.${name}`)}
                    onChange={(value) => onInput(name, value)}
                  />
                )
              );
            })}
            {fields.map((field) => (
              <ChannelFieldInput
                key={field.key}
                channel={id}
                field={field}
                value={changed.values[field.key] ?? fieldText(channel.config[field.key])}
                isClosed={closed.includes(field)}
                error={errors.at(`config.channels.${id}.${field.key}`) ?? errors.at(`config.channels.${id}.${field.key}[0]`)}
                onChange={(value) => onChannel({ ...changed, values: { ...changed.values, [field.key]: value } })}
              />
            ))}
          </fieldset>
        )}
      </div>
    </Card>
  );
}
