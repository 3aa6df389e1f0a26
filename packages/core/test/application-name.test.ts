import { describe, expect, it } from "vitest";
import { applicationName } from "../src/products/code/application-name.ts";
import { shownCommand } from "../src/products/code/shown-command.ts";

describe("C3 the name of what is deployed", () => {
  it.each([
    ["/home/anna/My Shop", "my-shop"],
    ["shop.tar.gz", "shop"],
    ["shop.TGZ", "shop"],
    ["https://git.example.com/team/api_v2.git?ref=main", "api-v2"],
    ["git@git.example.com:shop.git", "shop"],
    ["C:\\code\\shop\\", "shop"],
    [`/x/${"long-".repeat(20)}`, "long-long-long-long-long-long-long"],
    ["/", null],
    ["店", null],
  ])("of %s is %s", (place, expected) => expect(applicationName(place)).toBe(expected));
});

describe("C4 commands for people", () => {
  it("are words, quoted where they would be taken for several; places of ports are names", () => {
    expect(shownCommand(["node", "server.js", "--port", "{{ units.app.port }}", "a b"])).toBe('node server.js --port $PORT "a b"');
    expect(shownCommand(["uvicorn", "--host", "{{ listen }}"])).toBe("uvicorn --host $HOST");
  });
});
