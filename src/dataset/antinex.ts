// Public AntiNex files: labelled ones, where missing is -1, and raw recordings, where it is empty.
//
// They are told by their columns and read as rows of the schema `antinex-legacy`: columns that a file lacks are missing,
// and -1 is missing in every column, since none of the fields can be negative.

import { antinexLegacySchema } from "../feature/schemas/antinex.ts";
import type { TableSchema } from "../feature/table.ts";

export const ANTINEX_SCHEMA: TableSchema = antinexLegacySchema;

/** Columns that a file has beside features: addresses, payloads, labels, where a row came from. */
const BESIDE = new Set([
  "eth_dst",
  "eth_src",
  "ip_dst",
  "ip_src",
  "ipv6_dst",
  "ipv6_src",
  "arp_hwdst",
  "arp_hwsrc",
  "arp_pdst",
  "arp_psrc",
  "label_name",
  "label_value",
  "pad_load",
  "raw_hex_field_load",
  "raw_hex_load",
  "raw_id",
  "raw_load",
  "src_file",
]);
/** Columns that every file has. */
const ALWAYS = ["eth_type", "idx", "ip_ihl", "ip_len", "tcp_dport", "tcp_seq", "tcp_sport"];

const FEATURES = new Set(ANTINEX_SCHEMA.columns.map((column) => column.name));

/** True for the columns of a public AntiNex file; rows of ours have columns that none of them has. */
export function isAntinex(names: readonly string[]): boolean {
  return (
    ALWAYS.every((name) => names.includes(name)) &&
    names.every((name) => FEATURES.has(name) || BESIDE.has(name))
  );
}

/** True for a column in which -1 means that there is no value. */
export function isAntinexFeature(name: string): boolean {
  return FEATURES.has(name);
}

/** Features that a file of these columns lacks. */
export function absentFeatures(names: readonly string[]): string[] {
  return [...FEATURES].filter((name) => !names.includes(name));
}

export const ANTINEX_WARNING =
  "'idx' numbers the rows of AntiNex files, and so tells the class of labelled ones: leave it out (--exclude idx)";
