// How operating systems show themselves on the wire: a table of TCP/IP habits. Knows no hosts.
//
// Values are typical defaults as published in fingerprint collections (p0f 3, nmap-os-db) and in the systems' own
// documentation; each host varies what real hosts vary (windows by version, options by path).

export type TcpOptionName = "mss" | "nop" | "scale" | "sack" | "timestamp" | "end";

export interface Flavour {
  name: string;
  ttl: number;
  /** Windows of SYN packets seen in the field, bytes. */
  windows: readonly number[];
  /** Options of a SYN, in order. */
  options: readonly TcpOptionName[];
  scales: readonly number[];
  /** IPv4 identification: per-host counter, random, or zero where fragmentation is forbidden. */
  identification: "counter" | "random" | "zero";
  dontFragment: boolean;
  delayedAckUs: number;
  minimumRtoUs: number;
  initialRtoUs: number;
  synRetries: number;
  /** Asks again after a refusal (Windows does, twice, half a second apart). */
  retriesAfterReset: number;
  /** Initial congestion window in segments. */
  initialWindow: number;
  /** Ephemeral ports, first and last, and whether they are handed out one after another. */
  ports: readonly [number, number];
  sequentialPorts: boolean;
}

const LINUX_OPTIONS = ["mss", "sack", "timestamp", "nop", "scale"] as const;
const WINDOWS_OPTIONS = ["mss", "nop", "scale", "nop", "nop", "sack"] as const;
const APPLE_OPTIONS = ["mss", "nop", "scale", "nop", "nop", "timestamp", "sack", "end"] as const;

const LINUX: Flavour = {
  name: "linux",
  ttl: 64,
  windows: [64240, 64240, 29200, 65535, 14600, 5840, 28200, 62727],
  options: LINUX_OPTIONS,
  scales: [7, 7, 7, 8, 9, 10, 6, 2],
  identification: "counter",
  dontFragment: true,
  delayedAckUs: 40_000,
  minimumRtoUs: 200_000,
  initialRtoUs: 1_000_000,
  synRetries: 6,
  retriesAfterReset: 0,
  initialWindow: 10,
  ports: [32768, 60999],
  sequentialPorts: false,
};

const WINDOWS: Flavour = {
  ...LINUX,
  name: "windows",
  ttl: 128,
  windows: [64240, 65535, 8192, 64240, 65392],
  options: WINDOWS_OPTIONS,
  scales: [8, 8, 8, 2],
  delayedAckUs: 50_000,
  minimumRtoUs: 300_000,
  synRetries: 4,
  retriesAfterReset: 4,
  ports: [49152, 65535],
  sequentialPorts: true,
};

/** By name; `weight` says how often clients are of this kind, `server` how often servers are. */
export const FLAVOURS: readonly { flavour: Flavour; client: number; server: number }[] = [
  { flavour: LINUX, client: 20, server: 60 },
  { flavour: WINDOWS, client: 34, server: 10 },
  {
    flavour: {
      ...WINDOWS,
      name: "windows-old",
      windows: [65535, 64240, 16384, 8192, 64512],
      options: ["mss", "nop", "nop", "sack"],
      scales: [0],
      delayedAckUs: 200_000,
      initialRtoUs: 3_000_000,
      synRetries: 2,
      retriesAfterReset: 2,
      initialWindow: 2,
      ports: [1025, 5000],
    },
    client: 4,
    server: 3,
  },
  {
    flavour: {
      ...LINUX,
      name: "apple",
      windows: [65535],
      options: APPLE_OPTIONS,
      scales: [6, 6, 5, 4, 3],
      identification: "random",
      delayedAckUs: 100_000,
      ports: [49152, 65535],
      synRetries: 8,
    },
    client: 18,
    server: 1,
  },
  {
    flavour: {
      ...LINUX,
      name: "android",
      windows: [65535, 14600, 29200],
      scales: [8, 9, 6, 7],
      ports: [32768, 60999],
    },
    client: 12,
    server: 0,
  },
  {
    flavour: {
      ...LINUX,
      name: "freebsd",
      windows: [65535, 65228],
      options: ["mss", "nop", "scale", "sack", "timestamp"],
      scales: [6, 3, 7],
      identification: "random",
      delayedAckUs: 100_000,
      minimumRtoUs: 230_000,
      ports: [10000, 65535],
    },
    client: 1,
    server: 9,
  },
  {
    flavour: {
      ...LINUX,
      name: "unix-plain",
      ttl: 255,
      windows: [32768, 24820, 49640, 16384, 32850],
      options: ["nop", "scale", "nop", "nop", "timestamp", "mss"],
      scales: [0, 1, 2],
      initialRtoUs: 3_000_000,
      delayedAckUs: 100_000,
      initialWindow: 4,
      ports: [32768, 65535],
      sequentialPorts: true,
    },
    client: 1,
    server: 3,
  },
  {
    flavour: {
      ...LINUX,
      name: "embedded",
      ttl: 255,
      windows: [2144, 5744, 4380, 5840, 8192, 2920, 1460, 16384],
      options: ["mss"],
      scales: [0],
      dontFragment: false,
      delayedAckUs: 200_000,
      initialRtoUs: 3_000_000,
      minimumRtoUs: 500_000,
      initialWindow: 2,
      synRetries: 4,
      ports: [49152, 65535],
      sequentialPorts: true,
    },
    client: 6,
    server: 4,
  },
  {
    flavour: {
      ...LINUX,
      name: "network-device",
      ttl: 255,
      windows: [4128, 16384, 8192],
      options: ["mss"],
      scales: [0],
      identification: "random",
      dontFragment: false,
      delayedAckUs: 200_000,
      initialWindow: 4,
      ports: [11000, 65535],
    },
    client: 2,
    server: 4,
  },
  {
    flavour: {
      ...LINUX,
      name: "load-balancer",
      windows: [4380, 8190, 14600, 65535, 29200],
      scales: [0, 5, 9],
      ttl: 255,
      identification: "counter",
    },
    client: 0,
    server: 6,
  },
];

/** The table's entry of a name. */
export function flavourNamed(name: string): Flavour {
  const entry = FLAVOURS.find((candidate) => candidate.flavour.name === name);
  if (entry === undefined) throw new RangeError(`no flavour '${name}'`);
  return entry.flavour;
}
