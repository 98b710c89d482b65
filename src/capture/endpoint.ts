// Pairs of host and port whose traffic is not to be captured, and the capture filter that leaves them out.
//
// A detector that meters what it sends itself would feed on its own alerts. The program's own sockets are kept in a list
// that capturing asks for; users add others. Knows no sockets and no processes.

import { isIP } from "node:net";
import { OrbweaverError } from "../base/errors.ts";

export interface Endpoint {
  /** An address, or a name that the capture program looks up when it starts. */
  host: string;
  port: number;
}

const PORT_MAX = 65_535;
/** Labels of names (RFC 1123); nothing that a filter could take for more than a name. */
const NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/i;

/** Reads "10.0.0.1:8080", "[2001:db8::1]:443" or "broker.example:9092". Throws `parameter-invalid`. */
export function parseEndpoint(text: string): Endpoint {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? "";
  const port = Number(digits);
  const isHost = bracketed === undefined ? isIP(host) === 4 || isName(host) : isIP(host) === 6;
  if (isHost && port >= 1 && port <= PORT_MAX) return { host, port };
  throw new OrbweaverError("parameter-invalid", `'${text}' is not HOST:PORT`, {
    hint: "Give an address or name and a port: 10.0.0.1:8080, [2001:db8::1]:443, broker.example:9092.",
  });
}

/** Numbers in dots that are no address are no name either: libpcap would take 10.1 for a network. */
function isName(host: string): boolean {
  return NAME.test(host) && /[a-z]/i.test(host);
}

/** A filter of libpcap: what `filter` lets through, but nothing from or to the endpoints. "" lets everything through. */
export function filterWithout(filter: string, endpoints: readonly Endpoint[]): string {
  const wanted = filter.trim();
  const parts = endpoints.map(({ host, port }) => {
    const source = `src host ${host} and src port ${port}`;
    const destination = `dst host ${host} and dst port ${port}`;
    return `not ((${source}) or (${destination}))`;
  });
  if (wanted !== "") parts.unshift(parts.length === 0 ? wanted : `(${wanted})`);
  return parts.join(" and ");
}

/** The sockets of this program that must not be metered. */
export class OwnEndpoints {
  readonly #endpoints = new Set<Endpoint>();

  /** Adds one; the function that is returned takes it out again. It counts for captures that start afterwards. */
  add(endpoint: Endpoint): () => void {
    this.#endpoints.add(endpoint);
    return () => {
      this.#endpoints.delete(endpoint);
    };
  }

  list(): Endpoint[] {
    return [...this.#endpoints];
  }
}

/** Of this process. What opens a socket adds it. */
export const ownEndpoints = new OwnEndpoints();
