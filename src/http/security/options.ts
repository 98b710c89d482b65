// How a server is protected, as it is put together: who is let in, from where, how often, and how long it may take.

import type { Access } from "../../app/access.ts";

/** "auto": asked for as soon as there is a user or a key, and from then on. */
export type Authentication = "auto" | "on" | "off";

/** Requests a minute; undefined for no bound. */
export interface RateLimits {
  /** Of one user, or one API key. */
  known: number;
  /** Of one address, for requests of nobody in particular: public ones, and those that are refused. */
  unknown: number;
}

export interface Security {
  /** Users and keys; without them nothing can be asked for. */
  access: Access | undefined;
  authentication: Authentication;
  /** Names that the header Host may have, without ports; undefined for any. */
  hosts: readonly string[] | undefined;
  /** Origins of pages of others that may call, such as "https://example.org". */
  origins: readonly string[];
  /** Proxies whose X-Forwarded-For is believed: addresses and networks. */
  proxies: readonly string[];
  rates: RateLimits | undefined;
  pace: Pace;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** How slow a client may be. */
export interface Pace {
  /** Between two looks. */
  lookMs: number;
  /** Of a body, between two looks at one that still comes. */
  bytes: number;
  /** Until a body that is held in memory must have come; bodies that are read as they come only need the pace. */
  wholeMs: number;
  /** Silence of a client that does not take what is sent to it. */
  silenceMs: number;
}

export const PACE_DEFAULT: Pace = { lookMs: 10_000, bytes: 10 * 1024, wholeMs: 60_000, silenceMs: 60_000 };
export const RATES_DEFAULT: RateLimits = { known: 6_000, unknown: 600 };

/** Names by which this machine calls itself, as the header Host spells them. */
const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

export function securityOf(given: Partial<Security> = {}): Security {
  return {
    access: undefined,
    authentication: "auto",
    hosts: undefined,
    origins: [],
    proxies: [],
    rates: undefined,
    pace: PACE_DEFAULT,
    now: Date.now,
    ...given,
  };
}

/** Whether only this machine can reach what listens at a host. */
export function isLoopback(host: string): boolean {
  const plain = host.toLowerCase().replace(/^\[|\]$/g, "");
  return plain === "localhost" || plain === "::1" || /^127(?:\.\d{1,3}){3}$/.test(plain);
}

/**
 * Names that Host may have: on loopback those of loopback and what was allowed, so that a page whose name suddenly means
 * 127.0.0.1 (DNS rebinding) is refused; elsewhere what was allowed, or any.
 */
export function hostNames(host: string, allowed: readonly string[]): readonly string[] | undefined {
  if (isLoopback(host)) return [...new Set([...LOOPBACK_NAMES, spelt(host), ...allowed.map(spelt)])];
  return allowed.length === 0 ? undefined : allowed.map(spelt);
}

/** As Host spells it: in lower case, an IPv6 address in brackets. */
function spelt(host: string): string {
  const name = host.toLowerCase();
  return name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
}
