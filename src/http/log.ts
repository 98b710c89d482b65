// The server's log: one JSON object a line on standard error, without secrets.
//
// What could hold a secret is replaced before it is written, wherever in an object it lies: authorization and cookies of
// requests, passwords, tokens, keys. Knows no route.

import { type DestinationStream, type Logger, pino } from "pino";

export type ServerLog = Logger;

export interface LogOptions {
  level: "silent" | "error" | "warn" | "info" | "debug";
  /** Standard error unless given. */
  destination?: DestinationStream;
}

const SECRETS = [
  "authorization",
  "cookie",
  "password",
  "newPassword",
  "token",
  "accessToken",
  "refreshToken",
  "access_token",
  "refresh_token",
  "key",
  "apiKey",
  "secret",
];
const HEADERS = ["authorization", "cookie", '["x-api-key"]', '["set-cookie"]', '["proxy-authorization"]'];

const PATHS = [
  ...SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  ...HEADERS.flatMap((name) => [joined("headers", name), joined("*.headers", name)]),
];

export function openLog({ level, destination }: LogOptions): ServerLog {
  return pino(
    { level, base: undefined, redact: { paths: PATHS, censor: "[hidden]" } },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
}

function joined(place: string, name: string): string {
  return name.startsWith("[") ? `${place}${name}` : `${place}.${name}`;
}
