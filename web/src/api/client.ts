// The one client of the console: who is logged in is kept in the browser's storage, and shared by its tabs.

import { ApiError, createClient, isEnded, type Tokens } from "../../../src/client/index.ts";

export type {
  Job,
  NewJob,
  Problem,
  Schemas,
  ServerEvent,
  Source,
  StoredFile,
} from "../../../src/client/index.ts";
export { ApiError, isEnded };

const KEPT = "orbweaver.tokens";

/** The tokens of the login before; when they end the server tells, since the clocks of two machines differ. */
export function readTokens(): Tokens | undefined {
  try {
    const { access_token, refresh_token } = JSON.parse(localStorage.getItem(KEPT) ?? "null") ?? {};
    return typeof access_token === "string" ? { access_token, refresh_token } : undefined;
  } catch {
    return undefined;
  }
}

function keepTokens(tokens: Tokens | undefined): void {
  try {
    if (tokens === undefined) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, JSON.stringify(tokens));
  } catch {
    // A browser that keeps nothing: the login ends with the page.
  }
}

/** Browsers have locks on loopback and over TLS. */
async function alone(work: () => Promise<void>): Promise<void> {
  if (navigator.locks === undefined) return work();
  await navigator.locks.request(KEPT, work);
}

export const client = createClient({
  baseUrl: location.origin,
  tokens: readTokens(),
  onTokens: keepTokens,
  shared: { read: readTokens, alone },
});

/** Forgets a login that counts no more. */
export function forgetLogin(): void {
  keepTokens(undefined);
}

/** Every path with its types; answers that are none of the good ones are thrown as ApiError. */
export const api = client.api;

/** The data of an answer of `api`, which throws where there is none. */
export async function data<Value>(answer: Promise<{ data?: Value }>): Promise<Value> {
  return (await answer).data as Value;
}
