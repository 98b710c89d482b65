// Addresses of InfluxDB servers:
//
//   influx://host:8086/database?measurement=M&retention=R&query=SELECT…&tls=true      1.x, InfluxQL
//   influx2://host:8086?org=O&bucket=B&measurement=M&start=…&stop=…&query=from(…)     2.x, Flux; also influx:// with org and bucket
//
// Secrets come from the address or from the environment, are kept apart from everything that is shown or written, and no
// message repeats an address that could not be read.

import { OrbweaverError } from "../../base/errors.ts";
import { shown } from "../file-error.ts";

interface Server {
  /** http://host:port, with the path that a proxy may have put before it. */
  origin: string;
  /** The address without secrets, for messages and manifests. */
  name: string;
  measurement?: string;
  /** InfluxQL or Flux, in place of every row of the measurement. */
  query?: string;
  /** Value of the header Authorization. */
  authorization?: string;
}

/** InfluxDB 1.x. */
export interface InfluxDatabase extends Server {
  version: 1;
  database: string;
  /** Retention policy; default: the database's own. */
  retention?: string;
}

/** InfluxDB 2.x. */
export interface InfluxBucket extends Server {
  version: 2;
  organisation: string;
  bucket: string;
  /** Of the rows that are read, as Flux spells them; default: everything. */
  start: string;
  stop?: string;
}

export type InfluxAddress = InfluxDatabase | InfluxBucket;

export type Environment = Readonly<Record<string, string | undefined>>;

const FORM_1 = "influx://HOST:PORT/DATABASE?measurement=NAME";
const FORM_2 = "influx2://HOST:PORT?org=NAME&bucket=NAME&measurement=NAME";
const PORT_DEFAULT = 8086;

const COMMON = ["measurement", "query", "tls"];
const KNOWN: Readonly<Record<1 | 2, readonly string[]>> = {
  1: [...COMMON, "retention"],
  2: [...COMMON, "org", "bucket", "start", "stop"],
};
/** RFC 3339, seconds since 1970, or a span such as -30d: what Flux takes without quotes. */
const FLUX_TIME =
  /^(-?\d+|-?(\d+(ns|us|µs|ms|mo|s|m|h|d|w|y))+|\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?|now\(\))$/;

/** Whether a text names a server, and no file. */
export function isInfluxAddress(text: string): boolean {
  return /^influx2?:\/\//i.test(text);
}

/** Throws `usage` for an address that cannot be read. */
export function parseInfluxAddress(text: string, environment: Environment): InfluxAddress {
  const url = parsedUrl(text);
  const parameters = parametersOf(url);
  const isSecond = url.protocol === "influx2:" || parameters.has("bucket");
  requireKnown(parameters, isSecond ? 2 : 1);
  const tls = flag(parameters.get("tls"));
  const host = `${url.hostname}:${url.port || PORT_DEFAULT}`;
  const path = url.pathname
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  const shared = {
    origin: `${tls ? "https" : "http"}://${host}`,
    name: nameOf(url, host, parameters),
    ...optional("measurement", parameters.get("measurement")),
    ...optional("query", parameters.get("query")),
  };
  return isSecond
    ? bucketOf(url, path, parameters, shared, environment)
    : databaseOf(url, path, parameters, shared, environment);
}

function databaseOf(
  url: URL,
  path: readonly string[],
  parameters: ReadonlyMap<string, string>,
  shared: Server,
  environment: Environment,
): InfluxDatabase {
  const database = path.at(-1);
  if (database === undefined) throw wrong(`names no database, expected ${FORM_1}`);
  if (path.length > 1)
    throw wrong(`has a path of ${path.length} parts, expected one, the database: ${FORM_1}`);
  const user = decoded(url.username) || environment["ORBWEAVER_INFLUX_USER"];
  const password = decoded(url.password) || environment["ORBWEAVER_INFLUX_PASSWORD"];
  const authorization = user
    ? `Basic ${Buffer.from(`${user}:${password ?? ""}`).toString("base64")}`
    : undefined;
  return {
    version: 1,
    ...shared,
    database,
    ...optional("retention", parameters.get("retention")),
    ...optional("authorization", authorization),
  };
}

function bucketOf(
  url: URL,
  path: readonly string[],
  parameters: ReadonlyMap<string, string>,
  shared: Server,
  environment: Environment,
): InfluxBucket {
  const organisation = parameters.get("org");
  const bucket = parameters.get("bucket");
  if (organisation === undefined || bucket === undefined)
    throw wrong(`lacks org or bucket, expected ${FORM_2}`);
  if (path.length > 0) throw wrong(`has a path, expected ${FORM_2}`);
  if (url.username !== "" || url.password !== "")
    throw wrong("has a user, where InfluxDB 2 wants a token: give it as ORBWEAVER_INFLUX_TOKEN");
  const token = environment["ORBWEAVER_INFLUX_TOKEN"];
  const start = parameters.get("start") ?? "0";
  const stop = parameters.get("stop");
  for (const time of [start, ...(stop === undefined ? [] : [stop])]) {
    if (FLUX_TIME.test(time)) continue;
    throw wrong(
      `has the time '${shown(time)}', expected one such as -30d, 2024-03-04T09:00:00Z or seconds since 1970`,
    );
  }
  return {
    version: 2,
    ...shared,
    organisation,
    bucket,
    start,
    ...optional("stop", stop),
    ...optional("authorization", token ? `Token ${token}` : undefined),
  };
}

function parsedUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw wrong(
      `cannot be read, expected ${FORM_1}; signs such as @ and # in passwords are written as %40 and %23`,
    );
  }
  if (!isInfluxAddress(text)) throw wrong(`is none of InfluxDB, expected ${FORM_1}`);
  if (url.hostname === "") throw wrong(`names no host, expected ${FORM_1}`);
  if (url.hash !== "") throw wrong("has a part behind '#'; write %23 for that sign");
  return url;
}

function parametersOf(url: URL): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [key, value] of url.searchParams) {
    if (parameters.has(key)) throw wrong(`has '${shown(key)}' twice`);
    if (value === "") throw wrong(`has '${shown(key)}' without a value`);
    parameters.set(key, value);
  }
  return parameters;
}

/** Values are not shown: one may be a secret under a name that we do not know. */
function requireKnown(parameters: ReadonlyMap<string, string>, version: 1 | 2): void {
  for (const key of parameters.keys()) {
    if (KNOWN[version].includes(key)) continue;
    const secret = /token|user|passw|^[up]$/i.test(key) ? "; secrets are given by environment variables" : "";
    throw wrong(`has the parameter '${shown(key)}', expected ${KNOWN[version].join(", ")}${secret}`);
  }
}

function flag(text: string | undefined): boolean {
  if (text === undefined || text === "false" || text === "0") return false;
  if (text === "true" || text === "1") return true;
  throw wrong(`has tls=${shown(text)}, expected true or false`);
}

/** The address again, without user and password. */
function nameOf(url: URL, host: string, parameters: ReadonlyMap<string, string>): string {
  const query = [...parameters].map(
    ([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%20", "+")}`,
  );
  const path = url.pathname === "/" ? "" : url.pathname;
  return `${url.protocol}//${host}${path}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong("has a % that no two hexadecimal digits follow; write %25 for that sign");
  }
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [name in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [name in Key]?: Value };
}

function wrong(what: string): OrbweaverError {
  return new OrbweaverError("usage", `the address of InfluxDB ${what}`, {
    hint: "See docs/guide/influxdb.md.",
  });
}
