// Headers that tell browsers to be careful with what we answer: the table of OWASP's REST cheat sheet, set once for every answer.
//
// They are those of the package helmet that still mean something to browsers; a test compares them. Answers are data, so that the
// policy allows nothing; the page that shows the interface allows its own scripts and styles, and nothing inline.

import type { App } from "../app.ts";

const CAREFUL: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "origin-agent-cluster": "?1",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Two years, as the preload list of browsers asks for; only over TLS, where it means something. */
const TRANSPORT = { "strict-transport-security": "max-age=63072000; includeSubDomains" };

/**
 * Of the page that shows the interface: its own files, pictures in its style sheet, and requests to this server. Swagger UI writes one
 * style element, which is admitted by its digest and no other.
 */
export const DOCS_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'self'; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; font-src 'self'; connect-src 'self'";

/** Those of every answer. */
export function carefulHeaders(isEncrypted: boolean): Readonly<Record<string, string>> {
  return isEncrypted ? { ...CAREFUL, ...TRANSPORT } : CAREFUL;
}

/** Sets them on every answer; routes may set others. */
export function addHeaders(app: App, headers: Readonly<Record<string, string>>): void {
  app.addHook("onRequest", (_, reply, done) => {
    reply.headers(headers);
    done();
  });
}
