// KDD Cup 1999 and NSL-KDD files: text without a header, told by their shape.
//
// 41 columns are unlabelled, 42 end in the label ("normal." with a full stop in KDD99, without one in NSL-KDD), 43 have
// NSL-KDD's difficulty behind it, which counts how many of 21 learners got the row right and is never a feature.
// Columns: kddcup.names of the contest. Groups: training_attack_types of the contest, and its usual extension to the
// attacks of the DARPA 1998 and 1999 evaluations (MIT Lincoln Laboratory) that only the test set has.

// biome-ignore format: a table
const FEATURES = [
  "duration", "protocol_type", "service", "flag", "src_bytes", "dst_bytes", "land", "wrong_fragment", "urgent", "hot",
  "num_failed_logins", "logged_in", "num_compromised", "root_shell", "su_attempted", "num_root", "num_file_creations",
  "num_shells", "num_access_files", "num_outbound_cmds", "is_host_login", "is_guest_login", "count", "srv_count",
  "serror_rate", "srv_serror_rate", "rerror_rate", "srv_rerror_rate", "same_srv_rate", "diff_srv_rate",
  "srv_diff_host_rate", "dst_host_count", "dst_host_srv_count", "dst_host_same_srv_rate", "dst_host_diff_srv_rate",
  "dst_host_same_src_port_rate", "dst_host_srv_diff_host_rate", "dst_host_serror_rate", "dst_host_srv_serror_rate",
  "dst_host_rerror_rate", "dst_host_srv_rerror_rate",
];

export const KDD_LABEL = "label";
export const KDD_DIFFICULTY = "difficulty";

const FLAGS = new Set(["OTH", "REJ", "RSTO", "RSTOS0", "RSTR", "S0", "S1", "S2", "S3", "SF", "SH"]);
const PROTOCOLS = new Set(["tcp", "udp", "icmp"]);

/** Names of the columns of a KDD or NSL-KDD file, from its first record; undefined when it is none. */
export function kddColumns(fields: readonly string[]): string[] | undefined {
  if (fields.length < FEATURES.length || fields.length > FEATURES.length + 2) return undefined;
  if (!PROTOCOLS.has(fields[1]) || !FLAGS.has(fields[3]) || Number.isNaN(Number(fields[0]))) return undefined;
  return [...FEATURES, KDD_LABEL, KDD_DIFFICULTY].slice(0, fields.length);
}

/** Attacks of each of the four groups; "normal" is the fifth. */
// biome-ignore format: a table
const GROUPS: Record<string, readonly string[]> = {
  normal: ["normal"],
  dos: [
    "apache2", "arppoison", "back", "crashiis", "desnuke", "land", "mailbomb", "neptune", "pod",
    "processtable", "selfping", "smurf", "syslogd", "teardrop", "tepreset", "ucpstorm", "udpstorm",
  ],
  probe: [
    "illegal-sniffer", "ipsweep", "lsdomain", "mscan", "msscan", "nmap", "ntinfoscan", "portsweep", "queso",
    "saint", "satan",
  ],
  r2l: [
    "dict", "framespoof", "ftp_write", "ftpwrite", "guess_passwd", "guest", "httptunnel", "imap",
    "multihop", "named", "ncftp", "netbus", "netcat", "phf", "ppmacro", "sendmail", "snmpget",
    "snmpgetattack", "snmpguess", "spy", "sshtrojan", "warezclient", "warezmaster", "worm", "xlock",
    "xsnoop",
  ],
  u2r: [
    "buffer_overflow", "casesen", "eject", "fdformat", "ffbconfig", "loadmodule", "ntfsdos", "nukepw",
    "perl", "ps", "rootkit", "sechole", "secret", "sqlattack", "xterm", "yaga",
  ],
};

/** Attack → group, for every label of the KDD99 and NSL-KDD files. */
export const KDD_GROUPS: ReadonlyMap<string, string> = new Map(
  Object.entries(GROUPS).flatMap(([group, attacks]) => attacks.map((attack) => [attack, group] as const)),
);
