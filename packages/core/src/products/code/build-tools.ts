import type { Analysis, PackageManagerName } from "./analysis.ts";

type Manager = NonNullable<Analysis["packageManager"]>;

/** Where tools that an appliance lacks are laid: beside the code, so that what is started by them finds them too. */
const place = "{{ code }}/.agentpod";

/** Steps that bring the package manager of a project; none where the appliance has it. `node` is the major version of Node. */
export function toolSteps({ name, version }: Manager, node: string | null): string[][] {
  switch (name) {
    case "npm":
    case "pip":
      return [];
    case "pnpm":
      // The last that runs on Node 18 is 10.
      return [fromNpm(`pnpm@${version ?? (node === "18" ? "9" : "10")}`)];
    case "yarn":
      return [fromNpm(`yarn@${version ?? "1.22.22"}`)];
    case "yarn-berry":
      return [fromNpm(`@yarnpkg/cli-dist@${version ?? "4"}`)];
    case "bun":
      return [fromNpm(`bun@${version ?? "1"}`)];
    case "uv":
    case "poetry":
    case "pipenv":
      return fromPip(name, version);
  }
}

const fromNpm = (what: string): string[] => ["npm", "install", "--global", "--prefix", place, "--no-audit", "--no-fund", what];

function fromPip(name: PackageManagerName, version: string | null): string[][] {
  return [
    ["python3", "-m", "venv", `${place}/python`],
    [`${place}/python/bin/pip`, "install", version === null ? name : `${name}==${version}`],
    ["mkdir", "-p", `${place}/bin`],
    ["ln", "-sfn", `../python/bin/${name}`, `${place}/bin/${name}`],
  ];
}

/** Environment that makes package managers quiet, asks nothing, and lays what it installs into the project's folder. */
export const toolEnvironment: Readonly<Record<string, string>> = {
  npm_config_fund: "false",
  npm_config_audit: "false",
  npm_config_update_notifier: "false",
  NEXT_TELEMETRY_DISABLED: "1",
  ASTRO_TELEMETRY_DISABLED: "1",
  COREPACK_ENABLE_DOWNLOAD_PROMPT: "0",
  YARN_ENABLE_GLOBAL_CACHE: "false",
  YARN_ENABLE_TELEMETRY: "0",
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  PIP_NO_INPUT: "1",
  PIP_ROOT_USER_ACTION: "ignore",
  PYTHONUNBUFFERED: "1",
  // Compiled files are then known by what they were made from: times are not kept.
  SOURCE_DATE_EPOCH: "315532800",
  UV_LINK_MODE: "copy",
  UV_PYTHON_DOWNLOADS: "never",
  POETRY_VIRTUALENVS_IN_PROJECT: "true",
  PIPENV_VENV_IN_PROJECT: "1",
};
