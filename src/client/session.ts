// Who asks: an API key, or tokens that are renewed before they end and, once, when the server refuses them.
//
// Several requests that find a token ended renew it together: a refresh token counts once.

import { apiErrorOf } from "./api-error.ts";

export interface Tokens {
  access_token: string;
  refresh_token?: string;
  /** Seconds that the access token counts, from when it was given. */
  expires_in?: number;
}

export interface SessionOptions {
  /** An API key; instead of tokens. */
  key?: string;
  /** Tokens of an earlier login. */
  tokens?: Tokens;
  /** Told of tokens that replace the ones before, to keep them; undefined after a logout. */
  onTokens?: (tokens: Tokens | undefined) => void;
  /** Tokens that several clients share, such as the tabs of a browser: a refresh token counts once. */
  shared?: SharedTokens;
  /** Instead of the global one. */
  fetch?: (request: Request) => Promise<Response>;
}

/** Where tokens are kept that others use and renew too; `onTokens` writes there. */
export interface SharedTokens {
  /** The newest ones. */
  read(): Tokens | undefined;
  /** Does work while nobody else does. */
  alone(work: () => Promise<void>): Promise<void>;
}

/** Tokens are renewed so long before they end, ms. */
const EARLY_MS = 15_000;

export class Session {
  readonly #baseUrl: string;
  readonly #key: string | undefined;
  readonly #fetch: (request: Request) => Promise<Response>;
  readonly #onTokens: SessionOptions["onTokens"];
  readonly #shared: SharedTokens | undefined;
  #tokens: Tokens | undefined;
  #endsMs = Number.POSITIVE_INFINITY;
  #renewing: Promise<void> | undefined;

  constructor(baseUrl: string, { key, tokens, onTokens, shared, fetch: given }: SessionOptions) {
    this.#baseUrl = baseUrl;
    this.#key = key;
    this.#fetch = given ?? ((request) => globalThis.fetch(request));
    this.#onTokens = onTokens;
    this.#shared = shared;
    if (tokens !== undefined) this.#take(tokens);
  }

  async fetch(request: Request): Promise<Response> {
    if (Date.now() > this.#endsMs - EARLY_MS) await this.#renew();
    // A body that is a stream is sent once; what has none, or a small one, may be sent again.
    const again = this.#mayRenew && !isStreamed(request) ? request.clone() : undefined;
    const answer = await this.#fetch(this.#authorised(request));
    if (answer.status !== 401 || again === undefined) return answer;
    await answer.body?.cancel();
    await this.#renew();
    return this.#fetch(this.#authorised(again));
  }

  async login(name: string, password: string): Promise<Tokens> {
    const tokens = await this.#post("/auth/login", { name, password });
    this.#take(tokens);
    this.#onTokens?.(tokens);
    return tokens;
  }

  async logout(): Promise<void> {
    const refreshToken = this.#tokens?.refresh_token;
    this.#tokens = undefined;
    this.#endsMs = Number.POSITIVE_INFINITY;
    this.#onTokens?.(undefined);
    if (refreshToken !== undefined) await this.#post("/auth/logout", { refresh_token: refreshToken });
  }

  get #mayRenew(): boolean {
    return this.#key === undefined && this.#tokens?.refresh_token !== undefined;
  }

  #authorised(request: Request): Request {
    if (this.#key !== undefined) request.headers.set("x-api-key", this.#key);
    else if (this.#tokens !== undefined)
      request.headers.set("authorization", `Bearer ${this.#tokens.access_token}`);
    return request;
  }

  #renew(): Promise<void> {
    const renew = (): Promise<void> => this.#renewed();
    this.#renewing ??= (this.#shared?.alone(renew) ?? renew()).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renewed(): Promise<void> {
    const refreshToken = this.#tokens?.refresh_token;
    if (refreshToken === undefined) return;
    const newest = this.#shared?.read();
    if (newest?.refresh_token !== undefined && newest.refresh_token !== refreshToken) {
      this.#take(newest);
      return;
    }
    const tokens = await this.#post("/auth/refresh", { refresh_token: refreshToken });
    this.#take(tokens);
    this.#onTokens?.(tokens);
  }

  #take(tokens: Tokens): void {
    this.#tokens = tokens;
    this.#endsMs =
      tokens.expires_in === undefined || tokens.refresh_token === undefined
        ? Number.POSITIVE_INFINITY
        : Date.now() + tokens.expires_in * 1_000;
  }

  async #post(path: string, body: object): Promise<Tokens> {
    const headers = { "content-type": "application/json" };
    const request = new Request(`${this.#baseUrl}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const answer = await this.#fetch(request);
    if (!answer.ok) throw await apiErrorOf(answer);
    return answer.status === 204 ? { access_token: "" } : ((await answer.json()) as Tokens);
  }
}

function isStreamed(request: Request): boolean {
  return request.headers.get("content-type") === "application/octet-stream";
}
