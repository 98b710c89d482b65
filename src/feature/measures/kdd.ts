// The measures of the KDD schemas, in the order in which their modules write them, and the tables those need: which port
// is which service, and which service speaks text that is read. Computed by ../assembly/kdd.

import type { MeasureGroup } from "./contract.ts";

/** Categories of `protocol_type`, in code order. */
export const KDD_PROTOCOLS: readonly string[] = ["icmp", "tcp", "udp"];

/** Categories of `flag`, in code order: the first states of ../assembly/kdd/states.ts. */
export const KDD_FLAGS: readonly string[] = [
  "OTH",
  "REJ",
  "RSTO",
  "RSTOS0",
  "RSTR",
  "S0",
  "S1",
  "S2",
  "S3",
  "SF",
  "SH",
];

/** Categories of `service`, in code order: all of KDD Cup 1999 and NSL-KDD, and oth_i, which only the extractor prints. */
// biome-ignore format: a table
export const KDD_SERVICES: readonly string[] = [
  "IRC", "X11", "Z39_50", "aol", "auth", "bgp", "courier", "csnet_ns", "ctf", "daytime", "discard", "domain", "domain_u",
  "echo", "eco_i", "ecr_i", "efs", "exec", "finger", "ftp", "ftp_data", "gopher", "harvest", "hostnames", "http",
  "http_2784", "http_443", "http_8001", "icmp", "imap4", "iso_tsap", "klogin", "kshell", "ldap", "link", "login", "mtp",
  "name", "netbios_dgm", "netbios_ns", "netbios_ssn", "netstat", "nnsp", "nntp", "ntp_u", "oth_i", "other", "pm_dump",
  "pop_2", "pop_3", "printer", "private", "red_i", "remote_job", "rje", "shell", "smtp", "sql_net", "ssh", "sunrpc",
  "supdup", "systat", "telnet", "tftp_u", "tim_i", "time", "urh_i", "urp_i", "uucp", "uucp_path", "vmnet", "whois",
];

/** Destination ports of TCP; others are `private` from 49152 on, else `other`. */
// biome-ignore format: a table
export const KDD_TCP_PORTS: Readonly<Record<string, readonly number[]>> = {
  IRC: [194, 529, 2218, 6665, 6666, 6668, 6669, 6697],
  X11: Array.from({ length: 64 }, (_, index) => 6000 + index),
  Z39_50: [210],
  aol: [531, 5190, 5191, 5192, 5193],
  auth: [
    31, 56, 113, 222, 353, 370, 1615, 2139, 2147, 2334, 2392, 2478, 2821, 3113, 3207, 3710, 3799, 3810, 3833, 3871, 4032,
    4129, 4373, 5067, 5635, 6268, 6269, 7004, 7847, 9002, 19194, 27999,
  ],
  bgp: [179], courier: [165, 530], csnet_ns: [105], ctf: [84], daytime: [13], discard: [9], domain: [53], echo: [7],
  efs: [520], exec: [512], finger: [79], ftp: [21], ftp_data: [20], gopher: [70], hostnames: [101],
  http: [80, 8008, 8080], http_2784: [2784], http_443: [443], http_8001: [8001], icmp: [5813], imap4: [143, 993],
  iso_tsap: [102, 309], klogin: [543], kshell: [544], ldap: [389, 636], link: [245], login: [513], mtp: [1911],
  name: [42], netbios_dgm: [138], netbios_ns: [137], netbios_ssn: [139], netstat: [15], nnsp: [433], nntp: [119, 563],
  pop_2: [109], pop_3: [110], printer: [515], remote_job: [71, 72, 73, 74], rje: [5, 77], shell: [514], smtp: [25],
  sql_net: [66, 150], ssh: [22], sunrpc: [111], supdup: [95], systat: [11], telnet: [23], time: [37],
  uucp: [540, 4031], uucp_path: [117], vmnet: [175], whois: [43, 4321],
};

/** Destination ports of UDP; others likewise. */
export const KDD_UDP_PORTS: Readonly<Record<string, readonly number[]>> = {
  domain_u: [53],
  tftp_u: [69],
  ntp_u: [123],
};

/** Types of ICMP and, where it matters, their codes; others are oth_i. */
type MessageServices = readonly (readonly [service: string, type: number, code?: number])[];

