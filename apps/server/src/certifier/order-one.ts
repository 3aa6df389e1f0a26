import { AcmeError } from "@agentpod/acme/acme-error";
import type { Order } from "@agentpod/acme/order-certificate";
import type { Proof } from "@agentpod/acme/proof";
import { readCertificate } from "@agentpod/acme/read-certificate";
import type { Conversation } from "@agentpod/acme/transport";
import type { AcmeChallenge, Certificate } from "@agentpod/core/certificate";
import { type CertificateFailureKind, nextCertificateAttempt, renewalTime } from "@agentpod/core/certificate-retry";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { Challenge } from "@agentpod/core/gateway-tls";
import type { CertificateAction } from "@agentpod/core/plan-certificates";
import type { AcmeAccounts } from "./acme-account.ts";
import { isFailureTold, noteCertificateEvent } from "./certificate-events.ts";
import { certificateJitter } from "./certificate-jitter.ts";
import type { CertifierWorld } from "./certifier-world.ts";
import type { ChallengeBoard } from "./challenge-board.ts";
import { checkDns } from "./check-dns.ts";
import { clearTxt, showTxt } from "./txt-proofs.ts";

export interface Ordering {
  world: CertifierWorld;
  board: ChallengeBoard;
  accounts: AcmeAccounts;
}

type OrderAction = Extract<CertificateAction, { kind: "order" }>;

const attemptSeconds = 240;
/** Longer than an attempt: who holds it is at work, or dead. */
const leaseSeconds = 300;

/**
 * One attempt at a certificate, as planned for `seen`: claimed, asked for, saved, or noted as failed. No effect where
 * another control plane was faster; false where one is at it. Throws only where the database does not answer.
 */
export async function orderOne(ordering: Ordering, action: OrderAction, seen: Certificate, stop: AbortSignal): Promise<boolean> {
  const { world } = ordering;
  const claimed = await world.database.asSystem(async (store) => {
    if (!(await store.certificates.claim(action.id, world.owner, leaseSeconds))) return null;
    return store.certificates.find(action.id);
  });
  const isAsSeen = claimed?.issued?.fingerprint === seen.issued?.fingerprint && claimed?.renewAt === seen.renewAt;
  try {
    if (claimed && isAsSeen) await attempt(ordering, action, claimed, stop);
    return claimed !== null;
  } finally {
    if (claimed) await world.database.asSystem((store) => store.certificates.release(action.id, world.owner));
  }
}

async function attempt(ordering: Ordering, action: OrderAction, certificate: Certificate, stop: AbortSignal): Promise<void> {
  const { world, board } = ordering;
  const { directory } = world.settings.acme;
  if (directory === null) return;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(attemptSeconds * 1000)]);
  const bounds = { signal, trusted: world.trusted };
  const absences = board.absences();
  let kind: CertificateFailureKind = "look";
  try {
    await clearTxt(world, certificate.id);
    // Only who orders needs the client, which takes its memory.
    const { caaIdentities } = await import("@agentpod/acme/open-account");
    const identities = await caaIdentities(directory, bounds);
    for (const name of certificate.names) await checkDns(world.reader, name, action.challenges, identities);
    kind = "proof";
    const issued = await firstThatWorks(ordering, action, certificate, bounds);
    world.crash("after:issue");
    await save(world, certificate, issued);
  } catch (thrown) {
    // An end that was asked for says nothing of the certificate.
    if (stop.aborted) return;
    const error = toAppError(thrown);
    const wasAway = board.absences() !== absences;
    const failure = wasAway
      ? new AppError("unavailable", "The gateway was away while the authority looked. It is tried again.", { cause: error })
      : error;
    const isOurs = failure.code === "unavailable" || failure.code === "internal";
    await fail(world, certificate, failure, isOurs ? "authority" : kind);
  }
}

interface Issued {
  chain: string;
  key: string;
  challenge: AcmeChallenge;
}

