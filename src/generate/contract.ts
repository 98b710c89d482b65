// The contract of the generator: what goes in, what comes out, and what a scenario is. Knows no files and no clock.
//
// Frames are Ethernet, leave in time order and lie in a buffer that is reused: a sink copies what it keeps.
// Every frame belongs to exactly one label record, by its addresses, protocol and ports in either direction and by its
// time (start and end included). Records of different classes that share these are at least LABEL_GAP_US apart.

/** What a flow is. "benign" is the only class that is no attack. */
export const TRAFFIC_CLASSES = [
  "benign",
  "flood",
  "scan",
  "brute-force",
  "slow-dos",
  "beacon",
  "tunnel",
] as const;
export type TrafficClass = (typeof TRAFFIC_CLASSES)[number];

/** Records that share addresses and ports but not the class are at least this far apart in time. */
export const LABEL_GAP_US = 60_000_000;

export type TransportName = "tcp" | "udp" | "icmp" | "icmpv6";

/** The truth about one flow. The source is the side that opened it. */
export interface LabelRecord {
  /** Time of the first frame, µs since 1970-01-01 UTC. */
  startUs: number;
  /** Time of the last frame. */
  endUs: number;
  protocol: TransportName;
  /** Dotted quad or RFC 5952 text. */
  sourceAddress: string;
  /** ICMP and ICMPv6: the type. An answer of another type has a record of its own. */
  sourcePort: number;
  destinationAddress: string;
  /** ICMP and ICMPv6: the code. */
  destinationPort: number;
  label: TrafficClass;
  /** Name of the scenario that made the flow. */
  scenario: string;
}

/** Columns of a label file, in order. */
export const LABEL_COLUMNS = [
  "start_us",
  "end_us",
  "protocol",
  "source_address",
  "source_port",
  "destination_address",
  "destination_port",
  "label",
  "scenario",
] as const;

/** One line of a label file, without line end. No value needs quoting. */
export function labelLine(record: LabelRecord): string {
  return (
    `${record.startUs},${record.endUs},${record.protocol},${record.sourceAddress},${record.sourcePort},` +
    `${record.destinationAddress},${record.destinationPort},${record.label},${record.scenario}`
  );
}

export interface FrameSink {
  /**
   * Takes one frame: the first `length` bytes of `bytes`, valid during the call only.
   *
   * @param timestampUs whole µs since 1970-01-01 UTC, never less than that of the frame before
   */
  frame(timestampUs: number, bytes: Uint8Array, length: number): void;
  /** Takes the record of a flow once its last frame is out; in no particular order, but always the same one. */
  label(record: LabelRecord): void;
}

/** A number that a scenario draws, uniformly or uniformly in its logarithm. */
export interface NumberParameter {
  name: string;
  unit: string;
  low: number;
  high: number;
  scale: "linear" | "logarithmic" | "integer";
  description: string;
}

/** A way that a scenario picks, by weight. */
export interface ChoiceParameter {
  name: string;
  choices: Readonly<Record<string, number>>;
  description: string;
}

export type ScenarioParameter = NumberParameter | ChoiceParameter;

export interface ScenarioRequest {
  name: string;
  /** Multiplies the drawn rate or number of sessions; default 1. */
  intensity?: number;
  /** When it begins, µs after the capture's start; default 0. */
  startOffsetUs?: number;
  /** How long it goes on; default to the capture's end. */
  durationUs?: number;
  /** Parameters to set instead of drawing them, by name. */
  parameters?: Readonly<Record<string, number | string>>;
}

export interface GenerateOptions {
  scenarios: readonly ScenarioRequest[];
  /** Any integer, taken modulo 2^32. The same seed and options give the same bytes on every machine. */
  seed: number;
  /** Length of the capture; default 60 s. */
  durationUs?: number;
  /** Stop after this many frames. The duration holds as well. */
  packets?: number;
  /**
   * Whether a few captures, drawn by the seed, are faulty as real ones are: frames dropped or written twice, a coarse
   * clock, only one direction seen. Default true; the parts that single flows miss are not meant here.
   */
  defects?: boolean;
  /** Time of the capture's start, µs since 1970-01-01 UTC; default 2024-03-04 09:00:00. */
  startUs?: number;
}

export interface GenerateSummary {
  packets: number;
  /** Bytes of all frames. */
  bytes: number;
  /** Times of the first and last frame; both equal to the start when there is none. */
  firstUs: number;
  lastUs: number;
  /** Records and frames by class and by scenario; only those that occur. */
  classes: Record<string, { flows: number; packets: number }>;
  scenarios: Record<string, { flows: number; packets: number }>;
  /** True when `packets` ended the capture before `durationUs` did. */
  stoppedByPackets: boolean;
}
