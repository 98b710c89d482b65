// Suricata's EVE log: JSON lines of which the flow records are taken; every other event is left out and counted by type.
//
// Whether Suricata raised an alert for a flow is kept apart: it is what another detector said, not what the flow was.

import { OrbweaverError } from "../../base/errors.ts";
import { extraColumn, identityColumn, labelColumn } from "./columns.ts";
import type { ImportColumn, Importer, ImportOptions, ImportPlan, Probe } from "./contract.ts";
import {
  type FeatureRow,
  featureColumn,
  flowColumns,
  isAddress,
  isNoNumber,
  jsonFields,
  keyPath,
  portNumber,
  timestampUs,
  transportName,
  withLabel,
} from "./flow-sql.ts";
import { NO_OBJECT, objectsAtStart } from "./jsonl.ts";

// biome-ignore format: a table
const FEATURES: readonly (readonly [row: FeatureRow, ...path: string[]])[] = [
  [["proto", "category", "", "Transport, as Suricata spells it"], "proto"],
  [["app_proto", "category", "", "Application protocol that Suricata found"], "app_proto"],
  [["pkts_toserver", "number", "packets", "Packets to the server"], "flow", "pkts_toserver"],
  [["pkts_toclient", "number", "packets", "Packets to the client"], "flow", "pkts_toclient"],
  [["bytes_toserver", "number", "bytes", "Bytes of frames to the server"], "flow", "bytes_toserver"],
  [["bytes_toclient", "number", "bytes", "Bytes of frames to the client"], "flow", "bytes_toclient"],
  [["age", "number", "s", "From the first packet to the last, in whole seconds"], "flow", "age"],
  [["state", "category", "", "State of the flow: new, established, closed, bypassed"], "flow", "state"],
  [["tcp_flags", "category", "", "TCP flags of both sides, hexadecimal"], "tcp", "tcp_flags"],
  [["tcp_flags_ts", "category", "", "TCP flags to the server, hexadecimal"], "tcp", "tcp_flags_ts"],
  [["tcp_flags_tc", "category", "", "TCP flags to the client, hexadecimal"], "tcp", "tcp_flags_tc"],
  [["tcp_state", "category", "", "State of the TCP session"], "tcp", "state"],
];

/** Types of events that Suricata writes beside flows (its manual, "EVE JSON format"). */
const OTHER_EVENTS = (
  "alert anomaly arp bittorrent_dht dcerpc dhcp dnp3 dns drop engine enip fileinfo flow_start frame ftp ftp_data http http2 " +
  "ike ikev2 krb5 ldap mdns metadata modbus mqtt netflow nfs packetinfo pgsql pop3 quic rdp rfb sip smb smtp snmp ssh stats " +
  "telnet template tftp tls websocket"
).split(" ");
const LINES_LOOKED_AT = 200;

const PATHS = {
  type: keyPath("event_type"),
  start: keyPath("flow", "start"),
  end: keyPath("flow", "end"),
  source: keyPath("src_ip"),
  sourcePort: keyPath("src_port"),
  destination: keyPath("dest_ip"),
  destinationPort: keyPath("dest_port"),
  protocol: keyPath("proto"),
  icmpType: keyPath("icmp_type"),
  icmpCode: keyPath("icmp_code"),
  communityId: keyPath("community_id"),
  id: keyPath("flow_id"),
  reason: keyPath("flow", "reason"),
  alerted: keyPath("flow", "alerted"),
  action: keyPath("flow", "action"),
  interface: keyPath("in_iface"),
  label: keyPath("label"),
};

