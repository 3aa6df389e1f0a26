import { describe, expect, it } from "vitest";
import { readPush } from "../src/products/code/read-push.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const push = { ref: "refs/heads/feature/x", after: commit, repository: { clone_url: "https://evil.example/x.git" } };

describe("C3 what a delivery of a hook tells", () => {
  it.each([
    ["github", "push"],
    ["gitlab", "Push Hook"],
    ["gitea", "push"],
    ["generic", "push"],
    ["generic", null],
  ] as const)("a push of %s (%s)", (kind, event) => {
    expect(readPush(kind, event, push)).toEqual({ is: "push", branch: "feature/x", commit });
  });

  it.each([
    ["github", "ping", { zen: "Anything added dilutes everything else." }],
    ["generic", "ping", {}],
  ] as const)("a ping of %s", (kind, event, body) => expect(readPush(kind, event, body)).toEqual({ is: "ping" }));

  it.each([
    ["another event", "github", "issues", push, /no push/],
    ["no event", "github", null, push, /no push/],
    ["a tag of GitLab", "gitlab", "Tag Push Hook", push, /no push/],
    ["a tag", "github", "push", { ...push, ref: "refs/tags/v1" }, /no push/],
    ["a branch that is gone", "gitea", "push", { ...push, after: "0".repeat(40) }, /deleted/],
    ["a commit that is none", "generic", "push", { ...push, after: "$(id)" }, /does not say/],
    ["a list", "generic", "push", [push], /does not say/],
    ["nothing", "generic", "push", null, /does not say/],
  ] as const)("nothing to deploy: %s", (_what, kind, event, body, why) => {
    expect(readPush(kind, event, body)).toEqual({ is: "nothing", why: expect.stringMatching(why) });
  });
});
