/** Sources, from the root of the repository, whose texts nobody reads in the dashboard, each with the reason. */
export const unsaid: readonly [path: RegExp, why: string][] = [
  [/\/testing\/|\/conformance|test-certificate/, "for tests"],
  [
    /\/env\.ts$|\/main\.ts$|host\/src\/settings|auth\/read-access|setup\/trusted-authorities|registry-credentials/,
    "said where AgentPod starts",
  ],
  [
    /db\/src\/(embedded\/|ensure-roles|migrat|rebase|reencrypt|roles|open-|listen|scram|sealed-tables|connection-config|master-key)/,
    "said where AgentPod starts",
  ],
  [/db\/src\/(schema\/|tenant-tx)|core\/src\/count-tables-sql/, "SQL"],
  [/host\/src\/(pack-folder|foreign-dependencies)/, "said by the CLI, which packs folders"],
  [/apps\/gateway\/src\/(?!listen|probe|tls\/check-certificate)/, "pages in both languages, and what the control plane alone hears"],
  [/setup\/first-login/, "printed in the log of a container"],
  [/source\/src\/git-credentials/, "programs for a shell"],
  [/core\/src\/engine-policy/, "said by the engine's proxy to AgentPod itself"],
  [/memory\/(hello-program|memory-world|memory-run)/, "what a pod that is played says itself, and words of tests"],
  [/docker\/(firewall-rules|build-context)|setup\/addresses/, "argument lists"],
  [/dashboard\/|openapi\/|security-headers|metric-exposition|expose-metrics/, "pages with texts of their own, and the API's document"],
  [
    /server\/src\/backup\/(offline|restore-backup|keep-keys|settle-restore|backup-keys)|db\/src\/backup\/(look|find)|host\/src\/single-instance/,
    "said by the CLI, while no server runs",
  ],
  [/client\/src\/(http-transport|open-exec)/, "said by the CLI"],
  [/agents\/(hand-over-(page|texts)|own-agent-(page|texts)|customer-(page|cookie))/, "a page with words of its own in both languages"],
  [/server\/src\/llm\/(?!budget-events)|core\/src\/llm\/llm-request/, "said to the programs that call models, in their libraries' words"],
  [/server\/src\/git-remote\/(?!take-push|project-locks|push-caller)/, "said to git, in a terminal"],
  [/core\/src\/alert-text/, "notices, which are in the language of their channel"],
];

/** Single texts among those of other sources that are no sentences for people. */
export const unsaidTexts: readonly RegExp[] = [
  // The mark on a database.
  /^agentpod operation \{1\}$/,
  // Programs for a shell, headers, streams, routes inside.
  /\$[@\w"#{]|>&\d|^(GET|POST|PUT|DELETE) [a-z]+$|HttpOnly|filename|\n(event|data):|^chmod /,
  // Settings that cannot be read end the start.
  /^AGENTPOD_\w+ must be /,
  // A file's name in a listing of logs.
  /^\{1\} \(before \{2\}\)$/,
  // SQL.
  /^(select|on conflict|set_config|\{1\} for update|insert into|alter table|copy|truncate|drop schema|begin isolation|set (local|statement_timeout|transaction)|update agentpod\.\w+)\b/,
  // What a value is sealed or counted under, and names of things made.
  /^(agentpod (backup|restore|(secret|backup key|backup manifest|\{1\}) v1)|dns provider|llm provider|alert channel|acme account|adopted container|deployment hook|platform secret|key share|login \{1\}( \{2\})?|second step|hook \{1\}|sent as \{1\})$/,
  /^(password|second factor) of \{1\}$|^(AgentPod local authority \{1\}|local certificate|cli on this machine|guest \{1\})$/,
  /^(the pod in \{1\}|AgentPod pod|pulling \{1\}|Podman Engine|database notifications|(runtime|gateway) events|the disk took no log lines.*)$/,
  // What a plan's steps are called, which the CLI prints.
  /^(directory, uid \{1\}|local program)$/,
  // Names that are the same in every language.
  /^(AccessKey ID|Amazon Route 53|RFC 2136 .*|Access key ID)$/,
  // How a file of Git LFS begins.
  /^version https:\/\/git-lfs/,
  // GitLab's name of a push, and where a pushed source is said to be from.
  /^(Push Hook|git push \{1\} \{2\})$/,
  // Zod's own words, which are asked for and not said.
  /^Too big$/,
  // Summaries of routes.
  /^(Run a stopped|Stop a pod|Replace every unit)/,
];
