import { describe, expect, it } from "vitest";
import { channelCatalog } from "../../src/products/agents/channel-catalog.ts";
import { type ChannelField, channelFields, mayOverride } from "../../src/products/agents/channel-fields.ts";
import { checkConfig } from "../../src/products/agents/check-config.ts";
import { overrideIssues } from "../../src/products/agents/override-rules.ts";

const sample = ({ kind, choices }: ChannelField): unknown[] =>
  ({ text: ["https://example.com"], number: [20], boolean: [true, false], list: [["one"]], choice: [...choices] })[kind];

describe("A10 settings of channels that have a field", () => {
  it.each(channelCatalog.map(({ id }) => id))("are %s's own, with values that it takes", (id) => {
    const fields = channelFields(id);
    expect(fields.length).toBeGreaterThan(3);
    expect(new Set(fields.map(({ key }) => key)).size).toBe(fields.length);
    for (const field of fields)
      for (const value of sample(field)) {
        const issues = checkConfig("2026.9.4", { channels: { [id]: { [field.key]: value } } }, "config");
        // What else the channel then asks for stands at another key.
        const own = issues.filter(({ path }) => path.startsWith(`config.channels.${id}.${field.key}`));
        expect(own, `${field.key} ${JSON.stringify(value)}`).toEqual([]);
      }
    const wrong = checkConfig("2026.9.4", { channels: { [id]: { dmPolicy: "opne" } } }, "config");
    expect(wrong.map(({ path }) => path)).toContain(`config.channels.${id}.dmPolicy`);
  });

  it("none for a channel that is not known", () => expect(channelFields("constructor")).toEqual([]));

  it.each([
    [["channels.telegram"], true],
    [["channels.*"], true],
    [["channels.telegram.dmPolicy"], true],
    [["channels.telegram.allowFrom"], false],
    [["messages"], false],
    [[], false],
  ])("%j allows channels.telegram.dmPolicy: %s, as the API judges", (allow, expected) => {
    expect(mayOverride(allow, ["channels", "telegram", "dmPolicy"])).toBe(expected);
    expect(overrideIssues({ channels: { telegram: { dmPolicy: "open" } } }, allow, "config").length === 0).toBe(expected);
  });
});