function plan(probe: Probe, options: ImportOptions): ImportPlan {
  const events = eventsOf(probe);
  if (events.length === 0) {
    throw new OrbweaverError(
      "rows-invalid",
      `'${probe.name}' is no EVE log of Suricata: expected JSON lines with timestamp and event_type`,
    );
  }
  const { parsed, field } = jsonFields([
    ...Object.values(PATHS),
    ...FEATURES.map(([, ...path]) => keyPath(...path)),
  ]);
  const at = (name: keyof typeof PATHS): string => field(PATHS[name]);
  const isFlow = `${at("type")} = 'flow'`;
  const startUs = timestampUs(at("start"), options.timezone);
  const endUs = timestampUs(at("end"), options.timezone);
  const columns: ImportColumn[] = [
    ...flowColumns({
      startUs,
      endUs,
      sourceAddress: at("source"),
      sourcePort: portNumber(`coalesce(${at("sourcePort")}, ${at("icmpType")})`),
      destinationAddress: at("destination"),
      destinationPort: portNumber(`coalesce(${at("destinationPort")}, ${at("icmpCode")})`),
      transport: transportName(at("protocol"), at("source")),
    }),
    identityColumn("end_reason", at("reason")),
    identityColumn("community_id", at("communityId")),
    { ...identityColumn("flow_id", at("id")), description: "Suricata's number of the flow" },
    {
      ...featureColumn(["duration", "number", "s", "From the first packet to the last, to the µs"], ""),
      sql: `((${endUs}) - (${startUs})) / 1e6`,
    },
    ...FEATURES.map(([row, ...path]) => featureColumn(row, field(keyPath(...path)))),
    extraColumn("alerted", "category", at("alerted"), "Whether Suricata raised an alert: true or false"),
    extraColumn("action", "category", at("action"), "What Suricata did with the flow: pass, drop, accept"),
    extraColumn("in_iface", "category", at("interface"), "Interface that the flow was seen on"),
    ...(events.some((event) => typeof event["label"] === "string") ? [labelColumn(at("label"))] : []),
  ];
  const numbers = FEATURES.filter(([[, kind]]) => kind === "number");
  return {
    reader: { kind: "lines", parsed },
    columns: withLabel(probe, columns, options.label),
    drops: [
      ...OTHER_EVENTS.map((type) => ({
        reason: `event '${type}', no flow`,
        sql: `${at("type")} = '${type}'`,
      })),
      { reason: "event of another type, no flow", sql: `NOT (${isFlow})` },
    ],
    rejects: [
      NO_OBJECT,
      { reason: "no event_type", sql: `${at("type")} IS NULL` },
      { reason: "'flow.start' is no time", sql: `(${startUs}) IS NULL` },
      { reason: "'src_ip' is no address", sql: `NOT coalesce(${isAddress(at("source"))}, false)` },
      { reason: "'dest_ip' is no address", sql: `NOT coalesce(${isAddress(at("destination"))}, false)` },
      { reason: "no proto", sql: `${at("protocol")} IS NULL` },
      ...numbers.map(([, ...path]) => ({
        reason: `'${path.join(".")}': a text, expected a number`,
        sql: isNoNumber(field(keyPath(...path))),
      })),
    ],
    counts: [
      {
        what: "flows that Suricata raised an alert for, kept as 'alerted', no feature",
        sql: `${at("alerted")} = 'true'`,
      },
      { what: "flows of ICMP, with type and code in place of ports", sql: `${at("icmpType")} IS NOT NULL` },
      { what: "flows that ended before they began", sql: `(${endUs}) < (${startUs})` },
    ],
    remarks: [],
  };
}

/** Events at the start of a file that is an EVE log; none where it is not. */
function eventsOf(probe: Probe): Record<string, unknown>[] {
  if (probe.format !== "jsonl") return [];
  return objectsAtStart(probe.text)
    .slice(0, LINES_LOOKED_AT)
    .filter((event) => typeof event["event_type"] === "string" && typeof event["timestamp"] === "string");
}

export const eveImporter: Importer = {
  id: "eve",
  title: "Suricata EVE",
  description: "Flow records of Suricata's eve.json; other events are left out and counted by type.",
  recognises: (probe) => eventsOf(probe).length > 0,
  plan,
};
