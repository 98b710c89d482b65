// What the names of columns give away: which tell rows apart, tell when or from where, or are a class under another name.
//
// Names are compared in a plain form, so that "Flow ID", "flow_id" and " flow.id" are one. Knows no file and no value.

/** Names that tell rows apart instead of describing them. */
const IDENTIFIERS = [
  /^(flow_?id|uid|id|idx|index|row|row_?number|record|session_?id|community_?id|column_1|unnamed.*|pcap|((src|source)_)?file(name)?)$/,
];
const CLOCKS = [
  /^(time_?stamp|ts|date|time|date_?time|frame_time(_epoch)?|start_?time|end_?time|first_seen|last_seen|stime|ltime)$/,
  /^(start|end)_us$/,
];
const ADDRESSES = [
  /^(src|dst|source|destination|orig|resp|client|server|attacker|victim)_?(ip|addr|address|mac|host|hostname)$/,
  /^(ip|ipv6|eth|arp)_(src|dst)(_.*)?$/,
  /^(id_(orig|resp)_h|saddr|daddr|srcip|dstip|srcmac|dstmac|hostname|ip|mac|ip_address|mac_address)$/,
];
/** Names that classes, or what was derived from them, go by. */
const CLASS_NAMES =
  /^(labels?|label_.*|.*_label|class(es)?|category|attack|attack_?(cat|category|type|name)|attempted_category|target|ground_?truth|scenario|difficulty|is_?attack|malicious)$/;

export type NameMeaning = "identifier" | "clock" | "address" | "class";

const MEANINGS: readonly (readonly [NameMeaning, readonly RegExp[]])[] = [
  ["class", [CLASS_NAMES]],
  ["identifier", IDENTIFIERS],
  ["clock", CLOCKS],
  ["address", ADDRESSES],
];

/** What a column of that name cannot be a feature for; undefined where the name tells nothing. */
export function nameMeaning(name: string): NameMeaning | undefined {
  const plain = plainName(name);
  return MEANINGS.find(([, patterns]) => patterns.some((pattern) => pattern.test(plain)))?.[0];
}

/** In lower case, with everything but letters and digits as "_", none at the ends. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
}
