// Options of `serve` that say who is let in, from where, and how often.

import { type Command, InvalidArgumentError } from "commander";
import type { SecurityChoices } from "../http/security/open.ts";
import { usageError } from "./failure.ts";
import { several, wholeNumber } from "./options.ts";

export interface SecurityOptionValues {
  /** True for --auth, false for --no-auth. */
  auth?: boolean;
  allowedHost?: string[];
  corsOrigin?: string[];
  trustProxy?: string[];
  rateLimit?: number;
  tlsCert?: string;
  tlsKey?: string;
}

export function withSecurityOptions(command: Command): Command {
  return command
    .option("--auth", "ask for a user or an API key, also while there are none")
    .option(
      "--no-auth",
      "ask for nothing; on loopback only (default: ask as soon as there is a user or a key)",
    )
    .option("--tls-cert <file>", "certificate in PEM, with those that signed it; read again when it changes")
    .option("--tls-key <file>", "its private key in PEM")
    .option("--allowed-host <name>", "name by which clients may call the server, beside its own", several)
    .option(
      "--cors-origin <origin>",
      "page that may call from a browser, such as https://example.org",
      origin,
    )
    .option("--trust-proxy <address>", "proxy, or network of proxies, that says who calls", several)
    .option(
      "--rate-limit <n>",
      "requests a minute of one user or key, and ten times fewer of an address without (default: 6000 off loopback)",
      wholeNumber(1, 1_000_000_000),
    );
}

export function securityChoices(options: SecurityOptionValues): SecurityChoices {
  const { tlsCert: cert, tlsKey: key } = options;
  if ((cert === undefined) !== (key === undefined))
    throw usageError(
      `--tls-${cert === undefined ? "key" : "cert"} is given alone, expected both files of TLS`,
    );
  return {
    authentication: options.auth === undefined ? "auto" : options.auth ? "on" : "off",
    allowedHosts: options.allowedHost,
    origins: options.corsOrigin,
    proxies: options.trustProxy,
    requestsPerMinute: options.rateLimit,
    tls: cert === undefined || key === undefined ? undefined : { cert, key },
  };
}

function origin(text: string, before: string[] = []): string[] {
  const isOrigin = URL.canParse(text) && new URL(text).origin === text.toLowerCase().replace(/\/$/, "");
  if (isOrigin) return [...before, text];
  throw new InvalidArgumentError("Expected an origin such as https://example.org, without a path.");
}
