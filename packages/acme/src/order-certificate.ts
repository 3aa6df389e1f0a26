import { setTimeout as delay } from "node:timers/promises";
import type { AcmeChallenge } from "@agentpod/core/certificate";
import acme from "acme-client";
import { AcmeError } from "./acme-error.ts";
import { explainProblem, type Problem } from "./explain-problem.ts";
import { type Account, type Authority, clientOf } from "./open-account.ts";
import { makeProof, type Proof } from "./proof.ts";
import { type Conversation, converse, nowProving } from "./transport.ts";

export interface Order extends Conversation {
  /** Lower-case ASCII; a wildcard needs `dns-01`. */
  names: readonly string[];
  challenge: AcmeChallenge;
  /**
   * Shows all proofs to the world and resolves once they can be seen; gives what takes them back. Not called where the
   * authority still believes an earlier proof. What it throws ends the order as it is.
   */
  prove(proofs: readonly Proof[]): Promise<() => Promise<void>>;
}

/** Gets a certificate for a fresh ECDSA P-256 key, PEM each, leaf first. Throws `AcmeError` with whose fault it is. Its proofs are taken back in any case. */
export function orderCertificate(authority: Authority, account: Account, order: Order): Promise<{ chain: string; key: string }> {
  const { names, signal } = order;
  return converse(order, async () => {
    const client = clientOf(authority, account);
    nowProving(names[0] ?? null, order.challenge);
    let placed = await client.createOrder({ identifiers: names.map((value) => ({ type: "dns", value })) });
    await authorize(client, placed, order);
    const [key, csr] = await acme.crypto.createCsr({ altNames: [...names] }, await acme.crypto.createPrivateEcdsaKey("P-256"));
    placed = await until(signal, async () => {
      const now = await client.getOrder(placed);
      return now.status === "pending" ? null : now;
    });
    if (placed.status === "ready") placed = await client.finalizeOrder(placed, csr);
    placed = await until(signal, async () => (isSettled(placed.status) ? placed : settledOrNull(await client.getOrder(placed))));
    if (placed.status !== "valid") throw explainProblem((placed as { error?: Problem }).error ?? {}, subject(order), null, new Date());
    return { chain: await client.getCertificate(placed), key: key.toString() };
  });
}

async function authorize(client: acme.Client, placed: acme.Order, order: Order): Promise<void> {
  const open = (await client.getAuthorizations(placed)).filter(({ status }) => status !== "valid");
  if (open.length === 0) return;
  const challenges = open.map((authorization) => {
    const found = authorization.challenges.find(({ type }) => type === order.challenge);
    if (found) return found;
    const host = authorization.identifier.value;
    throw new AcmeError("invalid", `The authority does not offer ${order.challenge} for ${host}. Use another kind of proof.`);
  });
  const proofs = await Promise.all(
    challenges.map(async (challenge, i) => {
      const answer = await client.getChallengeKeyAuthorization(challenge);
      return makeProof(order.challenge, open[i] as acme.Authorization, challenge.token, answer);
    }),
  );
  const takeBack = await order.prove(proofs);
  try {
    await Promise.all(challenges.map((challenge) => client.completeChallenge(challenge)));
    await Promise.all(open.map((authorization) => believed(client, authorization, order)));
  } finally {
    await takeBack();
  }
}

async function believed(client: acme.Client, { url, identifier }: acme.Authorization, order: Order): Promise<void> {
  const looked = await until(order.signal, async () => {
    const [now] = await client.getAuthorizations({ authorizations: [url] } as acme.Order);
    return now === undefined || now.status === "pending" ? null : now;
  });
  if (looked.status === "valid") return;
  const error = looked.challenges.find(({ type }) => type === order.challenge)?.error as Problem | undefined;
  throw explainProblem(error ?? {}, { host: identifier.value, challenge: order.challenge }, null, new Date());
}

const isSettled = (status: string): boolean => status === "valid" || status === "invalid";
const settledOrNull = (order: acme.Order): acme.Order | null => (isSettled(order.status) ? order : null);
const subject = ({ names, challenge }: Order) => ({ host: names[0] ?? null, challenge });

/** Looks again until there is something, ever more slowly; ends with the signal. */
async function until<T>(signal: AbortSignal, look: () => Promise<T | null>): Promise<T> {
  for (let wait = 200; ; wait = Math.min(wait * 1.5, 5000)) {
    const found = await look();
    if (found !== null) return found;
    await delay(wait, undefined, { signal }).catch((cause) => {
      throw new AcmeError("unavailable", "The authority did not come to an end in time. It is asked again later.", { cause });
    });
  }
}
