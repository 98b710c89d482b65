// Access tokens: JSON Web Tokens (RFC 7519) of one algorithm, HMAC with SHA-256. Knows no users, no store and no clock.
//
// The header is one fixed text, which a token must begin with, so that no token can choose how it is checked (RFC 8725,
// section 3.1): `none`, other algorithms and other keys are refused before anything is parsed.

import { createHmac } from "node:crypto";
import { z } from "zod";
import { OrbweaverError } from "../base/errors.ts";
import { sameText } from "./secrets.ts";

export interface AccessClaims {
  /** Name of the user. */
  sub: string;
  /** Session, that is, the family of refresh tokens. */
  sid: string;
  /** Version of the user that it was made for: it grows with password and role. */
  ver: number;
}

/** Seconds that a token counts. */
export const ACCESS_TOKEN_S = 600;
/** Of HMAC keys: as many as the digest has (RFC 7518, section 3.2). */
export const SIGNING_KEY_BYTES = 32;
/** Longer texts are no tokens of ours. */
const LENGTH_MAX = 1_024;
/** Seconds by which clocks of servers that share a store may differ. */
const SKEW_S = 30;
const ISSUER = "orbweaver";
const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString("base64url");

const claimsForm = z.strictObject({
  iss: z.literal(ISSUER),
  sub: z.string().min(1).max(64),
  sid: z.string().regex(/^[0-9a-f]{16}$/),
  ver: z.int().min(1),
  iat: z.int().min(0),
  exp: z.int().min(0),
});

export function signToken(claims: AccessClaims, key: Uint8Array, nowMs: number): string {
  const iat = Math.floor(nowMs / 1000);
  const payload = { iss: ISSUER, ...claims, iat, exp: iat + ACCESS_TOKEN_S };
  const signed = `${HEADER}.${Buffer.from(JSON.stringify(payload)).toString("base64url")}`;
  return `${signed}.${signature(signed, key).toString("base64url")}`;
}

/** The claims of a token that we signed and that counts now. Throws `access-refused`, never with the token. */
export function verifyToken(token: string, key: Uint8Array, nowMs: number): AccessClaims {
  if (token.length > LENGTH_MAX) throw refused(`has ${token.length} characters`);
  const [header, payload, sum, ...rest] = token.split(".");
  if (payload === undefined || sum === undefined || rest.length > 0) throw refused("is no access token");
  if (header !== HEADER) throw refused("has another header than ours");
  // The text is compared, not what it decodes to: base64url spells the last bits of a digest in four ways.
  if (!sameText(sum, signature(`${header}.${payload}`, key).toString("base64url")))
    throw refused("was not signed by this server");
  const claims = claimsForm.safeParse(parsedJson(payload));
  if (!claims.success) throw refused("holds other claims than ours");
  const { sub, sid, ver, iat, exp } = claims.data;
  const nowS = nowMs / 1000;
  if (nowS >= exp) throw refused("has expired");
  if (iat > nowS + SKEW_S) throw refused("is of the future");
  return { sub, sid, ver };
}

/** What a JWS of RFC 7515, section 5.1, is signed with. */
export function signature(signed: string, key: Uint8Array): Buffer {
  return createHmac("sha256", key).update(signed).digest();
}

function parsedJson(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

function refused(found: string): OrbweaverError {
  return new OrbweaverError("access-refused", `the access token ${found}`);
}
