import { constants, randomBytes } from "node:crypto";
import type { SecureContextOptions } from "node:tls";

/**
 * TLS 1.2 and 1.3, forward secrecy and authenticated ciphers alone (Mozilla's "intermediate"). Session tickets are signed
 * with keys that never leave this process.
 */
export const tlsOptions: SecureContextOptions = {
  minVersion: "TLSv1.2",
  ciphers: [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
  ].join(":"),
  honorCipherOrder: true,
  // A client without AES instructions puts ChaCha20 first, and gets it.
  secureOptions: constants.SSL_OP_PRIORITIZE_CHACHA | constants.SSL_OP_NO_RENEGOTIATION,
};

export const newTicketKeys = (): Buffer => randomBytes(48);
