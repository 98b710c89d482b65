// The gate: what is asked of every request before its body is read - the name it calls us by, the page it comes from, who sends it,
// whether that one may, and how often.
//
// What it guarantees: a route's handler runs only for those who have the route's permission; what is refused has cost no body,
// no hash of a password and no look into the store. Bounds of rates hold a bounded number of names.

import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ANYBODY, type Identity, perMinute, type Throttle, throttle } from "../../app/access.ts";
import { OrbweaverError } from "../../base/errors.ts";
import type { App, Permission } from "../app.ts";
import type { Security } from "./options.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; nobody in particular on public routes. */
    identity: Identity | undefined;
  }
}

/** Longer credentials are none of ours. */
const CREDENTIAL_MAX = 2_048;
const BEARER = /^Bearer +([^\s]+) *$/i;
/** Seconds that a browser may remember what pages of others may do. */
const PREFLIGHT_S = 600;
const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
const REQUEST_HEADERS = "authorization, content-type, x-api-key, accept, last-event-id";
const ANSWER_HEADERS = "retry-after, location, content-disposition, www-authenticate";

/** What is known of a request before its route is. */
export interface Caller {
  headers: IncomingHttpHeaders;
  ip: string;
}

/** What was asked of a request: who sends it, or why it is refused. */
export interface Asked {
  identity?: Identity;
  failure?: unknown;
  /** How one may say who one is. */
  challenge?: string;
}

export interface Gate {
  /** Asks a request that no page made for a permission. Never throws. */
  ask(caller: Caller, permission: Permission): Asked;
  /** Lets the framework not ask a request again that was asked before. */
  remember(request: IncomingMessage, asked: Asked): void;
}

/** Asks every request; to be added before the routes. */
export function addGate(app: App, security: Security): Gate {
  const checkHost = hostCheck(security.hosts);
  const checkOrigin = originCheck(security.origins);
  const askPermission = permissionCheck(security);
  const remembered = new WeakMap<IncomingMessage, Asked>();

  app.decorateRequest("identity", undefined);
  app.addHook("onRequest", (request, reply, done) => {
    try {
      checkHost(request);
      if (checkOrigin(request, reply)) return;
      const permission = request.routeOptions.config.permission ?? "public";
      const asked = remembered.get(request.raw) ?? askPermission(request, permission);
      request.identity = asked.identity;
      if (asked.challenge !== undefined) reply.header("www-authenticate", asked.challenge);
      done(asked.failure as Error | undefined);
    } catch (failure) {
      done(failure as Error);
    }
  });
  return {
    ask(caller, permission) {
      try {
        checkHost(caller);
        return askPermission(caller, permission);
      } catch (failure) {
        return { failure };
      }
    },
    remember: (request, asked) => remembered.set(request, asked),
  };
}

/** Asks who sends a request, whether that one may, and how often it did. What it gives never throws. */
function permissionCheck(security: Security): (caller: Caller, permission: Permission) => Asked {
  const known = security.rates && throttle(perMinute(security.rates.known));
  const unknown = security.rates && throttle(perMinute(security.rates.unknown));
  const isAsked = askedFor(security);

  const takeUnknown = ({ ip }: Caller): void => take(unknown, addressName(ip), security);
  /** Addresses that fail too often are told so instead. */
  const refusal = (caller: Caller, failure: unknown): Asked => {
    try {
      takeUnknown(caller);
      return failure instanceof OrbweaverError ? { failure, challenge: challenge(failure) } : { failure };
    } catch (tooOften) {
      return { failure: tooOften };
    }
  };
  const recognised = ({ headers }: Caller): Identity => {
    const credential = credentialOf(headers);
    if (credential === undefined || security.access === undefined)
      throw new OrbweaverError("access-required", "the request says nothing of who sends it");
    return security.access.recognise(credential);
  };
  return (caller, permission) => {
    if (permission === "public") return askedOf(undefined, () => takeUnknown(caller));
    let identity = ANYBODY;
    try {
      if (isAsked()) identity = recognised(caller);
    } catch (failure) {
      return refusal(caller, failure);
    }
    return askedOf(identity, () => {
      if (identity === ANYBODY) takeUnknown(caller);
      else take(known, nameOf(identity), security);
      checkPermission(identity, permission);
    });
  };
}

function askedOf(identity: Identity | undefined, check: () => void): Asked {
  try {
    check();
    return { identity };
  } catch (failure) {
    return { identity, failure };
  }
}

