import { AppError } from "@agentpod/core/errors";

/** How a machine comes to trust an authority. */
export interface TrustStore {
  /** Where the certificate is put first; null: it is handed over by `add` alone. */
  file: string | null;
  /** Run in this order after the file is there. */
  add: string[][];
  /** Run after the file is gone. */
  remove: string[][];
}

export const authorityName = "agentpod-local-authority";

/** The trust store of this system; `certificate` is a file that holds the authority. Throws `unavailable` for systems that are not known. */
export function trustStore(platform: NodeJS.Platform, has: (path: string) => boolean, certificate: string): TrustStore {
  if (platform === "darwin") {
    const keychain = "/Library/Keychains/System.keychain";
    return {
      file: null,
      add: [["security", "add-trusted-cert", "-d", "-r", "trustRoot", "-k", keychain, certificate]],
      remove: [["security", "remove-trusted-cert", "-d", certificate]],
    };
  }
  if (platform === "linux" && has("/usr/local/share/ca-certificates"))
    return {
      file: `/usr/local/share/ca-certificates/${authorityName}.crt`,
      add: [["update-ca-certificates"]],
      remove: [["update-ca-certificates", "--fresh"]],
    };
  if (platform === "linux" && has("/etc/pki/ca-trust/source/anchors"))
    return { file: `/etc/pki/ca-trust/source/anchors/${authorityName}.pem`, add: [["update-ca-trust"]], remove: [["update-ca-trust"]] };
  if (platform === "linux" && has("/etc/ca-certificates/trust-source/anchors"))
    return {
      file: `/etc/ca-certificates/trust-source/anchors/${authorityName}.crt`,
      add: [["trust", "extract-compat"]],
      remove: [["trust", "extract-compat"]],
    };
  throw new AppError("unavailable", "this system's trust store is not known; import the output of agentpod trust --print by hand");
}

/** Browsers that keep certificates of their own in a user's database (Firefox, Chromium on Linux): how `certutil` adds and removes. */
export function browserStore(database: string, certificate: string): { add: string[]; remove: string[] } {
  return {
    add: ["certutil", "-d", `sql:${database}`, "-A", "-t", "C,,", "-n", authorityName, "-i", certificate],
    remove: ["certutil", "-d", `sql:${database}`, "-D", "-n", authorityName],
  };
}
