import { describe, expect, it } from "vitest";
import { channelKinds } from "../src/alert.ts";
import { channelConfigs } from "../src/alert-channel-config.ts";
import { channelFields } from "../src/alert-channel-fields.ts";

describe("P11 fields of a channel's form", () => {
  it.each(channelKinds)("%s has all that its schema has, secrets as such", (kind) => {
    const fields = channelFields(kind);
    expect(fields.map(({ name }) => name)).toEqual(Object.keys(channelConfigs[kind].shape));
    for (const { name, type } of fields) expect(type === "secret").toBe(["secret", "password", "token"].includes(name));
  });

  it("say what must be given, what may be chosen, and what is usual", () => {
    const of = (name: string) => channelFields("smtp").find((field) => field.name === name);
    expect(of("port")).toEqual({ name: "port", type: "number", choices: [], isRequired: true, usual: "" });
    expect(of("security")).toEqual({
      name: "security",
      type: "choice",
      choices: ["tls", "starttls", "none"],
      isRequired: false,
      usual: "starttls",
    });
    expect(of("to")).toMatchObject({ type: "list", isRequired: true });
    expect(of("user")).toMatchObject({ type: "text", isRequired: false });
    expect(channelFields("telegram").find(({ name }) => name === "url")?.usual).toBe("https://api.telegram.org");
  });
});
