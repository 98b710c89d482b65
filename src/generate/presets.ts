// Named mixes of scenarios: for benchmarks and for a first look. Knows no seed.

import type { GenerateOptions } from "./contract.ts";

export interface Preset {
  name: string;
  title: string;
  description: string;
  /** All options but the seed. */
  options: Omit<GenerateOptions, "seed">;
}

const SECOND_US = 1_000_000;

export const PRESETS: readonly Preset[] = [
  {
    name: "bench-mix",
    title: "Benchmark: an everyday mix",
    description:
      "1.2 million packets of a busy site: mostly long connections and full packets, beside lookups, calls and some attacks.",
    options: {
      defects: false,
      durationUs: 3600 * SECOND_US,
      packets: 1_200_000,
      scenarios: [
        { name: "mixed-office", intensity: 4, parameters: { users: 120, rate: 8 } },
        { name: "web", intensity: 4, parameters: { users: 120, rate: 4, visitors: 0.2 } },
        { name: "dns", intensity: 2, parameters: { rate: 40, recursion: 0.3 } },
        { name: "file-transfer", intensity: 2, parameters: { rate: 0.5, size: 600_000 } },
        { name: "video", parameters: { rate: 0.2, bitrate: 3 } },
        { name: "voice", parameters: { rate: 0.3 } },
        { name: "udp-applications", parameters: { rate: 1 } },
        { name: "monitoring", parameters: { hosts: 100, round: 20 } },
        { name: "ssh-brute-force", parameters: { sources: 4, parallel: 4, pause: 0.2 } },
        { name: "horizontal-scan", parameters: { rate: 60, hosts: 20_000, method: "syn" } },
      ],
    },
  },
  {
    name: "bench-small-flows",
    title: "Benchmark: many small flows",
    description:
      "1 million packets in about 350,000 flows of one to a few packets: lookups, scans, refused and short connections.",
    options: {
      defects: false,
      durationUs: 3600 * SECOND_US,
      packets: 1_000_000,
      scenarios: [
        { name: "dns", intensity: 20, parameters: { users: 150, rate: 60, recursion: 0.4 } },
        { name: "gateway", intensity: 0.3, parameters: { rate: 60, failing: 0.06, direction: "out" } },
        { name: "network-services", intensity: 2, parameters: { users: 120, rate: 20 } },
        { name: "failures", intensity: 5, parameters: { rate: 1.5 } },
        {
          name: "horizontal-scan",
          parameters: { rate: 2000, hosts: 60_000, ports: 3, alive: 0.4, method: "syn", pace: "random" },
        },
        {
          name: "syn-flood",
          parameters: { rate: 1600, sources: "spoofed", answer: "reset", repeats: 1, pace: "random" },
        },
      ],
    },
  },
  {
    name: "demo",
    title: "A first look",
    description:
      "A minute of an office in which a scan, password guessing, a flood, a beacon and a tunnel are hidden.",
    options: {
      defects: false,
      durationUs: 60 * SECOND_US,
      scenarios: [
        { name: "mixed-office", parameters: { users: 25, rate: 3 } },
        { name: "web", parameters: { users: 25, rate: 0.5, visitors: 0.2 } },
        { name: "beacon", parameters: { period: 5, hosts: 1, channel: "http", dead: 0 } },
        {
          name: "vertical-scan",
          startOffsetUs: 8 * SECOND_US,
          durationUs: 12 * SECOND_US,
          parameters: { rate: 60, ports: 400 },
        },
        {
          name: "ssh-brute-force",
          startOffsetUs: 20 * SECOND_US,
          durationUs: 25 * SECOND_US,
          parameters: { sources: 1, parallel: 2, pause: 0.5 },
        },
        {
          name: "dns-tunnel",
          startOffsetUs: 15 * SECOND_US,
          durationUs: 30 * SECOND_US,
          parameters: { rate: 15 },
        },
        {
          name: "syn-flood",
          startOffsetUs: 45 * SECOND_US,
          durationUs: 8 * SECOND_US,
          parameters: { rate: 150, sources: "spoofed" },
        },
      ],
    },
  },
];

/** The preset of a name, if there is one. */
export function presetNamed(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