/** Whether who asks must say so; once it is so it stays so until the server ends. */
function askedFor({ authentication, access }: Security): () => boolean {
  let isOn = authentication === "on";
  if (authentication !== "auto" || access === undefined) return () => isOn;
  const look = (): void => {
    isOn ||= access.isSetUp;
  };
  look();
  access.onChange(look);
  return () => isOn;
}

// --- who ------------------------------------------------------------------------------------------------------

/** What a request presents. Throws `access-refused` for what has no form of ours, and for two of them. */
function credentialOf(headers: IncomingHttpHeaders): string | undefined {
  const { authorization, "x-api-key": key } = headers;
  if (authorization === undefined && key === undefined) return undefined;
  if (authorization !== undefined && key !== undefined)
    throw refused("there are both Authorization and X-API-Key, expected one");
  if (key !== undefined) return checked(typeof key === "string" ? key : "", "X-API-Key");
  return checked(BEARER.exec(authorization ?? "")?.[1] ?? "", "Authorization");
}

function checked(credential: string, header: string): string {
  if (credential !== "" && credential.length <= CREDENTIAL_MAX) return credential;
  throw refused(
    `the header ${header} is not as expected: ${header === "Authorization" ? "Bearer TOKEN" : "an API key"}`,
  );
}

function refused(message: string): OrbweaverError {
  return new OrbweaverError("access-refused", message);
}

/** What RFC 6750, section 3, answers with. */
function challenge({ code }: OrbweaverError): string {
  return `Bearer realm="orbweaver"${code === "access-refused" ? ', error="invalid_token"' : ""}`;
}

function checkPermission(identity: Identity, permission: Permission): void {
  if (permission === "public" || permission === "known" || identity.permissions.has(permission)) return;
  const what = identity.kind === "key" ? `the API key ${identity.name}` : identity.name;
  throw new OrbweaverError("access-forbidden", `${what} does not have the permission '${permission}'`);
}

// --- how often ------------------------------------------------------------------------------------------------

function take(bucket: Throttle | undefined, name: string, { now }: Security): void {
  const waitMs = bucket?.take(name, now()) ?? 0;
  if (waitMs === 0) return;
  throw new OrbweaverError("rate-limited", "too many requests came in a minute", {
    retryAfterS: Math.ceil(waitMs / 1000),
  });
}

function nameOf(identity: Identity): string {
  return identity.kind === "key" ? `key ${identity.id}` : `user ${identity.name}`;
}

/** An address as rates name it: of IPv6 the network of 64 bits, all of which one customer has. */
export function addressName(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1];
  const [head = "", tail] = address.toLowerCase().split("%", 1)[0].split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  return `${[...before, ...(tail === undefined ? [] : zeros), ...after].slice(0, 4).join(":")}::/64`;
}

// --- from where -----------------------------------------------------------------------------------------------

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/;

function hostCheck(
  hosts: readonly string[] | undefined,
): (request: { headers: IncomingHttpHeaders }) => void {
  if (hosts === undefined) return () => undefined;
  const allowed = new Set(hosts);
  let last: string | undefined;
  return ({ headers: { host = "" } }) => {
    if (host === last && last !== undefined) return;
    const name = HOST.exec(host.toLowerCase())?.[1];
    if (name === undefined || !allowed.has(name))
      throw new OrbweaverError(
        "request-refused",
        "the header Host names another host than those of this server",
      );
    last = host;
  };
}

/**
 * Refuses requests that pages of others make, and answers what browsers ask beforehand (the CORS protocol of the Fetch
 * standard). True where it has answered.
 */
function originCheck(origins: readonly string[]): (request: FastifyRequest, reply: FastifyReply) => boolean {
  const allowed = new Set(origins.map((origin) => origin.toLowerCase().replace(/\/$/, "")));
  return (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined || isOwn(origin, request)) return false;
    if (!allowed.has(origin.toLowerCase()))
      throw new OrbweaverError("request-refused", "a page of another origin made the request");
    reply.header("access-control-allow-origin", origin);
    reply.header("vary", "origin");
    reply.header("access-control-expose-headers", ANSWER_HEADERS);
    if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined)
      return false;
    reply
      .code(204)
      .header("access-control-allow-methods", METHODS)
      .header("access-control-allow-headers", REQUEST_HEADERS)
      .header("access-control-max-age", PREFLIGHT_S)
      .send();
    return true;
  };
}

/** Whether a page came from this server itself: the same host and port, by whatever name it is called. */
function isOwn(origin: string, request: FastifyRequest): boolean {
  return origin.toLowerCase().replace(/^https?:\/\//, "") === request.host.toLowerCase();
}