const EXTRACTOR_ICMP: MessageServices = [
  ["ecr_i", 0],
  ["eco_i", 8],
  ["red_i", 5],
  ["tim_i", 11],
  ["urp_i", 3, 0],
  ["urh_i", 3, 1],
];
/** Code 3 is the unreachable port that urp_i is named after. */
const KDD_ICMP: MessageServices = [...EXTRACTOR_ICMP, ["urp_i", 3, 3]];
/** The same messages of ICMPv6 (RFC 4443, RFC 4861). */
const KDD_ICMPV6: MessageServices = [
  ["ecr_i", 129],
  ["eco_i", 128],
  ["red_i", 137],
  ["tim_i", 3],
  ["urp_i", 1, 0],
  ["urh_i", 1, 3],
  ["urp_i", 1, 4],
];

const PORTS = 65_536;
const PRIVATE_FROM = 49_152;

/** For the modules: the service's code of each TCP port, UDP port, ICMP and ICMPv6 type and code. */
export function kddServiceCodes(mode: "kdd" | "extractor"): Uint8Array {
  const codes = new Uint8Array(4 * PORTS);
  fillPorts(codes.subarray(0, PORTS), KDD_TCP_PORTS);
  fillPorts(codes.subarray(PORTS, 2 * PORTS), KDD_UDP_PORTS);
  fillMessages(codes.subarray(2 * PORTS, 3 * PORTS), mode === "kdd" ? KDD_ICMP : EXTRACTOR_ICMP);
  fillMessages(codes.subarray(3 * PORTS), KDD_ICMPV6);
  return codes;
}

function fillPorts(codes: Uint8Array, ports: Readonly<Record<string, readonly number[]>>): void {
  codes.fill(serviceCode("other"), 0, PRIVATE_FROM);
  codes.fill(serviceCode("private"), PRIVATE_FROM);
  for (const [service, list] of Object.entries(ports)) {
    for (const port of list) codes[port] = serviceCode(service);
  }
}

function fillMessages(codes: Uint8Array, services: MessageServices): void {
  codes.fill(serviceCode("oth_i"));
  for (const [service, type, code] of services) {
    if (code === undefined) codes.fill(serviceCode(service), type * 256, type * 256 + 256);
    else codes[type * 256 + code] = serviceCode(service);
  }
}

function serviceCode(service: string): number {
  const code = KDD_SERVICES.indexOf(service);
  if (code < 0) throw new RangeError(`no service ${service}`);
  return code;
}

/** Services whose text is read, by the kinds of ../assembly/kdd/dialogue-state.ts. */
const KINDS: Readonly<Record<string, number>> = {
  ftp: 1,
  telnet: 2,
  smtp: 3,
  pop_3: 4,
  imap4: 5,
  http: 6,
  http_2784: 6,
  http_8001: 6,
};

/** For the module: the kind of text of each service. */
export function kddTextKinds(): Uint8Array {
  const kinds = new Uint8Array(256);
  for (const [service, kind] of Object.entries(KINDS)) kinds[serviceCode(service)] = kind;
  return kinds;
}

// biome-ignore format: a table
const GENERAL = [
  "duration", "protocol_type", "service", "flag", "src_bytes", "dst_bytes", "land", "wrong_fragment", "urgent",
];
// biome-ignore format: a table
const CONTENT = [
  "hot", "num_failed_logins", "logged_in", "num_compromised", "root_shell", "su_attempted", "num_root",
  "num_file_creations", "num_shells", "num_access_files", "num_outbound_cmds", "is_host_login", "is_guest_login",
];
// biome-ignore format: a table
const WINDOWS = [
  "count", "srv_count", "serror_rate", "srv_serror_rate", "rerror_rate", "srv_rerror_rate", "same_srv_rate",
  "diff_srv_rate", "srv_diff_host_rate", "dst_host_count", "dst_host_srv_count", "dst_host_same_srv_rate",
  "dst_host_diff_srv_rate", "dst_host_same_src_port_rate", "dst_host_srv_diff_host_rate", "dst_host_serror_rate",
  "dst_host_srv_serror_rate", "dst_host_rerror_rate", "dst_host_srv_rerror_rate",
];

export const KDD_MEASURE_GROUPS: readonly MeasureGroup[] = [
  { id: "kdd.general", version: 1, measures: GENERAL },
  { id: "kdd.content", version: 1, measures: CONTENT },
  { id: "kdd.windows", version: 1, measures: WINDOWS },
];

export const KDD_EXTRACTOR_MEASURE_GROUPS: readonly MeasureGroup[] = [
  { id: "kdd.extractor.general", version: 1, measures: GENERAL },
  { id: "kdd.extractor.windows", version: 1, measures: WINDOWS },
];
