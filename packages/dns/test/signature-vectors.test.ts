import { createHash } from "node:crypto";
import { aliyunRequest } from "@agentpod/dns/aliyun/body";
import { describe, expect, test } from "vitest";
import { authorizationParts, canonicalRequest, scopedSignature } from "./signature-v4.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("P7 signatures against the services' published examples", () => {
  test("Alibaba Cloud: the example of the ACS3-HMAC-SHA256 documentation", () => {
    const request = aliyunRequest(
      { accessKeyId: "YourAccessKeyId", accessKeySecret: "YourAccessKeySecret" },
      {
        action: "RunInstances",
        version: "2014-05-26",
        parameters: { RegionId: "cn-shanghai", ImageId: "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd" },
      },
      { date: "2023-10-26T10:22:32Z", nonce: "3156853299f313e23d1673dc12e1703d" },
      "https://ecs.cn-shanghai.aliyuncs.com",
    );
    expect(authorizationParts(request.headers.authorization ?? "").signature).toBe(
      "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
    );
  });

  // What follows checks the checker: the tests of the adapters compute signatures by it.
  test("Tencent Cloud: the example of the TC3-HMAC-SHA256 documentation", () => {
    const body = '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}';
    const headers = {
      "content-type": "application/json; charset=utf-8",
      host: "cvm.tencentcloudapi.com",
      "x-tc-action": "describeinstances",
    };
    const canonical = canonicalRequest({ method: "POST", url: "/", headers, body }, ["content-type", "host", "x-tc-action"]);
    // The documentation masks its secret with asterisks, and signs with the asterisks.
    const secret = "*".repeat(32);
    const by = { prefix: "TC3", algorithm: "TC3-HMAC-SHA256", time: "1551113065", scope: ["2019-02-25", "cvm", "tc3_request"] };
    expect(sha256(canonical)).toBe("7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84");
    expect(scopedSignature(canonical, { ...by, secret })).toBe("10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f");
  });

  test("AWS: get-vanilla-query of the Signature Version 4 test suite", () => {
    const headers = { host: "example.amazonaws.com", "x-amz-date": "20150830T123600Z" };
    const canonical = canonicalRequest({ method: "GET", url: "/?Param2=value2&Param1=value1", headers, body: "" }, ["host", "x-amz-date"]);
    const signature = scopedSignature(canonical, {
      prefix: "AWS4",
      secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
      algorithm: "AWS4-HMAC-SHA256",
      time: "20150830T123600Z",
      scope: ["20150830", "us-east-1", "service", "aws4_request"],
    });
    expect(signature).toBe("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  });
});
