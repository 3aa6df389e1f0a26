import { Validator } from "@cfworker/json-schema";
import type { Issue } from "../../errors.ts";
import { configSchema } from "./agent-versions.ts";
import { configIssues } from "./config-issues.ts";
import type { ConfigRecord } from "./config-record.ts";

/** Making one looks through the whole schema. */
const validators = new Map<string, Validator>();

/** What a version of OpenClaw would refuse of a configuration; paths begin with `at`. Throws `invalid` for an unknown version. */
export function checkConfig(version: string, config: ConfigRecord, at: string): Issue[] {
  const schema = configSchema(version);
  const validator = validators.get(version) ?? new Validator(schema, "7", false);
  validators.set(version, validator);
  const { valid, errors } = validator.validate(config);
  return valid ? [] : configIssues(errors, schema, at);
}