/** Each kind of proof in turn, as long as the authority only doubts the one before. */
async function firstThatWorks(ordering: Ordering, action: OrderAction, certificate: Certificate, bounds: Conversation): Promise<Issued> {
  const [challenge, ...rest] = action.challenges;
  if (challenge === undefined) throw new Error("no proof was planned");
  try {
    return { challenge, ...(await orderBy(ordering, action, certificate, challenge, bounds)) };
  } catch (error) {
    const isDoubt = error instanceof AcmeError && ["unauthorized", "connection", "tls", "incorrectResponse"].includes(error.problem ?? "");
    if (!isDoubt || rest.length === 0) throw error;
    return firstThatWorks(ordering, { ...action, challenges: rest }, certificate, bounds);
  }
}

async function orderBy(
  { world, board, accounts }: Ordering,
  action: OrderAction,
  { id, names }: Certificate,
  challenge: AcmeChallenge,
  bounds: Conversation,
): Promise<{ chain: string; key: string }> {
  const { orderCertificate } = await import("@agentpod/acme/order-certificate");
  const { directory, email, eab } = world.settings.acme;
  const authority = { directory: directory ?? "", email, eab };
  const prove: Order["prove"] = async (proofs) => {
    if (challenge === "dns-01") {
      if (!action.provider) throw new Error("a DNS proof was planned without a provider");
      return showTxt(world, id, action.provider, proofs, bounds.signal);
    }
    const takeBack = await board.show(proofs.flatMap(challengeOf), bounds.signal);
    world.crash("after:challenge");
    return takeBack;
  };
  const order = { ...bounds, names, challenge, prove };
  try {
    return await orderCertificate(authority, await accounts(bounds), order);
  } catch (error) {
    if (!(error instanceof AcmeError) || error.problem !== "accountDoesNotExist") throw error;
    return orderCertificate(authority, await accounts(bounds, true), order);
  }
}

function challengeOf(proof: Proof): Challenge[] {
  const { host } = proof;
  if (proof.challenge === "http-01") return [{ kind: "http", host, path: proof.path, body: proof.body }];
  return proof.challenge === "tls-alpn-01" ? [{ kind: "tls-alpn", host, chain: proof.chain, key: proof.key }] : [];
}

async function save(world: CertifierWorld, certificate: Certificate, { chain, key, challenge }: Issued): Promise<void> {
  const facts = readCertificate(chain);
  const renewAt = renewalTime(facts, certificateJitter(certificate.id), world.clock()).toISOString();
  const isRenewal = certificate.issued !== null;
  await world.database.asSystem(async (store) => {
    await store.certificates.saveIssued(certificate.id, { ...facts, chain, key, renewAt, challenge });
    await noteCertificateEvent(store, certificate, {
      type: isRenewal ? "certificate.renewed" : "certificate.issued",
      result: "ok",
      message: `certificate for ${certificate.names.join(", ")} ${isRenewal ? "renewed" : "issued"} by ${facts.issuer}, until ${facts.notAfter.slice(0, 10)}`,
      data: { challenge, fingerprint: facts.fingerprint },
    });
  });
  world.log.info({ names: certificate.names, challenge, until: facts.notAfter }, "certificate issued");
}

/** Notes a failure and when to try again. */
async function fail(world: CertifierWorld, certificate: Certificate, error: AppError, kind: CertificateFailureKind): Promise<void> {
  const { id, names, failures } = certificate;
  const retryAt = error instanceof AcmeError ? error.retryAt : null;
  const next = nextCertificateAttempt(certificate, kind, retryAt, certificateJitter(id), world.clock()).toISOString();
  const isStranger = error.code === "internal";
  const message = isStranger ? "Something went wrong within AgentPod; its log says what. It is tried again." : error.message;
  world.log.warn({ err: error, names, next }, "certificate not issued");
  await world.database.asSystem(async (store) => {
    await store.certificates.saveFailure(id, { message, fault: error.fault, nextAttemptAt: next });
    if (!isFailureTold(failures)) return;
    const said = `no certificate for ${names.join(", ")}: ${message}`;
    await noteCertificateEvent(store, certificate, {
      type: "certificate.failed",
      result: "failed",
      message: said,
      data: { failures: failures + 1 },
    });
  });
}
