import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";

/** Name resolution in which every `*.localhost` is this machine, as in browsers; Node leaves that to the system's resolver. */
export const lookupLocalhost: LookupFunction = (hostname, options, callback) => {
  if (!/(^|\.)localhost\.?$/i.test(hostname)) {
    lookup(hostname, options, callback);
    return;
  }
  const address = { address: "127.0.0.1", family: 4 };
  if (options.all) callback(null, [address]);
  else callback(null, address.address, address.family);
};
