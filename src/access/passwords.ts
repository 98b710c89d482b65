// Hashes of passwords by scrypt (RFC 7914), which needs much memory for each guess. Knows no users and no store.
//
// A hash is text that carries its own costs, so that they can be raised later: $scrypt$ln=17,r=8,p=1$SALT$HASH, in base64
// without padding (the form of the Password Hashing Competition). Work is bounded: so many hashes at once, so many waiting.

import { scrypt, timingSafeEqual } from "node:crypto";
import { OrbweaverError } from "../base/errors.ts";
import { normalPassword, PASSWORD_LENGTH } from "./names.ts";
import type { RandomBytes } from "./secrets.ts";

/** Costs of a hash: memory is 128 · 2^log2N · r bytes. */
export interface ScryptCosts {
  log2N: number;
  r: number;
  p: number;
}

/** What OWASP's password storage cheat sheet names first: 128 · 2^17 · 8 bytes = 128 MiB for each guess. */
export const COSTS_DEFAULT: ScryptCosts = { log2N: 17, r: 8, p: 1 };
/** Costs above these are no hash of ours: 128 · 2^20 · 8 = 1 GiB. */
const COSTS_MAXIMUM: ScryptCosts = { log2N: 20, r: 8, p: 16 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Hashes at once: two of 128 MiB. The others wait. */
const AT_ONCE = 2;
/** Hashes that may wait, some ten seconds' work; more are told to come again. */
export const WAITING_MAX = 32;
const BUSY_RETRY_S = 5;

const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

interface ParsedHash {
  costs: ScryptCosts;
  salt: Buffer;
  hash: Buffer;
}

export interface PasswordHasher {
  /** Throws `rate-limited` when too many wait. */
  hash(password: string): Promise<string>;
  /**
   * Whether it is the password of a hash. Without a hash it computes one all the same, so that the time tells nothing,
   * and says no. Throws `rate-limited` when too many wait.
   */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  /** True for hashes of other costs than today's. */
  isOutdated(hash: string): boolean;
  /** Runs of scrypt so far, for tests of what takes how long. */
  readonly runs: number;
}

export function passwordHasher(randomBytes: RandomBytes, costs: ScryptCosts = COSTS_DEFAULT): PasswordHasher {
  const turns = turnstile(AT_ONCE, WAITING_MAX);
  let runs = 0;
  const run = (password: string, salt: Uint8Array, of: ScryptCosts): Promise<Buffer> =>
    turns(() => {
      runs++;
      return computed(normalPassword(password), salt, of);
    });
  // Nobody's: compared with when there is no user, at the same costs.
  const nobody = { costs, salt: Buffer.from(randomBytes(SALT_BYTES)), hash: Buffer.alloc(HASH_BYTES) };
  return {
    async hash(password) {
      const salt = Buffer.from(randomBytes(SALT_BYTES));
      return hashText({ costs, salt, hash: await run(password, salt, costs) });
    },
    async verify(password, text) {
      const parsed = text === undefined ? undefined : parseHash(text);
      const { costs: of, salt, hash } = parsed ?? nobody;
      // What is too long to be a password is compared as another wrong one, at the same costs.
      const isLong = password.length > PASSWORD_LENGTH.maximum;
      const found = await run(isLong ? "" : password, salt, of);
      return timingSafeEqual(found, hash) && parsed !== undefined && !isLong;
    },
    isOutdated(text) {
      const parsed = parseHash(text);
      return (
        parsed === undefined ||
        parsed.costs.log2N !== costs.log2N ||
        parsed.costs.r !== costs.r ||
        parsed.costs.p !== costs.p
      );
    },
    get runs() {
      return runs;
    },
  };
}

function computed(password: string, salt: Uint8Array, { log2N, r, p }: ScryptCosts): Promise<Buffer> {
  const N = 2 ** log2N;
  // The bound that node:crypto wants: 128 · N · r for the table, 128 · r · p for the blocks, and a little.
  const maxmem = 128 * r * (N + p + 2) + 4096;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, { N, r, p, maxmem }, (failure, hash) => {
      if (failure === null) resolve(hash);
      else reject(failure);
    });
  });
}

function hashText({ costs, salt, hash }: ParsedHash): string {
  const text = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");
  return `$scrypt$ln=${costs.log2N},r=${costs.r},p=${costs.p}$${text(salt)}$${text(hash)}`;
}

function parseHash(text: string): ParsedHash | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const costs = { log2N: Number(match[1]), r: Number(match[2]), p: Number(match[3]) };
  const { log2N, r, p } = COSTS_MAXIMUM;
  const isBounded = costs.log2N <= log2N && costs.r <= r && costs.p <= p;
  if (!isBounded || costs.log2N < 1 || costs.r < 1 || costs.p < 1) return undefined;
  return { costs, salt: Buffer.from(match[4], "base64"), hash: Buffer.from(match[5], "base64") };
}

/** Lets `atOnce` pieces of work run at a time, in their order, and refuses those behind `waitingMax` others. */
function turnstile(atOnce: number, waitingMax: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= waitingMax)
        throw new OrbweaverError("rate-limited", `${waitingMax} other logins are waiting`, {
          retryAfterS: BUSY_RETRY_S,
        });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
