import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineSocket, type ProxyRig, proxyRig, unitOf } from "./proxy-rig.ts";

const engine = await engineSocket();

describe.skipIf(engine === null)("P18 Requests have one spelling (skipped where no engine answers)", { timeout: 30_000 }, () => {
  let rig: ProxyRig;
  beforeAll(async () => {
    rig = await proxyRig(engine as string);
    const filters = JSON.stringify({ label: [`agentpod.installation=${rig.installation}`] });
    expect(await rig.ask("GET", `/containers/json?filters=${encodeURIComponent(filters)}`)).toMatchObject({ status: 200 });
  });
  afterAll(() => rig?.close());

  it.each([
    ["GET", "/"],
    ["GET", "/v1.41/info"],
    ["POST", "/v1.12/containers/x/start"],
    ["GET", "//info"],
    ["GET", "/./info"],
    ["GET", "/containers/../info"],
    ["GET", "/%69nfo"],
    ["GET", "/containers/x/%2e%2e/json"],
    ["GET", "/containers/x%2fjson"],
    ["GET", "/info/"],
    ["GET", "/info#x"],
    ["GET", "http://engine/info"],
    ["OPTIONS", "/info"],
    ["POST", "/info"],
    ["PATCH", "/containers/x"],
    ["POST", "/containers/x/attach"],
    ["POST", "/containers/x/update"],
    ["POST", "/containers/x/rename?name=y"],
    ["POST", "/containers/x/kill"],
    ["POST", "/containers/prune"],
    ["GET", "/containers/x/export"],
    ["POST", "/commit?container=x"],
    ["POST", "/images/load"],
    ["GET", "/images/x/get"],
    ["POST", "/images/x/push"],
    ["POST", "/images/prune"],
    ["POST", "/volumes/prune"],
    ["POST", "/networks/prune"],
    ["POST", "/session"],
    ["POST", "/grpc"],
    ["POST", "/swarm/init"],
    ["POST", "/services/create"],
    ["GET", "/secrets"],
    ["POST", "/plugins/pull"],
    ["POST", "/auth"],
    ["GET", "/system/df"],
    ["GET", "/distribution/x/json"],
  ])("%s %s is refused", async (method, path) => {
    const { status } = await rig.ask(method, path);
    expect([400, 403]).toContain(status);
  });

  it.each([
    "/containers/json?all=true&all=false",
    "/containers/json?all=true&size=true",
    "/containers/json?all=true;filters=x",
    "/containers/json?filters=%7B%22label%22%3A%5B%5D%7D&filters=%7B%7D",
    "/containers/json?filters=nothing",
    "/containers/json?filters=%7B%22label%22%3A%7B%22a%22%3Atrue%7D%7D",
  ])("%s is refused", async (path) => {
    const { status } = await rig.ask("GET", path);
    expect([400, 403]).toContain(status);
  });

  it("a form in the body is no query", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect(await rig.ask("POST", `/containers/${"a".repeat(64)}/stop`, Buffer.from("t=0"), headers)).toMatchObject({ status: 404 });
    expect(await rig.ask("POST", "/images/create?fromImage=nothing.invalid/x&tag=1", Buffer.from("fromSrc=-"), headers)).toMatchObject({
      status: 403,
    });
  });

  it("no second request is hidden in a first", async () => {
    const { body, name } = unitOf(rig.installation);
    const forbidden = JSON.stringify({ ...body, HostConfig: { ...body.HostConfig, Privileged: true } });
    const hidden = `POST /containers/create?name=${name} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${forbidden.length}\r\n\r\n${forbidden}`;
    const first = "GET /version HTTP/1.1\r\nHost: x\r\n";
    const tricks = [
      `${first}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `${first}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      `${first}Transfer-Encoding: xchunked\r\n\r\n${hidden}`,
      `${first}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `${first}Upgrade: tcp\r\nConnection: Upgrade\r\n\r\n${hidden}`,
      `CONNECT /containers/create HTTP/1.1\r\nHost: x\r\n\r\n${hidden}`,
      // Two requests, one after another, are two requests: the second is looked at like any other.
      `${first}\r\n${hidden.replace("Host: x", "Host: x\r\nConnection: close")}`,
    ];
    for (const bytes of tricks) {
      const said = await rig.raw(bytes);
      expect(said).not.toMatch(/HTTP\/1\.1 201/);
    }
    await expect(rig.engine.call("GET", `/containers/${name}/json`)).rejects.toMatchObject({ status: 404 });
  });

  it("a connection that the engine did not take over carries no further request", async () => {
    const { body, name } = unitOf(rig.installation);
    const forbidden = JSON.stringify({ ...body, HostConfig: { ...body.HostConfig, Privileged: true } });
    const hidden = `POST /containers/create?name=${name} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${forbidden.length}\r\n\r\n${forbidden}`;
    const start = JSON.stringify({ Detach: false, Tty: false });
    const exec = randomUUID().replaceAll("-", "").padEnd(64, "0");
    const said = await rig.raw(
      `POST /exec/${exec}/start HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\nConnection: Upgrade\r\nContent-Type: application/json\r\nContent-Length: ${start.length}\r\n\r\n${start}${hidden}`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 404 /);
    expect(said.match(/HTTP\/1\.1/g)).toHaveLength(1);
    await expect(rig.engine.call("GET", `/containers/${name}/json`)).rejects.toMatchObject({ status: 404 });
  });
});
