// What the generations of CICFlowMeter print wrong: each erratum with the capture of one rule that shows it, and the cell
// to look at. The page docs/reference/cic.md holds this table; test/golden/cic-errata.test.ts holds it to the schemas.

export interface Erratum {
  /** What is wrong. */
  name: string;
  /** A capture of the oracle. */
  capture: string;
  /** A column by its name of v4, or "rows" for how many rows there are. */
  column: string;
  /** Which row of those handed out, from 0. */
  row?: number;
  /** What schemas print there; what is not named is not looked at. Texts as in CSV, numbers to five digits. */
  values: Readonly<Record<string, string>>;
}

export const ERRATA: readonly Erratum[] = [
  {
    name: "The first FIN of either side ends the flow",
    capture: "s01_client_close.pcap",
    column: "rows",
    values: { "cic-v3": "2", "cic-v4": "1", "cic-wtmc": "1", "cic-2022": "1", "cic-fixed": "1", cic: "1" },
  },
  {
    name: "A FIN of the destination ends the flow at once, and the rest makes another",
    capture: "s02_server_close.pcap",
    column: "rows",
    values: { "cic-v4": "2", "cic-wtmc": "1", "cic-2022": "1", "cic-fixed": "1", cic: "1" },
  },
  {
    name: "RST is not looked at",
    capture: "s34_rst_then_syn_reversed.pcap",
    column: "rows",
    values: { "cic-v3": "1", "cic-v4": "2", "cic-wtmc": "2", "cic-2022": "2", "cic-fixed": "2", cic: "2" },
  },
  {
    name: "Second and later FINs of the source are thrown away",
    capture: "s27_duplicate_fin.pcap",
    column: "FIN Flag Count",
    values: { "cic-v4": "2", "cic-wtmc": "4", "cic-2022": "4", "cic-fixed": "4", cic: "4" },
  },
  {
    name: "Flows of one packet have no row",
    capture: "s12_udp_single.pcap",
    column: "rows",
    values: { "cic-v3": "0", "cic-v4": "0", "cic-wtmc": "0", "cic-2022": "1", "cic-fixed": "1", cic: "1" },
  },
  {
    name: "After a time-out the first packet counts as forward, whoever sent it",
    capture: "s09_timeout_continue_bwd.pcap",
    column: "Total Bwd packets",
    row: 1,
    values: { "cic-v3": "1", "cic-v4": "1", "cic-wtmc": "2", "cic-2022": "2", "cic-fixed": "2", cic: "2" },
  },
  {
    name: "The sender of a SYN-ACK is taken for the one that opened",
    capture: "s06_synack_first.pcap",
    column: "Src IP",
    values: {
      "cic-v3": "10.0.0.2",
      "cic-v4": "10.0.0.2",
      "cic-wtmc": "10.0.0.2",
      "cic-2022": "10.0.0.2",
      "cic-fixed": "10.0.0.1",
      cic: "10.0.0.1",
    },
  },
  {
    name: "Flags are those of the first packet alone, under the names of others: PSH stands for SYN",
    capture: "s01_client_close.pcap",
    column: "PSH Flag Count",
    values: { "cic-v3": "1", "cic-v4": "2", "cic-wtmc": "2", "cic-2022": "2", "cic-fixed": "2", cic: "2" },
  },
  {
    name: "PSH and URG of a direction are those of the first packet",
    capture: "s07_midstream.pcap",
    column: "Bwd PSH Flags",
    values: { "cic-v3": "0", "cic-v4": "0", "cic-wtmc": "1", "cic-2022": "1", "cic-fixed": "1", cic: "1" },
  },
  {
    name: "The first payload counts twice among all lengths",
    capture: "s30_first_payload_twice.pcap",
    column: "Packet Length Mean",
    values: {
      "cic-v3": "157.5",
      "cic-v4": "157.5",
      "cic-wtmc": "157.5",
      "cic-2022": "110",
      "cic-fixed": "110",
      cic: "110",
    },
  },
  {
    name: "The average size is as much too large",
    capture: "s30_first_payload_twice.pcap",
    column: "Average Packet Size",
    values: {
      "cic-v3": "210",
      "cic-v4": "210",
      "cic-wtmc": "210",
      "cic-2022": "110",
      "cic-fixed": "110",
      cic: "110",
    },
  },
  {
    name: "Down/Up is divided without remainder",
    capture: "s25_retransmission.pcap",
    column: "Down/Up Ratio",
    values: {
      "cic-v3": "0",
      "cic-v4": "0",
      "cic-wtmc": "0",
      "cic-2022": "0.75",
      "cic-fixed": "0.75",
      cic: "0.75",
    },
  },
  {
    name: "The first packet is left out of the packets with data",
    capture: "s30_first_payload_twice.pcap",
    column: "Fwd Act Data Pkts",
    values: { "cic-v3": "1", "cic-v4": "1", "cic-wtmc": "1", "cic-2022": "1", "cic-fixed": "2", cic: "2" },
  },
  {
    name: "The backward window is the last one, not the first",
    capture: "s01_client_close.pcap",
    column: "Bwd Init Win Bytes",
    values: { "cic-v4": "2222", "cic-wtmc": "2222", "cic-2022": "2222", "cic-fixed": "4096", cic: "4096" },
  },
  {
    name: "Without TCP the windows are −1",
    capture: "s21_zero_duration.pcap",
    column: "FWD Init Win Bytes",
    values: { "cic-v3": "-1", "cic-v4": "0", "cic-wtmc": "0", "cic-2022": "0", "cic-fixed": "0", cic: "0" },
  },
  {
    name: "A flow that begins backward has no forward window",
    capture: "s06_synack_first.pcap",
    column: "FWD Init Win Bytes",
    values: { "cic-fixed": "0", cic: "1000" },
  },
  {
    name: "A flow that begins backward has the shortest forward header 0",
    capture: "s09_timeout_continue_bwd.pcap",
    column: "Fwd Seg Size Min",
    row: 1,
    values: { "cic-wtmc": "0", "cic-2022": "0", "cic-fixed": "0", cic: "20" },
  },
  {
    name: "The shortest backward header is 0 unless the flow began backward",
    capture: "s01_client_close.pcap",
    column: "Bwd Seg Size Min",
    values: { "cic-fixed": "0", cic: "20" },
  },
  {
    name: "Bulks of both directions are mixed and called backward",
    capture: "s20_out_of_order_time.pcap",
    column: "Bwd Bytes/Bulk Avg",
    values: { "cic-v4": "100", "cic-wtmc": "100", "cic-2022": "0", "cic-fixed": "0", cic: "0" },
  },
  {
    name: "Subflows are counted as packets, and divided without remainder",
    capture: "s30_first_payload_twice.pcap",
    column: "Subflow Fwd Bytes",
    values: { "cic-wtmc": "106", "cic-2022": "106", cic: "320" },
  },
  {
    name: "One subflow is none: all four columns are 0",
    capture: "s30_first_payload_twice.pcap",
    column: "Subflow Fwd Bytes",
    values: { "cic-v4": "0", "cic-fixed": "0", cic: "320" },
  },
  {
    name: "There is always one subflow",
    capture: "s10_active_idle_gaps.pcap",
    column: "Subflow Fwd Bytes",
    values: { "cic-v3": "90", cic: "11.25" },
  },
  {
    name: "The last active period is lost",
    capture: "s30_first_payload_twice.pcap",
    column: "Active Mean",
    values: {
      "cic-v3": "0",
      "cic-v4": "0",
      "cic-wtmc": "0",
      "cic-2022": "0",
      "cic-fixed": "0",
      cic: "200000",
    },
  },
  {
    name: "The silence before a FIN is not idle",
    capture: "s35_fin_after_5s_idle.pcap",
    column: "Idle Mean",
    values: { "cic-v3": "0", "cic-v4": "8970000" },
  },
  {
    name: "Rates of a flow without duration are infinite",
    capture: "s21_zero_duration.pcap",
    column: "Flow Bytes/s",
    values: {
      "cic-v3": "Infinity",
      "cic-v4": "Infinity",
      "cic-wtmc": "Infinity",
      "cic-2022": "Infinity",
      cic: "",
    },
  },
  {
    name: "… or no number",
    capture: "s21b_zero_duration_no_payload.pcap",
    column: "Flow Bytes/s",
    values: { "cic-v3": "NaN", "cic-v4": "NaN", "cic-wtmc": "NaN", "cic-2022": "NaN", cic: "" },
  },
  {
    name: "… or −1",
    capture: "s21_zero_duration.pcap",
    column: "Flow Bytes/s",
    values: { "cic-fixed": "-1", cic: "" },
  },
  {
    name: "Repeated acknowledgments count as retransmissions",
    capture: "s25_retransmission.pcap",
    column: "Total TCP Retrans. Count",
    values: { "cic-fixed": "2", cic: "1" },
  },
  {
    name: "Time is told in 12 hours of local time, without AM or PM",
    capture: "s01_client_close.pcap",
    column: "Timestamp",
    values: {
      "cic-v3": "13/09/2020 12:26:40",
      "cic-v4": "13/09/2020 12:26:40 PM",
      "cic-fixed": "2020-09-13 12:26:40",
      cic: "2020-09-13 12:26:40",
    },
  },
  {
    name: "An ICMP error is a UDP packet of the router that reports it",
    capture: "s15_icmp_port_unreach.pcap",
    column: "Protocol",
    row: 1,
    values: { "cic-v3": "17", "cic-v4": "17", "cic-wtmc": "17", "cic-2022": "1", "cic-fixed": "1", cic: "1" },
  },
  {
    name: "Later fragments are a flow of their own, without protocol",
    capture: "s16_udp_fragments.pcap",
    column: "rows",
    values: { "cic-v3": "2", "cic-v4": "2", "cic-wtmc": "2", "cic-2022": "2", "cic-fixed": "2", cic: "1" },
  },
  {
    name: "Payload is what was captured of it",
    capture: "s19_snaplen_96.pcap",
    column: "Total Length of Fwd Packet",
    values: {
      "cic-v3": "42",
      "cic-v4": "42",
      "cic-wtmc": "42",
      "cic-2022": "42",
      "cic-fixed": "42",
      cic: "1000",
    },
  },
  {
    name: "IP length 0 (segmentation left to the card) makes a packet without protocol",
    capture: "s29_tso_iplen0.pcap",
    column: "Total Length of Fwd Packet",
    values: {
      "cic-v3": "0",
      "cic-v4": "0",
      "cic-wtmc": "0",
      "cic-2022": "500",
      "cic-fixed": "500",
      cic: "500",
    },
  },
  {
    name: "Frames without IPv4 are read as if they had it: ARP is a flow of 8.6.0.1",
    capture: "s24_nonip_garbage.pcap",
    column: "rows",
    values: { "cic-v3": "3", "cic-v4": "3", "cic-wtmc": "3", "cic-2022": "3", "cic-fixed": "3", cic: "2" },
  },
  {
    name: "What a host sends itself is all forward; from port to port it is another flow each way",
    capture: "s23_land_and_loopback.pcap",
    column: "Total Fwd Packet",
    row: 1,
    values: { "cic-v3": "2", "cic-v4": "3", "cic-wtmc": "3", "cic-2022": "3", "cic-fixed": "3", cic: "2" },
  },
];

/** The table of the page. */
export function errataTable(): string {
  const schemas = ["cic-v3", "cic-v4", "cic-wtmc", "cic-2022", "cic-fixed", "cic"];
  const lines = ERRATA.map(({ name, capture, column, values }) => {
    const cells = schemas.map((schema) => {
      const value = values[schema];
      return value === "" ? "missing" : (value ?? "");
    });
    return `| ${name} | ${column} | ${capture.replace(/_.*/, "")} | ${cells.join(" | ")} |`;
  });
  return [
    `| What is wrong | Cell | Shown by | ${schemas.map((schema) => `\`${schema}\``).join(" | ")} |`,
    `|---|---|---|${schemas.map(() => "---:|").join("")}`,
    ...lines,
  ].join("\n");
}
