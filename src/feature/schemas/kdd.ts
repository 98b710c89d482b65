// The schemas of KDD Cup 1999: `kdd` and `kdd-100` by the rules that its records obey, `kdd-extractor` as the public
// extractor prints them. What each column is, and what the schemas do differently, is told in docs/reference/kdd.md.

import type { MeasureGroup } from "../measures/contract.ts";
import {
  KDD_EXTRACTOR_MEASURE_GROUPS,
  KDD_FLAGS,
  KDD_MEASURE_GROUPS,
  KDD_PROTOCOLS,
  KDD_SERVICES,
} from "../measures/kdd.ts";
import { type ColumnDefinition, defineSchema } from "../schema.ts";

type Row = readonly [name: string, unit: string, description: string];

const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  protocol_type: KDD_PROTOCOLS,
  service: KDD_SERVICES,
  flag: KDD_FLAGS,
};

const general: readonly Row[] = [
  ["duration", "s", "From the first to the last packet, whole seconds"],
  ["protocol_type", "", "Protocol"],
  ["service", "", "Service by the destination's port, or by the type and code of ICMP"],
  ["flag", "", "How the connection began and ended; other than TCP: SF"],
  ["src_bytes", "bytes", "Bytes from the source"],
  ["dst_bytes", "bytes", "Bytes from the destination"],
  ["land", "", "1 when it goes from one address and port to the same"],
  ["wrong_fragment", "packets", "Fragments that overlap others or reach too far"],
  ["urgent", "packets", "Packets with the flag URG"],
];

const content: readonly Row[] = [
  ["hot", "events", "System directories and programs touched; files moved by guests"],
  ["num_failed_logins", "attempts", "Logins refused"],
  ["logged_in", "", "1 when a login was accepted, or the service gave what was asked for"],
  ["num_compromised", "events", "Files, pages or commands that were not found"],
  ["root_shell", "", "1 when a superuser's shell was seen"],
  ["su_attempted", "", "1 when becoming the superuser was tried"],
  ["num_root", "commands", "Commands of the superuser"],
  ["num_file_creations", "commands", "Commands that create files or directories"],
  ["num_shells", "commands", "Commands that start a shell"],
  ["num_access_files", "commands", "Commands that name a file of access control"],
  ["num_outbound_cmds", "commands", "Outbound commands in an FTP session; always 0"],
  ["is_host_login", "", "1 when the login's name is an administrator's"],
  ["is_guest_login", "", "1 when the login's name is a guest's"],
];

/** Rates, by what they are a share of. */
function windowRows(size: number | undefined): readonly Row[] {
  const last = size === undefined ? "the last 100 connections" : `the last ${size} connections`;
  const names = (prefix: string, when: string): Row[] => [
    [`${prefix}serror_rate`, "share", `Connections to the same host with a SYN error, ${when}`],
    [`${prefix}srv_serror_rate`, "share", `Connections to the same service with a SYN error, ${when}`],
    [`${prefix}rerror_rate`, "share", `Connections to the same host that were rejected, ${when}`],
    [`${prefix}srv_rerror_rate`, "share", `Connections to the same service that were rejected, ${when}`],
  ];
  const recent = "in two seconds";
  const among = `among ${last}`;
  return [
    ["count", "connections", "Connections to the same host in two seconds"],
    ["srv_count", "connections", "Connections to the same service in two seconds"],
    ...names("", recent),
    ["same_srv_rate", "share", "Connections to the same host that are to the same service, in two seconds"],
    ["diff_srv_rate", "share", "Other services of the same host, in two seconds"],
    ["srv_diff_host_rate", "share", "Other hosts of the same service, in two seconds"],
    ["dst_host_count", "connections", `Connections to the same host ${among}`],
    ["dst_host_srv_count", "connections", `Connections to the same service ${among}`],
    [
      "dst_host_same_srv_rate",
      "share",
      `Connections to the same host that are to the same service, ${among}`,
    ],
    ["dst_host_diff_srv_rate", "share", `Other services of the same host, ${among}`],
    ["dst_host_same_src_port_rate", "share", `Connections from the same source port, ${among}`],
    ["dst_host_srv_diff_host_rate", "share", `Other hosts of the same service, ${among}`],
    ...names("dst_host_", among),
  ];
}

function columnsOf(rows: readonly Row[]): ColumnDefinition[] {
  return rows.map(([name, unit, description]) => {
    const categories = CATEGORIES[name];
    const column = { name, measure: name, unit, description };
    return categories === undefined ? column : { ...column, kind: "categorical", categories };
  });
}

function versionsOf(groups: readonly MeasureGroup[]): string {
  return groups.map((group) => `${group.id}/${group.version}`).join(",");
}

function kddSchemaOf(id: string, size: number, title: string) {
  return defineSchema({
    id,
    title,
    description: `The 41 features of KDD Cup 1999 and NSL-KDD by the rules that their records obey; window of ${size} connections.`,
    lifecycle: "kdd",
    engine: id,
    ownTimeouts: true,
    versions: `${versionsOf(KDD_MEASURE_GROUPS)};window/${size}`,
    columns: columnsOf([...general, ...content, ...windowRows(size)]),
  });
}

export const kddSchema = kddSchemaOf("kdd", 256, "KDD Cup 1999");

export const kdd100Schema = kddSchemaOf("kdd-100", 100, "KDD Cup 1999, window of 100 connections");

export const kddExtractorSchema = defineSchema({
  id: "kdd-extractor",
  title: "KDD 99 extractor",
  description:
    "The 28 features that the public kdd99_feature_extractor prints, equal to its rows, mistakes and all.",
  lifecycle: "kdd-extractor",
  engine: "kdd-extractor",
  ownTimeouts: true,
  versions: versionsOf(KDD_EXTRACTOR_MEASURE_GROUPS),
  columns: columnsOf([...general, ...windowRows(undefined)]),
});
