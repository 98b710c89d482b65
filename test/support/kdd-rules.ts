// What holds on every record of KDD, as told in docs/reference/kdd.md: a check of one row, and the windows worked out anew.

/** A row by column name; categories as text. */
export type KddRecord = Readonly<Record<string, number | string>>;

const SYN_ERRORS = ["S0", "S1", "S2", "S3", "SH"];
const REJECTIONS = ["REJ", "RSTO", "RSTR", "RSTOS0"];

/** Rates, each with the count it is a share of, and the least number that it may be a share for. */
const RATES: readonly (readonly [rate: string, of: string, least: number])[] = [
  ["serror_rate", "count", 0],
  ["rerror_rate", "count", 0],
  ["same_srv_rate", "count", 1],
  ["diff_srv_rate", "count", 0],
  ["srv_serror_rate", "srv_count", 0],
  ["srv_rerror_rate", "srv_count", 0],
  ["srv_diff_host_rate", "srv_count", 0],
  ["dst_host_same_srv_rate", "dst_host_count", 1],
  ["dst_host_diff_srv_rate", "dst_host_count", 0],
  ["dst_host_same_src_port_rate", "dst_host_count", 1],
  ["dst_host_serror_rate", "dst_host_count", 0],
  ["dst_host_rerror_rate", "dst_host_count", 0],
  ["dst_host_srv_serror_rate", "dst_host_srv_count", 0],
  ["dst_host_srv_rerror_rate", "dst_host_srv_count", 0],
  ["dst_host_srv_diff_host_rate", "dst_host_srv_count", 0],
];

/** A share with two decimals, as C prints a number of single precision. */
export function printedShare(part: number, whole: number): number {
  const exact = BigInt(Math.fround(part / whole) * 2 ** 60) * 200n;
  const half = 1n << 60n;
  const below = exact / (2n * half);
  const rest = exact - below * 2n * half;
  const up = rest > half || (rest === half && below % 2n === 1n);
  return Number(up ? below + 1n : below) / 100;
}

const shares = new Map<number, number[]>();

/** Least and greatest number of `whole` that is printed as this rate; undefined when none is. */
function partsOf(rate: number, whole: number): [number, number] | undefined {
  if (!(whole >= 1)) return undefined;
  let printed = shares.get(whole);
  if (printed === undefined) {
    printed = Array.from({ length: whole + 1 }, (_, part) => printedShare(part, whole));
    shares.set(whole, printed);
  }
  const first = printed.indexOf(rate);
  return first < 0 ? undefined : [first, printed.lastIndexOf(rate)];
}

/** What is wrong with a row, in words; empty when nothing is. */
export function kddProblems(row: KddRecord): string[] {
  const problems: string[] = [];
  const number = (name: string): number => Number(row[name]);
  const require = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  for (const [count, most] of [
    ["count", 511],
    ["srv_count", 511],
    ["dst_host_count", 255],
    ["dst_host_srv_count", 255],
  ] as const) {
    require(number(count) >= 1 && number(count) <= most, `${count} is ${row[count]}`);
  }
  for (const [rate, of, least] of RATES) {
    const parts = partsOf(number(rate), number(of));
    require(parts !== undefined && parts[1] >= least, `${rate} ${row[rate]} is no share of ${of} ${row[of]}`);
  }
  for (const prefix of ["", "dst_host_"]) {
    const count = number(`${prefix}count`);
    const same = partsOf(number(`${prefix}same_srv_rate`), count);
    const different = partsOf(number(`${prefix}diff_srv_rate`), count);
    const hosts = partsOf(number(`${prefix}srv_diff_host_rate`), number(`${prefix}srv_count`));
    if (same === undefined || different === undefined || hosts === undefined) continue;
    require(different[0] !== 1 || different[1] !== 1, `one different service, ${prefix}window`);
    require(hosts[0] !== 1 || hosts[1] !== 1, `one different host, ${prefix}window`);
    if (different[1] === 0) require(same[1] === count, `other services and none counted, ${prefix}window`);
    if (different[0] > 0) require(different[0] <= count - same[0] + 1, `too many services, ${prefix}window`);
  }
  const flag = String(row["flag"]);
  const alone = (count: string, syn: string, rejected: string): void => {
    if (number(count) !== 1) return;
    require(number(syn) === (SYN_ERRORS.includes(flag) ? 1 : 0), `${syn} ${row[syn]} of ${flag} alone`);
    require(number(rejected) === (REJECTIONS.includes(flag) ? 1 : 0), `${rejected} of ${flag} alone`);
  };
  alone("count", "serror_rate", "rerror_rate");
  alone("srv_count", "srv_serror_rate", "srv_rerror_rate");
  if (number("dst_host_count") === 1) require(number("dst_host_same_src_port_rate") === 1, "own port");
  if (row["protocol_type"] !== "tcp") require(flag === "SF", `${row["protocol_type"]} with ${flag}`);
  if (row["protocol_type"] === "icmp") require(number("dst_bytes") === 0, "icmp with an answer");
  require(Number.isInteger(number("duration")) && number("duration") >= 0, `duration ${row["duration"]}`);
  return problems;
}

/** A connection as windows know it. */
export interface Ended {
  endUs: number;
  host: string;
  service: string;
  port: number;
  flag: string;
}

/** Values of the features 23 to 41 of every connection, in the order in which they ended; by the words, and slow. */
export function* slowWindows(connections: readonly Ended[], size: number): Generator<number[], void> {
  let first = 0;
  for (const [index, own] of connections.entries()) {
    while (connections[first].endUs <= own.endUs - 2e6 && first < index) first++;
    const recent = windowOf(connections.slice(first, index + 1), own, 511);
    const last = windowOf(connections.slice(Math.max(0, index + 1 - size), index + 1), own, 255);
    yield [
      ...recent.counts,
      ...recent.errors,
      ...recent.services,
      recent.hosts,
      ...last.counts,
      ...last.services,
      last.port,
      last.hosts,
      ...last.errors,
    ];
  }
}

interface WindowValues {
  counts: number[];
  errors: number[];
  services: number[];
  port: number;
  hosts: number;
}

function windowOf(window: readonly Ended[], own: Ended, most: number): WindowValues {
  const host = window.filter((other) => other.host === own.host).slice(-most);
  const service = window.filter((other) => other.service === own.service).slice(-most);
  const share = (list: readonly Ended[], holds: (other: Ended) => boolean): number =>
    printedShare(list.filter(holds).length, list.length);
  const distinct = (list: readonly Ended[], of: (other: Ended) => string): number => {
    const different = new Set(list.map(of)).size;
    return printedShare(different === 1 ? 0 : different, list.length);
  };
  const syn = (other: Ended): boolean => SYN_ERRORS.includes(other.flag);
  const rejected = (other: Ended): boolean => REJECTIONS.includes(other.flag);
  return {
    counts: [host.length, service.length],
    errors: [share(host, syn), share(service, syn), share(host, rejected), share(service, rejected)],
    services: [
      share(host, (other) => other.service === own.service),
      distinct(host, (other) => other.service),
    ],
    port: share(host, (other) => other.port === own.port),
    hosts: distinct(service, (other) => other.host),
  };
}
