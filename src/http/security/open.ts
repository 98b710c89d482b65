// Opens what protects a server, from what its user chose: users and keys of the store, files of TLS, and the defaults for a host.
//
// What it guarantees: a server that others could use unasked does not start; the files of TLS are right before it does.

import type { Server } from "node:https";
import { type Access, openServerAccess, type PasswordCosts } from "../../app/access.ts";
import type { Store } from "../../app/place.ts";
import type { App } from "../app.ts";
import type { ServerLog } from "../log.ts";
import {
  type Authentication,
  hostNames,
  isLoopback,
  PACE_DEFAULT,
  type Pace,
  RATES_DEFAULT,
  type Security,
  securityOf,
} from "./options.ts";
import { checkProtected } from "./protect.ts";
import { followTls, readTls, type TlsFiles, type TlsFollowing, type TlsSettings } from "./tls.ts";

export interface SecurityChoices {
  /** "auto" unless chosen. */
  authentication?: Authentication;
  /** Names beside the host's own that Host may have. */
  allowedHosts?: readonly string[];
  /** Origins of pages of others that may call. */
  origins?: readonly string[];
  /** Proxies whose X-Forwarded-For is believed. */
  proxies?: readonly string[];
  /** Of one user or key; an address without either has a tenth. Default: 6,000 off loopback, no bound on it. */
  requestsPerMinute?: number;
  tls?: TlsFiles;
  /** How slow a client may be; PACE_DEFAULT unless given. */
  pace?: Pace;
  /** Costs of hashes of passwords; those that OWASP names unless given. */
  costs?: PasswordCosts;
}

export interface OpenedSecurity {
  access: Access;
  security: Partial<Security>;
  tls: TlsSettings | undefined;
  /** Reads the files of TLS again when they change; gives what reads them at once, where there are any. */
  follow(app: App, log: ServerLog): TlsFollowing | undefined;
  close(): Promise<void>;
}

/** Throws `serve-unprotected`, `tls-invalid`, and errors of the store. */
export async function openSecurity(
  store: Store,
  host: string,
  choices: SecurityChoices = {},
): Promise<OpenedSecurity> {
  const access = await openServerAccess(store, choices.costs);
  try {
    const security = {
      access,
      authentication: choices.authentication ?? "auto",
      hosts: hostNames(host, choices.allowedHosts ?? []),
      origins: choices.origins ?? [],
      proxies: choices.proxies ?? [],
      pace: choices.pace ?? PACE_DEFAULT,
      rates: ratesFor(host, choices.requestsPerMinute),
    } as const;
    checkProtected(host, securityOf(security));
    const tls = choices.tls === undefined ? undefined : await readTls(choices.tls);
    let followed: TlsFollowing | undefined;
    return {
      access,
      security,
      tls,
      follow(app, log) {
        followed = choices.tls && followedTls(app, choices.tls, log);
        return followed;
      },
      async close() {
        followed?.close();
        await access.close();
      },
    };
  } catch (failure) {
    await access.close();
    throw failure;
  }
}

function ratesFor(host: string, perMinute: number | undefined): Security["rates"] {
  if (perMinute !== undefined) return { known: perMinute, unknown: Math.max(1, Math.ceil(perMinute / 10)) };
  return isLoopback(host) ? undefined : RATES_DEFAULT;
}

function followedTls(app: App, files: TlsFiles, log: ServerLog): TlsFollowing {
  return followTls(app.server as unknown as Server, files, (failure) => {
    if (failure === undefined) log.info(files, "certificate and key were read again");
    else log.error({ reason: failure.message }, "certificate and key stay as they were");
  });
}
