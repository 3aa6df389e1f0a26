import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import { channelsOf } from "@agentpod/core/products/agents/channel-catalog";
import { useTranslations } from "use-intl";
import { Card } from "../../ui/card.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Facts } from "../../ui/facts.tsx";
import { InputTable } from "../templates/input-table.tsx";
import { inputGroups } from "./input-groups.ts";
import { mcpServers } from "./mcp-servers.ts";

/** Channels, tools, what customers may change and what they are asked for. */
export function PackageRules({ shown }: { shown: AgentPackageView }) {
  const t = useTranslations("agentPackages");
  const channels = channelsOf(shown.channels);
  const servers = mcpServers(shown.config);
  const { own, model, channels: channelInputs, limits } = inputGroups(shown.inputs);
  const isBare = Object.keys(shown.config).length === 0;
  return (
    <>
      <Card title={t("about")}>
        <Facts
          facts={[
            [t("agentVersion"), shown.agentVersion],
            [
              t("channels"),
              channels.length === 0 ? (
                t("noChannels")
              ) : (
                <ul key="channels" className="flex flex-wrap gap-x-3 gap-y-1">
                  {channels.map(({ id, title, verified }) => (
                    <li key={id}>
                      {title}
                      {!verified && <span className="text-soft text-xs"> {t("notVerified")}</span>}
                    </li>
                  ))}
                </ul>
              ),
            ],
            [
              t("mcp"),
              servers.length === 0 ? (
                t("noMcp")
              ) : (
                <ul key="mcp" className="flex flex-col gap-1">
                  {servers.map(({ name, target }) => (
                    <li key={name}>
                      {name} <code className="break-all font-mono text-[13px] text-soft">{target}</code>
                    </li>
                  ))}
                </ul>
              ),
            ],
            [
              t("allowed"),
              shown.allow.length === 0 ? (
                t("nothingAllowed")
              ) : (
                <ul key="allow" className="flex flex-col gap-1">
                  {shown.allow.map((path) => (
                    <li key={path}>
                      <code className="break-all font-mono text-[13px]">{path}</code>
                    </li>
                  ))}
                </ul>
              ),
            ],
          ]}
        />
      </Card>
      <Card title={t("inputs")} flush>
        <InputTable inputs={{ ...own, ...model, ...channelInputs, ...limits }} />
      </Card>
      {!isBare && (
        <Card title={t("config")}>
          <CodeBlock label={t("config")} text={JSON.stringify(shown.config, null, 2)} />
        </Card>
      )}
    </>
  );
}
